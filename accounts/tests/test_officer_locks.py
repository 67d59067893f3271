from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from axes.models import AccessAttempt, AccessFailureLog
from django.core.management import CommandError, call_command
from django.test import RequestFactory

from accounts.errors import IdleTooLong, NotOverThisOfficer
from accounts.lockout import address
from accounts.models import Officer, SecondFactor
from accounts.services.officer_locks import forget_old_attempts, lock_idle_officers, refuse_idle, unlock
from accounts.tasks import lock_idle_officers as nightly
from accounts.tests.factories import EIGHT, OfficerFactory, SecondFactorFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def unused_for(days: int, **said) -> Officer:
    said = {"last_login": EIGHT - days * DAY, "date_joined": EIGHT - 400 * DAY} | said
    return OfficerFactory(**said)


def wrong_password(username: str, *, at=EIGHT) -> None:
    said = {"username": username, "ip_address": "192.0.2.1", "user_agent": "a browser"}
    with time_machine.travel(at, tick=False):
        AccessAttempt.objects.create(failures_since_start=5, **said)
        AccessFailureLog.objects.create(**said)


class TestRefuseIdle:
    def test_lets_in_who_was_here_44_days_ago(self):
        refuse_idle(officer=unused_for(44), now=EIGHT)

    def test_refuses_after_45_days_though_no_night_marked_it(self):
        officer = unused_for(46)

        assert officer.idle_locked_at is None
        with pytest.raises(IdleTooLong):
            refuse_idle(officer=officer, now=EIGHT)

    def test_refuses_who_is_marked(self):
        with pytest.raises(IdleTooLong):
            refuse_idle(officer=unused_for(1, idle_locked_at=EIGHT), now=EIGHT)

    def test_counts_from_the_first_day_of_who_never_came(self):
        refuse_idle(officer=OfficerFactory(date_joined=EIGHT - 44 * DAY), now=EIGHT)
        with pytest.raises(IdleTooLong):
            refuse_idle(officer=OfficerFactory(date_joined=EIGHT - 46 * DAY), now=EIGHT)

    def test_counts_anew_from_the_unlocking(self):
        refuse_idle(officer=unused_for(100, unlocked_at=EIGHT - 44 * DAY), now=EIGHT)
        with pytest.raises(IdleTooLong):
            refuse_idle(officer=unused_for(100, unlocked_at=EIGHT - 46 * DAY), now=EIGHT)


class TestLockIdleOfficers:
    def test_marks_those_whom_the_sign_in_would_refuse_and_no_others(self):
        idle = {
            unused_for(46),
            unused_for(46, is_superuser=True),
            OfficerFactory(date_joined=EIGHT - 46 * DAY),
            unused_for(100, unlocked_at=EIGHT - 46 * DAY),
        }
        unused_for(44)
        OfficerFactory(date_joined=EIGHT - DAY)
        unused_for(100, unlocked_at=EIGHT - DAY)
        unused_for(100, is_active=False)

        assert lock_idle_officers(now=EIGHT) == 4
        assert set(Officer.objects.filter(idle_locked_at=EIGHT)) == idle

    def test_marks_once(self):
        unused_for(46)
        lock_idle_officers(now=EIGHT)

        assert lock_idle_officers(now=EIGHT + DAY) == 0

    def test_is_run_by_the_night(self):
        OfficerFactory(date_joined=EIGHT - 400 * DAY)

        with time_machine.travel(EIGHT, tick=False):
            nightly()

        assert Officer.objects.get().idle_locked_at == EIGHT


class TestUnlock:
    def test_starts_the_45_days_anew(self):
        officer = unused_for(100, idle_locked_at=EIGHT - DAY)

        unlock(officer=officer, by=OfficerFactory(admin=True), now=EIGHT)

        refuse_idle(officer=Officer.objects.get(pk=officer.pk), now=EIGHT + 44 * DAY)

    def test_forgets_wrong_passwords_of_this_officer_only(self):
        officer, other = OfficerFactory(), OfficerFactory()
        wrong_password(officer.username)
        wrong_password(other.username)

        unlock(officer=officer, by=OfficerFactory(admin=True), now=EIGHT)

        assert AccessAttempt.objects.get().username == other.username
        assert AccessFailureLog.objects.get().username == other.username

    def test_forgets_wrong_codes(self):
        factor = SecondFactorFactory(throttling_failure_count=9, throttling_failure_timestamp=EIGHT)

        unlock(officer=factor.user, by=OfficerFactory(admin=True), now=EIGHT)

        assert SecondFactor.objects.get().verify_is_allowed() == (True, None)

    def test_is_not_for_who_may_more(self):
        admin = unused_for(100, is_superuser=True)

        with pytest.raises(NotOverThisOfficer):
            unlock(officer=admin, by=OfficerFactory(), now=EIGHT)


class TestUnlockOfficerCommand:
    def test_opens_for_the_last_superuser(self):
        officer = unused_for(100, username="admin", is_superuser=True, idle_locked_at=EIGHT)
        SecondFactorFactory(user=officer)
        said = StringIO()

        with time_machine.travel(EIGHT, tick=False):
            call_command("unlock_officer", "admin", stdout=said)

        refuse_idle(officer=Officer.objects.get(), now=EIGHT)
        assert said.getvalue() == "Đã mở khóa admin.\n"
        assert SecondFactor.objects.exists()

    def test_takes_the_second_factor_away_if_asked(self):
        factor = SecondFactorFactory()

        call_command("unlock_officer", factor.user.username, reset_second_factor=True, stdout=StringIO())

        assert not SecondFactor.objects.exists()

    def test_says_that_there_is_nobody(self):
        with pytest.raises(CommandError, match="Không có cán bộ nobody"):
            call_command("unlock_officer", "nobody")


class TestForgetOldAttempts:
    def test_keeps_those_of_the_last_day(self):
        wrong_password("a", at=EIGHT - timedelta(hours=25))
        wrong_password("b", at=EIGHT - timedelta(hours=23))

        assert forget_old_attempts(now=EIGHT) == 2
        assert AccessAttempt.objects.get().username == AccessFailureLog.objects.get().username == "b"


class TestAddress:
    def test_is_the_one_before_our_proxies_and_not_what_the_guesser_says(self, settings):
        settings.TRUSTED_PROXIES = 1
        request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.7")

        assert address(request) == "198.51.100.7"

    def test_is_none_where_that_is_no_address(self, settings):
        settings.TRUSTED_PROXIES = 1

        assert address(RequestFactory().get("/", HTTP_X_FORWARDED_FOR="a,b'")) is None
