"""An office full of people on the day before they come, and what it promised each of them.

A reminder is delivered; or its person is on the list of those to be called; and it comes a second time only
where nobody could know whether the first arrived.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Citizen, ZaloContact
from accounts.relations import Relation
from accounts.services.phones import phone_key_of
from agencies.tests.factories import AgencyFactory
from booking import reminders
from booking.models import Appointment, Booking, Person, ServiceDay, Slot
from booking.services.calls import to_call
from booking.tests.factories import ServiceDayFactory, SiteFactory
from cccd_portal.zalo_events import handle_events
from core.time import at, local_date
from notifications.kinds import Kind
from notifications.models import Message, State
from notifications.services import send_due, sweep
from notifications.tests.factories import MessageTextFactory
from zalo.sandbox.identifiers import uid_of
from zalo.sandbox.testing import Sandbox
from zalo.services import seed_tokens

OPEN = (State.OWED, State.SENDING)
# The hours at which people come; the first is before the quiet hours of the night end.
HOURS = (time(6, 30), time(8, 0), time(8, 30), time(9, 0))
CODE = re.compile(r"\bK[0-9]{7}\b")
# No number ends as those do to which the sandbox answers with an error.
PHONE = "849{office:02d}{person:04d}22"
_offices = itertools.count(1)


@dataclass(frozen=True)
class Row:
    """What became of the messages of one scenario."""

    name: str
    messages: int
    delivered: int
    to_be_called: int
    unanswered: int
    repeated: int
    broken: list[str]


@dataclass
class Office:
    """One agency, whose people come on the day after tomorrow; it is the afternoon of tomorrow."""

    sandbox: Sandbox
    oa_id: str
    day: ServiceDay
    people: dict[str, Any]  # the code of an appointment, and its person as the sandbox knows them
    now: datetime
    # How often a try to send the reminder of an appointment ended without an answer.
    unanswered: Counter[str] = field(default_factory=Counter)
    web: Client = field(default_factory=Client)

    # --- Time ---------------------------------------------------------------------------------------

    def let_time_pass(self, until: datetime, *, receipts: bool = True) -> None:
        """Do what beat does, until nothing is owed or that moment has come."""
        while self.now < until and self._messages().filter(state__in=OPEN).exists():
            send_due(now=self.now)
            self._note_unanswered()
            if receipts:
                self.tell(self.sandbox.events())
            self.now = min(max(self._next(), self.now + timedelta(minutes=1)), until)
            sweep(now=self.now)

    def _next(self) -> datetime:
        """When there will be something to do: a message is due, or a lease runs out."""
        waiting = self._messages().filter(state__in=OPEN).values_list("state", "due_at", "lease_until")
        moments = [lease if state == State.SENDING else due for state, due, lease in waiting]
        return min(moments, default=self.now)

    def _note_unanswered(self) -> None:
        held = self._messages().filter(state=State.SENDING, last_error__contains="OutcomeUnknown")
        self.unanswered.update(held.values_list("about", flat=True))

    def tell(self, letters: Sequence[tuple[bytes, dict[str, str]]]) -> None:
        """Bring events to the portal's door as Zalo does, and let them be handled."""
        for raw, headers in letters:
            named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
            answer = self.web.post("/webhooks/zalo/", raw, content_type="application/json", **named)
            assert answer.status_code == 200, answer.status_code
        # Events bear the time of day, and are due at once; the office is a day ahead.
        while handle_events(now=self.now).handled:
            pass

    # --- What was promised --------------------------------------------------------------------------

    def row(self, name: str) -> Row:
        """Hold what happened to what was promised, at the end of the day on which people came."""
        sweep(now=max(self.now, at(self.day.date, time(12, 0))))
        told, listed = self._accepted(), self._listed()
        states = dict(self._messages().values_list("about", "state"))
        broken = [] if states.keys() == self.people.keys() else ["messages were lost or invented"]
        for code, state in states.items():
            broken += _broken(state, told[code], self.unanswered[code], is_listed=code in listed)
        counts = Counter(states.values())
        return Row(
            name=name,
            messages=len(states),
            delivered=counts[State.DELIVERED],
            to_be_called=len(listed),
            unanswered=self.unanswered.total(),
            repeated=sum(times > 1 for times in told.values()),
            broken=broken,
        )

    def _accepted(self) -> Counter[str]:
        """How often Zalo took the reminder of each appointment."""
        sent = self.sandbox.messages(oa_id=self.oa_id)
        said = (f"{message['template_data']} {message['text']}" for message in sent)
        return Counter(code for words in said for code in set(CODE.findall(words)))

    def _listed(self) -> set[str]:
        expected = Appointment.objects.filter(day=self.day).expected()
        return {appointment.code for appointment in to_call(expected)}

    def _messages(self) -> Any:
        return Message.objects.filter(agency=self.day.site.agency, kind=Kind.REMINDER)


