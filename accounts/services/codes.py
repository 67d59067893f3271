"""One-time codes by Zalo to a phone: for browsers, and for citizens who do not use the Mini App.

A code is sent at most once, in the request, and only after its row is committed. How many a phone may have,
and how often one may be guessed at, is decided by the table and not by the cache, which may be away.
"""

import logging
import math
import secrets
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare

from accounts.errors import NotYourZalo, challenge_over, no_zalo, wrong_code
from accounts.models import CODE_LIFETIME, Citizen, OtpChallenge
from accounts.services.phones import hold_phone, phone_key_of
from accounts.services.profiles import give_phone
from accounts.services.tokens import Tokens, open_session
from core.crypto import keyed_hash
from core.errors import RateLimited, Unavailable
from zalo.clients import BusinessClient
from zalo.errors import OutcomeUnknown, TryNextChannel, ZaloError

log = logging.getLogger(__name__)

DAY = timedelta(hours=24)


def request_code(*, phone: str, now: datetime) -> OtpChallenge:
    """Send a new code to a phone (`+84…`): one each `OTP_PAUSE`, and `OTP_PER_DAY` of them in 24 hours.

    :raises RateLimited: the phone had a code just now, or too many of them since yesterday
    :raises Invalid: the phone has no Zalo, or does not take such messages
    :raises Unavailable: Zalo did not take the message; the code is dead
    """
    code = f"{secrets.randbelow(1_000_000):06d}"
    # Outermost, so that the row is committed before anything goes to the wire.
    with transaction.atomic(durable=True):
        challenge = _new_challenge(phone=phone, code=code, now=now)
    _send(challenge, phone=phone, code=code, now=now)
    return challenge


def _new_challenge(*, phone: str, code: str, now: datetime) -> OtpChallenge:
    phone_key = phone_key_of(phone)
    hold_phone(phone_key)
    _refuse_too_many(phone_key, now=now)
    public_id = uuid.uuid4()
    return OtpChallenge.objects.create(
        public_id=public_id,
        phone=phone,
        phone_key=phone_key,
        code_hash=_hash(public_id, code),
        created_at=now,
        expires_at=now + CODE_LIFETIME,
    )


def _refuse_too_many(phone_key: str, *, now: datetime) -> None:
    lately = OtpChallenge.objects.since(now - settings.OTP_PAUSE, phone_key=phone_key).last()
    if lately:
        raise RateLimited(retry_after=_seconds_until(lately.created_at + settings.OTP_PAUSE, now=now))
    # What surely never left does not count; what may have left does.
    of_the_day = list(OtpChallenge.objects.since(now - DAY, phone_key=phone_key).filter(failed_at=None))
    if len(of_the_day) >= settings.OTP_PER_DAY:
        next_at = of_the_day[-settings.OTP_PER_DAY].created_at + DAY
        raise RateLimited(retry_after=_seconds_until(next_at, now=now))


def _seconds_until(moment: datetime, *, now: datetime) -> int:
    return max(math.ceil((moment - now).total_seconds()), 1)


def _hash(public_id: uuid.UUID, code: str) -> str:
    return keyed_hash("otp", f"{public_id.hex}:{code}")


def _send(challenge: OtpChallenge, *, phone: str, code: str, now: datetime) -> None:
    row = OtpChallenge.objects.filter(pk=challenge.pk)
    try:
        BusinessClient(settings.ZALO_OTP_OA_ID).send_template_to_phone(
            phone=phone,
            template_id=settings.ZALO_OTP_TEMPLATE_ID,
            data={"otp": code},
            tracking_id=f"otp-{challenge.public_id.hex}",
            now=now,
        )
    except OutcomeUnknown as unknown:
        log.warning("Zalo did not say whether it took a one-time code: %s", unknown)
        raise Unavailable from unknown
    except ZaloError as refused:
        log.warning("Zalo did not take a one-time code: %s", refused)
        row.update(failed_at=now)
        raise (no_zalo() if isinstance(refused, TryNextChannel) else Unavailable()) from refused
    row.update(sent_at=now)


def code_on_its_way(*, phone: str, now: datetime) -> OtpChallenge | None:
    """The code that a phone was sent within the last `OTP_PAUSE` and that is still good, if any.

    Whoever asks twice in a moment, by a second click or by going back, goes on with the first one.
    """
    lately = OtpChallenge.objects.since(now - settings.OTP_PAUSE, phone_key=phone_key_of(phone))
    return lately.filter(failed_at=None, used_at=None).last()


def verify_code(*, challenge_id: uuid.UUID, code: str, now: datetime) -> Tokens:
    """Sign in whoever received the code, opening an account for the phone at the first time.

    :raises Invalid: the code is wrong, or the challenge is too old, used up, used or unknown
    """
    return _sign_in_by(guess_code(challenge_id=challenge_id, code=code, now=now), now=now)


def add_phone(*, citizen: Citizen, challenge_id: uuid.UUID, code: str, now: datetime) -> Citizen:
    """Make a phone that received a code the phone of a citizen who signed in with Zalo.

    :raises Invalid: the code is wrong, or the challenge is too old, used up, used or unknown
    :raises NotYourZalo: the account is opened by another phone
    :raises SignedOut: the account was erased meanwhile
    """
    if citizen.zalo_id is None:
        raise NotYourZalo
    challenge = guess_code(challenge_id=challenge_id, code=code, now=now)
    with transaction.atomic():
        if not use_code(challenge, now=now):
            raise challenge_over()
        return give_phone(citizen=citizen, phone=challenge.phone, now=now)


def guess_code(*, challenge_id: uuid.UUID, code: str, now: datetime) -> OtpChallenge:
    """Check a code; whoever does something because it is right uses it up in the same transaction
    (`use_code`).

    The guess is counted before it is looked at, so that no two of them share a try. In a transaction of the
    caller's it counts only if that commits, be the code right or wrong.

    :raises Invalid: the code is wrong, or the challenge is too old, used up, used or unknown
    """
    if not OtpChallenge.objects.take_a_try(challenge_id, now=now):
        raise challenge_over()
    challenge = OtpChallenge.objects.get(public_id=challenge_id)
    if not constant_time_compare(challenge.code_hash, _hash(challenge_id, code)):
        raise wrong_code()
    return challenge


def use_code(challenge: OtpChallenge, *, now: datetime) -> bool:
    """Close a challenge of which the code was right; false if somebody was faster, or it is too old now."""
    return OtpChallenge.objects.use(challenge.public_id, now=now)


@transaction.atomic
def _sign_in_by(challenge: OtpChallenge, *, now: datetime) -> Tokens:
    if not use_code(challenge, now=now):
        raise challenge_over()
    citizen, _ = Citizen.objects.update_or_create(
        phone_key=challenge.phone_key,
        is_opened_by_code=True,
        defaults={"phone_verified_at": now},
        create_defaults={"phone": challenge.phone, "phone_verified_at": now, "created_at": now},
    )
    return open_session(citizen=citizen, now=now)
