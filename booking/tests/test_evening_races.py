"""Changing one's mind while others do, and while the evening run gives places and numbers.

Each rule is shown to fail with its guard taken away, then to hold with it.
"""

import time
from collections import Counter
from datetime import time as clock
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError

from accounts.models import Citizen
from booking.errors import NotAllowedNow, SlotFull
from booking.models import Appointment, Registration, ServiceDay, Slot
from booking.models.calendar import SlotQuerySet
from booking.services import registrations
from booking.services.appointments import Booked, cancel, reschedule
from booking.services.calendar import open_calendar
from booking.services.evening import Allocated, allocate, release_numbers
from booking.services.invariants import broken_invariants
from booking.tests.factories import (
    FOUR,
    MONDAY,
    NOW,
    OpeningRuleFactory,
    book,
    book_one,
    family,
    later_day,
    party,
    register,
)
from booking.tests.racing import (
    Call,
    booking,
    by_hands,
    day_of,
    interrupted,
    kinds,
    of_type,
    remove_guard,
    take_no_locks,
    without,
)
from core.db import retry_once
from core.testing import run_together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def without_locks(monkeypatch) -> None:
    """Everybody reads the rows, nobody waits for anybody."""
    take_no_locks(monkeypatch)


def owner(appointment: Appointment) -> Citizen:
    citizen = appointment.person.citizen
    assert citizen
    return citizen


def cancelling(appointment: Appointment) -> Call:
    return lambda: retry_once(lambda: cancel(code=appointment.code, citizen=owner(appointment), now=NOW))


def moving(appointment: Appointment, slot: Slot) -> Call:
    """A move, not tried again: a deadlock would show."""
    return lambda: reschedule(
        code=appointment.code, slot_id=slot.public_id, citizen=owner(appointment), now=NOW
    )


def numbers_of(day: ServiceDay) -> list[int]:
    """Every number that is on somebody's paper, of those who have cancelled as well."""
    rows = Appointment.objects.filter(day=day, number__isnull=False)
    return sorted(rows.values_list("number", flat=True))


class TestTwoCancellations:
    def cancel_twice(self) -> tuple[Any, Any]:
        (slot,) = day_of(5)
        mine, _ = book(slot, *family(2))
        return interrupted(cancelling(mine), before="UPDATE booking_appointment", by=cancelling(mine))

    def test_without_the_lock_they_free_two_places(self, without_locks):
        self.cancel_twice()

        assert Slot.objects.get().taken == 0

    def test_free_one_place(self):
        outcomes = self.cancel_twice()

        assert kinds(outcomes) == {Appointment: 1, NotAllowedNow: 1}
        assert Slot.objects.get().taken == 1


class TestMoveAndCancellation:
    def move_and_cancel(self) -> tuple[Any, Any]:
        here, there = day_of(5, 5)
        mine, _ = book(here, *family(2))
        return interrupted(moving(mine, there), before="UPDATE booking_slot", by=cancelling(mine))

    def test_without_the_lock_the_move_goes_on_until_the_database_refuses(self, without_locks):
        moved, cancelled = self.move_and_cancel()

        assert isinstance(moved, IntegrityError)
        assert isinstance(cancelled, Appointment)

    def test_one_comes_after_the_other(self):
        assert kinds(self.move_and_cancel()) == {Appointment: 2}
        assert not broken_invariants(now=NOW)
        assert Appointment.objects.live().count() == 1


class TestOppositeMoves:
    @pytest.fixture(autouse=True)
    def _slow(self, monkeypatch):
        """Between giving back and taking there is time to meet."""
        at_once = SlotQuerySet.give_back

        def give_back(self, slot_id, *, places):
            at_once(self, slot_id, places=places)
            time.sleep(0.03)

        monkeypatch.setattr(SlotQuerySet, "give_back", give_back)

    def move_past_each_other(self, *, rounds: int) -> list[Any]:
        here, there = day_of(5, 5, changes_allowed=rounds)
        mine, yours = book_one(here), book_one(there)
        outcomes = []
        for _ in range(rounds):
            outcomes += run_together([moving(mine, there), moving(yours, here)])
            here, there = there, here
        return outcomes

    def test_in_the_order_of_moving_they_wait_for_each_other_in_a_ring(self, monkeypatch):
        remove_guard(monkeypatch, "order of moves")

        assert of_type(self.move_past_each_other(rounds=1), OperationalError)

    def test_both_arrive(self):
        assert kinds(self.move_past_each_other(rounds=10)) == {Appointment: 20}
        assert not broken_invariants(now=NOW)


