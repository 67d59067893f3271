"""A day like those of April 2021 at Tam Kỳ: hundreds of people ask for tomorrow, and each is told where to
be, when, and with which number.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

import httpx
from django.db import connections
from django.db.models import Count, QuerySet

from accounts.models import Citizen
from accounts.notice import CURRENT_NOTICE
from agencies.models import Agency
from booking.errors import SlotFull
from booking.models import Appointment, Booking, Registration, Slot
from booking.services.appointments import book
from booking.services.people import Accepted, Party
from booking.services.registrations import Wish, register
from booking.services.reminding import send_reminders
from cccd_portal.demo.accounts import sign_in
from cccd_portal.demo.dossiers import officer_of, with_dossiers
from cccd_portal.demo.people import Family, families
from cccd_portal.zalo_events import handle_events
from core.time import local_date
from notifications import services as notifications
from notifications.models import Message, State

DEVICES = 8
# Those who find no place tomorrow may come on the days after.
DAYS_ASKED_FOR = timedelta(days=3)
RECEIPTS_SECONDS = 20
GONE = (State.SENT, State.DELIVERED)
T = TypeVar("T")
Ask = Callable[[Party], Booking | None]


class NoOfficer(RuntimeError):
    """The office wants dossiers first, and there is nobody of the demo to accept them."""


@dataclass(frozen=True)
class Report:
    """How the day went for those who asked in this run.

    `told` counts the people left over who were told so, `sent` and `delivered` the reminders, `target` is
    what the office means to serve in a day, and `seconds` is how long the whole run took.
    """

    people: int
    families: int
    placed: int
    left_over: int
    told: int
    numbered: int
    sent: int
    delivered: int
    target: int
    seconds: float


def run_day(*, agency: Agency, people: int, sandbox: str, now: datetime) -> Report:
    """Let so many invented people ask an office for tomorrow, run its evening and send every reminder.

    `sandbox` is the address of the Zalo that runs. Done again, as many people more ask, and those for whom
    nothing is left are told. Who received what is heard by a portal that runs beside.
    """
    began = time.monotonic()
    crowd = list(families(people))
    day = local_date(now) + timedelta(days=1)
    ask = _registering(agency, day, now=now) if agency.office_assigns else _picking(agency, day, now=now)
    with httpx.Client(base_url=sandbox, timeout=10, trust_env=False) as zalo:
        asked = _by_many_hands(
            lambda family: ask(
                _party(family, agency=agency, citizen=sign_in(family, zalo, now=now), now=now)
            ),
            crowd,
        )
    bookings = Booking.objects.filter(pk__in=[booking.pk for booking in asked if booking is not None])

    send_reminders(day=day, now=now)
    notifications.send_due(now=now, only_about=list(_left_over(bookings)))
    _wait_for_receipts(bookings, now=now + timedelta(seconds=time.monotonic() - began))
    return _report(bookings, agency=agency, crowd=crowd, seconds=time.monotonic() - began)


def _by_many_hands(do: Callable[[Family], T], crowd: Sequence[Family]) -> list[T]:
    """Do it for every family, several at a time, as people do at their phones."""

    def share(mine: Sequence[Family]) -> list[T]:
        try:
            return [do(family) for family in mine]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(DEVICES) as pool:
        shares = pool.map(share, [crowd[device::DEVICES] for device in range(DEVICES)])
        return [done for each in shares for done in each]


def _party(family: Family, *, agency: Agency, citizen: Citizen, now: datetime) -> Party:
    """The family; where the office wants dossiers first, each of them with one that was accepted."""
    people = family.people
    if agency.dossier_required:
        officer = officer_of(agency)
        if officer is None:
            raise NoOfficer(agency.slug)
        people = with_dossiers(people, agency=agency, citizen=citizen, officer=officer, now=now)
    return Party(
        citizen=citizen,
        people=people,
        accepted=Accepted(notice=CURRENT_NOTICE.version, on_behalf=True),
        phone=family.phone,
        priority=family.priority,
    )


def _registering(agency: Agency, day: date, *, now: datetime) -> Ask:
    """How people ask where the office assigns the hour."""
    last_day = local_date(now) + timedelta(days=agency.window_days)
    wish = Wish(agency=agency.slug, from_date=day, to_date=min(day + DAYS_ASKED_FOR, last_day))
    return lambda party: register(wish=wish, party=party, now=now).booking


def _picking(agency: Agency, day: date, *, now: datetime) -> Ask:
    """How people ask where they pick the hour: the earliest one that has room for all."""
    slots = Slot.objects.bookable(now=now).filter(day__site__agency=agency, day__date=day)

    def pick(party: Party) -> Booking | None:
        with_room = slots.with_room_for(len(party.people)).order_by("starts_at", "pk")
        for slot_id in with_room.values_list("public_id", flat=True):
            try:
                return book(slot_id=slot_id, party=party, together=True, now=now).booking
            except SlotFull:  # somebody was quicker
                continue
        return None

    return pick


def _left_over(bookings: QuerySet[Booking]) -> dict[str, int]:
    """The registrations that found no place, by their ids, with how many people each is for."""
    without = Registration.objects.filter(booking__in=bookings).exclude(status=Registration.Status.PLACED)
    rows = without.annotate(people=Count("booking__people")).values_list("public_id", "people")
    return {str(public_id): people for public_id, people in rows}


def _reminders(bookings: QuerySet[Booking]) -> QuerySet[Message]:
    placed = Appointment.objects.live().filter(person__booking__in=bookings)
    return Message.objects.filter(kind=notifications.Kind.REMINDER, about__in=placed.values("code"))


def _wait_for_receipts(bookings: QuerySet[Booking], *, now: datetime) -> None:
    """Wait, and handle what the portal wrote down: no worker need run."""
    waiting = _reminders(bookings).filter(state=State.SENT)
    began = time.monotonic()
    while waiting.exists() and (waited := time.monotonic() - began) < RECEIPTS_SECONDS:
        handle_events(now=now + timedelta(seconds=waited))
        time.sleep(0.2)


def _report(
    bookings: QuerySet[Booking], *, agency: Agency, crowd: Sequence[Family], seconds: float
) -> Report:
    people = sum(len(family.people) for family in crowd)
    placed = Appointment.objects.live().filter(person__booking__in=bookings)
    left_over = _left_over(bookings)
    told = Message.objects.filter(
        kind=notifications.Kind.LEFT_OVER, about__in=left_over, state__in=GONE
    ).values_list("about", flat=True)
    return Report(
        people=people,
        families=len(crowd),
        placed=placed.count(),
        left_over=people - placed.count(),
        told=sum(left_over[about] for about in set(told)),
        numbered=placed.filter(number__isnull=False).count(),
        sent=_reminders(bookings).filter(state__in=GONE).count(),
        delivered=_reminders(bookings).filter(state=State.DELIVERED).count(),
        target=agency.daily_target or 0,
        seconds=seconds,
    )
