"""What ends a dossier ends the place that was given for it, in one transaction.

Rooms below know of no places, so whoever lets a citizen take a dossier back, or an officer end one, does it
here. The database refuses it otherwise (`no_place_for_an_ended_dossier`).
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Citizen, Officer
from booking import reminders
from booking.models import BEFORE_ARRIVAL, Appointment, Person, ReminderCall
from booking.services import appointments, registrations
from booking.services.retention import forget_people
from dossiers.models import Dossier
from dossiers.services import declaring, erasing, looking_up, reviewing
from notifications import services as notifications

WITHDRAWN, REFUSED, STOPPED = "hồ sơ đã rút", "hồ sơ không được tiếp nhận", "hồ sơ đã dừng"


@transaction.atomic
def withdraw(*, public_id: UUID, citizen: Citizen, now: datetime) -> Dossier:
    """Take a dossier back, and the place with it; its person may be declared and booked anew at once.

    :raises NotFound: no such dossier of this citizen
    :raises NotAllowedNow: the office has taken the person in, or it has ended
    """
    dossier = declaring.locked(public_id, citizen=citizen)
    free_place_of(dossier, reason=WITHDRAWN, now=now)
    return declaring.withdraw(public_id=public_id, citizen=citizen, now=now)


@transaction.atomic
def withdraw_looked_up(*, proof: str, now: datetime) -> Dossier:
    """The same on the word of its person, who looked it up (`dossiers.services.looking_up`).

    :raises NotFound: the proof is none
    :raises NotAllowedNow: as above
    """
    free_place_of(_held_by_proof(proof, now=now), reason=WITHDRAWN, now=now)
    return looking_up.withdraw(proof=proof, now=now)


@transaction.atomic
def erase(*, public_id: UUID, citizen: Citizen, now: datetime) -> None:
    """Forget the person of a dossier and of its visits for good; what is under way is taken back first.

    :raises NotFound: no such dossier of this citizen
    :raises NotAllowedNow: the office has taken the person in, and no card was handed over yet
    """
    dossier = declaring.locked(public_id, citizen=citizen)
    free_place_of(dossier, reason=WITHDRAWN, now=now)
    erasing.erase(public_id=public_id, citizen=citizen, now=now)
    forget_visits([dossier.pk])


@transaction.atomic
def erase_looked_up(*, proof: str, now: datetime) -> None:
    """The same on the word of its person, who looked it up.

    :raises NotFound: the proof is none
    :raises NotAllowedNow: as above
    """
    dossier = _held_by_proof(proof, now=now)
    free_place_of(dossier, reason=WITHDRAWN, now=now)
    looking_up.erase(proof=proof, now=now)
    forget_visits([dossier.pk])


@transaction.atomic
def refuse(
    *,
    dossier: Dossier,
    officer: Officer,
    revision: int,
    reason: str,
    basis: str = "",
    words: str = "",
    now: datetime,
) -> Dossier:
    """Refuse a dossier as `reviewing.refuse` does, with the place of whoever was to come for it.

    :raises Invalid, NotAllowedNow: as there
    """
    free_place_of(_held(dossier), reason=REFUSED, now=now)
    return reviewing.refuse(
        dossier=dossier,
        officer=officer,
        revision=revision,
        reason=reason,
        basis=basis,
        words=words,
        now=now,
    )


@transaction.atomic
def stop(
    *,
    dossier: Dossier,
    officer: Officer,
    revision: int,
    reason: str,
    papers_seen: str,
    words: str = "",
    now: datetime,
) -> Dossier:
    """Stop a dossier as `reviewing.stop` does, with the place of whoever was to come for it.

    :raises Invalid, NotAllowedNow: as there
    """
    free_place_of(_held(dossier), reason=STOPPED, now=now)
    return reviewing.stop(
        dossier=dossier,
        officer=officer,
        revision=revision,
        reason=reason,
        papers_seen=papers_seen,
        words=words,
        now=now,
    )


def _held(dossier: Dossier) -> Dossier:
    """Its row: no place is given for it meanwhile. Decided is on what the officer has read."""
    return declaring.locked(dossier.public_id, citizen=None)


@transaction.atomic
def free_place_of(dossier: Dossier, *, reason: str, now: datetime) -> None:
    """Give up what the person of a locked dossier holds and has not come for yet; tell them, with the reason.

    A waiting registration goes on without the person; the last one ends it. An appointment is cancelled.
    """
    person = Person.objects.filter(dossier=dossier, is_live=True).first()
    # First the registration: the evening run, which makes an appointment of it, holds it while it does.
    if person is None or registrations.leave(person):
        return
    code = Appointment.objects.filter(person=person).values_list("code", flat=True).first()
    if code is None:
        return
    appointment = appointments.locked(code, citizen=None)
    if appointment.status in BEFORE_ARRIVAL:
        appointments.give_up([appointment], now=now)
        reminders.tell_cancelled(appointment, reason=reason, now=now)


def _held_by_proof(proof: str, *, now: datetime) -> Dossier:
    return declaring.locked(looking_up.dossier_of_proof(proof, now=now).public_id, citizen=None)


def forget_visits(dossiers: Sequence[int]) -> None:
    """Forget the people of visits for dossiers that were forgotten, and the phones given for nobody else."""
    over = Person.objects.filter(dossier__in=dossiers, dossier__forgotten_at__isnull=False, is_live=False)
    people = list(over.values_list("pk", "booking", "appointment__code"))
    codes = [code for _, _, code in people if code]
    ReminderCall.objects.filter(appointment__code__in=codes).update(note="")
    forget_people([pk for pk, _, _ in people], bookings={booking for _, booking, _ in people})
    notifications.forget_words(about=codes)
