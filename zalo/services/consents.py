"""To Zalo's consent page and back: who was sent there, and what for, is known when they return.

A state is good for one return, for ten minutes, in the browser that was sent. What the consent is for is the
business of the rooms above; here only `errand`, a text of theirs.
"""

import hashlib
import logging
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer

from zalo.errors import ZaloError
from zalo.models import ConsentRequest
from zalo.oauth import Callback, Flow, Grant, account_behind, exchange, permission_url
from zalo.refusals import (
    ConsentElsewhere,
    ConsentOver,
    ConsentUnknown,
    refusal_in_callback,
    refusal_of,
)
from zalo.signing import code_challenge, new_code_verifier

log = logging.getLogger(__name__)

CONSENT_LIFETIME = timedelta(minutes=10)
KEPT = timedelta(days=1)
# How long after a grant its browser may still decide what to do with it.
DECIDED_WITHIN = timedelta(hours=1)


def begin_consent(
    *,
    flow: Flow,
    browser: str,
    redirect_uri: str,
    now: datetime,
    errand: str = "",
    asked_by: str = "",
) -> str:
    """Note that this browser goes to Zalo's consent page, and return the page's address.

    `browser` is a secret that only this browser has, from a cookie.
    """
    state = _signer().sign(secrets.token_urlsafe(24))
    verifier = _verifier_for(flow)
    challenge = code_challenge(verifier)
    ConsentRequest.objects.create(
        flow=flow,
        state_hash=_hash(state),
        browser_hash=_hash(browser),
        challenge=challenge,
        verifier=verifier,
        errand=errand,
        asked_by=asked_by,
        created_at=now,
        expires_at=now + CONSENT_LIFETIME,
    )
    return permission_url(flow, redirect_uri=redirect_uri, challenge=challenge, state=state)


def consent_of(*, flow: Flow, callback: Callback, browser: str) -> ConsentRequest:
    """Find what a browser that comes back from Zalo was sent there for; nothing is used up yet.

    :raises ConsentUnknown: nobody was sent there with this state
    :raises ConsentElsewhere: another browser was
    """
    request = _found(flow, callback, browser)
    if request is None:
        raise ConsentUnknown
    if not browser or request.browser_hash != _hash(browser):
        raise ConsentElsewhere
    return request


def tokens_of_consent(*, request: ConsentRequest, callback: Callback, now: datetime) -> Grant:
    """Use the request up, and the code that came back with it. Goes to the wire: call it outside of
    every transaction.

    :raises ConsentOver: the request was used before, or is too old
    :raises ConsentCancelled: somebody said no at Zalo
    :raises CodeRefused: Zalo does not take the code
    :raises AppNotReady: our app is not set up at Zalo
    :raises ZaloAway: Zalo does not answer
    """
    if not ConsentRequest.objects.take(request.pk, now=now):
        raise ConsentOver
    if not callback.code:
        raise refusal_in_callback(callback.error)
    try:
        return exchange(Flow(request.flow), code=callback.code, verifier=request.verifier)
    except ZaloError as error:
        refusal = refusal_of(error)
        log.warning("Zalo gave no tokens for a code (%s): %s", request.flow, error)
        raise refusal from error


def is_of(*, grant: Grant, oa_id: str) -> bool | None:
    """Whether a fresh grant is of the account that the address named, which anybody can type; None where Zalo
    does not tell.
    """
    try:
        behind = account_behind(grant.access_token)
    except ZaloError as error:
        log.warning("OA %s could not be asked whether a fresh grant is its own: %s", oa_id, error)
        return None
    return behind == oa_id if behind else None


def note_grant(*, request: ConsentRequest, oa_id: str, now: datetime) -> None:
    """Remember that this request got us the tokens of an account."""
    ConsentRequest.objects.filter(pk=request.pk).update(oa_id=oa_id, granted_at=now)


def has_just_granted(*, errand: str, oa_id: str, browser: str, now: datetime) -> bool:
    """Whether this browser brought the consent of this account for this errand within the last hour."""
    lately = ConsentRequest.objects.granted_to(
        errand, browser_hash=_hash(browser), since=now - DECIDED_WITHIN
    )
    return lately.filter(flow=Flow.OA, oa_id=oa_id).exists()


def forget_old_consents(*, now: datetime) -> int:
    """Delete requests older than a day; gives how many."""
    return ConsentRequest.objects.filter(created_at__lt=now - KEPT).delete()[0]


def _found(flow: Flow, callback: Callback, browser: str) -> ConsentRequest | None:
    """By the state; else by the challenge, which Zalo gives back as well; else the last one that this browser
    was sent with: where the console knows one challenge for ever, or where a no came back, which gives nobody
    anything.
    """
    requests = ConsentRequest.objects.filter(flow=flow)
    if callback.state:
        is_ours = _is_signed(callback.state)
        return requests.filter(state_hash=_hash(callback.state)).first() if is_ours else None
    mine = requests.filter(browser_hash=_hash(browser)).order_by("-created_at", "-pk")
    if callback.code_challenge:
        return mine.filter(challenge=callback.code_challenge).first()
    is_a_no = callback.error and not callback.code
    is_fixed = flow == Flow.OA and settings.ZALO_OA_CODE_VERIFIER
    return mine.first() if is_a_no or is_fixed else None


def _verifier_for(flow: Flow) -> str:
    fixed = settings.ZALO_OA_CODE_VERIFIER if flow == Flow.OA else ""
    return fixed or new_code_verifier()


def _signer() -> Signer:
    return Signer(sep=".", salt="zalo.consent")


def _is_signed(state: str) -> bool:
    try:
        _signer().unsign(state)
    except BadSignature:
        return False
    return True


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
