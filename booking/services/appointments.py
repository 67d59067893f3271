"""Taking, moving, confirming and giving up a place that the citizen picked.

Where `citizen` is None, whoever asks has proved by other means that the appointment is theirs: by a look-up
(`booking.services.lookup`), or as an officer.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import Citizen
from booking import reminders
from booking.errors import DossierRequired, NotAllowedNow, TooLateToMove, TooManyChanges
from booking.models import BEFORE_ARRIVAL, Appointment, Booking, Person, Slot
from booking.services import people as who
from booking.services import places, visits
from booking.services.eligibility import refuse_outside_wards
from core.errors import FieldError, Invalid, NotFound


@dataclass(frozen=True)
class Booked:
    booking: Booking
    appointments: Sequence[Appointment]


def book(
    *, slot_id: UUID, party: who.Party, together: bool = False, is_told: bool = False, now: datetime
) -> Booked:
    """Hold a place in a slot for each of the party, all or none, and owe them their messages.

    Where the slot has not room for all, those that follow it without a gap are used too, unless `together`.
    With `is_told` they are answered where they asked, in the chat, and only reminders are owed.

    :raises Invalid: a wrong field, or no such slot
    :raises SlotClosed: the agency, the site or the day takes no bookings
    :raises NotOpenYet: the day lies beyond the agency's window
    :raises TooLate: past the agency's cut-off before the slot
    :raises DossierRequired: somebody comes without a dossier, and the agency wants one first
    :raises NotEligible: the slot is for the people of other wards
    :raises TooManyPeople: more than the agency takes at once
    :raises TooManyLive: more than the agency lets one account hold
    :raises AlreadyBooked: one of them holds a place, or waits for one, somewhere in the portal
    :raises SlotFull: fewer places are left than people
    """
    return who.with_fresh_seats(
        lambda: _book(slot_id=slot_id, party=party, together=together, is_told=is_told, now=now),
        citizen=party.citizen,
    )


@transaction.atomic
def _book(*, slot_id: UUID, party: who.Party, together: bool, is_told: bool, now: datetime) -> Booked:
    slot, seats_in_use = slot_and_seats(slot_id, citizen=party.citizen)
    agency = slot.day.site.agency
    who.check(party, agency=agency, now=now)
    places.refuse_outside_policy(slot, now=now)
    refuse_outside_wards(slot, [person.ward for person in party.people])

    people = who.claim(party, agency=agency, in_use=seats_in_use, now=now)
    # The hot row last: it is held until the transaction ends.
    sizes = visits.sizes_of(people, agency=agency)
    slots = places.take(slot, sizes=sizes, together=together, now=now)
    appointments = places.new_appointments(people, slots, sizes=sizes, day=slot.day, now=now)
    places.insert_with_codes(appointments, agency=agency)
    reminders.owe_for_new(appointments, is_told=is_told, now=now)
    return Booked(booking=people[0].booking, appointments=appointments)


def slot_and_seats(slot_id: UUID, *, citizen: Citizen | None) -> tuple[Slot, list[int]]:
    """The slot with all that rules ask of it, and the seats that the account has in use.

    :raises Invalid: no such slot
    """
    slots = Slot.objects.select_related("day__site__agency").filter(public_id=slot_id)
    if citizen is not None:
        slots = slots.annotate(seats_in_use=who.seats_in_use(citizen))
    slot = slots.first()
    if slot is None:
        raise Invalid(errors=[FieldError("slot", "does_not_exist", "Không có khung giờ này.")])
    return slot, getattr(slot, "seats_in_use", [])


def locked(code: str, *, citizen: Citizen | None) -> Appointment:
    """The appointment, locked until the transaction ends; a citizen's only if it is their own.

    :raises NotFound: no such appointment, or another citizen's
    """
    rows = Appointment.objects.filter(code=code)
    if citizen is not None:
        rows = rows.of(citizen)
    # Locked first, read with all that belongs to it afterwards: a lock that had to wait for a move would
    # find the new slot not among the rows joined before, and so find nothing.
    held = rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True).first()
    if held is None:
        raise NotFound
    return Appointment.objects.for_display().get(pk=held)


@transaction.atomic
def confirm(*, code: str, citizen: Citizen | None, now: datetime) -> Appointment:
    """Note that the person will come ("Tôi sẽ đến"). Saying it twice is saying it once.

    :raises NotFound: no such appointment of this citizen
    :raises NotAllowedNow: it is cancelled, over or begun
    """
    appointment = locked(code, citizen=citizen)
    _refuse_if_over(appointment, now=now)
    appointment.status = Appointment.Status.CONFIRMED
    appointment.save(update_fields=["status"])
    return appointment


@transaction.atomic
def cancel(
    *, code: str, citizen: Citizen | None, reason: str = "", is_told: bool = False, now: datetime
) -> Appointment:
    """Give the place up: it is free for others at once, the number is never given again.

    `reason` is what an officer says to the person, who is told of it. With `is_told` the person is answered
    where they asked, in the chat, and no message is owed besides.

    :raises NotFound: no such appointment of this citizen
    :raises NotAllowedNow: it is cancelled, over or begun
    """
    appointment = locked(code, citizen=citizen)
    _refuse_if_over(appointment, now=now)
    give_up([appointment], now=now)
    if not is_told:
        reminders.tell_cancelled(appointment, reason=reason, now=now)
    return appointment


def give_up(held: Sequence[Appointment], *, now: datetime) -> None:
    """Cancel locked appointments: their people's claims, their places and the messages not yet sent."""
    for appointment in held:
        appointment.status = Appointment.Status.CANCELLED
        appointment.cancelled_at = now
        appointment.save(update_fields=["status", "cancelled_at"])
    who.let_go(Person.objects.filter(pk__in=[appointment.person_id for appointment in held]))
    given_back: Counter[int] = Counter()
    for appointment in held:
        given_back[appointment.slot_id] += appointment.places
    for slot_id, count in sorted(given_back.items()):
        Slot.objects.give_back(slot_id, places=count)
    reminders.withdraw(held, now=now)


