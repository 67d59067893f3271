"""Taking a place that the citizen picked."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.tests.factories import CitizenFactory
from booking.errors import (
    AlreadyBooked,
    DossierRequired,
    NotOpenYet,
    SlotClosed,
    SlotFull,
    TooLate,
    TooManyLive,
    TooManyPeople,
)
from booking.models import Appointment, Slot
from booking.services import appointments
from booking.services.appointments import cancel
from booking.services.invariants import broken_invariants
from booking.tests.factories import (
    EIGHT,
    NOW,
    AppointmentFactory,
    SlotFactory,
    book,
    book_one,
    family,
    following,
    later_day,
    party,
    person,
    register,
)
from booking.tests.outcomes import faults_of, refusal_of
from core.errors import DomainError, Invalid
from notifications.models import Message

pytestmark = pytest.mark.django_db


def refused(kind: type[DomainError], *args: object, **said: object) -> DomainError:
    """Book and be refused."""
    return refusal_of(kind, book, *args, **said)


class TestBook:
    def test_holds_a_place_and_gives_the_number_at_once(self):
        slot = SlotFactory()

        appointment = book_one(slot)

        assert appointment.queue_number == "A001"
        assert appointment.status == Appointment.Status.BOOKED
        assert appointment.slot == slot
        assert Slot.objects.get().taken == 1

    def test_gives_the_number_in_the_evening_where_the_agency_says_so(self):
        appointment = book_one(SlotFactory(evening_numbers=True))

        assert appointment.number is None
        assert appointment.queue_number is None

    def test_gives_the_next_number_at_once_after_the_evening(self):
        slot = SlotFactory(evening_numbers=True, day__released=True, day__last_number=30)

        assert book_one(slot).queue_number == "A031"

    def test_hands_out_numbers_in_order_across_the_slots_of_a_day(self):
        eight = SlotFactory()
        half_past = following(eight)

        numbers = [book_one(slot).queue_number for slot in (eight, half_past, eight)]

        assert numbers == ["A001", "A002", "A003"]

    def test_counts_each_day_and_site_from_one(self):
        eight = SlotFactory()
        elsewhere = SlotFactory(day__site__number_prefix="B")

        numbers = [book_one(slot).queue_number for slot in (eight, later_day(eight), elsewhere)]

        assert numbers == ["A001", "A001", "B001"]

    def test_never_gives_a_cancelled_number_again(self):
        slot = SlotFactory(last_place=True)
        citizen = CitizenFactory()
        cancel(code=book_one(slot, citizen=citizen).code, citizen=citizen, now=NOW)

        assert book_one(slot).queue_number == "A002"

    def test_keeps_what_was_agreed_and_who_may_be_called(self):
        asked = {"phone": "+84905123456", "priority": True, "on_behalf": True}

        booking = book_one(SlotFactory(), **asked).person.booking

        booking.refresh_from_db()
        assert {name: getattr(booking, name) for name in asked} == asked
        assert booking.booked_at == NOW

    def test_makes_a_code_of_the_agencys_letters_that_can_be_read_aloud(self):
        slot = SlotFactory(day__site__agency__code_prefix="TK")

        code = book_one(slot).code

        assert code.startswith("TK")
        assert len(code) == 7
        assert not set(code[2:]) & set("01ILO")

    def test_draws_another_code_when_one_is_in_use(self, monkeypatch):
        AppointmentFactory(code="CP22222")
        letters = iter("22222" + "33333")
        monkeypatch.setattr("core.codes.secrets.choice", lambda _: next(letters))

        assert book_one(SlotFactory()).code == "CP33333"


class TestBookFamilies:
    def test_books_all_in_one_slot_in_their_order(self):
        slot = SlotFactory(capacity=3)

        booked = book(slot, *family(3))

        assert {row.slot for row in booked} == {slot}
        assert [row.person.full_name for row in booked] == ["Trần Thị A", "Trần Thị B", "Trần Thị C"]
        assert [row.queue_number for row in booked] == ["A001", "A002", "A003"]

    def test_goes_on_in_the_slots_that_follow(self):
        eight = SlotFactory(capacity=2)
        half_past = following(eight, capacity=2)
        nine = following(half_past, capacity=2)

        booked = book(eight, *family(5))

        assert [row.slot for row in booked] == [eight, eight, half_past, half_past, nine]
        assert broken_invariants(now=NOW) == {}

    def test_does_not_jump_over_a_pause(self):
        eight = SlotFactory(capacity=1)
        SlotFactory(day=eight.day, starts_at=eight.ends_at + timedelta(hours=1), capacity=9)

        refused(SlotFull, eight, *family(2))

    def test_does_not_jump_over_a_full_slot(self):
        eight = SlotFactory(capacity=1)
        half_past = following(eight, last_place=True)
        following(half_past, capacity=9)
        book(half_past)

        refused(SlotFull, eight, *family(2))

    def test_does_not_go_on_where_the_picked_slot_itself_is_full(self):
        eight = SlotFactory(last_place=True)
        following(eight, capacity=9)
        book(eight)

        refusal = refused(SlotFull, eight, *family(2))

        assert refusal.details["remaining"] == 0

    def test_refuses_a_split_where_they_want_to_be_together(self):
        eight = SlotFactory(capacity=2)
        following(eight, capacity=1)

        refusal = refused(SlotFull, eight, *family(3), together=True)

        assert refusal.details["remaining"] == 2

    def test_books_all_or_none(self):
        slot = SlotFactory(capacity=5)
        taken = person()
        book(slot, taken)

        refused(AlreadyBooked, slot, *family(2), taken)

        assert Slot.objects.get().taken == 1


class TestBookFullSlot:
    def test_names_the_nearest_slots_that_have_room(self):
        eight = SlotFactory(last_place=True)
        half_past = following(eight, capacity=2)
        nine = following(half_past, last_place=True)
        tomorrow = later_day(eight)
        book(eight)
        book(nine)

        refusal = refused(SlotFull, eight)

        assert refusal.details["remaining"] == 0
        assert [offer["id"] for offer in refusal.details["nearest"]] == [
            str(slot.public_id) for slot in (half_past, tomorrow)
        ]
        assert refusal.details["nearest"][0] == {
            "id": str(half_past.public_id),
            "starts_at": "2026-11-23T08:30:00+07:00",
            "ends_at": "2026-11-23T09:00:00+07:00",
            "capacity": 2,
            "remaining": 2,
        }
        assert "08:30 (2 chỗ), 08:00 ngày 24/11 (10 chỗ)" in str(refusal)

    def test_names_at_most_three_those_of_the_day_first(self):
        eight = SlotFactory(last_place=True)
        book(eight)
        half_past = following(eight)
        nine = following(half_past)
        tomorrow = later_day(eight)
        following(tomorrow)

        refusal = refused(SlotFull, eight)

        nearest = [offer["id"] for offer in refusal.details["nearest"]]
        assert nearest == [str(slot.public_id) for slot in (half_past, nine, tomorrow)]

    def test_names_only_slots_with_room_for_all_that_can_be_booked(self):
        eight = SlotFactory(capacity=2, day__site__agency__window_days=4)
        book(eight)
        following(eight, starts_at=EIGHT + timedelta(hours=1), last_place=True)
        later_day(eight, days=30, capacity=9)
        SlotFactory(capacity=9)

        refusal = refused(SlotFull, eight, *family(2), together=True)

        assert refusal.details["remaining"] == 1
        assert refusal.details["nearest"] == []
        assert "không còn khung giờ nào" in str(refusal)


class TestBookOutsidePolicy:
    def test_refuses_a_slot_that_is_not_there(self):
        with pytest.raises(Invalid) as refusal:
            book(SlotFactory.build(public_id=uuid4()))

        assert faults_of(refusal.value) == [("slot", "does_not_exist")]

    @pytest.mark.parametrize(
        "shut",
        [
            {"closed_day": True},
            {"day__site__is_active": False},
            {"day__site__agency__is_active": False},
        ],
    )
    def test_refuses_what_takes_no_bookings(self, shut):
        refused(SlotClosed, SlotFactory(**shut))

    def test_refuses_past_the_cut_off(self):
        slot = SlotFactory(day__site__agency__cut_off_minutes=120)

        refused(TooLate, slot, now=EIGHT - timedelta(minutes=120) + timedelta(seconds=1))

        assert book_one(slot, now=EIGHT - timedelta(minutes=120))

    def test_refuses_a_slot_that_is_over(self):
        refused(TooLate, SlotFactory(), now=EIGHT + timedelta(days=2))

    def test_refuses_beyond_the_window(self):
        slot = SlotFactory(day__site__agency__window_days=2)

        refusal = refused(NotOpenYet, slot)

        assert "22/11/2026" in str(refusal)

    def test_takes_the_last_day_of_the_window(self):
        assert book_one(SlotFactory(day__site__agency__window_days=3))

    def test_counts_the_window_by_days_of_viet_nam(self):
        """At 23:30 of the 19th in UTC it is the 20th in Hà Nội."""
        slot = SlotFactory(day__site__agency__window_days=3)

        assert book_one(slot, now=NOW - timedelta(hours=1, minutes=30))

        refused(NotOpenYet, slot, now=NOW - timedelta(hours=8, minutes=30))

    def test_refuses_without_a_dossier_where_one_is_required(self):
        refused(DossierRequired, SlotFactory(day__site__agency__dossier_required=True))

    def test_refuses_more_people_than_the_agency_takes_at_once(self):
        slot = SlotFactory(day__site__agency__people_per_booking=2)

        refusal = refused(TooManyPeople, slot, *family(3))

        assert refusal.details == {"limit": 2}

    def test_refuses_more_people_than_an_account_may_hold(self):
        citizen = CitizenFactory()
        slot = SlotFactory(day__site__agency__people_per_booking=3, day__site__agency__live_per_citizen=4)
        book(slot, *family(3), citizen=citizen)

        refusal = refused(TooManyLive, slot, *family(2), citizen=citizen)

        assert refusal.details == {"limit": 4, "held": 3}

    def test_fills_a_seat_of_the_account_that_became_free(self):
        citizen = CitizenFactory()
        slot = SlotFactory(day__site__agency__people_per_booking=2, day__site__agency__live_per_citizen=2)
        first, _ = book(slot, *family(2), citizen=citizen)
        cancel(code=first.code, citizen=citizen, now=NOW)

        later = book_one(slot, person("Lê Văn Bình"), citizen=citizen)

        assert later.person.account_seat == first.person.account_seat

    def test_counts_those_who_wait_for_a_place(self):
        citizen = CitizenFactory()
        wish = SlotFactory(office_assigns=True)
        register(wish, *family(2), citizen=citizen)
        slot = SlotFactory(day__site__agency__people_per_booking=1, day__site__agency__live_per_citizen=2)

        refused(TooManyLive, slot, citizen=citizen)


class TestBookByAnOfficer:
    def test_needs_no_account_and_holds_no_seat(self):
        slot = SlotFactory()
        at_the_counter = replace(party(person()), citizen=None)

        booked = appointments.book(slot_id=slot.public_id, party=at_the_counter, now=NOW)

        assert booked.appointments[0].person.account_seat is None
        assert Message.objects.count() == 0
