"""The code without its guards: what somebody would write who does not think of rivals."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import F

from booking.models import ServiceDay, Slot
from booking.models.calendar import SlotQuerySet
from booking.services import appointments, people, places


def look_then_take(self: SlotQuerySet, slot: Slot, *, places: int) -> bool:
    """Decide as the guarded UPDATE does, but by looking first: the rivals look as well."""
    fits = self.filter(
        pk=slot.pk, is_open=True, day__is_open=True, taken__lte=F("capacity") - places
    ).exists()
    time.sleep(0.05)
    if fits:
        self.filter(pk=slot.pk).update(taken=F("taken") + places)
    return fits


def take_by_the_day(self: SlotQuerySet, slot: Slot, *, places: int) -> bool:
    """Take places as the guarded UPDATE does, but ask only the day whether the office works."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE booking_slot SET taken = taken + %(places)s"
            " WHERE id = %(slot)s AND taken + %(places)s <= capacity"
            " AND EXISTS (SELECT FROM booking_serviceday WHERE id = day_id AND is_open)",
            {"slot": slot.pk, "places": places},
        )
        return cursor.rowcount == 1


def look_then_number(day: ServiceDay, *, count: int, at_once: bool = False) -> int:
    """Number as the counter does, but by looking first: the rivals look as well."""
    last_number = ServiceDay.objects.values_list("last_number", flat=True).get(pk=day.pk)
    time.sleep(0.02)
    ServiceDay.objects.filter(pk=day.pk).update(last_number=last_number + count)
    return last_number + 1


def look_then_resize(self: SlotQuerySet, slot: Slot, *, capacity: int) -> bool:
    """Decide as the guarded UPDATE does, but by looking first."""
    fits = self.filter(pk=slot.pk, taken__lte=capacity).exists()
    if fits:
        self.filter(pk=slot.pk).update(capacity=capacity)
    return fits


def swap_as_said(*, old: Slot, new: Slot, count: int) -> bool:
    """First give the old place back, then take the new one: in the order of moving, not of the keys."""
    Slot.objects.give_back(old.pk, places=count)
    time.sleep(0.1)
    return Slot.objects.take(new, places=count)


def as_they_come(rows: Any, **_: Any) -> list[Any]:
    """Do not sort."""
    return list(rows)


# Where each guard stands, and what stands there without it.
GUARDS: dict[str, tuple[object, str, Callable[..., Any]]] = {
    "places": (SlotQuerySet, "take", look_then_take),
    "capacities": (SlotQuerySet, "set_capacity", look_then_resize),
    "numbers": (places, "take_numbers", look_then_number),
    "order of moves": (appointments, "_swap_places", swap_as_said),
    "order of people": (people, "sorted", as_they_come),
    "transaction": (appointments, "_book", appointments._book.__wrapped__),
}
