"""What the coming days of a site will be, in words an officer can check before citizens see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agencies.services.calendar import read_calendar
from booking.models import ServiceDay, Site
from booking.services.planning import Planned, plan_day, planning_sites
from core.time import local_date, say_clock

DAYS_SHOWN = 14


@dataclass(frozen=True)
class PreviewedDay:
    """A day as it is meant to be: `07:30–11:30, 13:30–17:00`, so many slots and places."""

    date: date
    hours: str
    slots: int
    places: int
    note: str
    is_closed: bool
    is_manual: bool


def coming_days(site: Site, *, now: datetime) -> list[PreviewedDay]:
    """Plan the next fourteen days, today included, of a site; nothing is written."""
    first = local_date(now)
    last = first + timedelta(days=DAYS_SHOWN - 1)
    calendar = read_calendar(first=first, last=last)
    planned = planning_sites(Site.objects.filter(pk=site.pk), first=first, last=last).get()
    by_hand = set(
        ServiceDay.objects.filter(site=site, date__range=(first, last), is_manual=True).values_list(
            "date", flat=True
        )
    )
    plans = (
        plan_day(planned, first + timedelta(days=offset), calendar=calendar) for offset in range(DAYS_SHOWN)
    )
    return [
        PreviewedDay(
            date=plan.date,
            hours=", ".join(_stretches(plan.slots)),
            slots=len(plan.slots),
            places=sum(slot.capacity for slot in plan.slots),
            note=plan.note,
            is_closed=plan.is_closed,
            is_manual=plan.date in by_hand,
        )
        for plan in plans
    ]


def _stretches(slots: Sequence[Planned]) -> list[str]:
    """Slots that follow each other without a gap, put together."""
    found: list[tuple[datetime, datetime]] = []
    for slot in slots:
        if found and found[-1][1] == slot.starts_at:
            found[-1] = (found[-1][0], slot.ends_at)
        else:
            found.append((slot.starts_at, slot.ends_at))
    return [f"{say_clock(start)}–{say_clock(end)}" for start, end in found]
