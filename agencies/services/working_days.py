"""Counting working days, as the law counts: Monday to Friday, but for days off and with make-up days."""

from datetime import date, timedelta

from agencies.models import Agency, CalendarEntry
from agencies.services.calendar import Calendar, read_calendar, weekday_worked

SATURDAY = 5
ONE_DAY = timedelta(days=1)
# Of any stretch of the calendar at least this share is worked, Tết included.
_STRETCH = 3


def is_working_day(calendar: Calendar, *, agency: Agency, on: date) -> bool:
    """Whether a date counts; half a day does, as the office is open."""
    entry = calendar.entry(agency=agency.pk, on=on)
    weekday = weekday_worked(entry, on=on)
    if entry is not None and entry.kind == CalendarEntry.Kind.WORKING and entry.like_weekday is None:
        return True
    return weekday is not None and weekday < SATURDAY


def working_day_after(start: date, *, days: int, agency: Agency) -> date:
    """The date that many working days after `start`, which itself does not count (Bộ luật Dân sự 2015 Điều
    147). One statement.
    """
    calendar = read_calendar(first=start, last=start + timedelta(days=_STRETCH * days + 30))
    on, left = start, days
    while left > 0:
        on += ONE_DAY
        left -= is_working_day(calendar, agency=agency, on=on)
    return on
