"""What an office does beyond its counters of every week, as people announce it: mobile teams and overtime.

It is read from the slots, which follow the calendar: what is planned, called off or closed is on it at once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Case, Count, IntegerField, Min, Q, When
from django.urls import reverse

from agencies.models import Agency
from agencies.services.units import also_known_as
from booking.models import Session, Site, Slot
from booking.services.sessions import Ward
from booking.services.stretches import Stretch, joined
from core.time import local_date, say_day_short

# How far ahead pages and the chat look.
DAYS_AHEAD = timedelta(days=30)
A_WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Stint:
    """What is done at one place on one day for the same people.

    `wards` are those it is for, and nobody else is taken if it `is_limited`; without any it is for everybody.
    `remaining` is what can be booked now; `opens_on` is the day from which it can be, if that is yet to come.
    """

    site: Site
    day: date
    kind: Session.Kind
    stretches: tuple[Stretch, ...]
    wards: tuple[Ward, ...]
    is_limited: bool
    note: str
    capacity: int
    remaining: int
    is_full: bool
    opens_on: date | None

    @property
    def begins_at(self) -> datetime:
        return self.stretches[0].starts_at

    @property
    def ends_at(self) -> datetime:
        return self.stretches[-1].ends_at

    @property
    def is_bookable(self) -> bool:
        return self.remaining > 0

    @property
    def hours(self) -> str:
        """`08:00–11:00, 13:30–16:30`."""
        return ", ".join(map(str, self.stretches))

    @property
    def places(self) -> str:
        """Whether there is room, in words: `còn 12 chỗ`."""
        if self.is_bookable:
            return f"còn {self.remaining} chỗ"
        if self.is_full:
            return "hết chỗ"
        if self.opens_on is not None:
            return f"nhận đặt lịch từ {say_day_short(self.opens_on)}"
        return "hết giờ đặt lịch"

    @property
    def for_whom(self) -> str:
        """For the people of which wards, in words; empty for everybody."""
        names = ", ".join(ward.name for ward in self.wards)
        if not names:
            return ""
        return f"chỉ nhận người ở {names}" if self.is_limited else f"dành cho {names}"

    @property
    def in_short(self) -> str:
        """`28/11 08:00–11:00 Nhà văn hóa Tân Lợi`."""
        return f"{say_day_short(self.day)} {self.hours} {self.site.name}"


def schedule_of(agency: Agency, *, first: date, last: date, ward: str = "", now: datetime) -> list[Stint]:
    """What the office does from `first` to `last`, by day and hour, without what is over.

    With `ward` (`SET:CODE`, of either era) only what is for its people or for everybody. Five statements.
    """
    slots = _slots(agency, first=max(first, local_date(now)), last=last, now=now)
    stints = (_stint(of_one, now=now) for of_one in _together(slots))
    coming = [stint for stint in stints if stint.ends_at > now]
    coming.sort(key=lambda stint: (stint.begins_at, stint.site.name, stint.wards))
    return for_people_of(ward, coming) if ward else coming


def for_people_of(ward: str, stints: Sequence[Stint]) -> list[Stint]:
    """Those that are for the people of a ward (`SET:CODE`, of either era) or for everybody."""
    names = also_known_as([ward])[ward]
    return [stint for stint in stints if not stint.wards or any(one.code in names for one in stint.wards)]


def coming(agency: Agency, *, ward: str = "", now: datetime) -> list[Stint]:
    """What the office does in the next 30 days."""
    today = local_date(now)
    return schedule_of(agency, first=today, last=today + DAYS_AHEAD, ward=ward, now=now)


@dataclass(frozen=True)
class ThisWeek:
    """On how many days of places an office does something within a week, and the first of them."""

    agency: Agency
    days: int
    first: date


def this_week(agencies: Iterable[Agency], *, now: datetime) -> list[ThisWeek]:
    """The offices, of these, that do something within a week, in the order given. One statement."""
    today = local_date(now)
    offices = {agency.pk: agency for agency in agencies}
    slots = Slot.objects.on_schedule().filter(
        day__site__agency__in=offices, day__date__range=(today, today + A_WEEK), ends_at__gt=now
    )
    rows = slots.values("day__site__agency").annotate(
        days=Count("day", distinct=True), first=Min("day__date")
    )
    found = {row["day__site__agency"]: row for row in rows.order_by("day__site__agency")}
    return [
        ThisWeek(agency, found[pk]["days"], found[pk]["first"])
        for pk, agency in offices.items()
        if pk in found
    ]


def page_of_schedule(agency: Agency) -> str:
    """Where a browser reads it."""
    return f"{settings.PUBLIC_BASE_URL}{reverse('schedule', args=[agency.slug])}"


def _slots(agency: Agency, *, first: date, last: date, now: datetime) -> Collection[Slot]:
    days = Q(day__site__agency=agency, day__date__range=(first, last))
    free_now = Q(pk__in=Slot.objects.bookable(now=now).filter(days).values("pk"))
    is_bookable = Case(When(free_now, then=1), default=0, output_field=IntegerField())
    rows = Slot.objects.on_schedule().filter(days).annotate(is_bookable=is_bookable)
    in_order = rows.select_related("day__site__agency", "session").order_by("starts_at", "pk")
    return in_order.prefetch_related("session__wards", "day__site__wards")


def _together(slots: Iterable[Slot]) -> Iterable[list[Slot]]:
    """The slots by what is one stint: a day of a site, of one kind and for the same people."""
    found: dict[tuple[object, ...], list[Slot]] = defaultdict(list)
    for slot in slots:
        found[slot.day_id, _kind(slot), _wards(slot)].append(slot)
    return found.values()


def _kind(slot: Slot) -> Session.Kind:
    return Session.Kind(slot.session.kind) if slot.session else Session.Kind.MOBILE


def _wards(slot: Slot) -> tuple[tuple[Ward, ...], bool]:
    """The wards that a slot is for, by name, and whether nobody else is taken."""
    limited = slot.session.wards.all() if slot.session else ()
    meant = limited or slot.day.site.wards.all()
    wards = sorted((Ward(row.code, row.name) for row in meant), key=lambda ward: (ward.name, ward.code))
    return tuple(wards), bool(limited)


def _stint(slots: Sequence[Slot], *, now: datetime) -> Stint:
    day = slots[0].day
    wards, is_limited = _wards(slots[0])
    notes = [slot.session.note if slot.session else day.note for slot in slots]
    bookable = [slot for slot in slots if getattr(slot, "is_bookable", 0)]
    opens_on = day.date - timedelta(days=day.site.agency.window_days)
    return Stint(
        site=day.site,
        day=day.date,
        kind=_kind(slots[0]),
        stretches=tuple(joined(Stretch(slot.starts_at, slot.ends_at) for slot in slots)),
        wards=wards,
        is_limited=is_limited,
        note="; ".join(dict.fromkeys(filter(None, notes))),
        capacity=sum(slot.capacity for slot in slots),
        remaining=sum(slot.places_left for slot in bookable),
        is_full=all(slot.places_left <= 0 for slot in bookable or slots),
        opens_on=opens_on if opens_on > local_date(now) else None,
    )
