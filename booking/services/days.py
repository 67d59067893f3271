"""What officers change about days and slots by hand. Opening rules leave such a day alone from then on."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from booking.errors import BelowTaken, DayOver
from booking.models import ServiceDay, Slot
from booking.services.calendar import lock_sites
from core.time import local_date, say_clock


@transaction.atomic
def close_day(*, day: ServiceDay, note: str, now: datetime) -> ServiceDay:
    """Take no new bookings on a day. Who has booked it keeps the place: the caller shows whom to call.

    :raises DayOver: the day is past
    """
    slots = _held(day, now=now)
    slots.filter(is_open=True).update(is_open=False, is_shut_with_day=True)
    return _set_by_hand(day, is_open=False, note=note.strip())


@transaction.atomic
def open_day(*, day: ServiceDay, now: datetime) -> ServiceDay:
    """Take bookings again on a day that was closed, in the slots that were open before.

    Where the calendar closed it, in those that people have booked: there are no others.

    :raises DayOver: the day is past
    """
    slots = _held(day, now=now)
    was_open = slots.filter(is_shut_with_day=True)
    worked = slots.filter(Q(is_open=True) | Q(is_shut_with_day=True))
    again = was_open if worked.exists() else slots.filter(taken__gt=0)
    again.update(is_open=True, is_shut_with_day=False)
    return _set_by_hand(day, is_open=True, note="")


def _held(day: ServiceDay, *, now: datetime) -> QuerySet[Slot]:
    """The slots of a day that is not past: nobody plans it and nobody takes a place until it is decided."""
    _refuse_past(day, now=now)
    lock_sites([day.site_id])
    slots = Slot.objects.filter(day=day)
    list(slots.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    return slots


def _set_by_hand(day: ServiceDay, *, is_open: bool, note: str) -> ServiceDay:
    day.is_open, day.is_manual, day.note = is_open, True, note
    day.save(update_fields=["is_open", "is_manual", "note"])
    return day


@transaction.atomic
def set_capacities(*, day: ServiceDay, wanted: Mapping[int, int], now: datetime) -> ServiceDay:
    """Let slots of a day, by their keys, have so many places, all of them or none; never fewer than are
    booked.

    :raises DayOver: the day is past
    :raises BelowTaken: more places of one of them are booked
    """
    _refuse_past(day, now=now)
    lock_sites([day.site_id])  # who plans the day would put other slots in their place
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
