"""What ends a dossier ends the place that was given for it, in one transaction.

Rooms below know of no places, so whoever lets a citizen take a dossier back, or an officer end one, does it
here. The database refuses it otherwise (`no_place_for_an_ended_dossier`).
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Citizen
from booking import reminders
from booking.models import BEFORE_ARRIVAL, Appointment, Person
from booking.services import appointments, registrations
from dossiers.models import Dossier
from dossiers.services import declaring

WITHDRAWN = "hồ sơ đã rút"


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
