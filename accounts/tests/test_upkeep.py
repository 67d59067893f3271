from datetime import timedelta

import pytest
from django.conf import settings

from accounts.models import OtpChallenge, Session
from accounts.notice import CURRENT_NOTICE, NOTICES
from accounts.services import purge_expired
from accounts.tests.factories import EIGHT, OtpChallengeFactory, SessionFactory


@pytest.mark.django_db
class TestPurgeExpired:
    def test_deletes_codes_once_they_count_for_no_limit(self):
        OtpChallengeFactory(created_at=EIGHT - timedelta(hours=25))
        kept = OtpChallengeFactory(created_at=EIGHT - timedelta(hours=24))

        assert purge_expired(now=EIGHT) == 1
        assert OtpChallenge.objects.get() == kept

    def test_deletes_sign_ins_that_are_over(self):
        SessionFactory(rotated_at=EIGHT - settings.REFRESH_TOKEN_LIFETIME - timedelta(seconds=1))
        SessionFactory(ended_at=EIGHT - timedelta(days=31), end_reason=Session.EndReason.SIGNED_OUT)
        kept = {
            SessionFactory(rotated_at=EIGHT - timedelta(days=50)),
            SessionFactory(ended_at=EIGHT - timedelta(days=1), end_reason=Session.EndReason.SIGNED_OUT),
        }

        assert purge_expired(now=EIGHT) == 2
        assert set(Session.objects.all()) == kept


class TestNotices:
    def test_the_latest_is_the_current_one(self):
        assert max(notice.version for notice in NOTICES) == CURRENT_NOTICE.version

    @pytest.mark.parametrize(
        "fact",
        ["91/2025/QH15", "356/2025/NĐ-CP", "kiểm soát dữ liệu", "Zalo", "Giữ trong bao lâu", "rút lại"],
    )
    def test_it_says_what_the_law_asks_for(self, fact):
        assert fact in CURRENT_NOTICE.text
