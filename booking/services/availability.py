"""What is free, as the public sees it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, F, IntegerField, Q, Sum, When
from django.db.models.functions import Coalesce

from booking.models import ServiceDay, Site, Slot
from booking.models.calendar import SlotQuerySet

LONGEST_RANGE = 92


@dataclass(frozen=True)
class DayView:
    """One day of a site. `remaining` is what can be booked now: 0 when closed, past or outside the window."""

    date: date
    is_open: bool
    capacity: int
    remaining: int
    note: str


def days_of(site: Site, *, first: date, last: date, now: datetime) -> list[DayView]:
    """Every day from `first` to `last`, both included, those on which the site is shut as well. One query."""
    free_now = Slot.objects.bookable(now=now).filter(day__site=site, day__date__range=(first, last))
    bookable = Q(slots__in=free_now.values("pk"))
    rows = {
        day.date: day
        for day in ServiceDay.objects.filter(site=site, date__range=(first, last)).annotate(
            places=Coalesce(Sum("slots__capacity", filter=Q(slots__is_open=True)), 0),
            free=Coalesce(Sum(F("slots__capacity") - F("slots__taken"), filter=bookable), 0),
        )
    }
    every = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return [_view(on, rows.get(on)) for on in every]


def _view(on: date, day: ServiceDay | None) -> DayView:
    if day is None:
        return DayView(date=on, is_open=False, capacity=0, remaining=0, note="")
    places, free = getattr(day, "places", 0), getattr(day, "free", 0)
    return DayView(date=on, is_open=day.is_open, capacity=places, remaining=max(free, 0), note=day.note)


def slots_of(site: Site, *, on: date, now: datetime) -> SlotQuerySet:
    """The slots of a day by time, each with `remaining`: what can be booked now.

    One query; another for the wards of sessions, on a day that has some.
    """
    bookable = Q(pk__in=Slot.objects.bookable(now=now).filter(day__site=site, day__date=on).values("pk"))
    remaining = Case(When(bookable, then=F("capacity") - F("taken")), default=0, output_field=IntegerField())
    slots = Slot.objects.filter(day__site=site, day__date=on, is_open=True).annotate(remaining=remaining)
    return slots.select_related("session").prefetch_related("session__wards").order_by("starts_at")
