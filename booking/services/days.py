"""What officers change about days and slots by hand. Opening rules leave such a day alone from then on."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from booking.errors import BelowTaken, DayOver
from booking.models import ServiceDay, Slot
from core.time import local_date, say_clock


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
def set_capacities(*, day: ServiceDay, wanted: Mapping[int, int], now: datetime) -> ServiceDay:
    """Let slots of a day, by their keys, hold so many people, all of them or none; never fewer than have
    booked.

    :raises DayOver: the day is past
    :raises BelowTaken: more people have booked one of them
    """
    _refuse_past(day, now=now)
    for pk, capacity in sorted(wanted.items()):
        slot = Slot.objects.get(pk=pk, day=day)
        if not Slot.objects.set_capacity(slot, capacity=capacity):
            slot.refresh_from_db(fields=["taken"])
            hour = say_clock(slot.starts_at)
            raise BelowTaken(slot=pk, hour=hour, taken=slot.taken, capacity=capacity)
    day.is_manual = True
    day.save(update_fields=["is_manual"])
    return day


def _refuse_past(day: ServiceDay, *, now: datetime) -> None:
    if day.date < local_date(now):
        raise DayOver(day=f"{day.date:%d/%m/%Y}")
