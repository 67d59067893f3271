"""Sites, days and hours of invented offices, and people to be booked there. Every number is made up."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import factory

from accounts.identity import PersonDetails, namesake_key, person_key
from accounts.models import Citizen, Officer
from accounts.notice import CURRENT_NOTICE
from accounts.relations import Relation
from accounts.tests.factories import EIGHT, CitizenFactory
from agencies.models import Agency
from agencies.tests.factories import AgencyFactory
from booking.models import (
    Appointment,
    Booking,
    OpeningRule,
    Person,
    Registration,
    ServiceDay,
    Session,
    Site,
    SiteCalendarDay,
    SiteWard,
    Slot,
)
from booking.services import appointments, registrations, sessions
from booking.services.people import Accepted, NewPerson, Party
from core.time import at
from dossiers.tests.factories import DossierFactory, VisitLengthFactory

# EIGHT is 08:00 in Hà Nội on this Monday; NOW, when citizens book, is 08:00 three days before.
MONDAY = date(2026, 11, 23)
SUNDAY = MONDAY - timedelta(days=1)
NOW = EIGHT - timedelta(days=3)
# 16:00 in Hà Nội, the afternoon before EIGHT.
FOUR = EIGHT - timedelta(hours=16)
HALF_AN_HOUR = timedelta(minutes=30)

_serials = itertools.count(100_001)


class SiteFactory(factory.django.DjangoModelFactory):
    """An office that takes anyone."""

    class Meta:
        model = Site

    class Params:
        mobile = factory.Trait(kind=Site.Kind.MOBILE, number_prefix="L")

    agency = factory.SubFactory(AgencyFactory)
    name = factory.Sequence(lambda n: f"Điểm tiếp nhận {n}")
    address = factory.Sequence(lambda n: f"{n + 1} Trần Hưng Đạo")


class SiteWardFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SiteWard

    site = factory.SubFactory(SiteFactory)
    code = "2021:20353"
    name = "Phường Hòa Hương"


class OpeningRuleFactory(factory.django.DjangoModelFactory):
    """Monday mornings from 08:00 to 10:00: four half hours."""

    class Meta:
        model = OpeningRule

    site = factory.SubFactory(SiteFactory)
    weekday = OpeningRule.Weekday.MONDAY
    starts_at = time(8, 0)
    ends_at = time(10, 0)
    slot_minutes = 30
    capacity = 10


class ServiceDayFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ServiceDay

    class Params:
        closed = factory.Trait(is_open=False)
        released = factory.Trait(numbers_released_at=FOUR)

    site = factory.SubFactory(SiteFactory)
    date = MONDAY


class SlotFactory(factory.django.DjangoModelFactory):
    """Half an hour from 08:00 with room for ten."""

    class Meta:
        model = Slot

    class Params:
        last_place = factory.Trait(capacity=1)
        full = factory.Trait(capacity=1, taken=1)
        closed_day = factory.Trait(day__closed=True)
        # Written where a test is about the agency's policy.
        evening_numbers = factory.Trait(day__site__agency__evening_numbers=True)
        office_assigns = factory.Trait(day__site__agency__office_assigns=True)
        of_2021 = factory.Trait(day__site__agency__of_2021=True)

    day = factory.SubFactory(ServiceDayFactory)
    starts_at = factory.LazyAttribute(lambda slot: at(slot.day.date, time(8, 0)))
    ends_at = factory.LazyAttribute(lambda slot: slot.starts_at + HALF_AN_HOUR)
    capacity = 10


def following(slot: Slot, **fields: object) -> Slot:
    """The half hour that begins where `slot` ends."""
    return SlotFactory(**{"day": slot.day, "starts_at": slot.ends_at} | fields)


def later_day(slot: Slot, *, days: int = 1, **fields: object) -> Slot:
    """08:00 of a later day at the same site."""
    day, _ = ServiceDay.objects.get_or_create(site=slot.day.site, date=slot.day.date + timedelta(days=days))
    return SlotFactory(**{"day": day} | fields)


class SiteCalendarDayFactory(factory.django.DjangoModelFactory):
    """A Monday on which one site is off."""

    class Meta:
        model = SiteCalendarDay

    site = factory.SubFactory(SiteFactory)
    date = MONDAY
    note = "Nghỉ để sửa điện"


EVENING = sessions.Hours(time(18, 0), time(20, 0), slot_minutes=30, capacity=4)
HOA_HUONG = sessions.Ward("2021:20344", "Phường Hòa Hương")
AN_MY = sessions.Ward("2021:20341", "Phường An Mỹ")


def evening(
    site: Site,
    *wards: sessions.Ward,
    on: date = MONDAY,
    hours: sessions.Hours = EVENING,
    now: datetime = NOW,
    **said: object,
) -> Session:
    """Overtime from 18:00 to 20:00, for four people each half hour."""
    return sessions.add_session(site=site, on=on, hours=hours, wards=wards, now=now, **said)


def first_slot(session: Session) -> Slot:
    return session.slots.order_by("starts_at")[0]


# --- Rows as they stand in the tables, for readers: lists, the admin, invariants ------------------


class BookingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Booking

    agency = factory.SubFactory(AgencyFactory)
    citizen = factory.SubFactory(CitizenFactory)
    notice_version = CURRENT_NOTICE.version
    booked_at = NOW


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person

    class Params:
        released = factory.Trait(is_live=False)

    booking = factory.SubFactory(BookingFactory)
    citizen = factory.SelfAttribute("booking.citizen")
    position = 0
    full_name = "Trần Văn An"
    birth_date = "1985-04-12"
    sex = Person.Sex.MALE
    personal_id = factory.LazyAttribute(lambda row: number_for(row.birth_date, row.sex.lower()))
    relation = Relation.SELF
    account_seat = factory.LazyAttribute(lambda row: _next_seat(row.citizen))
    person_key = factory.LazyAttribute(lambda row: person_key(_details(row), account=str(row.citizen.pk)))
    namesake_key = factory.LazyAttribute(lambda row: namesake_key(_details(row)))


class AppointmentFactory(factory.django.DjangoModelFactory):
    """A place that was taken, counted in its slot."""

    class Meta:
        model = Appointment
        skip_postgeneration_save = True

    class Params:
        cancelled = factory.Trait(
            status=Appointment.Status.CANCELLED, cancelled_at=NOW, person__is_live=False
        )

    code = factory.Sequence(lambda n: f"CP{n:05d}")
    slot = factory.SubFactory(SlotFactory)
    day = factory.SelfAttribute("slot.day")
    person = factory.SubFactory(
        PersonFactory, booking__agency=factory.SelfAttribute("...slot.day.site.agency")
    )
    placed_at = NOW

    @factory.post_generation
    def _count(appointment, create, extracted):  # noqa: N805 - the library hands over the row
        if appointment.status != Appointment.Status.CANCELLED:
            assert Slot.objects.take(appointment.slot, places=appointment.places)


class RegistrationFactory(factory.django.DjangoModelFactory):
    """Somebody who waits for a place on Monday."""

    class Meta:
        model = Registration

    agency = factory.SubFactory(AgencyFactory, office_assigns=True)
    booking = factory.SubFactory(BookingFactory, agency=factory.SelfAttribute("..agency"))
    from_date = MONDAY
    to_date = MONDAY


def _details(row: Person) -> PersonDetails:
    return PersonDetails(
        full_name=row.full_name, birth_date=row.birth_date, sex=row.sex.lower(), personal_id=row.personal_id
    )


def _next_seat(citizen: Citizen | None) -> int | None:
    return None if citizen is None else Person.objects.filter(citizen=citizen).count() + 1


# --- People who ask for a place, through the use cases ---------------------------------------------


def number_for(birth_date: str, sex: str) -> str:
    """A new valid number of somebody born then, registered in Quảng Nam."""
    year = int(birth_date[:4])
    century_and_sex = 2 * (year // 100 - 19) + (sex == "female")
    return f"049{century_and_sex}{year % 100:02d}{next(_serials)}"


def person(
    full_name: str = "Trần Văn An",
    *,
    birth_date: str = "1985-04-12",
    sex: str = "male",
    relation: Relation = Relation.SELF,
    ward: str = "",
    **numbers: str | None,
) -> NewPerson:
    """Somebody with a valid number of their own; `personal_id` and `old_id` may be given."""
    numbers.setdefault("personal_id", number_for(birth_date, sex))
    details = PersonDetails(full_name=full_name, birth_date=birth_date, sex=sex, **numbers)
    return NewPerson(details=details, relation=relation, ward=ward)


def declared(
    who: NewPerson | None = None,
    *,
    agency: Agency,
    citizen: Citizen | None,
    places: int = 1,
    **columns: object,
) -> NewPerson:
    """Somebody with an accepted dossier of this account at this agency, whose visit takes so many places."""
    who = who or person()
    said = {"full_name": who.details.full_name, "birth_date": who.details.birth_date, "sex": who.details.sex}
    number = {"personal_id": who.details.personal_id} if who.details.personal_id else {}
    dossier = DossierFactory(agency=agency, citizen=citizen, declared=said | number, **columns)
    if places > 1:
        VisitLengthFactory(agency=agency, regulation=dossier.version.regulation, places=places)
    return replace(who, dossier=dossier.public_id)


def child(full_name: str = "Trần Thị Bé", **said: Any) -> NewPerson:
    return person(full_name, birth_date="2016-05-01", sex="female", relation=Relation.CHILD, **said)


def family(size: int) -> list[NewPerson]:
    """So many people who come together, each with a number."""
    return [person(f"Trần Thị {letter}", sex="female") for letter in itertools.islice("ABCDEGHIKLMN", size)]


def party(
    *people: NewPerson,
    citizen: Citizen | None = None,
    phone: str | None = "+84905123456",
    priority: bool = False,
    notice: str = CURRENT_NOTICE.version,
    on_behalf: bool = True,
    assisted_by: Officer | None = None,
) -> Party:
    """People whom a citizen registers, or an officer, with everything agreed to."""
    return Party(
        citizen=None if assisted_by else citizen or CitizenFactory(),
        assisted_by=assisted_by,
        people=people or [person()],
        accepted=Accepted(notice=notice, on_behalf=on_behalf),
        phone=phone,
        priority=priority,
    )


def book(
    slot: Slot, *people: NewPerson, together: bool = False, now: datetime = NOW, **said: object
) -> Sequence[Appointment]:
    """Book as the API does. `said` is for `party`: `citizen`, `priority`, …"""
    asked = party(*people, **said)
    return appointments.book(slot_id=slot.public_id, party=asked, together=together, now=now).appointments


def book_one(slot: Slot, *people: NewPerson, **said: object) -> Appointment:
    (appointment,) = book(slot, *people, **said)
    return appointment


def register(
    slot_or_site: Slot | Site,
    *people: NewPerson,
    first: date = MONDAY,
    last: date | None = None,
    half: Registration.Half = Registration.Half.ANY,
    chosen: Site | None = None,
    ward: str = "",
    now: datetime = NOW,
    **said: object,
) -> Registration:
    """Ask the agency of a slot or site for places; `chosen` is the site that the citizen wants."""
    site = slot_or_site.day.site if isinstance(slot_or_site, Slot) else slot_or_site
    wish = registrations.Wish(
        agency=site.agency.slug,
        from_date=first,
        to_date=last or first,
        half=half,
        site=chosen.public_id if chosen else None,
        ward=ward,
    )
    return registrations.register(wish=wish, party=party(*people, **said), now=now)