def _refuse_if_over(appointment: Appointment, *, now: datetime) -> None:
    if appointment.status == Appointment.Status.CANCELLED:
        raise NotAllowedNow(reason="lịch hẹn này đã hủy")
    if appointment.status not in BEFORE_ARRIVAL:
        raise NotAllowedNow(reason="người này đã đến hoặc lịch hẹn đã kết thúc")
    if now >= appointment.slot.starts_at:
        raise NotAllowedNow(reason="đã đến giờ hẹn")


@transaction.atomic
def reschedule(
    *, code: str, slot_id: UUID, citizen: Citizen | None, is_told: bool = False, now: datetime
) -> Appointment:
    """Move one appointment to another slot of the same agency; the old place is free at once.

    On the same day the queue number stays; on another it is that day's next, or comes in the evening, unless
    an officer booked it. With `is_told` the person is answered where they asked, in the chat.

    :raises NotFound: no such appointment of this citizen
    :raises NotAllowedNow: it is cancelled, over, begun or about to, or the slot is the present one
    :raises TooManyChanges: moved as often as the agency allows
    :raises Invalid: no such slot at this agency
    :raises SlotClosed, NotOpenYet, TooLate, NotEligible: the new slot cannot be booked
    :raises DossierRequired: the agency wants a dossier by now, and the person has none
    :raises SlotFull: the new slot has no place left
    """
    appointment = locked(code, citizen=citizen)
    slot, _ = slot_and_seats(slot_id, citizen=None)
    refuse_to_move(appointment, now=now)
    _refuse_slot_of_move(appointment, slot)
    places.refuse_outside_policy(slot, now=now)
    return _moved(appointment, slot, is_told=is_told, now=now)


def refuse_to_move(appointment: Appointment, *, now: datetime) -> None:
    """Refuse an appointment that its citizen can move nowhere any more.

    :raises NotAllowedNow: it is cancelled, over, begun or about to
    :raises TooManyChanges: moved as often as the agency allows
    :raises TooLateToMove: past the agency's cut-off before its hour
    :raises DossierRequired: the agency wants a dossier by now, and the person has none
    """
    _refuse_if_over(appointment, now=now)
    agency = appointment.day.site.agency
    if appointment.changes >= agency.changes_allowed:
        raise TooManyChanges(limit=agency.changes_allowed)
    if now > appointment.slot.starts_at - timedelta(minutes=agency.cut_off_minutes):
        raise TooLateToMove
    if agency.dossier_required and appointment.person.dossier_id is None:
        raise DossierRequired


@transaction.atomic
def move(*, code: str, slot_id: UUID, now: datetime) -> Appointment:
    """Move an appointment for an officer, who is not bound by the citizens' window, cut-off and number of
    changes; who has a place keeps it without a dossier. Capacity, closed days and wards bind everybody.

    :raises NotFound: no such appointment
    :raises NotAllowedNow: it is cancelled, over or begun, or the slot is the present one
    :raises Invalid: no such slot at this agency
    :raises SlotClosed, SlotOver, NotEligible: the new slot takes nobody, or not them
    :raises SlotFull: the new slot has no place left
    """
    appointment = locked(code, citizen=None)
    _refuse_if_over(appointment, now=now)
    slot, _ = slot_and_seats(slot_id, citizen=None)
    _refuse_slot_of_move(appointment, slot)
    places.refuse_at_the_desk(slot, now=now)
    return _moved(appointment, slot, now=now)


def _refuse_slot_of_move(appointment: Appointment, slot: Slot) -> None:
    if slot.day.site.agency_id != appointment.day.site.agency_id:
        raise Invalid(errors=[FieldError("slot", "other_agency", "Chỉ đổi được trong cùng một đơn vị.")])
    if slot.pk == appointment.slot_id:
        raise NotAllowedNow(reason="đây chính là giờ đang hẹn")


def _moved(appointment: Appointment, slot: Slot, *, is_told: bool = False, now: datetime) -> Appointment:
    refuse_outside_wards(slot, [appointment.person.ward])
    if not _swap_places(old=appointment.slot, new=slot, count=appointment.places):
        places.take(slot, sizes=[appointment.places], together=True, now=now)  # refuses, naming the nearest
    if slot.day_id != appointment.day_id:
        # Whom an officer booked hears the number on the spot: no message would bring it later.
        at_once = appointment.person.booking.assisted_by_id is not None
        appointment.number = places.take_numbers(slot.day, count=1, at_once=at_once)
    appointment.slot, appointment.day = slot, slot.day
    appointment.changes += 1
    appointment.status = Appointment.Status.BOOKED
    appointment.save(update_fields=["slot", "day", "number", "changes", "status"])
    reminders.withdraw([appointment], now=now)
    reminders.owe_for_moved(appointment, is_told=is_told, now=now)
    return appointment


def _swap_places(*, old: Slot, new: Slot, count: int) -> bool:
    """Give the old places back and take the new ones, in the order of the slots' keys; False if there are not
    as many.
    """
    if new.pk < old.pk:
        taken = Slot.objects.take(new, places=count)
        Slot.objects.give_back(old.pk, places=count)
    else:
        Slot.objects.give_back(old.pk, places=count)
        taken = Slot.objects.take(new, places=count)
    return taken
