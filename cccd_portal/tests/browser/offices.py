"""Calendars and appointments for the pages to show, from tomorrow on."""

from datetime import date, time, timedelta

from django.utils import timezone

from booking.models import OpeningRule, ServiceDay, Site, Slot
from core.time import at, local_date

HALF_AN_HOUR = timedelta(minutes=30)
STARTS = (
    time(8, 0),
    time(8, 30),
    time(9, 0),
    time(9, 30),
    time(13, 30),
    time(14, 0),
    time(14, 30),
    time(15, 0),
)


def tomorrow() -> date:
    return local_date(timezone.now()) + timedelta(days=1)


def open_days(site: Site, *, days: int = 10, capacity: int = 12) -> None:
    """Eight half hours on each of the coming days."""
    OpeningRule.objects.bulk_create(
        OpeningRule(
            site=site,
            weekday=weekday,
            starts_at=start,
            ends_at=end,
            slot_minutes=30,
            capacity=capacity,
        )
        for weekday in range(7)
        for start, end in ((time(8, 0), time(10, 0)), (time(13, 30), time(15, 30)))
    )
    rows = ServiceDay.objects.bulk_create(
        ServiceDay(site=site, date=tomorrow() + timedelta(days=offset)) for offset in range(days)
    )
    Slot.objects.bulk_create(
        Slot(
            day=day,
            starts_at=at(day.date, start),
            ends_at=at(day.date, start) + HALF_AN_HOUR,
            capacity=capacity,
        )
        for day in rows
        for start in STARTS
    )


def slots_of(office: object, *, days_ahead: int = 1) -> list[Slot]:
    """The slots of an office's fixed site on a coming day, by time."""
    on = local_date(timezone.now()) + timedelta(days=days_ahead)
    found = Slot.objects.filter(day__site__agency=office, day__site__kind=Site.Kind.FIXED, day__date=on)
    return list(found.select_related("day__site__agency").order_by("starts_at"))


def fill(slots: list[Slot], *, but: int = 0) -> None:
    """Leave so many places in each of these slots."""
    for slot in slots:
        Slot.objects.filter(pk=slot.pk).update(capacity=max(but, 1), taken=max(but, 1) - but)
