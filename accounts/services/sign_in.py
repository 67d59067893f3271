"""Signing in with Zalo, and the phone that Zalo vouches for."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.conf import settings

from accounts.errors import NotYourZalo, ZaloTokenRefused, phone_not_vietnamese, phone_token_refused
from accounts.models import Citizen, ZaloContact
from accounts.services.contacts import link_contacts
from accounts.services.profiles import account_name, give_phone
from accounts.services.tokens import Tokens, open_session
from core import phones
from core.errors import DomainError, Unavailable
from zalo.clients import GraphClient, Profile
from zalo.errors import AskForNewToken, ZaloError
from zalo.models import ConsentRequest
from zalo.oauth import Callback
from zalo.refusals import CodeRefused
from zalo.services import tokens_of_consent

log = logging.getLogger(__name__)
T = TypeVar("T")


def sign_in_with_zalo(*, access_token: str, now: datetime) -> Tokens:
    """Sign in the owner of a Mini App token, opening an account at the first time.

    Each step is committed before the next one: whoever follows an OA at this moment is linked either here or
    by `record_follow`, because both first write what is theirs and then look for the other.

    :raises ZaloTokenRefused: Zalo does not know the token
    :raises Unavailable: Zalo cannot be asked
    """
    profile = _ask_zalo(lambda: GraphClient().me(access_token), refusal=ZaloTokenRefused)
    citizen = _account_of(profile, now=now)
    _note_uid(profile)
    link_contacts(citizen=citizen)
    return open_session(citizen=citizen, now=now)


def finish_zalo_sign_in(*, request: ConsentRequest, callback: Callback, now: datetime) -> Tokens:
    """Sign in who comes back to the browser from Zalo's consent page. The tokens of Zalo are not kept.

    :raises NotConsented: they cancelled, came too late or twice, or Zalo does not take the code
    :raises Unavailable: Zalo cannot be asked
    """
    grant = tokens_of_consent(request=request, callback=callback, now=now)
    try:
        return sign_in_with_zalo(access_token=grant.access_token, now=now)
    except ZaloTokenRefused as refused:
        raise CodeRefused from refused


def _note_uid(profile: Profile) -> None:
    """Keep the citizen's id at the one Official Account that is linked with the Mini App."""
    oa_id = getattr(settings, "ZALO_APP_OA_ID", "")
    if not (oa_id and profile.uid_by_oa):
        return
    ZaloContact.objects.update_or_create(
        oa_id=oa_id,
        uid=profile.uid_by_oa,
        defaults={"app_user_id": profile.id},
        create_defaults={"app_user_id": profile.id, "follows": bool(profile.is_follower)},
    )


def _account_of(profile: Profile, *, now: datetime) -> Citizen:
    name = account_name(profile.name or "")
    citizen, is_new = Citizen.objects.get_or_create(
        zalo_id=profile.id, defaults={"name": name, "created_at": now}
    )
    if name and not is_new and not citizen.name:
        # Only an empty name is filled: what the citizen chose to be called is not Zalo's to change.
        Citizen.objects.live().filter(pk=citizen.pk, name="").update(name=name)
        citizen.refresh_from_db()
    return citizen


def link_phone(*, citizen: Citizen, access_token: str, phone_token: str, now: datetime) -> str:
    """Learn the citizen's phone from Zalo and make it theirs; gives it as `+84…`.

    The Mini App's token for the phone works once: it is exchanged here and now, and never again.

    :raises ZaloTokenRefused: Zalo does not know the access token
    :raises NotYourZalo: the access token is another person's
    :raises Invalid: Zalo gives no number for the phone token, or a foreign one
    :raises Unavailable: Zalo cannot be asked
    """
    profile = _ask_zalo(lambda: GraphClient().me(access_token), refusal=ZaloTokenRefused)
    if profile.id != citizen.zalo_id:
        raise NotYourZalo
    number = _ask_zalo(
        lambda: GraphClient().exchange_phone(access_token, phone_token), refusal=phone_token_refused
    )
    try:
        phone = phones.normalise(number)
    except ValueError as foreign:
        raise phone_not_vietnamese() from foreign
    give_phone(citizen=citizen, phone=phone, now=now)
    return phone


def _ask_zalo(question: Callable[[], T], *, refusal: Callable[[], DomainError]) -> T:
    try:
        return question()
    except AskForNewToken as refused:
        raise refusal() from refused
    except ZaloError as away:
        log.warning("Zalo could not be asked at sign-in: %s", away)
        raise Unavailable from away
