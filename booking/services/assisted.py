"""Booking at the desk for somebody who has no phone, or does not get along with one.

A form that is sent twice, because a button was pressed twice or the page was slow, is answered twice and
books once: its key is the booking's public id.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction

from booking.models import Appointment, Booking, Registration
from booking.services import people as who
from booking.services import places, registrations, visits
from booking.services.appointments import Booked, slot_and_seats
from booking.services.eligibility import refuse_outside_wards
from booking.services.registrations import Wish
from core.db import violated

Made = TypeVar("Made")
ONCE = "booking_booking_public_id_key"


def book_assisted(*, slot_id: UUID, party: who.Party, now: datetime) -> Booked:
    """Hold a place for each of the party and give their numbers at once, wherever numbers come from.

    The agency's window and cut-off bind citizens, not the officer who has the person before them; capacity,
    wards and one live place a person bind everybody. Nobody is told by message: they leave with a ticket.

    :raises Invalid: a wrong field, or no such slot
    :raises SlotClosed: the agency, the site or the day takes no bookings
    :raises SlotOver: the slot has ended
    :raises NotEligible: the slot is for the people of other wards
    :raises DossierRequired: the agency wants a dossier first, and the person has none that is accepted
    :raises TooManyPeople, AlreadyBooked, SlotFull: as for a booking
    """
    return _once(lambda: _book(slot_id, party, now=now), lambda: _booked(party))


def register_assisted(*, wish: Wish, party: who.Party, now: datetime) -> Registration:
    """Note for somebody that they want to come in a range of days; refused as `registrations.register` is."""
    return _once(lambda: registrations.register(wish=wish, party=party, now=now), lambda: _registered(party))


def _once(make: Callable[[], Made], look: Callable[[], Made | None]) -> Made:
    """What the same form made before; else make it. Of two at one moment, the second finds the first's."""
    if (before := look()) is not None:
        return before
    try:
        return make()
    except IntegrityError as refused:
        meanwhile = look() if violated(refused) == ONCE else None
        if meanwhile is None:
            raise
        return meanwhile


def _booked(party: who.Party) -> Booked | None:
    booking = Booking.objects.filter(public_id=party.once, assisted_by=party.assisted_by).first()
    rows = Appointment.objects.for_display().filter(person__booking=booking).order_by("person__position")
    appointments = list(rows) if booking else []
    return Booked(booking=booking, appointments=appointments) if booking and appointments else None


def _registered(party: who.Party) -> Registration | None:
    return Registration.objects.filter(
        booking__public_id=party.once, booking__assisted_by=party.assisted_by
    ).first()


@transaction.atomic
def _book(slot_id: UUID, party: who.Party, *, now: datetime) -> Booked:
    slot, _ = slot_and_seats(slot_id, citizen=None)
    agency = slot.day.site.agency
    who.check(party, agency=agency, now=now)
    places.refuse_at_the_desk(slot, now=now)
    refuse_outside_wards(slot, [person.ward for person in party.people])

    people = who.claim(party, agency=agency, in_use=(), now=now)
    sizes = visits.sizes_of(people, agency=agency)
    slots = places.take(slot, sizes=sizes, together=True, now=now)
    appointments = places.new_appointments(
        people, slots, sizes=sizes, day=slot.day, number_at_once=True, now=now
    )
    places.insert_with_codes(appointments, agency=agency)
    return Booked(booking=people[0].booking, appointments=appointments)
