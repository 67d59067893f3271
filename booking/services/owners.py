"""What becomes of bookings when their account ends, or turns out to be the same person's as another."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Q

from accounts import services as accounts
from accounts.identity import person_key
from accounts.models import Citizen
from accounts.services import tries
from booking.errors import NotProved, ProofLocked
from booking.models import Appointment, Booking, Person, Registration, ReminderCall
from booking.services import appointments, registrations
from booking.services.dossiers import forget_visits
from booking.services.people import details_of
from booking.services.retention import FORGOTTEN
from core.models import StoredAnswer
from core.time import at, local_date
from dossiers.models import Dossier
from dossiers.services import owners as dossiers
from dossiers.services.moving import hold
from notifications import services as notifications


@transaction.atomic
def erase_citizen(*, citizen: Citizen, now: datetime) -> None:
    """Cancel what the account holds, free the places, take its dossiers back, forget its people and end the
    account.

    The rows stay without names and numbers, because the office's counts must stay true.
    """
    # Waits for bookings of this account that are under way; they are seen, and given up, below.
    Citizen.objects.select_for_update().get(pk=citizen.pk)
    mine = [dossier.pk for dossier in hold(Dossier.objects.of(citizen))]
    # With those that an officer gave to the people of its dossiers.
    theirs = Q(person__citizen=citizen) | Q(person__dossier__in=mine)
    live = Appointment.objects.live().filter(theirs).select_for_update(of=("self",), no_key=True)
    appointments.give_up(list(live.order_by("pk")), now=now)
    waiting = Registration.objects.waiting().of(citizen).select_for_update(of=("self",), no_key=True)
    for registration in waiting.select_related("booking").order_by("pk"):
        registrations.end(registration, status=Registration.Status.WITHDRAWN)
    for person in Person.objects.filter(dossier__in=mine, is_live=True).order_by("pk"):
        registrations.leave(person)
    # After their places: the database ends no dossier for which one is held.
    dossiers.let_go(citizen=citizen, now=now)
    forget_visits(mine)
    Person.objects.filter(citizen=citizen).update(**FORGOTTEN)
    Booking.objects.filter(citizen=citizen).update(phone=None, phone_key="")
    ReminderCall.objects.filter(appointment__person__citizen=citizen).update(note="")
    notifications.forget_recipient(recipient=citizen, now=now)
    StoredAnswer.objects.filter(owner=str(citizen.pk)).delete()  # they hold names
    accounts.erase_account(citizen=citizen, now=now)


def claim_old_account(*, citizen: Citizen, birth_year: int, id_last4: str, now: datetime) -> Citizen:
    """Join to this account another one that holds its verified phone, on proof of one person of it: birth
    year and last four digits of the identity number. Dossiers, appointments, registrations and messages come
    along.
    A second click, which finds nothing left to join, is answered like the first.

    :raises NotProved: no account with this phone has such a person
    :raises ProofLocked: five wrong answers today
    """
    others = accounts.accounts_by_verified_phone(citizen=citizen)
    for other in others:
        # Until the day is over in Việt Nam.
        forgotten_at = at(local_date(now) + timedelta(days=1), time.min)
        if tries.count(tries.ACCOUNT, str(other.pk), until=forgotten_at, now=now):
            raise ProofLocked
        if _knows(other, birth_year=birth_year, id_last4=id_last4):
            _join(kept=citizen, absorbed=other, now=now)
            return citizen
    if not others and _knows(citizen, birth_year=birth_year, id_last4=id_last4):
        return citizen
    raise NotProved


def _knows(account: Citizen, *, birth_year: int, id_last4: str) -> bool:
    """Whether somebody like that was booked for, or declared, by the account."""
    numbered = Person.objects.filter(citizen=account).filter(
        Q(personal_id__isnull=False) | Q(old_id__isnull=False)
    )
    was_booked_for = any(
        (person.birth_date or "").startswith(f"{birth_year:04d}")
        and (person.personal_id or person.old_id or "").endswith(id_last4)
        for person in numbered
    )
    return was_booked_for or dossiers.knows(citizen=account, birth_year=birth_year, id_last4=id_last4)


@transaction.atomic
def _join(*, kept: Citizen, absorbed: Citizen, now: datetime) -> None:
    # First: nobody books or declares with the absorbed account any more, and who is about to, is waited for.
    accounts.absorb_account(kept=kept, absorbed=absorbed, now=now)
    Citizen.objects.select_for_update().get(pk=absorbed.pk)
    dossiers.readdress(old=absorbed, new=kept)
    ours = list(
        Person.objects.filter(citizen=kept, is_live=True)
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    taken, keys = {person.account_seat for person in ours}, {person.person_key for person in ours}
    theirs = Person.objects.filter(citizen=absorbed, is_live=True).select_for_update(
        of=("self",), no_key=True
    )
    seat = 0
    for person in theirs.order_by("pk"):
        seat = next(free for free in range(seat + 1, seat + len(taken) + 2) if free not in taken)
        person.citizen, person.account_seat = kept, seat
        # One without a number is known by the account; if both accounts hold them, both places stay.
        key = _key_of(person, account=kept)
        person.person_key = person.person_key if key in keys else key
        person.save(update_fields=["citizen", "account_seat", "person_key"])
    Person.objects.filter(citizen=absorbed).update(citizen=kept)
    Booking.objects.filter(citizen=absorbed).update(citizen=kept)
    notifications.readdress_messages(old=absorbed, new=kept)


def _key_of(person: Person, *, account: Citizen) -> str:
    return person_key(details_of(person), account=str(account.pk))
