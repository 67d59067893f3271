"""The OA tokens: handed out, refreshed once however many ask, seeded by an administrator.

Below the clients, which need a token for every call; everybody else enters by `zalo.services`.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Least

from zalo.errors import BackOff, NeedsConsent, OutcomeUnknown, ZaloError
from zalo.models import OaToken
from zalo.oauth import Flow, ask_for_tokens, lifetime_of

log = logging.getLogger(__name__)

PAUSE_AFTER_FAILURE = timedelta(minutes=1)
# What a token keeps as its error when no call of ours met one.
REVOKED = "revoked at Zalo"


def access_token(*, oa_id: str, now: datetime, rejected: str = "") -> str:
    """Return an access token of the OA that should work now, refreshed first where need be.

    `rejected` is a token that Zalo refused although its time is not over. May go to the wire: call it
    outside every transaction.

    :raises NeedsConsent: no token was seeded, or the grant is lost
    :raises BackOff: the refresh could not be had now
    :raises ZaloError: Zalo refused the refresh for another reason
    """
    token = OaToken.objects.filter(oa_id=oa_id).first()
    if token is None:
        raise NeedsConsent(0, "no token of this OA is known")
    if token.is_usable(now) and token.access_token != rejected:
        return token.access_token
    return refresh_tokens(oa_id=oa_id, stale=token.access_token, now=now)


def refresh_tokens(*, oa_id: str, stale: str, now: datetime) -> str:
    """Replace the access token `stale` by the next one and return it; one call to Zalo, however many ask.

    This row lock is the only lock that the portal holds while it is on the wire. A refresh token works
    once and the old access token dies with it, so of two refreshes side by side the second ends the grant,
    and a pair that is used before it is committed is lost in a crash: the rivals must wait, and they must
    wait until the new pair is committed. The lock covers one row that nothing but refreshing locks; those
    who wait would have nothing to send with anyway; and it is held at most for two time-outs.

    :raises NeedsConsent: the grant is lost
    :raises BackOff: the refresh could not be had now, here or by the one who was waited for
    :raises ZaloError: Zalo refused for another reason
    """
    with transaction.atomic(durable=True):
        _wait_longer_than_the_wire()
        token = OaToken.objects.select_for_update(of=("self",), no_key=True).get(oa_id=oa_id)
        if token.access_token != stale:
            return token.access_token  # a neighbour was faster
        refusal = _renew(token, now=now)
        token.save(
            update_fields=[
                *("access_token", "refresh_token", "expires_at", "refreshed_at"),
                *("state", "last_error", "retry_at"),
            ]
        )
    if refusal:
        raise refusal
    return token.access_token


def refresh_ageing_tokens(*, now: datetime) -> int:
    """Refresh every token that is about 20 hours old, so that no sender has to wait for it; return how many.

    A refusal is written on the token's row and does not keep the others from being refreshed.
    """
    refreshed = 0
    for token in OaToken.objects.ageing(now).order_by("pk"):
        try:
            refresh_tokens(oa_id=token.oa_id, stale=token.access_token, now=now)
        except ZaloError:
            continue  # on the row and in the log already
        refreshed += 1
    return refreshed


@transaction.atomic
def seed_tokens(
    *, oa_id: str, access_token: str, refresh_token: str, expires_in: int, now: datetime
) -> OaToken:
    """Store the pair that an administrator's consent gave us. `expires_in` is in seconds.

    A refresh of the old pair may hold the row while it is on the wire. It is waited for: the code of the
    consent is used up, and a pair that is not stored is lost.
    """
    _wait_longer_than_the_wire()
    token, _ = OaToken.objects.update_or_create(
        oa_id=oa_id,
        defaults={
            "access_token": access_token,
            "refresh_token": refresh_token,
            "expires_at": now + timedelta(seconds=expires_in),
            "granted_at": now,
            "refreshed_at": now,
            "state": OaToken.State.ACTIVE,
            "last_error": "",
            "retry_at": None,
        },
    )
    return token


def note_grant_ended(*, oa_id: str, now: datetime) -> bool:
    """Note that the OA's owner took the grant back, at `now` as Zalo says; false if there is none of then."""
    ended = OaToken.objects.filter(oa_id=oa_id, granted_at__lte=now)
    facts = {"state": OaToken.State.NEEDS_CONSENT, "last_error": REVOKED}
    return ended.update(expires_at=Least("expires_at", Value(now)), **facts) > 0


def _wait_longer_than_the_wire() -> None:
    """Let this transaction wait for the lock as long as its holder may be on the wire: two slow calls."""
    patience = int(4 * settings.ZALO_TIMEOUT_SECONDS + 5)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{patience}s"])


def _renew(token: OaToken, *, now: datetime) -> ZaloError | None:
    """Turn the locked `token` into its successor; where that fails, note why on it and return the refusal."""
    if token.state == OaToken.State.NEEDS_CONSENT:
        token.expires_at = min(token.expires_at, now)  # what Zalo rejected is not tried again
        return NeedsConsent(-14014, "the grant is lost")
    if token.retry_at and now < token.retry_at:
        return BackOff(0, "a refresh failed a moment ago")
    try:
        answer = _ask_for_the_next_pair(token.refresh_token)
    except ZaloError as refusal:
        _note(token, refusal, now=now)
        return refusal
    token.access_token = answer["access_token"]
    # Some answers are said to lack it; then the old one goes on.
    token.refresh_token = answer.get("refresh_token") or token.refresh_token
    token.expires_at = now + timedelta(seconds=lifetime_of(Flow.OA, answer))
    token.refreshed_at = now
    token.state, token.last_error, token.retry_at = OaToken.State.ACTIVE, "", None
    return None


def _ask_for_the_next_pair(refresh_token: str) -> dict[str, Any]:
    """Ask once; when no answer came back, ask once more with the same token: it may not have been used."""
    try:
        return _ask(refresh_token)
    except OutcomeUnknown:
        log.warning("A refresh of an OA token got no answer; trying the old token once more")
        return _ask(refresh_token)


def _ask(refresh_token: str) -> dict[str, Any]:
    return ask_for_tokens(Flow.OA, {"refresh_token": refresh_token, "grant_type": "refresh_token"})


def _note(token: OaToken, refusal: ZaloError, *, now: datetime) -> None:
    token.last_error = f"{type(refusal).__name__} {refusal.code}"
    token.retry_at = now + PAUSE_AFTER_FAILURE
    if isinstance(refusal, NeedsConsent):
        token.state = OaToken.State.NEEDS_CONSENT
    elif isinstance(refusal, OutcomeUnknown):
        token.state = OaToken.State.SUSPECT
    log.error("The token of OA %s was not refreshed: %s", token.oa_id, token.last_error)
