"""Officers plan while citizens book. Each rule is shown to fail with its guard taken away, then to hold."""

from datetime import time
from typing import Any

import pytest

from agencies.tests.factories import CalendarDayFactory
from booking.errors import HoursOverlap, SessionHasPeople, SlotClosed, SlotFull
from booking.models import Session, Slot
from booking.models.calendar import SlotQuerySet
from booking.services import calendar
from booking.services.appointments import Booked
from booking.services.calendar_days import set_day
from booking.services.invariants import broken_invariants
from booking.services.sessions import Hours, cancel_session
from booking.tests.factories import EVENING, MONDAY, NOW, SiteFactory, evening, first_slot, party
from booking.tests.racing import booking, day_of, interrupted, kinds, meeting_before, take_no_locks
from booking.tests.unguarded import take_by_the_day
from core.testing import run_together

pytestmark = pytest.mark.django_db(transaction=True)
LATER = Hours(time(19, 0), time(21, 0), slot_minutes=30, capacity=4)


class TestTwoOfficersPlanTheSameEvening:
    def plan_from_both_sides(self) -> list[Any]:
        site = SiteFactory()
        calls = [lambda: self.outcome(site), lambda: self.outcome(site, LATER)]
        return run_together(meeting_before("INSERT INTO booking_session ", calls))

    def outcome(self, site, hours=EVENING) -> Any:
        try:
            return evening(site, hours=hours)
        except HoursOverlap as refusal:
            return refusal

    def test_without_the_lock_both_are_there(self, monkeypatch):
        take_no_locks(monkeypatch)

        assert kinds(self.plan_from_both_sides()) == {Session: 2}

    def test_one_is_there_and_the_other_is_told(self):
        assert kinds(self.plan_from_both_sides()) == {Session: 1, HoursOverlap: 1}
        assert Slot.objects.count() == 4


class TestAHolidayAndABooking:
    """The booking waits for the row of the slot while the day is being shut."""

    def shut_while_somebody_books(self) -> tuple[Any, Any]:
        (slot,) = day_of(10)
        booking(slot, party())()  # so that the slot stays
        entry = CalendarDayFactory.build(date=MONDAY)
        return interrupted(
            lambda: set_day(entry=entry, now=NOW),
            before="UPDATE booking_serviceday",
            by=booking(slot, party()),
        )

    def test_without_the_slots_own_word_one_gets_in_whom_nobody_is_told_of(self, monkeypatch):
        monkeypatch.setattr(SlotQuerySet, "take", take_by_the_day)

        hit, late = self.shut_while_somebody_books()

        assert isinstance(late, Booked)
        assert late.appointments[0] not in hit

    def test_nobody_gets_in_after_the_list_is_made(self):
        hit, late = self.shut_while_somebody_books()

        assert isinstance(late, SlotClosed)
        assert len(hit) == 1
        assert not broken_invariants(now=NOW)


class TestASessionCalledOffAndABooking:
    def call_off_while_somebody_books(self) -> tuple[Any, Any]:
        session = evening(SiteFactory())
        return interrupted(
            lambda: cancel_session(session=session, now=NOW),
            before="UPDATE booking_session ",
            by=booking(first_slot(session), party()),
        )

    def test_without_the_lock_somebody_has_a_place_where_nobody_works(self, monkeypatch):
        take_no_locks(monkeypatch)

        off, booked = self.call_off_while_somebody_books()

        assert (type(off), type(booked)) == (Session, Booked)

    def test_whoever_comes_later_is_told_that_it_is_gone(self):
        off, booked = self.call_off_while_somebody_books()

        assert (type(off), type(booked)) == (Session, SlotFull)
        assert not Slot.objects.exists()

    def test_a_session_with_a_booking_is_not_called_off(self):
        session = evening(SiteFactory())
        booking(first_slot(session), party())()

        with pytest.raises(SessionHasPeople):
            cancel_session(session=session, now=NOW)


class TestTheNightlyRunAndAnOfficer:
    def test_make_each_slot_once(self):
        site = SiteFactory()
        calls = [lambda: evening(site), *[lambda: calendar.open_calendar(days=30, now=NOW)] * 3]

        run_together(calls)

        assert Slot.objects.count() == 4
        assert not broken_invariants(now=NOW)
