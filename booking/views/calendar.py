"""Days and hours to choose from, as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpRequest

from booking.allocation import Room, fill_from
from booking.models import Site, Slot
from booking.services import availability
from core.time import VN, local_date, say_clock

DAYS_SHOWN = 12
NEAREST_SHOWN = 3
_SHORT = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
NOON, DUSK = 12, 18


@dataclass(frozen=True)
class DayChoice:
    """A day as a button: `T2` `23/11` `còn 12`. `note` is what the office says of it."""

    date: date
    weekday: str
    words: str
    note: str
    is_free: bool
    is_chosen: bool


@dataclass(frozen=True)
class HourChoice:
    """A slot as a button. Where it is too small for all, it may do together with the next ones."""

    slot: Slot
    words: str
    fits: bool


@dataclass(frozen=True)
class DayPicker:
    """A page of days of one site and, for the chosen day, its hours."""

    site: Site
    days: list[DayChoice]
    chosen: date | None
    hours: list[HourChoice]
    earlier: date | None
    later: date | None
    size: int
    places: int

    @property
    def halves(self) -> list[tuple[str, list[HourChoice]]]:
        """The hours by `Sáng`, `Chiều` and `Tối`; a part without any is left out."""
        parts: dict[str, list[HourChoice]] = {"Sáng": [], "Chiều": [], "Tối": []}
        for hour in self.hours:
            clock = hour.slot.starts_at.astimezone(VN).hour
            parts["Sáng" if clock < NOON else "Chiều" if clock < DUSK else "Tối"].append(hour)
        return [(name, hours) for name, hours in parts.items() if hours]

    @property
    def limits(self) -> list[str]:
        """Which hours are for the people of some wards: `18:00–20:00: chỉ nhận người đang ở Phường An Mỹ`."""
        sessions = {hour.slot.session for hour in self.hours if hour.slot.session is not None}
        return [
            f"{session.starts_at:%H:%M}–{session.ends_at:%H:%M}: chỉ nhận người đang ở {names}"
            for session in sorted(sessions, key=lambda session: session.starts_at)
            if (names := ", ".join(sorted(ward.name for ward in session.wards.all())))
        ]

    @property
    def has_free_day(self) -> bool:
        return any(day.is_free for day in self.days)

    @property
    def has_free_hour(self) -> bool:
        return any(hour.fits for hour in self.hours)

    @property
    def noted(self) -> list[DayChoice]:
        """The days about which the office says something."""
        return [day for day in self.days if day.note]

    @property
    def nearest(self) -> list[DayChoice]:
        """The free days nearest to the chosen one, by date."""
        if self.chosen is None:
            return []
        chosen = self.chosen
        free = [day for day in self.days if day.is_free and not day.is_chosen]
        return sorted(
            sorted(free, key=lambda day: abs(day.date - chosen))[:NEAREST_SHOWN], key=lambda day: day.date
        )

    @classmethod
    def of(
        cls,
        request: HttpRequest,
        site: Site,
        *,
        now: datetime,
        sizes: Sequence[int] = (1,),
        held: Slot | None = None,
    ) -> "DayPicker":
        """Read the chosen day and page from the query (`ngay`, `tu`); bad ones count as none.

        `sizes` says how many places each of those who come takes.
        Without a chosen day, the first one with room is. `held` is the slot that is given up for another.
        """
        today = local_date(now)
        last = today + timedelta(days=site.agency.window_days)
        first = min(max(_date_of(request, "tu") or today, today), last)
        shown = availability.days_of(
            site, first=first, last=min(first + timedelta(days=DAYS_SHOWN - 1), last), now=now
        )
        chosen = _date_of(request, "ngay")
        if chosen is None:
            chosen = next((day.date for day in shown if day.remaining >= sum(sizes)), None)
        after = first + timedelta(days=DAYS_SHOWN)
        before = max(first - timedelta(days=DAYS_SHOWN), today)
        return cls(
            site=site,
            days=[_day(day, chosen=chosen, size=sum(sizes), today=today) for day in shown],
            chosen=chosen,
            hours=_hours(site, chosen, sizes=sizes, held=held, now=now) if chosen else [],
            earlier=before if first > today else None,
            later=after if after <= last else None,
            size=len(sizes),
            places=sum(sizes),
        )


def _date_of(request: HttpRequest, name: str) -> date | None:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


def _day(day: availability.DayView, *, chosen: date | None, size: int, today: date) -> DayChoice:
    if not day.is_open:
        words = "nghỉ"
    elif day.date == today and day.remaining == 0:
        words = "hết giờ nhận"
    elif day.remaining >= size:
        words = f"còn {day.remaining}"
    else:
        words = "hết chỗ" if day.remaining == 0 else f"chỉ còn {day.remaining}"
    return DayChoice(
        date=day.date,
        weekday=_SHORT[day.date.weekday()],
        words=words,
        note=day.note,
        is_free=day.is_open and day.remaining >= size,
        is_chosen=day.date == chosen,
    )


def _hours(
    site: Site, on: date, *, sizes: Sequence[int], held: Slot | None, now: datetime
) -> list[HourChoice]:
    slots = list(availability.slots_of(site, on=on, now=now))
    rooms = [Room(slot.pk, slot.starts_at, slot.ends_at, getattr(slot, "remaining", 0)) for slot in slots]
    return [
        HourChoice(slot=slot, words="đang hẹn", fits=False)
        if slot == held
        else _hour(slot, _of_the_same_session(slots, rooms, index), sizes=sizes)
        for index, slot in enumerate(slots)
    ]


def _of_the_same_session(slots: list[Slot], rooms: list[Room], index: int) -> list[Room]:
    """A slot's room and those after it that a family may be put into as well."""
    session = slots[index].session_id
    return [rooms[at] for at in range(index, len(slots)) if slots[at].session_id == session]


def _hour(slot: Slot, rooms: list[Room], *, sizes: Sequence[int]) -> HourChoice:
    free = rooms[0].free
    if free >= sum(sizes):
        return HourChoice(slot=slot, words=f"còn {free}", fits=True)
    seating = fill_from(rooms, sizes)
    if seating is None:
        return HourChoice(slot=slot, words="hết chỗ" if free == 0 else f"chỉ còn {free}", fits=False)
    last = rooms[len(set(seating)) - 1]
    return HourChoice(slot=slot, words=f"liền đến {say_clock(last.ends_at)}", fits=True)
