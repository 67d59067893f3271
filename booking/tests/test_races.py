"""Many hands on one place, one person, one account. Each rule is shown to fail with its guard taken away,
then to hold with it.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import OperationalError

from accounts.tests.factories import CitizenFactory
from agencies.models import Agency
from booking.errors import AlreadyBooked, SlotFull, TooManyLive
from booking.models import Appointment, Person, Slot
from booking.services import people
from booking.services.appointments import Booked
from booking.services.invariants import broken_invariants
from booking.services.people import Party
from booking.tests.factories import NOW, family, party, person
from booking.tests.racing import (
    booking,
    by_hands,
    dawdling,
    day_of,
    kinds,
    meeting_before,
    of_type,
    remove_guard,
    without,
)
from core.testing import run_together

pytestmark = pytest.mark.django_db(transaction=True)
DEVICES = 20


def seats_at_random(asked: Party, *, agency: Agency, in_use: Sequence[int]) -> list[int]:
    """Free seats, in an order of their own for each family."""
    free = [seat for seat in range(1, 11) if seat not in in_use][: len(asked.people)]
    return free if int(asked.people[0].details.personal_id[8]) else free[::-1]


class TestTwoHundredForTwentyPlaces:
    def book_from_all_sides(self) -> list[Any]:
        (slot,) = day_of(20)
        return by_hands([booking(slot, party()) for _ in range(200)], hands=40)

    def test_without_the_guarded_write_more_than_twenty_get_one(self, monkeypatch):
        remove_guard(monkeypatch, "places")
        with without(Slot, "never_more_taken_than_capacity"):
            outcomes = self.book_from_all_sides()

            assert len(of_type(outcomes, Booked)) > 20

    def test_twenty_get_one_and_the_others_hear_that_it_is_full(self):
        outcomes = self.book_from_all_sides()

        assert kinds(outcomes) == {Booked: 20, SlotFull: 180}
        assert Slot.objects.get().taken == Appointment.objects.live().count() == 20
        assert not broken_invariants(now=NOW)


class TestOnePersonFromTwentyDevices:
    """Twenty accounts, as when a whole family tries for grandmother."""

    def book_from_all_sides(self) -> list[Any]:
        (slot,) = day_of(50)
        grandmother = person("Nguyễn Thị Bình", birth_date="1950", sex="female")
        calls = [booking(slot, party(grandmother)) for _ in range(DEVICES)]
        return run_together(meeting_before("INSERT INTO booking_person", calls))

    def test_without_the_unique_key_there_are_several_places(self):
        with without(Person, "one_live_place_per_person"):
            outcomes = self.book_from_all_sides()

            assert len(of_type(outcomes, Booked)) > 1

    def test_there_is_one(self):
        outcomes = self.book_from_all_sides()

        assert kinds(outcomes) == {Booked: 1, AlreadyBooked: DEVICES - 1}
        assert Slot.objects.get().taken == 1
        assert not broken_invariants(now=NOW)


class TestOneAccountFromTwentyDevices:
    """Twenty people, by an account that may hold ten."""

    def book_from_all_sides(self) -> list[Any]:
        (slot,) = day_of(50)
        citizen = CitizenFactory()
        calls = [booking(slot, party(person(), citizen=citizen)) for _ in range(DEVICES)]
        return run_together(meeting_before("INSERT INTO booking_person", calls))

    def test_without_the_numbered_seats_it_holds_too_many(self):
        with without(Person, "one_live_person_per_account_seat"):
            outcomes = self.book_from_all_sides()

            assert len(of_type(outcomes, Booked)) > 10

    def test_it_holds_ten(self):
        outcomes = self.book_from_all_sides()

        assert kinds(outcomes) == {Booked: 10, TooManyLive: 10}
        assert not broken_invariants(now=NOW)


class TestTwoFamiliesOfOneAccount:
    def book_both(self) -> list[Any]:
        """Two families of four, so that the order of their keys differs from that of their seats."""
        (slot,) = day_of(50)
        citizen = CitizenFactory(pk=4711)
        fours = [
            [person(personal_id=f"04908500{which}{index}11") for index in range(4)] for which in range(2)
        ]
        calls = [booking(slot, party(*four, citizen=citizen), tries=1) for four in fours]
        with dawdling(Person):
            return run_together(meeting_before("INSERT INTO booking_person", calls))

    def test_with_seats_out_of_order_they_wait_for_each_other_in_a_ring(self, monkeypatch):
        monkeypatch.setattr(people, "_free_seats", seats_at_random)

        assert of_type(self.book_both(), OperationalError)

    def test_both_are_booked(self):
        assert kinds(self.book_both()) == {Booked: 2}


class TestFiftyFamiliesForFortyPlaces:
    def book_from_all_sides(self) -> list[Any]:
        """Three each, in slots of ten: some go into two of them."""
        slots = day_of(10, 10, 10, 10)
        calls = [booking(slots[index % 4], party(*family(3))) for index in range(50)]
        return by_hands(calls, hands=25)

    def people_in_each_family(self) -> Counter[int]:
        """How many families have so many people with a place."""
        placed = Counter(Appointment.objects.live().values_list("person__booking", flat=True))
        return Counter(placed.values())

    def test_without_the_transaction_families_are_torn(self, monkeypatch):
        remove_guard(monkeypatch, "transaction")

        self.book_from_all_sides()

        assert broken_invariants(now=NOW).keys() >= {"people who are live without a place or a wish"}

    def test_without_the_guarded_write_there_are_too_many(self, monkeypatch):
        remove_guard(monkeypatch, "places")
        with without(Slot, "never_more_taken_than_capacity"):
            self.book_from_all_sides()

            assert broken_invariants(now=NOW).keys() == {"slots with more taken than capacity"}

    def test_each_has_three_places_or_none(self):
        outcomes = self.book_from_all_sides()

        booked = len(of_type(outcomes, Booked))
        assert kinds(outcomes) == {Booked: booked, SlotFull: 50 - booked}
        assert self.people_in_each_family() == {3: booked}
        assert booked >= 12
        assert not broken_invariants(now=NOW)


class TestFamiliesThatShareMembers:
    def book_in_opposite_order(self, *, rounds: int) -> list[Any]:
        (slot,) = day_of(500)
        outcomes = []
        with dawdling(Person, seconds=0.01):
            for _ in range(rounds):
                shared = family(5)
                calls = [
                    booking(slot, party(*order), tries=1)
                    for order in (shared, shared[::-1], shared, shared[::-1])
                ]
                outcomes += run_together(meeting_before("INSERT INTO booking_person", calls))
        return outcomes

    def test_not_in_the_order_of_their_keys_they_wait_for_each_other_in_a_ring(self, monkeypatch):
        remove_guard(monkeypatch, "order of people")

        assert of_type(self.book_in_opposite_order(rounds=1), OperationalError)

    def test_one_is_booked_and_no_deadlock_is_even_tried_again(self):
        assert kinds(self.book_in_opposite_order(rounds=10)) == {Booked: 10, AlreadyBooked: 30}
        assert not broken_invariants(now=NOW)