class TestNumbersAtBooking:
    def book_from_all_sides(self) -> ServiceDay:
        """Families of one to three for fewer places than people: some are refused after their numbers."""
        slots = day_of(20, 20, 20)
        by_hands([booking(slots[i % 3], party(*family(1 + i % 3))) for i in range(60)], hands=20)
        day = slots[0].day
        day.refresh_from_db()
        return day

    def test_without_the_counter_a_number_is_given_twice(self, monkeypatch):
        remove_guard(monkeypatch, "numbers")
        with without(Appointment, "one_number_once_per_site_day"):
            day = self.book_from_all_sides()

            assert max(Counter(numbers_of(day)).values()) > 1

    def test_are_given_once_each_and_none_is_left_out(self):
        day = self.book_from_all_sides()

        assert numbers_of(day) == list(range(1, day.last_number + 1))
        assert day.last_number >= 55


class TestReleaseOfNumbers:
    def book_in_the_middle(self) -> tuple[Any, Any]:
        """Numbers are out; one booking came just too late for them, another one comes now."""
        slot, later = day_of(5, 5, evening_numbers=True)
        book(slot, *family(2))
        ServiceDay.objects.update(numbers_released_at=FOUR)
        return interrupted(
            self.releasing(slot.day), before="UPDATE booking_appointment", by=booking(later, party())
        )

    def releasing(self, day: ServiceDay) -> Call:
        return lambda: release_numbers(agency=day.site.agency, day=day.date, now=FOUR)

    def test_without_the_lock_gives_a_number_that_a_booking_has(self, without_locks):
        with without(Appointment, "one_number_once_per_site_day"):
            self.book_in_the_middle()

            assert numbers_of(ServiceDay.objects.get()) == [1, 1, 2]

    def test_makes_bookings_wait(self):
        released, booked = self.book_in_the_middle()

        assert released == 2
        assert [appointment.number for appointment in booked.appointments] == [3]

    def test_of_many_bookings_moves_and_cancellations_gives_each_number_once(self):
        slots = day_of(30, 30, 30, evening_numbers=True)
        day, other = slots[0].day, later_day(slots[0], capacity=50)
        there = [book_one(slots[i % 3]) for i in range(30)]

        outcomes = by_hands(
            [
                self.releasing(day),
                *(booking(slots[i % 3], party(*family(1 + i % 3))) for i in range(15)),
                *(cancelling(mine) for mine in there[::6]),
                *(moving(mine, slots[2]) for mine in there[1::6]),
                *(moving(mine, other) for mine in there[2::6]),
                self.releasing(day),
            ],
            hands=12,
        )
        assert set(kinds(outcomes)) == {int, Booked, Appointment}
        # Who was written down a moment before the numbers were out is found by the next turn of the clock.
        self.releasing(day)()

        day.refresh_from_db()
        assert len(numbers_of(day)) == len(set(numbers_of(day)))
        gone = set(range(1, day.last_number + 1)) - set(numbers_of(day))
        moved_away = Appointment.objects.filter(day=other.day).count()
        assert len(gone) <= moved_away == 5
        assert not Appointment.objects.live().filter(day=day, number=None).exists()
        assert not broken_invariants(now=NOW)


class TestTwoAllocations:
    def allocate_twice(self) -> tuple[Any, Any]:
        slots = day_of(40, office_assigns=True)
        for size in (3, 2, 4, 1, 5):
            register(slots[0], *family(size))
        return interrupted(allocating(slots[0]), before="UPDATE booking_slot", by=allocating(slots[0]))

    def test_without_the_locks_both_place_the_same_people_until_the_database_refuses(self, without_locks):
        first, second = self.allocate_twice()

        assert isinstance(first, IntegrityError)
        assert second == Allocated(placed=5, left_over=0)

    def test_place_everyone_once(self):
        first, second = self.allocate_twice()

        assert (first, second) == (Allocated(placed=5, left_over=0), Allocated())
        assert Appointment.objects.live().count() == 15
        assert not broken_invariants(now=NOW)


def allocating(slot: Slot) -> Call:
    return lambda: allocate(agency=slot.day.site.agency, day=MONDAY, now=FOUR)


def withdrawing(registration: Registration) -> Call:
    citizen = registration.booking.citizen
    assert citizen
    return lambda: retry_once(
        lambda: registrations.withdraw(public_id=registration.public_id, citizen=citizen, now=FOUR)
    )


