"""Closing, opening and resizing by hand."""

import pytest

from booking.errors import BelowTaken, DayOver, SlotClosed, SlotFull
from booking.models import Appointment, ServiceDay, Slot
from booking.services.appointments import Booked
from booking.services.calendar import open_calendar
from booking.services.days import close_day, open_day, set_capacities
from booking.tests.factories import (
    EIGHT,
    NOW,
    OpeningRuleFactory,
    SlotFactory,
    book,
    book_one,
    family,
    following,
    party,
)
from booking.tests.racing import booking, interrupted, remove_guard, without

pytestmark = pytest.mark.django_db
TAKES = "UPDATE booking_slot SET"


class TestCloseDay:
    def test_takes_no_new_bookings_and_keeps_those_there_are(self):
        slot = SlotFactory()
        held = book_one(slot)

        day = close_day(day=slot.day, note=" Nghỉ bù ", now=NOW)

        with pytest.raises(SlotClosed):
            book(slot)
        held.refresh_from_db()
        assert (held.status, day.note, day.is_manual) == (Appointment.Status.BOOKED, "Nghỉ bù", True)

    def test_is_not_undone_by_the_opening_rules(self):
        slot = SlotFactory()
        OpeningRuleFactory(site=slot.day.site, capacity=slot.capacity)
        close_day(day=slot.day, note="", now=NOW)

        open_calendar(site=slot.day.site, now=NOW)

        assert not ServiceDay.objects.get(pk=slot.day_id).is_open

    def test_is_refused_once_the_day_is_over(self):
        with pytest.raises(DayOver):
            close_day(day=SlotFactory().day, note="", now=EIGHT.replace(day=24))


class TestOpenDay:
    def test_takes_bookings_again(self):
        slot = SlotFactory()
        close_day(day=slot.day, note="Nghỉ bù", now=NOW)

        day = open_day(day=slot.day, now=NOW)

        assert book_one(slot).day == day
        assert day.note == ""


class TestSetCapacities:
    def test_makes_room_and_takes_it_away(self):
        slot = SlotFactory(capacity=1)
        later = following(slot, capacity=5)

        set_capacities(day=slot.day, wanted={slot.pk: 2, later.pk: 0}, now=NOW)

        book(slot, *family(2), together=True)
        with pytest.raises(SlotFull):
            book(later, together=True)
        assert ServiceDay.objects.get(pk=slot.day_id).is_manual

    def test_goes_as_low_as_what_is_taken_and_no_lower(self):
        slot = SlotFactory()
        book(slot, *family(3))

        set_capacities(day=slot.day, wanted={slot.pk: 3}, now=NOW)
        with pytest.raises(BelowTaken, match="Khung 08:00 đã có 3 người đặt, không giảm xuống 2"):
            set_capacities(day=slot.day, wanted={slot.pk: 2}, now=NOW)

        assert Slot.objects.get(pk=slot.pk).capacity == 3

    def test_changes_all_or_none(self):
        slot = SlotFactory()
        later = following(slot)
        book(later, *family(3))

        with pytest.raises(BelowTaken):
            set_capacities(day=slot.day, wanted={slot.pk: 1, later.pk: 1}, now=NOW)

        assert Slot.objects.get(pk=slot.pk).capacity == 10

    def test_knows_the_slots_of_this_day_only(self):
        slot, elsewhere = SlotFactory(), SlotFactory()

        with pytest.raises(Slot.DoesNotExist):
            set_capacities(day=slot.day, wanted={elsewhere.pk: 1}, now=NOW)


@pytest.mark.django_db(transaction=True)
class TestRaceForTheLastPlace:
    """An officer takes the last free place away while a citizen books it."""

    @pytest.fixture
    def slot(self):
        slot = SlotFactory(capacity=2)
        book(slot)
        return slot

    def lower(self, slot):
        return lambda: set_capacities(day=slot.day, wanted={slot.pk: 1}, now=NOW)

    def test_goes_to_the_citizen_who_was_quicker(self, slot):
        lowered, booked = interrupted(self.lower(slot), before=TAKES, by=booking(slot, party()))

        slot.refresh_from_db()
        assert (type(lowered), type(booked)) == (BelowTaken, Booked)
        assert (slot.taken, slot.capacity) == (2, 2)

    def test_goes_to_the_officer_who_was_quicker(self, slot):
        booked, lowered = interrupted(booking(slot, party()), before=TAKES, by=self.lower(slot))

        slot.refresh_from_db()
        assert (type(booked), type(lowered)) == (SlotFull, ServiceDay)
        assert (slot.taken, slot.capacity) == (1, 1)

    def test_without_its_condition_leaves_too_many_in_a_slot(self, slot, monkeypatch):
        """Keeps the tests above honest."""
        remove_guard(monkeypatch, "capacities")
        with without(Slot, "never_more_taken_than_capacity"):
            lowered, booked = interrupted(self.lower(slot), before=TAKES, by=booking(slot, party()))

            slot.refresh_from_db()
            assert (type(lowered), type(booked)) == (ServiceDay, Booked)
            assert slot.taken > slot.capacity
