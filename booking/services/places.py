"""Taking places and numbers: the only writer of what is scarce."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from agencies.models import Agency
from booking.allocation import Room, fill_from, places_by_slot
from booking.errors import NotOpenYet, SlotClosed, SlotFull, SlotOver, TooLate
from booking.models import Appointment, Person, ServiceDay, Slot
from core import codes
from core.db import violated
from core.time import VN, local_date, say_clock

CODE_LENGTH = 5
CODE_TRIES = 20


def refuse_outside_policy(slot: Slot, *, now: datetime) -> None:
    """Refuse a slot that cannot be booked at `now`, whoever asks.

    :raises SlotClosed: agency, site or day takes no bookings
    :raises NotOpenYet: beyond the agency's window
    :raises TooLate: past the agency's cut-off before the slot
    """
    day, site, agency = slot.day, slot.day.site, slot.day.site.agency
    if not (slot.is_open and day.is_open and site.is_active and agency.is_active):
        raise SlotClosed
    if now > slot.starts_at - timedelta(minutes=agency.cut_off_minutes):
        raise TooLate
    last_day = local_date(now) + timedelta(days=agency.window_days)
    if day.date > last_day:
        raise NotOpenYet(last_day=f"{last_day:%d/%m/%Y}")


def refuse_at_the_desk(slot: Slot, *, now: datetime) -> None:
    """Refuse a slot into which an officer can put nobody at `now`.

    :raises SlotClosed: agency, site, day or slot takes no bookings
    :raises SlotOver: it has ended
    """
    day, site, agency = slot.day, slot.day.site, slot.day.site.agency
    if not (slot.is_open and day.is_open and site.is_active and agency.is_active):
        raise SlotClosed
    if day.date < local_date(now) or slot.ends_at <= now:
        raise SlotOver


def take(slot: Slot, *, sizes: Sequence[int], together: bool, now: datetime) -> list[Slot]:
    """Take places for a family in this slot, or in it and those that follow it without a gap.

    `sizes` says how many places each of its people takes; the answer, in which slot each of them is.

    :raises SlotFull: there is not room enough, or not in one slot where `together` is asked
    :raises SlotClosed: it was closed since it was read
    """
    # A slot that was too small when it was read is not tried first: that would be one statement for nothing.
    size = sum(sizes)
    if (together or slot.places_left >= size) and Slot.objects.take(slot, places=size):
        return [slot] * len(sizes)
    following = _slots_from(slot)
    rooms = [Room(row.pk, row.starts_at, row.ends_at, row.places_left) for row in following]
    # A slot that a change of the opening hours has just removed is not made up for by the next one.
    is_there = bool(rooms) and rooms[0].slot_id == slot.pk
    seating = fill_from(rooms, sizes) if is_there and not together else None
    if seating is None or not take_each(places_by_slot(seating, sizes)):
        raise _full(slot, size=size, now=now)
    slots = {row.pk: row for row in following}
    return [slots[slot_id] for slot_id in seating]


def take_each(wanted: Mapping[int, int]) -> bool:
    """Take so many places of each slot, in the order of their keys; False (and the caller rolls back) if one
    has not as many left.
    """
    return all(Slot.objects.take(Slot(pk=slot_id), places=count) for slot_id, count in sorted(wanted.items()))


def _slots_from(slot: Slot) -> list[Slot]:
    """The slot and what follows it, of the same session: the next one may be for other people."""
    following = Slot.objects.filter(
        day=slot.day_id, session=slot.session_id, starts_at__gte=slot.starts_at, is_open=True
    )
    return list(following.order_by("starts_at"))


def _full(slot: Slot, *, size: int, now: datetime) -> SlotFull | SlotClosed:
    """Why no place was to be had: there is none, or the slot was closed since it was read."""
    there = Slot.objects.filter(pk=slot.pk).select_related("day").first()
    if there is not None and not (there.is_open and there.day.is_open):
        return SlotClosed()
    nearest = nearest_with_room(slot, size=size, now=now)
    remaining = there.places_left if there else None
    said = ", ".join(_say(found, from_day=slot.day) for found in nearest)
    return SlotFull(
        remaining=remaining or 0,
        nearest=[
            {
                "id": str(found.public_id),
                "starts_at": found.starts_at.astimezone(VN).isoformat(),
                "ends_at": found.ends_at.astimezone(VN).isoformat(),
                "capacity": found.capacity,
                "remaining": found.places_left,
            }
            for found in nearest
        ],
        fact=_fact(size=size, remaining=remaining or 0),
        hint=f"Còn chỗ gần nhất: {said}." if said else "Điểm này không còn khung giờ nào đủ chỗ.",
    )


def _fact(*, size: int, remaining: int) -> str:
    if remaining == 0:
        return "vừa hết chỗ"
    return f"còn {remaining} chỗ, cần {size}"


def _say(slot: Slot, *, from_day: ServiceDay) -> str:
    day = "" if slot.day_id == from_day.pk else f" ngày {slot.day.date:%d/%m}"
    return f"{say_clock(slot.starts_at)}{day} ({slot.places_left} chỗ)"


def nearest_with_room(slot: Slot, *, size: int, now: datetime) -> list[Slot]:
    """Up to three slots of the same site with room for all: that day's nearest first, then later days'."""
    free = (
        Slot.objects.bookable(now=now)
        .with_room_for(size)
        .filter(day__site=slot.day.site_id, day__date__gte=slot.day.date)
        .filter(Q(pk__in=Slot.objects.for_anyone()) | Q(session=slot.session_id, session__isnull=False))
        .exclude(pk=slot.pk)
        .select_related("day")
    )
    same_day = sorted(free.filter(day=slot.day_id), key=lambda found: abs(found.starts_at - slot.starts_at))[
        :3
    ]
    later = free.filter(day__date__gt=slot.day.date).order_by("starts_at")[: 3 - len(same_day)]
    return sorted(same_day, key=lambda found: found.starts_at) + list(later)


def take_numbers(day: ServiceDay, *, count: int, at_once: bool = False) -> int | None:
    """Take the next `count` queue numbers of a day and give the first; None where numbers come later, unless
    they must be there `at_once`.
    """
    if not (at_once or day.site.agency.numbers_at_booking or day.numbers_released_at):
        return None
    with connection.cursor() as cursor:
        # One statement where the ORM would need two; the row stays locked until the transaction ends.
        cursor.execute(
            "UPDATE booking_serviceday SET last_number = last_number + %s"
            " WHERE id = %s RETURNING last_number",
            [count, day.pk],
        )
        return int(cursor.fetchone()[0]) - count + 1


def new_appointments(
    people: Sequence[Person],
    slots: Sequence[Slot],
    *,
    sizes: Sequence[int],
    day: ServiceDay,
    number_at_once: bool = False,
    now: datetime,
) -> list[Appointment]:
    """Make, not yet written, one appointment a person in the places taken, with their numbers if it is
    time: who comes in an earlier slot has the lower one.
    """
    number = take_numbers(day, count=len(people), at_once=number_at_once)
    by_hour = sorted(range(len(people)), key=lambda index: (slots[index].starts_at, index))
    rank = {index: position for position, index in enumerate(by_hour)}
    return [
        Appointment(
            person=person,
            day=day,
            slot=slot,
            places=size,
            number=None if number is None else number + rank[index],
            placed_at=now,
        )
        for index, (person, slot, size) in enumerate(zip(people, slots, sizes, strict=True))
    ]


def insert_with_codes(appointments: Sequence[Appointment], *, agency: Agency) -> None:
    """Insert appointments under fresh codes.

    Codes that are in use are drawn again, and only those: it works as well when a good part of them is.
    """
    unsettled = list(appointments)
    for tries_left in reversed(range(CODE_TRIES)):
        for appointment in unsettled:
            appointment.code = f"{agency.code_prefix}{codes.draw(CODE_LENGTH)}"
        try:
            with transaction.atomic():
                Appointment.objects.bulk_create(appointments)
        except IntegrityError as refused:
            if violated(refused) != "one_appointment_per_code" or not tries_left:
                raise
            unsettled = _with_codes_in_use(appointments)
        else:
            return


def _with_codes_in_use(appointments: Sequence[Appointment]) -> list[Appointment]:
    """Those whose code somebody has already, in the database or earlier in the same list."""
    drawn = [appointment.code for appointment in appointments]
    seen = set(Appointment.objects.filter(code__in=drawn).values_list("code", flat=True))
    taken = []
    for appointment in appointments:
        if appointment.code in seen:
            taken.append(appointment)
        seen.add(appointment.code)
    return taken
