"""Booking at the desk for somebody who has no phone, or does not get along with one."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from booking.errors import DossierRequired, SlotClosed, SlotOver
from booking.models import Slot
from booking.services import people as who
from booking.services import places
from booking.services.appointments import Booked, slot_and_seats
from booking.services.eligibility import refuse_outside_wards
from core.time import local_date


@transaction.atomic
def book_assisted(*, slot_id: UUID, party: who.Party, now: datetime) -> Booked:
    """Hold a place for each of the party and give their numbers at once, wherever numbers come from.

    The agency's window and cut-off bind citizens, not the officer who has the person before them; capacity,
    wards and one live place a person bind everybody. Nobody is told by message: they leave with a ticket.

    :raises Invalid: a wrong field, or no such slot
    :raises SlotClosed: the agency, the site or the day takes no bookings
    :raises SlotOver: the slot has ended
    :raises NotEligible: the slot is for the people of other wards
    :raises DossierRequired: the agency wants a dossier first
    :raises TooManyPeople, AlreadyBooked, SlotFull: as for a booking
    """
    slot, _ = slot_and_seats(slot_id, citizen=None)
    agency = slot.day.site.agency
    who.check(party, agency=agency, now=now)
    _refuse_slot(slot, now=now)
    refuse_outside_wards(slot, [person.ward for person in party.people])

    people = who.claim(party, agency=agency, in_use=(), now=now)
    taken = places.take(slot, size=len(people), together=True, now=now)
    appointments = places.new_appointments(people, taken, day=slot.day, number_at_once=True, now=now)
    places.insert_with_codes(appointments, agency=agency)
    return Booked(booking=people[0].booking, appointments=appointments)


def _refuse_slot(slot: Slot, *, now: datetime) -> None:
    day, site, agency = slot.day, slot.day.site, slot.day.site.agency
    if not (slot.is_open and day.is_open and site.is_active and agency.is_active):
        raise SlotClosed
    if day.date < local_date(now) or slot.ends_at <= now:
        raise SlotOver
    if agency.dossier_required:
        raise DossierRequired
