from datetime import timedelta

import pytest

from zalo.errors import NeedsHuman, ZaloError
from zalo.models import Template
from zalo.services import known_report, refresh_report
from zalo.tests.conftest import OA_ID
from zalo.tests.scripted import Say, scripted

pytestmark = pytest.mark.django_db


class TestRefreshReport:
    def test_keeps_what_zalo_tells_of_the_account_and_its_templates(self, sandbox, oa, now):
        sandbox.template("nhac-hen", "Lịch hẹn của <name>")

        refresh_report(oa_id=OA_ID, now=now)

        report = known_report(oa_id=OA_ID)
        assert (report.name, report.is_verified, report.asked_at) == ("Công an", True, now)
        assert (report.quota_daily, report.quota_remaining) == (20_000, 20_000)
        assert report.get_quality_display() == "tốt"
        assert Template.objects.get(oa_id=OA_ID).template_id == "nhac-hen"

    def test_keeps_the_last_answer_when_zalo_is_away(self, sandbox, oa, now, settings):
        refresh_report(oa_id=OA_ID, now=now)
        settings.ZALO_OPENAPI_BASE = "http://127.0.0.1:9"

        with pytest.raises(ZaloError):
            refresh_report(oa_id=OA_ID, now=now)

        report = known_report(oa_id=OA_ID)
        assert (report.name, report.failure, report.failed_at) == ("Công an", "BackOff 0", now)

    def test_shows_the_account_where_it_is_refused_the_rest(self, sandbox, oa, now, settings):
        refresh_report(oa_id=OA_ID, now=now - timedelta(days=1))
        with scripted(Say({"error": -136, "message": "need to connect ZCA"})) as business:
            settings.ZALO_BUSINESS_BASE = business.base_url
            with pytest.raises(NeedsHuman):
                refresh_report(oa_id=OA_ID, now=now)

        report = known_report(oa_id=OA_ID)
        assert (report.name, report.asked_at, report.failure) == ("Công an", now, "NeedsHuman -136")
        assert (report.quota_remaining, report.quality) == (None, "")

    def test_takes_a_quota_that_is_overdrawn(self, sandbox, oa, now, settings):
        quota = Say({"error": 0, "data": {"dailyQuota": "500", "remainingQuota": "-3"}})
        with scripted(quota, Say({"error": 0, "data": {}}), Say({"error": 0, "data": []})) as business:
            settings.ZALO_BUSINESS_BASE = business.base_url

            assert refresh_report(oa_id=OA_ID, now=now).quota_remaining == 0

    def test_forgets_a_failure_once_it_is_answered(self, sandbox, oa, now, settings):
        base = settings.ZALO_OPENAPI_BASE
        settings.ZALO_OPENAPI_BASE = "http://127.0.0.1:9"
        with pytest.raises(ZaloError):
            refresh_report(oa_id=OA_ID, now=now)
        settings.ZALO_OPENAPI_BASE = base

        refresh_report(oa_id=OA_ID, now=now)

        assert (known_report(oa_id=OA_ID).failure, known_report(oa_id=OA_ID).failed_at) == ("", None)


class TestKnownReport:
    def test_is_none_for_an_agency_without_an_account(self):
        assert known_report(oa_id="") is None
