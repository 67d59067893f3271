"""Connecting an agency with its Official Account: an administrator of the account consents at Zalo."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from agencies.errors import AccountOfAnother, AnotherAccount, NotConnected
from agencies.models import Agency
from zalo import services as zalo
from zalo.models import ConsentRequest
from zalo.oauth import Callback, Grant
from zalo.refusals import ConsentUnknown, ZaloAway


@dataclass(frozen=True)
class Connected:
    """An account that consented. `is_adopted` is false where the agency has none yet: an officer must say
    that this one is theirs (`adopt_account`).
    """

    agency: Agency
    oa_id: str
    is_adopted: bool


def begin_connection(*, agency: Agency, officer: str, browser: str, redirect_uri: str, now: datetime) -> str:
    """Return the address of Zalo's page on which an administrator of the account consents."""
    return zalo.begin_consent(
        flow=ConsentRequest.Flow.OA,
        browser=browser,
        redirect_uri=redirect_uri,
        errand=str(agency.pk),
        asked_by=officer,
        now=now,
    )


def finish_connection(*, request: ConsentRequest, callback: Callback, now: datetime) -> Connected:
    """Keep the tokens of the account that consented, if it can be the agency's. Goes to the wire: call it
    outside of every transaction.

    :raises AnotherAccount: the agency has another account
    :raises AccountOfAnother: the account is another agency's
    :raises NotConsented: cancelled, too late, a second time, or Zalo does not take the code
    :raises Unavailable: Zalo does not answer, or does not tell whose an account new to the agency is
    """
    agency = Agency.objects.get(pk=int(request.errand))
    oa_id = callback.oa_id
    if callback.code:
        _refuse_foreign(agency, oa_id)
    grant = zalo.tokens_of_consent(request=request, callback=callback, now=now)
    _refuse_unproved(agency, oa_id, grant)
    zalo.seed_tokens(
        oa_id=oa_id,
        access_token=grant.access_token,
        refresh_token=grant.refresh_token,
        expires_in=grant.expires_in,
        now=now,
    )
    zalo.note_grant(request=request, oa_id=oa_id, now=now)
    return Connected(agency=agency, oa_id=oa_id, is_adopted=agency.oa_id == oa_id)


def _refuse_foreign(agency: Agency, oa_id: str) -> None:
    if not oa_id:
        raise ConsentUnknown
    if agency.oa_id and agency.oa_id != oa_id:
        raise AnotherAccount(given=oa_id, expected=agency.oa_id)
    if Agency.objects.filter(oa_id=oa_id).exclude(pk=agency.pk).exists():
        raise AccountOfAnother(oa_id=oa_id)


def _refuse_unproved(agency: Agency, oa_id: str, grant: Grant) -> None:
    """Where Zalo does not tell, the agency's own account is believed, or the pair would be lost; another may
    be the one that the whole portal sends its codes by.
    """
    is_proved = zalo.is_of(grant=grant, oa_id=oa_id)
    if is_proved is None and agency.oa_id != oa_id:
        raise ZaloAway
    if is_proved is False:
        raise ConsentUnknown


@transaction.atomic
def adopt_account(*, agency: Agency, oa_id: str, browser: str, now: datetime) -> None:
    """Make the account that this browser just brought the consent of the agency's own; again is harmless.

    :raises NotConnected: no such consent came, or it is an hour old
    :raises AnotherAccount: the agency got another account meanwhile
    :raises AccountOfAnother: the account is another agency's
    """
    if not zalo.has_just_granted(errand=str(agency.pk), oa_id=oa_id, browser=browser, now=now):
        raise NotConnected
    try:
        with transaction.atomic():
            is_ours = Agency.objects.filter(pk=agency.pk, oa_id__in=("", oa_id)).update(oa_id=oa_id)
    except IntegrityError as taken:
        raise AccountOfAnother(oa_id=oa_id) from taken
    agency.refresh_from_db()
    if not is_ours:
        raise AnotherAccount(given=oa_id, expected=agency.oa_id)
