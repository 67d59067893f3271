"""The evening run: places for those who wait, numbers for those who have places, reminders for all."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from agencies.models import Agency
from booking import reminders
from booking.allocation import Room, Share, fit
from booking.errors import NothingToAllocate
from booking.models import Appointment, Person, Registration, ServiceDay, Slot
from booking.services import places, registrations
from core.time import VN, at, local_date

NOON = 12
# Families stay side by side, in the order in which they were written down.
CALLING_ORDER = (
    "slot__starts_at",
    "-person__booking__priority",
    "person__booking__booked_at",
    "person__booking",
    "person__position",
)


@dataclass(frozen=True)
class Allocated:
    """How many registrations found a place, and how many are left over."""

    placed: int = 0
    left_over: int = 0


@dataclass
class SiteRooms:
    """The free places of one site on the day, and the wards it is meant for."""

    site_id: int
    day: ServiceDay
    wards: frozenset[str]
    rooms: list[Room]

    def for_half(self, half: str) -> list[Room]:
        if half == Registration.Half.ANY:
            return self.rooms
        morning = half == Registration.Half.MORNING
        return [room for room in self.rooms if (room.starts_at.astimezone(VN).hour < NOON) == morning]


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
    found, left = _pack(waiting, sites=_free_rooms(agency, day, now=now))
    _write(found, now=now)
    for registration, people in left:
        _leave_over(registration, day=day, people=len(people), now=now)
    return Allocated(placed=len(found), left_over=len(left))


Family = tuple[Registration, list[Person]]
Placed = tuple[Registration, list[Person], SiteRooms, list[Share]]


def _free_rooms(agency: Agency, day: date, *, now: datetime) -> list[SiteRooms]:
    """The agency's free places, locked; only slots that people still have time to reach."""
    days = ServiceDay.objects.filter(
        site__agency=agency, site__is_active=True, date=day, is_open=True
    ).select_related("site__agency")
    soonest = now + timedelta(minutes=agency.cut_off_minutes)
    slots = Slot.objects.filter(day__in=days, starts_at__gte=soonest).select_for_update(no_key=True)
    rooms = defaultdict(list)
    for slot in slots.order_by("pk"):
        rooms[slot.day_id].append(Room(slot.pk, slot.starts_at, slot.ends_at, slot.places_left))
    return [
        SiteRooms(
            site_id=row.site_id,
            day=row,
            wards=frozenset(ward.code for ward in row.site.wards.all()),
            rooms=sorted(rooms[row.pk], key=lambda room: room.starts_at),
        )
        for row in days.prefetch_related("site__wards").order_by("site_id")
    ]


def _pack(
    waiting: Sequence[Registration], *, sites: Sequence[SiteRooms]
) -> tuple[list[Placed], list[Family]]:
    families = defaultdict(list)
    of_bookings = Person.objects.filter(booking__in=[row.booking_id for row in waiting], is_live=True)
    for person in of_bookings.select_related("citizen").order_by("position"):
        families[person.booking_id].append(person)
    found: list[Placed] = []
    left: list[Family] = []
    for registration in waiting:
        people = families[registration.booking_id]
        home = _find_room(registration, size=len(people), sites=sites)
        if home is None:
            left.append((registration, people))
        else:
            found.append((registration, people, *home))
    return found, left


def _find_room(
    registration: Registration, *, size: int, sites: Sequence[SiteRooms]
) -> tuple[SiteRooms, list[Share]] | None:
    for site in _in_order_of_wish(registration, sites):
        rooms = site.for_half(registration.half)
        shares = fit(rooms, size)
        if shares is not None:
            for room in rooms:
                room.free -= dict(shares).get(room.slot_id, 0)
            return site, shares
    return None


def _in_order_of_wish(registration: Registration, sites: Sequence[SiteRooms]) -> list[SiteRooms]:
    if registration.site_id is not None:
        return [site for site in sites if site.site_id == registration.site_id]
    return sorted(sites, key=lambda site: (registration.ward not in site.wards, site.site_id))


def _write(found: Sequence[Placed], *, now: datetime) -> None:
    """Write all places found: slots in the order of their keys, then numbers, then appointments."""
    totals: dict[int, int] = defaultdict(int)
    for _, _, _, shares in found:
        for slot_id, count in shares:
            totals[slot_id] += count
    if not places.take_shares(list(totals.items())):
        raise RuntimeError("A locked slot lost places")  # rolls the whole run back
    slots = Slot.objects.in_bulk(totals)
    appointments: list[Appointment] = []
    for _, people, site, shares in sorted(found, key=lambda placed: placed[2].day.pk):
        taken = [(slots[slot_id], count) for slot_id, count in shares]
        appointments += places.new_appointments(people, taken, day=site.day, now=now)
    if not appointments:
        return
    places.insert_with_codes(appointments, agency=appointments[0].day.site.agency)
    Registration.objects.filter(pk__in=[registration.pk for registration, *_ in found]).update(
        status=Registration.Status.PLACED
    )
    reminders.owe_reminders(appointments, now=now)


