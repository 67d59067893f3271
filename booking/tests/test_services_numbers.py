"""Queue numbers of the evening before."""

from datetime import timedelta

import pytest

from accounts.tests.factories import CitizenFactory
from booking.errors import NothingToAllocate
from booking.models import Appointment, ServiceDay
from booking.services.appointments import cancel
from booking.services.evening import release_numbers
from booking.services.invariants import broken_invariants
from booking.tests.factories import (
    EIGHT,
    FOUR,
    MONDAY,
    NOW,
    AppointmentFactory,
    BookingFactory,
    SlotFactory,
    book,
    book_one,
    family,
    following,
    later_day,
)
from notifications.kinds import Kind
from notifications.models import Message

pytestmark = pytest.mark.django_db


def release(slot, day=MONDAY, now=FOUR):
    numbered = release_numbers(agency=slot.day.site.agency, day=day, now=now)
    assert broken_invariants(now=NOW) == {}
    return numbered


def number_of(appointment):
    return Appointment.objects.get(pk=appointment.pk).number


@pytest.fixture
def eight():
    return SlotFactory(evening_numbers=True)


class TestReleaseNumbers:
    def test_goes_by_slot_then_priority_then_first_come(self, eight):
        half_past = following(eight)
        later_slot = book_one(half_past, now=NOW)
        second = book_one(eight, now=NOW + timedelta(minutes=1))
        third = book_one(eight, now=NOW + timedelta(minutes=2))
        first = book_one(eight, now=NOW + timedelta(minutes=3), priority=True)

        assert release(eight) == 4

        assert [number_of(row) for row in (first, second, third, later_slot)] == [1, 2, 3, 4]

    def test_keeps_families_side_by_side_in_their_order(self, eight):
        one, another = book(eight, *family(3)), book(eight, *family(2))

        release(eight)

        assert [number_of(row) for row in one] == [1, 2, 3]
        assert [number_of(row) for row in another] == [4, 5]

    def test_numbers_a_family_as_it_was_written_down_whichever_row_came_first(self, eight):
        booking = BookingFactory(agency=eight.day.site.agency)
        rows = {
            position: AppointmentFactory(slot=eight, person__booking=booking, person__position=position)
            for position in (2, 0, 1)
        }

        release(eight)

        assert [number_of(rows[position]) for position in range(3)] == [1, 2, 3]

    def test_leaves_no_gap_for_those_who_cancelled_before(self, eight):
        citizen = CitizenFactory()
        cancelled = book_one(eight, citizen=citizen)
        stays = book_one(eight)
        cancel(code=cancelled.code, citizen=citizen, now=NOW)

        assert release(eight) == 1

        assert (number_of(cancelled), number_of(stays)) == (None, 1)

    def test_gives_later_bookings_the_next_number_at_once(self, eight):
        book(eight, *family(3))
        release(eight)

        assert book_one(eight, now=FOUR).queue_number == "A004"

    def test_never_gives_a_number_again_that_was_cancelled(self, eight):
        citizen = CitizenFactory()
        cancelled = book_one(eight, citizen=citizen)
        release(eight)
        cancel(code=cancelled.code, citizen=citizen, now=FOUR)

        assert book_one(eight, now=FOUR).queue_number == "A002"
        assert number_of(cancelled) == 1

    def test_numbers_stragglers_when_run_again_and_touches_no_other(self, eight):
        numbered = book_one(eight)
        release(eight)
        straggler = AppointmentFactory(slot=eight)

        assert release(eight, now=FOUR + timedelta(minutes=1)) == 1

        assert (number_of(numbered), number_of(straggler)) == (1, 2)

    def test_changes_nothing_when_run_again(self, eight):
        book(eight, *family(3))
        release(eight)
        before = list(Message.objects.order_by("pk").values())

        assert release(eight, now=FOUR + timedelta(minutes=1)) == 0

        assert list(Message.objects.order_by("pk").values()) == before
        assert ServiceDay.objects.get().numbers_released_at == FOUR

    def test_keeps_to_the_day_and_the_agency(self, eight):
        tomorrow = book_one(later_day(eight))
        elsewhere = book_one(SlotFactory(evening_numbers=True))

        assert release(eight) == 0

        assert (number_of(tomorrow), number_of(elsewhere)) == (None, None)

    def test_counts_each_site_from_one_with_its_letter(self, eight):
        other = SlotFactory(day__site__agency=eight.day.site.agency, day__site__number_prefix="B")
        book_one(eight)
        book_one(other)

        assert release(eight) == 2

        said = {row.queue_number for row in Appointment.objects.for_display()}
        assert said == {"A001", "B001"}

    def test_owes_each_their_reminder(self, eight):
        booked = book(eight, *family(3))

        release(eight)

        reminders = Message.objects.filter(kind=Kind.REMINDER)
        assert {row.about: row.context["number"] for row in reminders} == {
            row.code: f"A00{index}" for index, row in enumerate(booked, start=1)
        }

    def test_refuses_a_day_that_is_over(self, eight):
        with pytest.raises(NothingToAllocate):
            release(eight, now=EIGHT + timedelta(days=1))

    def test_costs_the_same_for_few_and_many(self, eight, django_assert_max_num_queries):
        for _ in range(3):
            book(eight, *family(3))

        with django_assert_max_num_queries(10):
            release_numbers(agency=eight.day.site.agency, day=MONDAY, now=FOUR)
