"""What officers change about days and slots by hand. Opening rules leave such a day alone from then on."""

from datetime import datetime

from django.db import transaction

from booking.errors import BelowTaken, DayOver
from booking.models import ServiceDay, Slot
from core.time import local_date


@transaction.atomic
def close_day(*, day: ServiceDay, note: str, now: datetime) -> ServiceDay:
    """Take no new bookings on a day. Who has booked it keeps the place: the caller shows whom to call.

    :raises DayOver: the day is past
    """
    return _set_by_hand(day, is_open=False, note=note.strip(), now=now)


@transaction.atomic
def open_day(*, day: ServiceDay, now: datetime) -> ServiceDay:
    """Take bookings again on a day that was closed.

    :raises DayOver: the day is past
    """
    return _set_by_hand(day, is_open=True, note="", now=now)


def _set_by_hand(day: ServiceDay, *, is_open: bool, note: str, now: datetime) -> ServiceDay:
    _refuse_past(day, now=now)
    day.is_open, day.is_manual, day.note = is_open, True, note
    day.save(update_fields=["is_open", "is_manual", "note"])
    return day


@transaction.atomic
def set_capacity(*, slot: Slot, capacity: int, now: datetime) -> Slot:
    """Let a slot hold so many people, but never fewer than have booked it.

    :raises DayOver: the day is past
    :raises BelowTaken: more people have booked it
    """
    _refuse_past(slot.day, now=now)
    if not Slot.objects.set_capacity(slot, capacity=capacity):
        taken = Slot.objects.values_list("taken", flat=True).get(pk=slot.pk)
        raise BelowTaken(taken=taken, capacity=capacity)
    ServiceDay.objects.filter(pk=slot.day_id).update(is_manual=True)
    slot.capacity = capacity
    return slot


def _refuse_past(day: ServiceDay, *, now: datetime) -> None:
    if day.date < local_date(now):
        raise DayOver(day=f"{day.date:%d/%m/%Y}")
