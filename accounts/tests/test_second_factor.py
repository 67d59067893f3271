from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from accounts.errors import NotOverThisOfficer, SecondFactorExists
from accounts.models import Officer, RecoveryCode, SecondFactor
from accounts.services.second_factor import (
    app_address,
    new_secret,
    renew_recovery_codes,
    reset,
    set_up,
    turn_off,
    verify,
)
from accounts.tests.factories import EIGHT, OfficerFactory, SecondFactorFactory, app_code
from core.errors import Invalid, RateLimited
from core.testing import run_together

pytestmark = pytest.mark.django_db
LATER = EIGHT + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _at_eight():
    # django-otp's throttle reads the clock itself.
    with time_machine.travel(EIGHT, tick=False):
        yield


def set_up_for(officer: Officer):
    secret = new_secret()
    return set_up(officer=officer, secret=secret, code=app_code(secret, at=EIGHT), now=EIGHT)


class TestNewSecret:
    def test_is_another_one_each_time_and_long_enough(self):
        secrets = {new_secret() for _ in range(50)}

        assert len(secrets) == 50
        assert {len(secret) for secret in secrets} == {32}


class TestAppAddress:
    def test_names_portal_officer_and_secret(self):
        said = app_address(officer=OfficerFactory(username="desk.quan 4"), secret="JBSWY3DP")

        assert said.startswith("otpauth://totp/desk.quan%204?")
        assert said.endswith("secret=JBSWY3DP&issuer=C%E1%BB%95ng%20c%C4%83n%20c%C6%B0%E1%BB%9Bc")


class TestSetUp:
    def test_gives_ten_codes_that_are_nowhere_to_be_read(self):
        made = set_up_for(OfficerFactory())

        assert len(set(made.recovery_codes)) == 10
        hashes = set(RecoveryCode.objects.values_list("code_hash", flat=True))
        assert len(hashes) == 10
        assert not hashes & set(made.recovery_codes)

    def test_keeps_the_secret_encrypted(self):
        made = set_up_for(OfficerFactory())

        with connection.cursor() as cursor:
            cursor.execute("SELECT secret FROM accounts_secondfactor")
            ((stored,),) = cursor.fetchall()
        assert made.factor.secret not in stored
        assert SecondFactor.objects.get().secret == made.factor.secret

    def test_wants_to_see_that_the_app_works(self):
        officer = OfficerFactory()
        secret = new_secret()

        with pytest.raises(Invalid):
            set_up(officer=officer, secret=secret, code=app_code(new_secret(), at=EIGHT), now=EIGHT)

        assert not SecondFactor.objects.exists()

    def test_takes_no_second_one(self):
        officer = OfficerFactory()
        set_up_for(officer)

        with pytest.raises(SecondFactorExists):
            set_up_for(officer)

    def test_uses_up_the_code_it_was_shown(self):
        officer = OfficerFactory()
        made = set_up_for(officer)

        with pytest.raises(Invalid):
            verify(officer=officer, code=app_code(made.factor.secret, at=EIGHT), now=EIGHT)

    def test_ends_what_was_signed_in_without_it(self):
        officer = OfficerFactory()

        set_up_for(officer)

        assert Officer.objects.get(pk=officer.pk).session_epoch == 1


