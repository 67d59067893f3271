"""When somebody of an office is at work: now, and when next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agencies.models import Agency, CalendarEntry
from agencies.services.calendar import read_calendar
from booking.models import ServiceDay, Site
from booking.services.planning import plan, planning_sites
from booking.services.stretches import Stretch, joined
from core.time import local_date

# Farther than the longest holiday. Who opens later than that says so by a notice.
LOOKED_AHEAD = timedelta(days=21)


@dataclass(frozen=True)
class OfficeHours:
    """`now` is the stretch that runs; `next` the first that begins later, None if none does in 21 days."""

    now: Stretch | None
    next: Stretch | None


def office_hours(*, agency: Agency, now: datetime) -> OfficeHours:
    """Say whether an office is at work, by the weekly hours of its fixed sites and the calendar.

    Where one site is closed and another is not, somebody is there. Overtime and the mobile team are not
    counted: they have their hands full.
    """
    today = local_date(now)
    stretches = list(_stretches(agency, first=today, last=today + LOOKED_AHEAD))
    return OfficeHours(
        now=next((one for one in stretches if one.starts_at <= now < one.ends_at), None),
        next=next((one for one in stretches if one.starts_at > now), None),
    )


def _stretches(agency: Agency, *, first: date, last: date) -> Iterator[Stretch]:
    """The office's hours, by time; those that meet are one."""
    rows = Site.objects.open_to_citizens().filter(agency=agency, kind=Site.Kind.FIXED)
    sites = list(planning_sites(rows, first=first, last=last).order_by("pk"))
    closed = ServiceDay.objects.filter(site__in=sites, is_open=False, date__range=(first, last))
    shut = set(closed.values_list("site_id", "date"))
    calendar = read_calendar(first=first, last=last)
    for day in (first + timedelta(days=offset) for offset in range((last - first).days + 1)):
        usual = calendar.entry(agency=agency.pk, on=day)
        yield from joined(
            stretch
            for site in sites
            if (site.pk, day) not in shut
            for stretch in _of_site(site, day, usual=usual)
        )


def _of_site(site: Site, on: date, *, usual: CalendarEntry | None) -> Iterator[Stretch]:
    own = next((entry for entry in site.calendar_days.all() if entry.date == on), None)
    for slot in plan(site.opening_rules.all(), on, entry=own or usual):
        yield Stretch(slot.starts_at, slot.ends_at)
