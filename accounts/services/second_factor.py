"""The second factor of officers: six digits from an app, or one of ten codes on paper."""

import re
import secrets
from base64 import b32decode, b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from urllib.parse import quote, urlencode

from django.db import IntegrityError, transaction
from django_otp.oath import TOTP

from accounts.errors import NotOverThisOfficer, SecondFactorExists, wrong_factor_code
from accounts.models import Officer, RecoveryCode, SecondFactor
from accounts.services.officer_sessions import end_sessions
from accounts.services.officers import may_change
from core.crypto import keyed_hash
from core.errors import RateLimited

ISSUER = "Cổng căn cước"
# Seconds a code is shown for, and how many such steps a phone's clock may be off.
STEP, TOLERANCE = 30, 1
RECOVERY_CODES = 10
# Nothing that looks like something else.
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


@dataclass(frozen=True)
class SetUp:
    """A second factor that was just set up, and its recovery codes: here and nowhere else to be read."""

    factor: SecondFactor
    recovery_codes: Sequence[str]


def new_secret() -> str:
    """160 random bits as an app reads them."""
    return b32encode(secrets.token_bytes(20)).decode()


def app_address(*, officer: Officer, secret: str) -> str:
    """What the QR code of the set-up says to an app."""
    said = urlencode({"secret": secret, "issuer": ISSUER}, quote_via=quote)
    return f"otpauth://totp/{quote(officer.get_username())}?{said}"


def factor_of(officer: Officer) -> SecondFactor | None:
    return getattr(officer, "second_factor", None)


@transaction.atomic
def set_up(*, officer: Officer, secret: str, code: str, now: datetime) -> SetUp:
    """Give an officer a second factor whose app has shown `code`, and end what was signed in without it.

    :raises Invalid: the app shows another code
    :raises SecondFactorExists: the officer has one
    """
    step = _step_of(code, secret=secret, after=-1, now=now)
    if step is None:
        raise wrong_factor_code()
    try:
        with transaction.atomic():
            factor = SecondFactor.objects.create(user=officer, secret=secret, last_step=step, set_up_at=now)
    except IntegrityError as error:
        raise SecondFactorExists from error
    end_sessions(officer)
    return SetUp(factor, _give_recovery_codes(factor))


def verify(*, officer: Officer, code: str, now: datetime) -> SecondFactor:
    """Let a code pass once, be it from the app or from paper.

    :raises Invalid: it is wrong, was used, or there is no second factor
    :raises RateLimited: after a wrong one, too soon
    """
    # A wrong code is counted, and the count is committed although the caller is refused.
    factor = _try_code(officer, code, now=now)
    if factor is None:
        raise wrong_factor_code()
    return factor


@transaction.atomic
def renew_recovery_codes(*, officer: Officer) -> Sequence[str]:
    """Make ten new recovery codes; those from before are good no more."""
    factor = SecondFactor.objects.locked().get(user=officer)
    RecoveryCode.objects.filter(factor=factor).delete()
    return _give_recovery_codes(factor)


@transaction.atomic
def turn_off(*, officer: Officer) -> None:
    """Let an officer sign in by password alone again. Other sessions end."""
    SecondFactor.objects.filter(user=officer).delete()
    end_sessions(officer)


def reset(*, officer: Officer, by: Officer) -> None:
    """Take a colleague's second factor away, because the phone and the paper are gone; sessions end as well.

    :raises NotOverThisOfficer: it is their own, or the colleague may more than they
    """
    if officer == by or not may_change(by, officer):
        raise NotOverThisOfficer
    turn_off(officer=officer)


@transaction.atomic
def _try_code(officer: Officer, code: str, *, now: datetime) -> SecondFactor | None:
    factor = SecondFactor.objects.locked().filter(user=officer).first()
    if factor is None:
        return None
    is_allowed, why = factor.verify_is_allowed()
    if not is_allowed:
        raise RateLimited(retry_after=max(1, ceil((why["locked_until"] - now).total_seconds())))
    if not (_use_app_code(factor, code, now=now) or _use_recovery_code(factor, code)):
        factor.throttle_increment()
        return None
    factor.throttle_reset(commit=False)
    factor.save(update_fields=["last_step", "throttling_failure_timestamp", "throttling_failure_count"])
    return factor


def _use_app_code(factor: SecondFactor, code: str, *, now: datetime) -> bool:
    step = _step_of(code, secret=factor.secret, after=factor.last_step, now=now)
    if step is None:
        return False
    factor.last_step = step
    return True


def _step_of(code: str, *, secret: str, after: int, now: datetime) -> int | None:
    """The time step whose code this is, if it is a step of about now and later than `after`."""
    digits = re.sub(r"\s", "", code)
    if not re.fullmatch("[0-9]{6}", digits):
        return None
    app = TOTP(b32decode(secret), step=STEP)
    app.time = now.timestamp()
    return app.t() if app.verify(int(digits), tolerance=TOLERANCE, min_t=after + 1) else None


def _use_recovery_code(factor: SecondFactor, code: str) -> bool:
    rows = RecoveryCode.objects.filter(factor=factor, code_hash=_hash_of(factor, code))
    return rows.delete()[0] == 1


def _give_recovery_codes(factor: SecondFactor) -> Sequence[str]:
    words = ["".join(secrets.choice(LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(factor=factor, code_hash=_hash_of(factor, word)) for word in words]
    )
    return [f"{word[:5]}-{word[5:]}" for word in words]


def _hash_of(factor: SecondFactor, code: str) -> str:
    letters = re.sub(r"[\s-]", "", code).lower()
    return keyed_hash("recovery-code", f"{factor.pk}:{letters}")
