"""A site's week: its days and slots, and how full they are."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone

from booking.admin.pages import SitePages, day_asked, site_asked
from booking.models import ServiceDay, Site, Slot
from core.pages import needs
from core.time import local_date, say_clock


@dataclass(frozen=True)
class Cell:
    """One slot in the week; `slot` is None where the day has none at that hour."""

    slot: Slot | None
    state: str = ""
    words: str = ""


@dataclass(frozen=True)
class Column:
    date: date
    day: ServiceDay | None
    cells: list[Cell]
    taken: int
    capacity: int
    is_past: bool


class WeekPages(SitePages):
    def week_urls(self) -> list[URLPattern]:
        return [self.route("week/", self.week, "week")]

    @needs("booking.view_serviceday")
    def week(self, request: HttpRequest) -> HttpResponse:
        """Seven days of one site, each slot with how many are in it and how many it takes."""
        sites = self.sites(request)
        site = site_asked(request, sites) or (sites[0] if sites else None)
        first = _monday(day_asked(request))
        hours, columns = _columns(site, first, now=timezone.now()) if site else ([], [])
        return self.page(
            request,
            "admin/booking/week.html",
            title="Lịch tuần",
            sites=sites,
            site=site,
            first=first,
            last=first + timedelta(days=6),
            before=first - timedelta(days=7),
            after=first + timedelta(days=7),
            hours=hours,
            columns=columns,
            may_change=request.user.has_perm("booking.change_serviceday"),
        )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _columns(site: Site, first: date, *, now: datetime) -> tuple[list[str], list[Column]]:
    """The hours of the week and its seven days, each with a cell for every one of them. Two statements."""
    week = ServiceDay.objects.filter(site=site, date__range=(first, first + timedelta(days=6)))
    known = {day.date: day for day in week.prefetch_related("slots")}
    slots = {
        (day.date, say_clock(slot.starts_at)): slot for day in known.values() for slot in day.slots.all()
    }
    hours = sorted({hour for _, hour in slots})
    dates = [first + timedelta(days=offset) for offset in range(7)]
    return hours, [
        _column(on, known.get(on), [slots.get((on, hour)) for hour in hours], now=now) for on in dates
    ]


def _column(on: date, day: ServiceDay | None, slots: list[Slot | None], *, now: datetime) -> Column:
    there = [slot for slot in slots if slot]
    return Column(
        date=on,
        day=day,
        cells=[_cell(slot, day, now=now) for slot in slots],
        taken=sum(slot.taken for slot in there),
        capacity=sum(slot.capacity if slot.is_worked else slot.taken for slot in there),
        is_past=on < local_date(now),
    )


def _cell(slot: Slot | None, day: ServiceDay | None, *, now: datetime) -> Cell:
    if slot is None or day is None:
        return Cell(None)
    if slot.ends_at <= now:
        return Cell(slot, "past", "đã qua")
    if not slot.is_worked:
        return Cell(slot, "closed", "đóng, ngoài giờ làm")
    if not (slot.is_open and day.is_open):
        return Cell(slot, "closed", "đóng cả ngày")
    if not slot.places_left:
        return Cell(slot, "full", "kín")
    return Cell(slot, "free", f"còn {slot.places_left}")
