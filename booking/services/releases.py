"""Giving a person their identity number back that a stranger booked with. Nobody who stands at the desk with
papers is turned away because of it, at whichever office the stranger booked.
"""

from datetime import datetime

from django.db import transaction

from accounts.identity import key_of_number, tidy_number
from accounts.models import Officer
from booking import reminders
from booking.errors import NothingHeld
from booking.models import BEFORE_ARRIVAL, Appointment, Person, Release
from booking.services import appointments, registrations
from core.errors import FieldError, Invalid
from core.text import without_numbers


def release_number(*, number: str, officer: Officer, papers_seen: str, now: datetime) -> Release:
    """Free an identity number (12 digits, or the old 9) from whatever holds it anywhere in the portal.

    The officer has the person and their papers before them. An appointment is given up, a waiting
    registration goes on without the person. Then the person can be booked or served at once.

    :raises Invalid: not a number, or no word on which papers were seen
    :raises NothingHeld: the number holds no place; NotAllowedNow: the person has arrived with it
    """
    key = key_of_number(tidy_number(number) or "")
    if key is None:
        raise Invalid(
            errors=[FieldError("number", "invalid", "Số định danh 12 chữ số, hoặc số CMND 9 chữ số.")]
        )
    person = Person.objects.filter(person_key=key, is_live=True).first()
    if person is None:
        raise NothingHeld
    return release(person=person, officer=officer, papers_seen=papers_seen, now=now)


@transaction.atomic
def release(*, person: Person, officer: Officer, papers_seen: str, now: datetime) -> Release:
    """Free one person from the appointment or registration that holds them.

    :raises Invalid: no word on which papers were seen
    :raises NothingHeld: it holds nothing any more; NotAllowedNow: the person has arrived with it
    """
    if not papers_seen.strip():
        raise Invalid(errors=[FieldError("papers_seen", "blank", "Ghi giấy tờ đã xem.")])
    appointment = Appointment.objects.filter(person=person).first()
    if appointment is not None:
        _release_appointment(appointment.code, now=now)
    elif not registrations.leave(person):
        raise NothingHeld
    return Release.objects.create(
        person=person,
        officer=officer,
        # Papers are named, and often copied with their number.
        papers_seen=without_numbers(papers_seen.strip()),
        released_at=now,
    )


def _release_appointment(code: str, *, now: datetime) -> None:
    appointment = appointments.locked(code, citizen=None)
    if not appointment.person.is_live or appointment.status not in BEFORE_ARRIVAL:
        raise NothingHeld
    appointments.give_up([appointment], now=now)
    reminders.tell_released(appointment, now=now)