def _broken(state: str, told: int, unanswered: int, *, is_listed: bool) -> Iterator[str]:
    if state == State.DELIVERED and not told:
        yield "said to be delivered, and Zalo never had it"
    if state != State.DELIVERED and not is_listed:
        yield f"{state}, and nobody calls"
    if told > 1 + unanswered:
        yield f"came {told} times, with {unanswered} tries unanswered"
    if state in OPEN:
        yield "still owed when it is over"


def office(sandbox: Sandbox, size: int, *, early: int = 0) -> Office:
    """So many people with a reminder each, every other one in touch with the Official Account.

    `early` of them come before the quiet hours of the night end.
    """
    sandbox.start_anew()
    serial = next(_offices)
    oa_id = str(31_415_926_535 + serial)
    tomorrow = local_date(timezone.now()) + timedelta(days=1)
    now = at(tomorrow, time(16, 0))
    pair = sandbox.oa(oa_id)
    tokens = {"access_token": pair["access_token"], "refresh_token": pair["refresh_token"]}
    seed_tokens(oa_id=oa_id, expires_in=90_000, now=now, **tokens)
    agency = AgencyFactory(oa_id=oa_id, slug=f"faults-{serial}", name=f"Công an phường Thử {serial}")
    MessageTextFactory(agency=agency)
    day = ServiceDayFactory(site=SiteFactory(agency=agency), date=tomorrow + timedelta(days=1))
    known = _known_to_zalo(sandbox, serial, size)
    with transaction.atomic():
        appointments = _appointments(day, known, early, now=now - timedelta(days=3))
        reminders.owe_reminders(appointments, now=now)
    codes = [appointment.code for appointment in appointments]
    return Office(sandbox, oa_id, day, dict(zip(codes, known, strict=True)), now)


def _known_to_zalo(sandbox: Sandbox, serial: int, size: int) -> list[Any]:
    world = sandbox.world
    with world.lock:
        return [
            world.add_citizen(
                name="Trần Văn An", phone=PHONE.format(office=serial, person=n), follow=n % 2 == 0
            )
            for n in range(size)
        ]


def _appointments(day: ServiceDay, known: Sequence[Any], early: int, *, now: datetime) -> list[Appointment]:
    """Rows as bookings leave them, without making each: what is tried here begins with the reminder."""
    agency, oa_id = day.site.agency, day.site.agency.oa_id
    phones = [f"+{person.phone}" for person in known]
    citizens = Citizen.objects.bulk_create(
        Citizen(
            zalo_id=person.user_id,
            phone=phone,
            phone_key=phone_key_of(phone),
            phone_verified_at=now,
            created_at=now,
        )
        for person, phone in zip(known, phones, strict=True)
    )
    ZaloContact.objects.bulk_create(
        ZaloContact(
            oa_id=oa_id,
            uid=uid_of(person.user_id, oa_id),
            app_user_id=person.user_id,
            citizen=citizen,
            follows=True,
            last_interaction_at=now + timedelta(days=2),
        )
        for person, citizen in zip(known, citizens, strict=True)
        if oa_id in person.follows
    )
    bookings = Booking.objects.bulk_create(
        Booking(agency=agency, citizen=citizen, notice_version="1", booked_at=now) for citizen in citizens
    )
    people = Person.objects.bulk_create(
        Person(
            booking=booking,
            citizen=booking.citizen,
            position=0,
            full_name="Trần Văn An",
            sex=Person.Sex.MALE,
            relation=Relation.SELF,
            account_seat=1,
            person_key=f"{agency.pk}-{n}",
            namesake_key=f"{agency.pk}-{n}",
        )
        for n, booking in enumerate(bookings)
    )
    slots = [_slot(day, hour, len(known)) for hour in HOURS]
    rows = Appointment.objects.bulk_create(
        Appointment(
            code=f"K{agency.pk % 100:02d}{n:05d}",
            person=person,
            day=day,
            slot=slots[0] if n < early else slots[1 + n % 3],
            number=n + 1,
            placed_at=now,
        )
        for n, person in enumerate(people)
    )
    return list(rows)


def _slot(day: ServiceDay, hour: time, capacity: int) -> Slot:
    starts_at = at(day.date, hour)
    ends_at = starts_at + timedelta(minutes=30)
    return Slot.objects.create(day=day, starts_at=starts_at, ends_at=ends_at, capacity=capacity)
