"""What a signed-in citizen carries: a short-lived access token that is only signed, and a refresh token.

Both name their session and are signed by us. So a refresh token that is well signed, and yet not the one the
session expects, is an old one: somebody else used it first, or uses it now.
"""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction

from accounts.errors import SignedOut
from accounts.models import Citizen, Session

_SEPARATOR = "."


@dataclass(frozen=True, repr=False)
class Tokens:
    """A pair for one session. `expires_in` is the life of `access` in seconds."""

    access: str
    refresh: str
    expires_in: int
    citizen: Citizen


def _access_signer() -> Signer:
    return Signer(salt="accounts.access", sep=_SEPARATOR)


def _refresh_signer() -> Signer:
    return Signer(salt="accounts.refresh", sep=_SEPARATOR)


def _browser_signer() -> Signer:
    return Signer(salt="accounts.browser", sep=_SEPARATOR)


def _hash(refresh_token: str) -> str:
    return hashlib.sha256(refresh_token.encode()).hexdigest()


def _new_refresh_token(public_id: uuid.UUID) -> str:
    return _refresh_signer().sign(_SEPARATOR.join((public_id.hex, secrets.token_urlsafe(32))))


def _new_access_token(public_id: uuid.UUID, *, now: datetime) -> str:
    expires_at = now + settings.ACCESS_TOKEN_LIFETIME
    return _access_signer().sign(_SEPARATOR.join((public_id.hex, str(int(expires_at.timestamp())))))


def _read(signer: Signer, token: str) -> tuple[uuid.UUID, str]:
    """Give the session's public id and what follows it in a token.

    :raises SignedOut: the token is not signed by us
    """
    try:
        public_id, rest = signer.unsign(token).split(_SEPARATOR)
        return uuid.UUID(hex=public_id), rest
    except (BadSignature, ValueError) as unreadable:
        raise SignedOut from unreadable


def _pair(session: Session, refresh: str, *, now: datetime) -> Tokens:
    return Tokens(
        access=_new_access_token(session.public_id, now=now),
        refresh=refresh,
        expires_in=int(settings.ACCESS_TOKEN_LIFETIME.total_seconds()),
        citizen=session.citizen,
    )


def open_session(*, citizen: Citizen, now: datetime) -> Tokens:
    """Sign a citizen in whose identity was just proved."""
    public_id = uuid.uuid4()
    refresh = _new_refresh_token(public_id)
    session = Session.objects.create(
        public_id=public_id, citizen=citizen, refresh_hash=_hash(refresh), created_at=now, rotated_at=now
    )
    return _pair(session, refresh, now=now)


def session_of(*, access_token: str, now: datetime) -> Session:
    """Find the session of an access token, with its citizen, by one query.

    :raises SignedOut: not our token, too old, or the session has ended
    """
    return _session(_access_signer(), access_token, now=now)


def _session(signer: Signer, token: str, *, now: datetime) -> Session:
    public_id, expires_at = _read(signer, token)
    if not expires_at.isdigit() or int(expires_at) <= now.timestamp():
        raise SignedOut
    session = Session.objects.alive().select_related("citizen").filter(public_id=public_id).first()
    if session is None:
        raise SignedOut
    return session


def refresh_session(*, refresh_token: str, now: datetime) -> Tokens:
    """Give a new pair for the current refresh token; an old one ends the whole sign-in.

    :raises SignedOut: not our token, not the current one, unused for too long, or the session has ended
    """
    public_id, _ = _read(_refresh_signer(), refresh_token)
    # Outermost, so that the end of the family is kept although the caller is refused.
    with transaction.atomic(durable=True):
        tokens = _rotate_or_end(public_id, refresh_token, now=now)
    if tokens is None:
        raise SignedOut
    return tokens


def _rotate_or_end(public_id: uuid.UUID, refresh_token: str, *, now: datetime) -> Tokens | None:
    session = Session.objects.alive().select_related("citizen").filter(public_id=public_id).first()
    since = now - settings.REFRESH_TOKEN_LIFETIME
    if session is None or session.rotated_at <= since:
        return None
    fresh = _new_refresh_token(public_id)
    if Session.objects.rotate(session, expected=_hash(refresh_token), refresh_hash=_hash(fresh), now=now):
        return _pair(session, fresh, now=now)
    Session.objects.filter(pk=session.pk).end(reason=Session.EndReason.TOKEN_REUSED, now=now)
    return None


def browser_token(*, tokens: Tokens, now: datetime) -> str:
    """Give what a browser's cookie carries instead: the same session, for `BROWSER_SIGN_IN_LIFETIME`."""
    public_id, _ = _read(_access_signer(), tokens.access)
    expires_at = now + settings.BROWSER_SIGN_IN_LIFETIME
    return _browser_signer().sign(_SEPARATOR.join((public_id.hex, str(int(expires_at.timestamp())))))


def session_of_browser(*, token: str, now: datetime) -> Session:
    """Find the session of a browser's cookie, with its citizen, by one query.

    :raises SignedOut: not our token, too old, or the session has ended
    """
    return _session(_browser_signer(), token, now=now)


def end_browser_session(*, token: str, now: datetime) -> None:
    """Sign the browser out; a token that is not ours changes nothing and is no error."""
    try:
        public_id, _ = _read(_browser_signer(), token)
    except SignedOut:
        return
    Session.objects.filter(public_id=public_id).end(reason=Session.EndReason.SIGNED_OUT, now=now)


def end_session(*, refresh_token: str, now: datetime) -> None:
    """Sign out; a token that is not ours, or whose session has ended, changes nothing and is no error."""
    try:
        public_id, _ = _read(_refresh_signer(), refresh_token)
    except SignedOut:
        return
    Session.objects.filter(public_id=public_id).end(reason=Session.EndReason.SIGNED_OUT, now=now)
