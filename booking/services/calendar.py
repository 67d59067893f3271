"""Opening rules become service days and slots."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from booking.models import Appointment, OpeningRule, ServiceDay, Site, Slot
from core.time import at, local_date


@dataclass(frozen=True)
class Planned:
    """A slot as the rules want it."""

    starts_at: datetime
    ends_at: datetime
    capacity: int

    def overlaps(self, slot: Slot) -> bool:
        return self.starts_at < slot.ends_at and slot.starts_at < self.ends_at


def plan(rules: Iterable[OpeningRule], day: date) -> list[Planned]:
    """The slots that the rules want on a day, by time. A rest shorter than a slot is left out."""
    planned = []
    for rule in rules:
        if not rule.covers(day):
            continue
        length = timedelta(minutes=rule.slot_minutes)
        start, end = at(day, rule.starts_at), at(day, rule.ends_at)
        while start + length <= end:
            planned.append(Planned(start, start + length, rule.capacity))
            start += length
    return sorted(planned, key=lambda slot: slot.starts_at)


def open_calendar(*, days: int | None = None, site: Site | None = None, now: datetime) -> int:
    """Make service days and slots from the opening rules, from today on, and give how many slots were made.

    `days` is how many days including today; without it, each agency's booking window and one day more. Run
    twice it changes nothing; a slot that has bookings, and a day set by hand, are never touched.
    """
    sites = Site.objects.open_to_citizens().select_related("agency").prefetch_related("opening_rules")
    if site is not None:
        sites = sites.filter(pk=site.pk)
    today = local_date(now)
    made = 0
    for each in sites.order_by("pk"):
        last = today + timedelta(days=(each.agency.window_days + 2 if days is None else days) - 1)
        for day in _days_to_change(each, first=today, last=last):
            made += _open_day(each, day)
    return made


def _days_to_change(site: Site, *, first: date, last: date) -> list[date]:
    """The days whose slots are not as the rules want them. Two queries, however many days."""
    existing = ServiceDay.objects.filter(site=site, date__range=(first, last)).prefetch_related("slots")
    known = {day.date: day for day in existing}
    every = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return [day for day in every if not _is_as_planned(known.get(day), plan(site.opening_rules.all(), day))]


def _is_as_planned(day: ServiceDay | None, planned: Sequence[Planned]) -> bool:
    if day is None:
        return not planned
    there = {(slot.starts_at, slot.ends_at, slot.capacity) for slot in day.slots.all()}
    return day.is_manual or there == {(slot.starts_at, slot.ends_at, slot.capacity) for slot in planned}


@transaction.atomic
def _open_day(site: Site, on: date) -> int:
    planned = plan(site.opening_rules.all(), on)
    day, _ = ServiceDay.objects.get_or_create(site=site, date=on)
    kept = _clear_untouched(day, planned)
    wanted = [slot for slot in planned if not any(slot.overlaps(other) for other in kept)]
    rows = [Slot(day=day, starts_at=s.starts_at, ends_at=s.ends_at, capacity=s.capacity) for s in wanted]
    Slot.objects.bulk_create(rows, ignore_conflicts=True)
    if not rows and not kept and not day.appointments.exists():
        day.delete()  # nobody works on it any more
    return len(rows)


def _clear_untouched(day: ServiceDay, planned: Sequence[Planned]) -> list[Slot]:
    """Delete slots that the rules no longer want and nobody ever booked; give those that stay."""
    wanted = {(slot.starts_at, slot.ends_at, slot.capacity) for slot in planned}
    # Locked, so that nobody takes a place in a slot between the look and the deletion.
    slots = list(day.slots.select_for_update(no_key=True).order_by("pk"))
    held = set(Appointment.objects.filter(day=day).values_list("slot", flat=True))
    useless = [
        slot.pk
        for slot in slots
        if not slot.taken
        and slot.pk not in held
        and (slot.starts_at, slot.ends_at, slot.capacity) not in wanted
    ]
    if useless:
        Slot.objects.filter(pk__in=useless).delete()
    return [slot for slot in slots if slot.pk not in useless]
