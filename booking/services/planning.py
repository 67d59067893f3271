"""What a day of a site is meant to be, from its week, the calendar and its sessions. Nothing is written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from django.db.models import Prefetch

from agencies.models import CalendarEntry
from agencies.services.calendar import Calendar, is_worked, weekday_worked
from booking.models import OpeningRule, Session, Site, SiteCalendarDay, Slot
from booking.models.sites import SiteQuerySet
from core.time import at


class Hours(Protocol):
    """A stretch of a day that is cut into slots."""

    starts_at: time
    ends_at: time
    slot_minutes: int
    capacity: int


@dataclass(frozen=True)
class Planned:
    """A slot as it is wanted; `session` is the id of its session, if it is of one."""

    starts_at: datetime
    ends_at: datetime
    capacity: int
    session: int | None = None

    def overlaps(self, slot: Slot) -> bool:
        return self.starts_at < slot.ends_at and slot.starts_at < self.ends_at


@dataclass(frozen=True)
class DayPlan:
    """What a day of a site is meant to be. `note` tells citizens why it is not as every week."""

    date: date
    slots: list[Planned]
    note: str
    is_closed: bool

    @property
    def is_there(self) -> bool:
        """Whether anybody is to see the day: it is worked, or would be if it were not closed."""
        return bool(self.slots) or self.is_closed


def planning_sites(sites: SiteQuerySet, *, first: date, last: date) -> SiteQuerySet:
    """The sites with all that their days from `first` to `last` are planned from, but for the calendar."""
    own_days = SiteCalendarDay.objects.filter(date__range=(first, last))
    sessions = Session.objects.planned().filter(date__range=(first, last)).order_by("starts_at")
    return sites.select_related("agency").prefetch_related(
        "opening_rules", Prefetch("calendar_days", own_days), Prefetch("sessions", sessions)
    )


def plan_day(site: Site, on: date, *, calendar: Calendar) -> DayPlan:
    """What a date is meant to be at a site from `planning_sites`; the site's own word goes first."""
    own = next((entry for entry in site.calendar_days.all() if entry.date == on), None)
    entry = own or calendar.entry(agency=site.agency_id, on=on)
    sessions = [session for session in site.sessions.all() if session.date == on]
    rules = site.opening_rules.all()
    slots = plan(rules, on, entry=entry, sessions=sessions)
    return DayPlan(
        date=on,
        slots=slots,
        note=_note(entry, sessions),
        is_closed=not slots and entry is not None and bool(plan(rules, on)),
    )


def plan(
    rules: Iterable[OpeningRule],
    on: date,
    *,
    entry: CalendarEntry | None = None,
    sessions: Iterable[Session] = (),
) -> list[Planned]:
    """The slots wanted on a day, by time. A rest shorter than a slot is left out.

    Sessions are worked whatever the calendar says; where one overlaps the weekly hours, it goes first.
    """
    extra = list(sessions)
    weekday = weekday_worked(entry, on=on)
    usual = [rule for rule in rules if rule.weekday == weekday and rule.is_valid(on)]
    planned = [slot for session in extra for slot in _cut(session, on, session=session.pk)]
    for slot in (slot for rule in usual for slot in _cut(rule, on)):
        starts_at, ends_at = slot.starts_at.time(), slot.ends_at.time()
        if is_worked(entry, starts_at=starts_at, ends_at=ends_at) and not meets(extra, starts_at, ends_at):
            planned.append(slot)
    return sorted(planned, key=lambda slot: slot.starts_at)


def _cut(hours: Hours, on: date, *, session: int | None = None) -> Iterator[Planned]:
    length = timedelta(minutes=hours.slot_minutes)
    start, end = at(on, hours.starts_at), at(on, hours.ends_at)
    while start + length <= end:
        yield Planned(start, start + length, hours.capacity, session)
        start += length


def meets(sessions: Iterable[Session], starts_at: time, ends_at: time) -> bool:
    """Whether hours overlap those of one of the sessions of the same day."""
    return any(starts_at < session.ends_at and session.starts_at < ends_at for session in sessions)


def _note(entry: CalendarEntry | None, sessions: Iterable[Session]) -> str:
    said = [entry.said] if entry else []
    said += [session.note for session in sessions if session.note]
    return "; ".join(dict.fromkeys(said))[:120]
