"""Those whom no message has reached, and what came of calling them.

Delivered or on this list: nobody is in neither, because the list is all who are expected but for those whose
message Zalo says arrived (`booking.models.calls.without_word`).
"""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Prefetch

from accounts.models import Officer
from booking.errors import NotAllowedNow
from booking.models import BEFORE_ARRIVAL, Appointment, ReminderCall
from booking.models.appointments import AppointmentQuerySet
from booking.models.calls import without_word
from booking.services import appointments
from core.time import at

# Until then reminders may still arrive, and the list is a preview.
CALLING_HOUR = time(17, 30)
ONE_PRESS = timedelta(seconds=30)


def calling_from(day: date) -> datetime:
    """From when those expected on `day` are called: 17:30 of the day before, Việt Nam time."""
    return at(day - timedelta(days=1), CALLING_HOUR)


def with_phones(held: AppointmentQuerySet) -> list[Appointment]:
    """Of these, who is expected, by hour and number, with the rows that `phone_to_call` asks."""
    people = held.expected().select_related("slot", "day__site", "person__booking", "person__citizen")
    return list(people.order_by("slot__starts_at", "number", "pk"))


def to_call(expected: AppointmentQuerySet) -> AppointmentQuerySet:
    """Of these, all whom no message has reached, called or not, with what a list of them shows: four
    statements, however many they are.
    """
    made = ReminderCall.objects.select_related("officer").order_by("-pk")
    return (
        without_word(expected)
        .select_related("slot", "day__site", "person__booking", "person__citizen")
        .prefetch_related(Prefetch("calls", made, to_attr="calls_made"))
        .order_by("day__site__name", "slot__starts_at", "number", "pk")
    )


def phone_to_call(appointment: Appointment) -> str:
    """The phone that was given with the booking, else the account's; empty if there is neither."""
    person = appointment.person
    return person.booking.phone or (person.citizen.phone if person.citizen else None) or ""


@transaction.atomic
def record_call(
    *, code: str, result: ReminderCall.Result, note: str, officer: Officer, now: datetime
) -> ReminderCall:
    """Note what came of a call. Who says they come is confirmed; who says they do not is cancelled.

    :raises NotFound: no such appointment
    :raises NotAllowedNow: it is cancelled, over or begun
    """
    appointment = appointments.locked(code, citizen=None)
    hour, note = appointment.slot.starts_at, note.strip()
    made = ReminderCall.objects.filter(appointment=appointment, officer=officer, result=result, note=note)
    # Looked for while the appointment is locked: a button that was pressed twice is one call.
    if pressed := made.filter(hour_told=hour, called_at__gt=now - ONE_PRESS).first():
        return pressed
    if appointment.status not in BEFORE_ARRIVAL:
        raise NotAllowedNow(reason="lịch hẹn này đã hủy hoặc người này đã đến")
    call = ReminderCall.objects.create(
        appointment=appointment,
        hour_told=hour,
        result=result,
        note=note,
        officer=officer,
        called_at=now,
    )
    if result == ReminderCall.Result.COMING:
        appointments.confirm(code=code, citizen=None, now=now)
    if result == ReminderCall.Result.CANCELS:
        appointments.cancel(code=code, citizen=None, reason="xin hủy qua điện thoại", now=now)
    return call
