"""By which ways a citizen can be reached, and what the citizen agreed to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.errors import notice_not_current
from accounts.models import Citizen, Consent, ZaloContact
from accounts.models.citizens import ZaloContactQuerySet
from accounts.notice import CURRENT_NOTICE

# The pages ask for these with one question.
ASKED_TOGETHER = (Consent.Purpose.MESSAGES_BY_ZALO, Consent.Purpose.MESSAGES_BY_PHONE)


# A citizen's key, an Official Account, and how that knows the citizen.
Contacts = Mapping[tuple[int, str], ZaloContact]


@dataclass(frozen=True, repr=False)
class Reach:
    """What one Official Account may use to write to a citizen; None where there is no such way."""

    uid: str | None
    phone: str | None
    last_interaction_at: datetime | None
    follows: bool
    # What the Mini App knows the citizen by.
    app_user_id: str | None = None


def best_contacts(*, citizens: Iterable[Citizen], oa_ids: Iterable[str]) -> Contacts:
    """How these Official Accounts know these citizens best: one statement."""
    known = ZaloContact.objects.filter(citizen__in={one.pk for one in citizens}, oa_id__in=set(oa_ids))
    best = dict[tuple[int, str], ZaloContact]()
    for contact in known.best_first():
        if contact.citizen_id is not None:
            best.setdefault((contact.citizen_id, contact.oa_id), contact)
    return best


def ways_to_reach(*, citizen: Citizen, oa_id: str, contacts: Contacts | None = None) -> Reach:
    """Say how an Official Account may write to a citizen: never by a way the citizen has withdrawn.

    Notifications of the Mini App are asked for there, and go only to those who said yes. `contacts` are those
    that were read for many citizens at once; what each agrees to is read anew.
    """
    standing, closed = _consents(citizen)
    contact = None
    if Consent.Purpose.MESSAGES_BY_ZALO not in closed:
        if contacts is None:
            contacts = best_contacts(citizens=[citizen], oa_ids=[oa_id])
        contact = contacts.get((citizen.pk, oa_id))
    return Reach(
        uid=contact.uid if contact else None,
        phone=None if Consent.Purpose.MESSAGES_BY_PHONE in closed else citizen.phone,
        app_user_id=citizen.zalo_id if Consent.Purpose.MESSAGES_BY_MINIAPP in standing else None,
        last_interaction_at=contact.last_interaction_at if contact else None,
        follows=contact.follows if contact else False,
    )


def _consents(citizen: Citizen) -> tuple[set[str], set[str]]:
    """The purposes that are agreed to, and those that were once and are not any more."""
    rows = list(Consent.objects.filter(citizen=citizen).values_list("purpose", "withdrawn_at"))
    standing = {purpose for purpose, withdrawn_at in rows if withdrawn_at is None}
    return standing, {purpose for purpose, _ in rows} - standing


def standing_consents(*, citizen: Citizen) -> list[Consent.Purpose]:
    """What the citizen agrees to."""
    standing, _ = _consents(citizen)
    return [purpose for purpose in Consent.Purpose if purpose in standing]


def record_follow(*, oa_id: str, uid: str, app_user_id: str, follows: bool, now: datetime) -> ZaloContact:
    """Note that a person follows an Official Account or stopped to; `now` is when Zalo says it happened.

    Told twice or late it changes nothing. `app_user_id` may be empty: Zalo does not always give it. Each step
    is committed before the next one; why, is said at `sign_in_with_zalo`.
    """
    row = _known(oa_id=oa_id, uid=uid, app_user_id=app_user_id)
    row.filter(Q(follows_as_of=None) | Q(follows_as_of__lte=now)).update(follows=follows, follows_as_of=now)
    if follows:
        # To follow is to interact: it opens the hours in which an Official Account may write freely.
        _interacted(row, now)
    return row.get()


def record_interaction(*, oa_id: str, uid: str, app_user_id: str, now: datetime) -> ZaloContact:
    """Note that a person wrote to an Official Account or opened its chat; `now` is when Zalo says so.

    Told twice or late it changes nothing. `app_user_id` may be empty.
    """
    row = _known(oa_id=oa_id, uid=uid, app_user_id=app_user_id)
    _interacted(row, now)
    return row.get()


def record_contact(*, oa_id: str, uid: str, app_user_id: str) -> ZaloContact:
    """Note that an Official Account knows a person, from an event that gives it no leave to write."""
    return _known(oa_id=oa_id, uid=uid, app_user_id=app_user_id).get()


def _known(*, oa_id: str, uid: str, app_user_id: str) -> ZaloContactQuerySet:
    """The row of a contact, made if it is new, linked with the citizen whose Zalo id it names."""
    contact, _ = ZaloContact.objects.get_or_create(oa_id=oa_id, uid=uid)
    row = ZaloContact.objects.filter(pk=contact.pk)
    if app_user_id and contact.app_user_id != app_user_id:
        row.update(app_user_id=app_user_id)
    if app_user_id:
        owner = Citizen.objects.filter(zalo_id=app_user_id).first()
        if owner:
            row.exclude(citizen=owner).update(citizen=owner)
    return row


def _interacted(row: ZaloContactQuerySet, now: datetime) -> None:
    row.filter(Q(last_interaction_at=None) | Q(last_interaction_at__lt=now)).update(last_interaction_at=now)


def link_contacts(*, citizen: Citizen) -> None:
    """Give a citizen who signed in with Zalo the contacts that waited for that Zalo id."""
    ZaloContact.objects.filter(app_user_id=citizen.zalo_id).exclude(citizen=citizen).update(citizen=citizen)


def give_consent(
    *, citizen: Citizen, purposes: Iterable[Consent.Purpose], notice_version: str, now: datetime
) -> None:
    """Record that the citizen agrees to each purpose under the current notice; once per version.

    :raises Invalid: the notice that was shown is not the current one
    """
    if notice_version != CURRENT_NOTICE.version:
        raise notice_not_current(CURRENT_NOTICE.version)
    given = (
        Consent(citizen=citizen, purpose=purpose, notice_version=notice_version, given_at=now)
        for purpose in purposes
    )
    Consent.objects.bulk_create(given, ignore_conflicts=True)


def withdraw_consent(*, citizen: Citizen, purposes: Iterable[Consent.Purpose], now: datetime) -> None:
    """Take back what was agreed to under any notice; the rows stay as evidence."""
    standing = Consent.objects.given().filter(citizen=citizen, purpose__in=list(purposes))
    standing.update(withdrawn_at=now)


@transaction.atomic
def withdraw_through_zalo(*, oa_id: str, uid: str, app_user_id: str, now: datetime) -> int:
    """Take back what a person agreed to, because they told Zalo so; `now` is when Zalo says it happened.

    The person is named by one id or both, the other is "". What was agreed to since `now` stands, so that an
    event told late undoes nothing. Somebody who was never asked has a no on record from then on. Nothing else
    ends: neither the account nor its appointments. Returns how many accounts that were.
    """
    contacts = ZaloContact.objects.filter(oa_id=oa_id, uid=uid).exclude(uid="")
    contacts.filter(last_interaction_at__lte=now).update(last_interaction_at=None)
    named = Q(pk__in=contacts.values("citizen"))
    if app_user_id:
        named |= Q(zalo_id=app_user_id)
    citizens = list(Citizen.objects.live().filter(named).locked())
    for citizen in citizens:
        Consent.objects.given().filter(citizen=citizen, given_at__lte=now).update(withdrawn_at=now)
        asked = Consent.objects.filter(citizen=citizen).values_list("purpose", flat=True)
        said = {"notice_version": CURRENT_NOTICE.version, "given_at": now, "withdrawn_at": now}
        Consent.objects.bulk_create(
            Consent(citizen=citizen, purpose=purpose, **said)
            for purpose in Consent.Purpose
            if purpose not in set(asked)
        )
    return len(citizens)


@transaction.atomic
def choose_consent(
    *, citizen: Citizen, purpose: Consent.Purpose, is_given: bool, notice_version: str, now: datetime
) -> None:
    """Record the answer to one question. A no is kept as evidence like a yes.

    :raises Invalid: the notice that was shown is not the current one
    """
    give_consent(citizen=citizen, purposes=[purpose], notice_version=notice_version, now=now)
    if not is_given:
        withdraw_consent(citizen=citizen, purposes=[purpose], now=now)


def takes_messages(*, citizen: Citizen) -> bool:
    """Whether the citizen has agreed to numbers and reminders, and not taken it back."""
    return Consent.objects.given().filter(citizen=citizen).exists()


@transaction.atomic
def choose_messages(*, citizen: Citizen, wanted: bool, notice_version: str, now: datetime) -> None:
    """Record the answer to whether numbers and reminders may be sent. A no is kept as evidence like a yes.

    A yes says nothing of the Mini App, which asks for itself; a no is meant for all ways.

    :raises Invalid: the notice that was shown is not the current one
    """
    give_consent(citizen=citizen, purposes=ASKED_TOGETHER, notice_version=notice_version, now=now)
    if not wanted:
        withdraw_consent(citizen=citizen, purposes=Consent.Purpose, now=now)


def citizen_behind(*, oa_id: str, uid: str) -> Citizen | None:
    """The citizen whom an Official Account knows by this id; None as long as nobody has signed in with it."""
    return Citizen.objects.live().filter(contacts__oa_id=oa_id, contacts__uid=uid).first()