class TestVerify:
    @pytest.mark.parametrize("off", [-30, 0, 30])
    def test_takes_the_code_of_a_clock_that_is_half_a_minute_off(self, off):
        factor = SecondFactorFactory()

        code = app_code(factor.secret, at=EIGHT + timedelta(seconds=off))

        assert verify(officer=factor.user, code=code, now=EIGHT) == factor

    def test_takes_it_with_a_space_in_the_middle(self):
        factor = SecondFactorFactory()
        code = app_code(factor.secret, at=EIGHT)

        assert verify(officer=factor.user, code=f" {code[:3]} {code[3:]}", now=EIGHT) == factor

    @pytest.mark.parametrize("off", [-90, 90])
    def test_refuses_older_and_later_ones(self, off):
        factor = SecondFactorFactory()

        with pytest.raises(Invalid):
            verify(
                officer=factor.user,
                code=app_code(factor.secret, at=EIGHT + timedelta(seconds=off)),
                now=EIGHT,
            )

    def test_takes_a_code_once(self):
        factor = SecondFactorFactory()
        code = app_code(factor.secret, at=EIGHT)
        verify(officer=factor.user, code=code, now=EIGHT)

        with pytest.raises(Invalid):
            verify(officer=factor.user, code=code, now=EIGHT)

    @pytest.mark.parametrize("written", ["{}", "  {} ", "upper", "no dash"])
    def test_takes_a_recovery_code_once_however_it_is_written(self, written):
        officer = OfficerFactory()
        code = set_up_for(officer).recovery_codes[3]
        shapes = {"upper": code.upper(), "no dash": code.replace("-", "")}
        typed = shapes.get(written) or written.format(code)

        verify(officer=officer, code=typed, now=LATER)

        assert RecoveryCode.objects.count() == 9
        with pytest.raises(Invalid):
            verify(officer=officer, code=code, now=LATER)

    def test_does_not_know_the_recovery_codes_of_others(self):
        ours, theirs = OfficerFactory(), OfficerFactory()
        set_up_for(ours)

        with pytest.raises(Invalid):
            verify(officer=ours, code=set_up_for(theirs).recovery_codes[0], now=LATER)

    def test_refuses_who_has_none(self):
        with pytest.raises(Invalid):
            verify(officer=OfficerFactory(), code="123456", now=EIGHT)

    def test_makes_who_guesses_wait_longer_each_time(self):
        factor = SecondFactorFactory()
        with pytest.raises(Invalid):
            verify(officer=factor.user, code="000000", now=EIGHT)

        with pytest.raises(RateLimited) as refused:
            verify(officer=factor.user, code=app_code(factor.secret, at=EIGHT), now=EIGHT)

        assert refused.value.details == {"retry_after": 2}

    def test_lets_in_again_after_the_wait(self):
        factor = SecondFactorFactory(throttling_failure_count=3, throttling_failure_timestamp=EIGHT)

        with time_machine.travel(LATER, tick=False):
            verify(officer=factor.user, code=app_code(factor.secret, at=LATER), now=LATER)

        assert SecondFactor.objects.get().throttling_failure_count == 0

    def test_never_makes_its_owner_wait_for_more_than_about_half_an_hour(self):
        long_ago = EIGHT - timedelta(hours=2)
        factor = SecondFactorFactory(throttling_failure_count=11, throttling_failure_timestamp=long_ago)
        with pytest.raises(Invalid):
            verify(officer=factor.user, code="000000", now=EIGHT)

        with pytest.raises(RateLimited) as refused:
            verify(officer=factor.user, code="000000", now=EIGHT)

        assert refused.value.details["retry_after"] <= 2048


class TestRenewRecoveryCodes:
    def test_makes_the_old_ones_worthless(self):
        officer = OfficerFactory()
        old = set_up_for(officer).recovery_codes

        new = renew_recovery_codes(officer=officer)

        assert not set(old) & set(new)
        with pytest.raises(Invalid):
            verify(officer=officer, code=old[0], now=LATER)
        with time_machine.travel(LATER, tick=False):
            assert verify(officer=officer, code=new[0], now=LATER)


class TestTurnOff:
    def test_leaves_nothing_and_ends_sessions(self):
        officer = OfficerFactory()
        set_up_for(officer)

        turn_off(officer=officer)

        assert not SecondFactor.objects.exists()
        assert not RecoveryCode.objects.exists()
        assert Officer.objects.get(pk=officer.pk).session_epoch == 2


class TestReset:
    def test_lets_a_colleague_begin_anew(self):
        factor = SecondFactorFactory()

        reset(officer=factor.user, by=OfficerFactory(admin=True))

        assert not SecondFactor.objects.exists()

    def test_is_not_for_oneself(self):
        admin = OfficerFactory(admin=True)
        SecondFactorFactory(user=admin)

        with pytest.raises(NotOverThisOfficer):
            reset(officer=admin, by=admin)

        assert SecondFactor.objects.exists()

    def test_is_not_for_who_may_more(self):
        factor = SecondFactorFactory(user=OfficerFactory(admin=True))

        with pytest.raises(NotOverThisOfficer):
            reset(officer=factor.user, by=OfficerFactory())


@pytest.mark.django_db(transaction=True)
class TestOneCodeFromTwoBrowsers:
    def bring(self, officer: Officer, code: str) -> list[str]:
        def call() -> str:
            with time_machine.travel(LATER, tick=False):
                verify(officer=officer, code=code, now=LATER)
            return "in"

        return ["in" if outcome == "in" else "out" for outcome in run_together([call] * 4)]

    def test_without_the_lock_the_code_lets_several_in(self, monkeypatch):
        factor = SecondFactorFactory()
        monkeypatch.setattr(type(SecondFactor.objects.all()), "locked", lambda rows: rows.all())
        _dawdle(monkeypatch)

        assert self.bring(factor.user, app_code(factor.secret, at=LATER)).count("in") > 1

    def test_it_lets_one_in(self, monkeypatch):
        factor = SecondFactorFactory()
        _dawdle(monkeypatch)

        assert self.bring(factor.user, app_code(factor.secret, at=LATER)).count("in") == 1

    def test_a_recovery_code_lets_one_in(self):
        officer = OfficerFactory()
        code = set_up_for(officer).recovery_codes[0]

        assert self.bring(officer, code).count("in") == 1


def _dawdle(monkeypatch):
    """Give rivals the time to read the same row."""
    import time

    plain = SecondFactor.verify_is_allowed

    def slow(factor):
        time.sleep(0.1)
        return plain(factor)

    monkeypatch.setattr(SecondFactor, "verify_is_allowed", slow)