def _leave_over(registration: Registration, *, day: date, people: int, now: datetime) -> None:
    """Carry a registration to the next day of its range and tell; over for good after the last."""
    if registration.left_over_on == day:
        return  # told already; this was another try
    registration.times_left_over += 1
    registration.left_over_on = day
    registration.save(update_fields=["times_left_over", "left_over_on"])
    if registration.to_date <= day:
        registrations.end(registration, status=Registration.Status.EXPIRED)
    reminders.tell_left_over(registration, day=day, people=people, now=now)


def release_numbers(*, agency: Agency, day: date, now: datetime) -> int:
    """Number the live appointments of `day` that have none, in the order of slot, priority and time of
    booking, and owe their reminders. Bookings made later get the next number at once. Gives how many were
    numbered.

    :raises NothingToAllocate: the day is over
    """
    if day < local_date(now):
        raise NothingToAllocate(day=f"{day:%d/%m/%Y}")
    days = ServiceDay.objects.filter(site__agency=agency, date=day).order_by("pk")
    return sum(_release_day(row.pk, now=now) for row in days)


@transaction.atomic
def _release_day(day_id: int, *, now: datetime) -> int:
    # Appointments before their day, as everywhere: a move of one of them may hold it and want the counter.
    unnumbered = Appointment.objects.live().filter(day=day_id, number=None)
    held = list(
        unnumbered.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk", flat=True)
    )
    day = (
        ServiceDay.objects.select_for_update(no_key=True, of=("self",))
        .select_related("site__agency")
        .get(pk=day_id)
    )
    # Only those held: one that came meanwhile may be moved away before this ends. The next run numbers it.
    in_order = list(
        unnumbered.filter(pk__in=held)
        .select_related("slot", "person__booking", "person__citizen")
        .order_by(*CALLING_ORDER)
    )
    for number, appointment in enumerate(in_order, start=day.last_number + 1):
        appointment.number = number
        appointment.day = day
    Appointment.objects.bulk_update(in_order, ["number"])
    ServiceDay.objects.filter(pk=day_id).update(
        last_number=F("last_number") + len(in_order), numbers_released_at=day.numbers_released_at or now
    )
    reminders.owe_reminders(in_order, now=now)
    return len(in_order)


def owe_missing_reminders(*, agency: Agency, day: date, now: datetime) -> list[str]:
    """Owe the reminder of every live, numbered appointment of `day`; gives their codes."""
    appointments = list(
        Appointment.objects.live()
        .for_display()
        .select_related("person__citizen")
        .filter(day__site__agency=agency, day__date=day, number__isnull=False)
        .order_by("pk")
    )
    with transaction.atomic():
        reminders.owe_reminders(appointments, now=now)
    return [appointment.code for appointment in appointments]


def evening_run(*, now: datetime) -> int:
    """Do for each agency what is due: places, then numbers, for tomorrow once the hour of release has come,
    and for today where the evening was missed. Cheap when nothing is due; gives how many appointments were
    numbered.
    """
    numbered = 0
    today = local_date(now)
    for agency in Agency.objects.filter(is_active=True).order_by("pk"):
        _end_missed(agency, today=today, now=now)
        due = [today]
        if now >= at(today, agency.number_release):
            due.append(today + timedelta(days=1))
        for day in due:
            if _someone_newly_waits(agency, day):
                allocate(agency=agency, day=day, now=now)
            if _someone_lacks_a_number(agency, day):
                numbered += release_numbers(agency=agency, day=day, now=now)
    return numbered


@transaction.atomic
def _end_missed(agency: Agency, *, today: date, now: datetime) -> None:
    """End registrations whose days went by without a run, and tell their people."""
    missed = Registration.objects.waiting().filter(agency=agency, to_date__lt=today)
    for registration in (
        missed.select_for_update(of=("self",), no_key=True)
        .select_related("agency", "booking__citizen")
        .order_by("pk")
    ):
        people = Person.objects.filter(booking=registration.booking_id, is_live=True).count()
        _leave_over(registration, day=registration.to_date, people=people, now=now)


def _someone_newly_waits(agency: Agency, day: date) -> bool:
    """Whether a registration of that day was not tried yet, or its range ran out while nobody looked."""
    untried = Q(left_over_on=None) | Q(left_over_on__lt=day)
    return (
        Registration.objects.waiting()
        .filter(untried, agency=agency, from_date__lte=day, to_date__gte=day)
        .exists()
    )


def _someone_lacks_a_number(agency: Agency, day: date) -> bool:
    unnumbered = Appointment.objects.live().filter(number=None, day__date=day, day__site__agency=agency)
    unreleased = ServiceDay.objects.filter(
        site__agency=agency,
        date=day,
        numbers_released_at=None,
        site__agency__numbering=Agency.Numbering.EVENING_BEFORE,
    )
    return unnumbered.exists() or unreleased.exists()
