"""Which days are worked: what the country and each agency say, and what that means for a date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from agencies.models import CalendarDay, CalendarEntry

NOON = time(12, 0)
Day = CalendarEntry | None


@dataclass(frozen=True)
class Calendar:
    """The dates of a range that are not what their weekday says, by agency; None is the whole country."""

    entries: Mapping[tuple[int | None, date], CalendarDay]

    def entry(self, *, agency: int, on: date) -> CalendarDay | None:
        """What counts at an agency on a date: its own word, else the country's, else nothing special."""
        return self.entries.get((agency, on)) or self.entries.get((None, on))


def read_calendar(*, first: date, last: date) -> Calendar:
    """Read what is said of the dates from `first` to `last`, both included; one statement."""
    rows = CalendarDay.objects.filter(date__range=(first, last))
    return Calendar({(row.agency_id, row.date): row for row in rows})


def weekday_worked(entry: Day, *, on: date) -> int | None:
    """Whose weekly hours are worked on a date: those of its weekday, of another one, or None for nobody's."""
    if entry is None or entry.kind == CalendarEntry.Kind.HALF:
        return on.weekday()
    if entry.kind == CalendarEntry.Kind.HOLIDAY:
        return None
    return on.weekday() if entry.like_weekday is None else entry.like_weekday


def is_worked(entry: Day, *, starts_at: time, ends_at: time) -> bool:
    """Whether hours of a date that is worked lie in the half that is; a half ends or begins at noon."""
    if entry is None or entry.kind != CalendarEntry.Kind.HALF:
        return True
    return ends_at <= NOON if entry.works == CalendarEntry.Half.MORNING else starts_at >= NOON
