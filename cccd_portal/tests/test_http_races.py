"""The races of booking once more, over HTTP: a served portal, two processes, and clients that know nothing of
each other. Each rule is shown to fail at a portal without its guard, then to hold.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import httpx
import pytest
from django.utils import timezone

from accounts.tests.factories import CitizenFactory
from booking.models import Appointment, Person, Slot
from booking.services.invariants import broken_invariants
from booking.services.people import NewPerson
from booking.tests.factories import book_one, family, person
from booking.tests.racing import dawdling, day_of, without
from cccd_portal.tests.portal import Portal, running_portal, soon, token_of, tokens
from core.models import StoredAnswer
from core.testing import run_together

pytestmark = pytest.mark.django_db(transaction=True)
UNGUARDED = "cccd_portal.tests.unguarded_wsgi"
Call = Callable[[], httpx.Response]


@pytest.fixture(scope="module")
def portal(django_db_setup) -> Iterator[Portal]:
    with running_portal() as running:
        yield running


@pytest.fixture(scope="module")
def unguarded(django_db_setup) -> Iterator[Portal]:
    """A portal whose code has no guards; those of the database are taken away by each test."""
    guards = {"WITHOUT": "places,numbers,order of moves,order of people"}
    with running_portal(guards, application=UNGUARDED) as running:
        yield running


@pytest.fixture
def torn(django_db_setup) -> Iterator[Portal]:
    """A portal that books without a transaction."""
    with running_portal({"WITHOUT": "transaction"}, application=UNGUARDED) as running:
        yield running


def booking(portal: Portal, slot: Slot, people: Sequence[NewPerson], **said: str) -> Call:
    return lambda: portal.book(slot, people, **said)


def moving(portal: Portal, appointment: Appointment, slot: Slot) -> Call:
    token = token_of(appointment.person.citizen)
    return lambda: portal.move(appointment.code, slot, token=token)


def answers(calls: Sequence[Call]) -> Counter[Any]:
    """Make all calls at once; gives how often each answer came: the status, or the code of a refusal."""
    outcomes = run_together(calls, timeout=120)
    return Counter(_in_a_word(outcome) for outcome in outcomes)


def _in_a_word(outcome: Any) -> Any:
    if not isinstance(outcome, httpx.Response):
        return type(outcome)
    return outcome.status_code if outcome.is_success else outcome.json()["code"]


class TestTwoHundredForTwentyPlaces:
    def ask(self, portal: Portal) -> Counter[Any]:
        (slot,) = day_of(20, on=soon())
        return answers([booking(portal, slot, [person()], token=token) for token in tokens(200)])

    def test_without_the_guarded_write_more_than_twenty_get_one(self, unguarded):
        with without(Slot, "never_more_taken_than_capacity"):
            assert self.ask(unguarded)[201] > 20

    def test_twenty_get_one(self, portal):
        assert self.ask(portal) == {201: 20, "slot_full": 180}
        assert Slot.objects.get().taken == Appointment.objects.live().count() == 20
        assert not broken_invariants(now=timezone.now())


class TestOnePersonFromTwentyDevices:
    def ask(self, portal: Portal) -> Counter[Any]:
        (slot,) = day_of(50, on=soon())
        grandmother = person("Nguyễn Thị Bình", birth_date="1950", sex="female")
        return answers([booking(portal, slot, [grandmother], token=token) for token in tokens(20)])

    def test_without_the_unique_key_there_are_several_places(self, portal):
        with without(Person, "one_live_place_per_person"):
            assert self.ask(portal)[201] > 1

    def test_there_is_one(self, portal):
        assert self.ask(portal) == {201: 1, "already_booked": 19}
        assert not broken_invariants(now=timezone.now())


class TestOneAccountFromTwentyDevices:
    def ask(self, portal: Portal) -> Counter[Any]:
        (slot,) = day_of(50, on=soon())
        token = token_of(CitizenFactory())
        with dawdling(Person):
            return answers([booking(portal, slot, [person()], token=token) for _ in range(20)])

    def test_without_the_numbered_seats_it_holds_too_many(self, portal):
        with without(Person, "one_live_person_per_account_seat"):
            assert self.ask(portal)[201] > 10

    def test_it_holds_ten(self, portal):
        assert self.ask(portal) == {201: 10, "too_many_live": 10}
        assert not broken_invariants(now=timezone.now())


class TestFiftyFamiliesForFortyPlaces:
    def ask(self, portal: Portal) -> Counter[Any]:
        slots = day_of(10, 10, 10, 10, on=soon())
        return answers(
            [
                booking(portal, slots[index % 4], family(3), token=token)
                for index, token in enumerate(tokens(50))
            ]
        )

    def test_without_the_transaction_families_are_torn(self, torn):
        self.ask(torn)

        assert broken_invariants(now=timezone.now()).keys() >= {
            "people who are live without a place or a wish"
        }

    def test_without_the_guarded_write_there_are_too_many(self, unguarded):
        with without(Slot, "never_more_taken_than_capacity"):
            self.ask(unguarded)

            assert broken_invariants(now=timezone.now()).keys() == {"slots with more taken than capacity"}

    def test_each_has_three_places_or_none(self, portal):
        said = self.ask(portal)

        families = Counter(Appointment.objects.live().values_list("person__booking", flat=True))
        assert said == {201: len(families), "slot_full": 50 - len(families)}
        assert set(families.values()) == {3}
        assert len(families) >= 12
        assert not broken_invariants(now=timezone.now())


class TestFamiliesThatShareMembers:
    def ask(self, portal: Portal, *, rounds: int, pause: float) -> Counter[Any]:
        """Each time the same five, once in this order and once in the other, from two devices each."""
        (slot,) = day_of(500, on=soon())
        heard: Counter[Any] = Counter()
        with dawdling(Person, seconds=pause):
            for _ in range(rounds):
                shared = family(5)
                both = [shared, shared[::-1]] * 2
                heard += answers(
                    [
                        booking(portal, slot, people, token=token)
                        for people, token in zip(both, tokens(4), strict=True)
                    ]
                )
        return heard

    def test_not_in_the_order_of_their_keys_a_deadlock_reaches_somebody(self, unguarded):
        assert self.ask(unguarded, rounds=2, pause=0.05)["unavailable"]

    def test_one_is_booked_and_the_others_hear_it(self, portal):
        assert self.ask(portal, rounds=10, pause=0.005) == {201: 10, "already_booked": 30}
        assert not broken_invariants(now=timezone.now())


class TestNumbers:
    def ask(self, portal: Portal) -> list[int]:
        """The numbers given; some families are refused after theirs were drawn."""
        slots = day_of(15, 15, on=soon())
        calls = [
            booking(portal, slots[index % 2], family(1 + index % 3), token=token)
            for index, token in enumerate(tokens(30))
        ]
        assert set(answers(calls)) == {201, "slot_full"}
        return sorted(Appointment.objects.values_list("number", flat=True))

    def test_without_the_counter_a_number_is_given_twice(self, unguarded):
        with (
            without(Appointment, "one_number_once_per_site_day"),
            without(Slot, "never_more_taken_than_capacity"),
        ):
            given = self.ask(unguarded)

            assert len(given) > len(set(given))

    def test_are_given_once_each_and_none_is_left_out(self, portal):
        given = self.ask(portal)

        assert given == list(range(1, len(given) + 1))


class TestOppositeMoves:
    def ask(self, portal: Portal, *, rounds: int) -> Counter[Any]:
        here, there = day_of(5, 5, on=soon(), changes_allowed=rounds)
        mine, yours = book_one(here), book_one(there)
        heard: Counter[Any] = Counter()
        for _ in range(rounds):
            heard += answers([moving(portal, mine, there), moving(portal, yours, here)])
            here, there = there, here
        return heard

    def test_in_the_order_of_moving_they_wait_for_each_other_in_a_ring(self, unguarded):
        assert self.ask(unguarded, rounds=1)["unavailable"]

    def test_both_arrive(self, portal):
        assert self.ask(portal, rounds=10) == {200: 20}
        assert not broken_invariants(now=timezone.now())


class TestOneIdempotencyKey:
    def ask(self, portal: Portal) -> list[httpx.Response]:
        (slot,) = day_of(50, on=soon())
        people, token = family(2), token_of(CitizenFactory())
        return run_together([booking(portal, slot, people, token=token, key="once")] * 8)

    def test_without_the_unique_key_it_makes_several_bookings(self, portal):
        with (
            without(StoredAnswer, "one_answer_per_key_of_owner"),
            without(Person, "one_live_place_per_person"),
        ):
            booked = {answer.json()["booking"] for answer in self.ask(portal) if answer.is_success}

            assert len(booked) > 1

    def test_makes_one_booking_whose_answer_is_replayed(self, portal):
        heard = self.ask(portal)

        made = [answer for answer in heard if answer.is_success]
        told_to_wait = [answer for answer in heard if not answer.is_success]
        assert {_in_a_word(answer) for answer in heard} <= {201, "idempotency_in_progress"}
        assert all(answer.json() == made[0].json() for answer in made)
        assert sum("Idempotent-Replayed" not in answer.headers for answer in made) == 1
        assert all(answer.headers["Retry-After"] for answer in told_to_wait)
        assert Appointment.objects.count() == 2
