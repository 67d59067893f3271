"""What is free, as the public sees it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, F, IntegerField, Q, Sum, When
from django.db.models.functions import Coalesce

from agencies.models import Agency
from booking.allocation import Room, fill_from
from booking.models import ServiceDay, Session, Site, Slot
from booking.models.calendar import SlotQuerySet
from booking.services.eligibility import accepted_wards
from core.time import local_date

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


@dataclass(frozen=True)
class Company:
    """People who look for an hour together: how many places each of them takes, and, in the same order, the
    ward in which each lives, empty where it is unsaid.
    """

    sizes: Sequence[int]
    wards: Sequence[str]


@dataclass(frozen=True)
class FreeHour:
    """An hour with room for a company: in one slot, or in it and in those that follow it up to `last`."""

    slot: Slot
    last: Slot

    @property
    def is_one(self) -> bool:
        return self.slot.pk == self.last.pk


def free_hours(
    agency: Agency,
    company: Company,
    *,
    on: date | None = None,
    but: Slot | None = None,
    most: int | None = None,
    now: datetime,
) -> list[FreeHour]:
    """The next hours, at any site of the agency, that can be booked now and take a whole company: at most so
    many, of one day where `on` is given, and without the slot `but`.

    Where no slot is large enough, those from which it can sit in slots that follow each other without a gap.
    """
    bookable = _bookable(agency, company, on=on, now=now)
    if but is not None:
        bookable = bookable.exclude(pk=but.pk)
    whole = bookable.with_room_for(sum(company.sizes))
    found = [FreeHour(slot, slot) for slot in whole[:most]]
    return found or _hours_in_a_row(bookable, company)[:most]


def free_days(agency: Agency, company: Company, *, now: datetime) -> list[date]:
    """The days on which the agency has an hour for a whole company, the next first."""
    bookable = _bookable(agency, company, on=None, now=now)
    whole = bookable.with_room_for(sum(company.sizes)).order_by("day__date")
    found = list(whole.values_list("day__date", flat=True).distinct())
    return found or sorted({hour.slot.day.date for hour in _hours_in_a_row(bookable, company)})


def _bookable(agency: Agency, company: Company, *, on: date | None, now: datetime) -> SlotQuerySet:
    bookable = Slot.objects.bookable(now=now).filter(day__site__agency=agency).select_related("day__site")
    if on is not None:
        bookable = bookable.filter(day__date=on)
    open_to_all = bookable.exclude(session__in=_sessions_closed_to(company.wards, agency=agency, now=now))
    return open_to_all.order_by("starts_at", "pk")


def _sessions_closed_to(wards: Sequence[str], *, agency: Agency, now: datetime) -> list[int]:
    """The sessions to which not everybody from these wards may come."""
    coming = Session.objects.planned().limited().filter(site__agency=agency, date__gte=local_date(now))
    limited = list(coming.order_by("pk").values_list("pk", flat=True))
    accepted = accepted_wards(limited) if all(wards) else {}
    return [session for session in limited if not accepted.get(session, frozenset()).issuperset(wards)]


def _hours_in_a_row(slots: SlotQuerySet, company: Company) -> list[FreeHour]:
    rows: dict[tuple[int, int | None], list[Slot]] = defaultdict(list)
    for slot in slots:
        rows[slot.day_id, slot.session_id].append(slot)
    found = []
    for row in rows.values():
        rooms = [Room(slot.pk, slot.starts_at, slot.ends_at, slot.places_left) for slot in row]
        by_key = {slot.pk: slot for slot in row}
        for index, slot in enumerate(row):
            seating = fill_from(rooms[index:], company.sizes)
            if seating is not None:
                last = max((by_key[pk] for pk in seating), key=lambda seat: seat.starts_at)
                found.append(FreeHour(slot, last))
    return sorted(found, key=lambda hour: (hour.slot.starts_at, hour.slot.pk))
