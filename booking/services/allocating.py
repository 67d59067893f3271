"""Giving places to registrations: families whole, in a fair order, and nobody lost who does not fit."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from agencies.models import Agency
from booking import reminders
from booking.allocation import Room, Seating, fit, places_by_slot
from booking.errors import NothingToAllocate
from booking.models import Appointment, Person, Registration, ServiceDay, Slot
from booking.services import leftovers, places, visits
from booking.services.eligibility import accepted_wards
from booking.services.leftovers import Family
from core.time import VN, local_date

NOON = 12


@dataclass(frozen=True)
class Allocated:
    """How many registrations found a place, and how many are left over."""

    placed: int = 0
    left_over: int = 0


@dataclass
class SiteRooms:
    """The free places of one site on the day, and the wards it is meant for.

    `limits` has the slots that only the people of some wards may use, with all names of those wards.
    """

    site_id: int
    day: ServiceDay
    wards: frozenset[str]
    rooms: list[Room]
    limits: Mapping[int, frozenset[str]]

    def for_half(self, half: str) -> list[Room]:
        if half == Registration.Half.ANY:
            return self.rooms
        morning = half == Registration.Half.MORNING
        return [room for room in self.rooms if (room.starts_at.astimezone(VN).hour < NOON) == morning]

    def for_family(self, registration: Registration, people: Sequence[Person]) -> list[Room]:
        """The rooms of its half of the day that all of a family may use."""
        wards = {person.ward or registration.ward for person in people}
        rooms = self.for_half(registration.half)
        return [
            room for room in rooms if room.slot_id not in self.limits or wards <= self.limits[room.slot_id]
        ]


@transaction.atomic
def allocate(*, agency: Agency, day: date, now: datetime) -> Allocated:
    """Give places on `day` to registrations whose range holds it; tell those who are left over.

    Carried-over ones come first, then priority, then first come. A family goes whole into one slot, else into
    consecutive ones; to its own ward's site first, then to any site of the agency, unless it chose one. Run
    again it only tries again those who still wait.

    :raises NothingToAllocate: the day is over
    """
    if day < local_date(now):
        raise NothingToAllocate(day=f"{day:%d/%m/%Y}")
    # One run at a time for an agency; bookings of its slots go on until the slots are locked below.
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    covering = Registration.objects.waiting().filter(agency=agency, from_date__lte=day, to_date__gte=day)
    held = list(covering.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    waiting = list(
        Registration.objects.filter(pk__in=held)
        .select_related("agency", "booking__citizen", "site")
        .in_order()
    )
    if not waiting:
        return Allocated()
    sites = _free_rooms(agency, day, now=now)
    found, left = _pack(waiting, agency=agency, sites=sites)
    _write(found, now=now)
    is_open = any(site.rooms for site in sites)
    leftovers.leave_over(left, agency=agency, day=day, is_open=is_open, now=now)
    return Allocated(placed=len(found), left_over=len(left))


@dataclass(frozen=True)
class Placed:
    """A family that found a place: how many places each takes, at which site, in which slots."""

    registration: Registration
    people: Sequence[Person]
    sizes: list[int]
    site: SiteRooms
    seating: Seating


def _free_rooms(agency: Agency, day: date, *, now: datetime) -> list[SiteRooms]:
    """The agency's free places, locked; only slots that people still have time to reach."""
    days = ServiceDay.objects.filter(
        site__agency=agency, site__is_active=True, date=day, is_open=True
    ).select_related("site__agency")
    soonest = now + timedelta(minutes=agency.cut_off_minutes)
    slots = Slot.objects.filter(day__in=days, is_open=True, starts_at__gte=soonest).select_for_update(
        no_key=True
    )
    rooms = defaultdict(list)
    session_of: dict[int, int] = {}
    for slot in slots.order_by("pk"):
        rooms[slot.day_id].append(Room(slot.pk, slot.starts_at, slot.ends_at, slot.places_left))
        if slot.session_id is not None:
            session_of[slot.pk] = slot.session_id
    accepted = accepted_wards(set(session_of.values()))
    limits = {slot: accepted[session] for slot, session in session_of.items() if session in accepted}
    return [
        SiteRooms(
            site_id=row.site_id,
            day=row,
            wards=frozenset(ward.code for ward in row.site.wards.all()),
            rooms=sorted(rooms[row.pk], key=lambda room: room.starts_at),
            limits=limits,
        )
        for row in days.prefetch_related("site__wards").order_by("site_id")
    ]


def _pack(
    waiting: Sequence[Registration], *, agency: Agency, sites: Sequence[SiteRooms]
) -> tuple[list[Placed], list[Family]]:
    families = defaultdict(list)
    of_bookings = Person.objects.filter(booking__in=[row.booking_id for row in waiting], is_live=True)
    read_along = of_bookings.select_related("citizen", "dossier__version")
    for person in read_along.defer("dossier__data", "dossier__extra_data").order_by("position"):
        families[person.booking_id].append(person)
    everybody = [person for family in families.values() for person in family]
    sizes = dict(zip(everybody, visits.sizes_of(everybody, agency=agency), strict=True))
    found: list[Placed] = []
    left: list[Family] = []
    for registration in waiting:
        people = families[registration.booking_id]
        placed = _find_room(registration, people, [sizes[person] for person in people], sites=sites)
        if placed is None:
            left.append((registration, people))
        else:
            found.append(placed)
    return found, left


def _find_room(
    registration: Registration, people: Sequence[Person], sizes: list[int], *, sites: Sequence[SiteRooms]
) -> Placed | None:
    for site in _in_order_of_wish(registration, sites):
        rooms = site.for_family(registration, people)
        seating = fit(rooms, sizes)
        if seating is not None:
            taken = places_by_slot(seating, sizes)
            for room in rooms:
                room.free -= taken.get(room.slot_id, 0)
            return Placed(registration, people, sizes, site, seating)
    return None


def _in_order_of_wish(registration: Registration, sites: Sequence[SiteRooms]) -> list[SiteRooms]:
    if registration.site_id is not None:
        return [site for site in sites if site.site_id == registration.site_id]
    return sorted(sites, key=lambda site: (registration.ward not in site.wards, site.site_id))


def _write(found: Sequence[Placed], *, now: datetime) -> None:
    """Write all places found: slots in the order of their keys, then numbers, then appointments."""
    totals: Counter[int] = Counter()
    for placed in found:
        totals.update(places_by_slot(placed.seating, placed.sizes))
    if not places.take_each(totals):
        raise RuntimeError("A locked slot lost places")  # rolls the whole run back
    slots = Slot.objects.in_bulk(totals)
    appointments: list[Appointment] = []
    for placed in sorted(found, key=lambda placed: placed.site.day.pk):
        appointments += places.new_appointments(
            placed.people,
            [slots[slot_id] for slot_id in placed.seating],
            sizes=placed.sizes,
            day=placed.site.day,
            now=now,
        )
    if not appointments:
        return
    places.insert_with_codes(appointments, agency=appointments[0].day.site.agency)
    Registration.objects.filter(pk__in=[placed.registration.pk for placed in found]).update(
        status=Registration.Status.PLACED
    )
    reminders.owe_reminders(appointments, now=now)
