"""Closing, opening and resizing by hand."""

import pytest

from agencies.tests.factories import CalendarDayFactory
from booking.errors import BelowTaken, DayOver, SlotClosed, SlotFull
from booking.models import Appointment, ServiceDay, Slot
from booking.models.calendar import SlotQuerySet
from booking.services.appointments import Booked, cancel
from booking.services.calendar import open_calendar
from booking.services.calendar_days import set_day
from booking.services.days import close_day, open_day, set_capacities
from booking.services.sessions import cancel_session
from booking.tests.factories import (
    EIGHT,
    NOW,
    OpeningRuleFactory,
    SiteFactory,
    SlotFactory,
    book,
    book_one,
    evening,
    family,
    first_slot,
    following,
    party,
)
from booking.tests.racing import booking, interrupted, remove_guard, take_no_locks, without
from booking.tests.unguarded import take_by_the_day

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

    def test_is_not_undone_for_a_session_by_the_nightly_run(self):
        session = evening(SiteFactory())
        slot = first_slot(session)
        close_day(day=slot.day, note="", now=NOW)

        open_calendar(site=slot.day.site, now=NOW)

        assert not Slot.objects.filter(is_open=True).exists()
        assert Slot.objects.filter(is_shut_with_day=True).count() == 4


class TestOpenDay:
    def test_takes_bookings_again(self):
        slot = SlotFactory()
        close_day(day=slot.day, note="Nghỉ bù", now=NOW)

        day = open_day(day=slot.day, now=NOW)

        assert book_one(slot).day == day
        assert day.note == ""

    def test_leaves_shut_what_was_shut_before_the_day(self):
        slot = SlotFactory()
        noon = following(slot)
        Slot.objects.filter(pk=noon.pk).update(is_open=False)
        for _ in range(2):  # who presses twice shuts no more than who presses once
            close_day(day=slot.day, note="", now=NOW)

        open_day(day=slot.day, now=NOW)

        assert [row.is_open for row in Slot.objects.order_by("starts_at")] == [True, False]

    def test_leaves_shut_a_session_that_was_called_off_meanwhile(self):
        session = evening(SiteFactory())
        slot = first_slot(session)
        cancel(code=book_one(slot).code, citizen=None, now=NOW)  # so that the slot stays
        close_day(day=slot.day, note="", now=NOW)
        cancel_session(session=session, now=NOW)

        open_day(day=slot.day, now=NOW)

        assert [row.is_open for row in Slot.objects.all()] == [False]

    def test_after_a_holiday_takes_people_at_the_hours_that_are_booked(self):
        slot = SlotFactory()
        OpeningRuleFactory(site=slot.day.site, capacity=slot.capacity)
        book_one(slot)
        entry = CalendarDayFactory.build(date=slot.day.date)
        set_day(entry=entry, now=NOW)

        day = open_day(day=ServiceDay.objects.get(pk=slot.day_id), now=NOW)

        assert book_one(slot).day == day


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
        with pytest.raises(BelowTaken, match="Khung 08:00 đã đặt 3 chỗ, không giảm xuống 2"):
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


@pytest.mark.django_db(transaction=True)
class TestRaceWithABooking:
    """The booking has seen the day open, and waits for the row of the slot while the day is being shut."""

    def shut_while_somebody_books(self):
        slot = SlotFactory()
        return interrupted(
            lambda: close_day(day=slot.day, note="", now=NOW),
            before="UPDATE booking_serviceday",
            by=booking(slot, party()),
        )

    def test_without_the_slots_own_word_one_gets_in_on_a_day_that_is_shut(self, monkeypatch):
        monkeypatch.setattr(SlotQuerySet, "take", take_by_the_day)

        _, booked = self.shut_while_somebody_books()

        assert isinstance(booked, Booked)

    def test_nobody_gets_in_on_a_day_that_is_shut(self):
        day, booked = self.shut_while_somebody_books()

        assert not day.is_open
        assert isinstance(booked, SlotClosed)
        assert not Appointment.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestRaceWithTheNightlyRun:
    """An officer shuts a day between the run's look at it and what it writes."""

    def shut_while_the_run_writes(self):
        slot = SlotFactory()
        OpeningRuleFactory(site=slot.day.site, capacity=slot.capacity + 1)
        interrupted(
            lambda: open_calendar(site=slot.day.site, now=NOW),
            before="DELETE FROM booking_slot",
            by=lambda: close_day(day=slot.day, note="Nghỉ bù", now=NOW),
        )
        return ServiceDay.objects.get(pk=slot.day_id)

    def test_without_the_lock_opens_it_again(self, monkeypatch):
        take_no_locks(monkeypatch)

        assert self.shut_while_the_run_writes().is_open

    def test_leaves_it_shut(self):
        day = self.shut_while_the_run_writes()

        assert (day.is_open, day.note) == (False, "Nghỉ bù")
        assert not Slot.objects.filter(day=day, is_open=True).exists()
