"""The account itself: its name, its phone, its end, and two that turn out to be one person's."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.errors import SignedOut
from accounts.models import Citizen, Consent, Session, ZaloContact
from accounts.services.phones import hold_phone, phone_key_of
from core.text import tidy_name

_NAME_LIMIT = 100
_NOTHING = {
    "name": "",
    "zalo_id": None,
    "phone": None,
    "phone_key": None,
    "phone_verified_at": None,
    "is_opened_by_code": False,
    "lost_phone_key": "",
}


def account_name(name: str) -> str:
    """What Zalo or its user calls the account, tidied as every name is, as much of it as fits."""
    return tidy_name(name)[:_NAME_LIMIT]


def update_profile(*, citizen: Citizen, name: str) -> Citizen:
    """Change what the citizen is called.

    :raises SignedOut: the account was erased meanwhile
    """
    if not Citizen.objects.live().filter(pk=citizen.pk).update(name=account_name(name)):
        raise SignedOut
    citizen.refresh_from_db()
    return citizen


@transaction.atomic
def give_phone(*, citizen: Citizen, phone: str, now: datetime) -> Citizen:
    """Make a phone (`+84…`) that Zalo just confirmed the citizen's; another Zalo account loses it.

    :raises SignedOut: the account was erased meanwhile
    """
    key = phone_key_of(phone)
    hold_phone(key)
    held_by_zalo = Q(phone_key=key, zalo_id__isnull=False)
    locked = list(Citizen.objects.filter(Q(pk=citizen.pk) | held_by_zalo).locked())
    Citizen.objects.filter(held_by_zalo, pk__in=[row.pk for row in locked]).exclude(pk=citizen.pk).update(
        phone=None, phone_key=None, phone_verified_at=None, is_opened_by_code=False, lost_phone_key=key
    )
    mine = Citizen.objects.live().filter(pk=citizen.pk)
    if not mine.update(phone=phone, phone_key=key, phone_verified_at=now, lost_phone_key=""):
        raise SignedOut
    citizen.refresh_from_db()
    return citizen


def accounts_by_verified_phone(*, citizen: Citizen) -> list[Citizen]:
    """Find the other accounts that hold, or held last, the phone this citizen has verified.

    Nothing of them may be shown before the citizen proves to be the same person.
    """
    if citizen.phone_key is None:
        return []
    same_phone = Q(phone_key=citizen.phone_key) | Q(lost_phone_key=citizen.phone_key)
    others = Citizen.objects.live().filter(same_phone).exclude(pk=citizen.pk)
    return list(others.order_by("-created_at", "-pk"))


@transaction.atomic
def absorb_account(*, kept: Citizen, absorbed: Citizen, now: datetime) -> Citizen:
    """Make one account of two that were proved to be one person's; the absorbed one is erased.

    What `kept` lacks of Zalo id, phone and name it takes over, with contacts and consents. Sign-ins of the
    absorbed account end: who held them has proved nothing.

    :raises SignedOut: one of the two was erased meanwhile
    """
    for key in sorted({row.phone_key for row in (kept, absorbed) if row.phone_key}):
        hold_phone(key)
    rows = {row.pk: row for row in Citizen.objects.live().filter(pk__in=[kept.pk, absorbed.pk]).locked()}
    if len(rows) < 2:
        raise SignedOut
    ours, theirs = rows[kept.pk], rows[absorbed.pk]
    Session.objects.filter(citizen=theirs).end(reason=Session.EndReason.ABSORBED, now=now)
    ZaloContact.objects.filter(citizen=theirs).update(citizen=ours)
    _move_consents(kept=ours, absorbed=theirs, now=now)
    taken_over = _what_is_lacking(ours, theirs)
    # First emptied, then taken over: a Zalo id and a phone are never two accounts' at once.
    Citizen.objects.filter(pk=theirs.pk).update(**_NOTHING, erased_at=now)
    Citizen.objects.filter(pk=ours.pk).update(**taken_over)
    kept.refresh_from_db()
    absorbed.refresh_from_db()
    return kept


def _what_is_lacking(kept: Citizen, absorbed: Citizen) -> dict[str, object]:
    taken: dict[str, object] = {
        "name": kept.name or absorbed.name,
        "zalo_id": kept.zalo_id or absorbed.zalo_id,
    }
    phones_agree = kept.phone_key == absorbed.phone_key
    if kept.phone_key is None:
        taken |= {
            "phone": absorbed.phone,
            "phone_key": absorbed.phone_key,
            "phone_verified_at": absorbed.phone_verified_at,
        }
    if kept.phone_key is None or phones_agree:
        taken["is_opened_by_code"] = kept.is_opened_by_code or absorbed.is_opened_by_code
    return taken


def _move_consents(*, kept: Citizen, absorbed: Citizen, now: datetime) -> None:
    standing = set(Consent.objects.given().filter(citizen=kept).values_list("purpose", "notice_version"))
    for consent in Consent.objects.filter(citizen=absorbed).order_by("pk"):
        if consent.withdrawn_at is None and (consent.purpose, consent.notice_version) in standing:
            consent.withdrawn_at = now
        consent.citizen = kept
        consent.save(update_fields=["citizen", "withdrawn_at"])


@transaction.atomic
def erase_account(*, citizen: Citizen, now: datetime) -> None:
    """Empty the account and end its sign-ins; consents stay as evidence, withdrawn. Again is harmless."""
    Citizen.objects.filter(pk=citizen.pk).locked().first()
    Session.objects.filter(citizen=citizen).end(reason=Session.EndReason.ERASED, now=now)
    ZaloContact.objects.filter(citizen=citizen).delete()
    Consent.objects.given().filter(citizen=citizen).update(withdrawn_at=now)
    Citizen.objects.live().filter(pk=citizen.pk).update(**_NOTHING, erased_at=now)
    citizen.refresh_from_db()