class TestAllocationAndOthers:
    def test_without_the_lock_a_family_that_withdraws_is_placed_all_the_same(self, without_locks):
        (slot,) = day_of(5, office_assigns=True)
        wish = register(slot, *family(2))

        interrupted(withdrawing(wish), before="UPDATE booking_registration", by=allocating(slot))

        assert "live appointments whose person holds no claim" in broken_invariants(now=NOW)

    def test_a_family_that_withdraws_first_is_not_placed(self):
        (slot,) = day_of(5, office_assigns=True)
        wish = register(slot, *family(2))

        _, allocated = interrupted(
            withdrawing(wish), before="UPDATE booking_registration", by=allocating(slot)
        )

        assert allocated == Allocated()
        assert not broken_invariants(now=NOW)

    def test_a_family_that_withdraws_later_hears_that_it_is_placed(self):
        (slot,) = day_of(5, office_assigns=True)
        wish = register(slot, *family(2))

        allocated, refusal = interrupted(allocating(slot), before="UPDATE booking_slot", by=withdrawing(wish))

        assert allocated == Allocated(placed=1)
        assert isinstance(refusal, NotAllowedNow)
        assert not broken_invariants(now=NOW)

    def test_without_the_lock_a_booking_takes_the_place_that_was_found(self, without_locks):
        (slot,) = day_of(2, office_assigns=True)
        register(slot, *family(2))

        allocated, booked = interrupted(
            allocating(slot), before="UPDATE booking_slot", by=booking(slot, party())
        )

        assert isinstance(allocated, RuntimeError)
        assert isinstance(booked, Booked)

    def test_a_booking_waits_for_what_is_left(self):
        (slot,) = day_of(2, office_assigns=True)
        register(slot, *family(2))

        allocated, refusal = interrupted(
            allocating(slot), before="UPDATE booking_slot", by=booking(slot, party())
        )

        assert allocated == Allocated(placed=1)
        assert isinstance(refusal, SlotFull)
        assert not broken_invariants(now=NOW)

    def test_everything_at_once_breaks_nothing(self):
        slots = day_of(20, 20, 20, 20, office_assigns=True)
        wishes = [register(slots[0], *family(1 + i % 4)) for i in range(20)]
        placed = [book_one(slots[i % 4]) for i in range(16)]

        outcomes = by_hands(
            [
                allocating(slots[0]),
                *(withdrawing(wish) for wish in wishes[::4]),
                *(booking(slots[i % 4], party(*family(2))) for i in range(10)),
                *(cancelling(mine) for mine in placed[::3]),
                *(moving(mine, slots[(i + 2) % 4]) for i, mine in enumerate(placed[1::3])),
                lambda: release_numbers(agency=slots[0].day.site.agency, day=MONDAY, now=FOUR),
                allocating(slots[0]),
            ],
            hands=12,
        )

        expected = {Allocated, Registration, Booked, Appointment, int, NotAllowedNow, SlotFull}
        assert set(kinds(outcomes)) <= expected
        assert not Registration.objects.waiting().filter(left_over_on=None).exists()
        assert not broken_invariants(now=NOW)


class TestOpenCalendar:
    def change_hours_while_somebody_books(self) -> tuple[Any, Any]:
        rule = OpeningRuleFactory()
        open_calendar(days=7, now=NOW)
        slot = Slot.objects.order_by("starts_at")[0]
        rule.starts_at = clock(9, 0)
        rule.save(update_fields=["starts_at"])
        return interrupted(
            lambda: open_calendar(days=7, now=NOW),
            before="DELETE FROM booking_slot",
            by=booking(slot, party()),
        )

    def test_without_the_lock_it_stumbles_over_a_place_just_taken(self, without_locks):
        opened, booked = self.change_hours_while_somebody_books()

        assert isinstance(opened, IntegrityError)
        assert isinstance(booked, Booked)

    def test_removes_the_hour_and_whoever_wanted_it_gets_no_other_one(self):
        opened, refusal = self.change_hours_while_somebody_books()

        assert opened == 0
        assert isinstance(refusal, SlotFull)
        assert not Appointment.objects.exists()

    def test_twice_at_once_makes_each_slot_once(self):
        OpeningRuleFactory()

        outcomes = run_together([lambda: open_calendar(days=30, now=NOW)] * 4)

        assert set(kinds(outcomes)) == {int}
        assert Slot.objects.count() == 4 * ServiceDay.objects.count()
