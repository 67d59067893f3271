"""Moving, confirming, giving up and releasing a place."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.tests.factories import CitizenFactory
from booking.errors import (
    NotAllowedNow,
    NotOpenYet,
    SlotClosed,
    SlotFull,
    TooLate,
    TooManyChanges,
)
from booking.models import Appointment, Slot
from booking.services.appointments import cancel, confirm, reschedule
from booking.services.evening import release_numbers
from booking.services.invariants import broken_invariants
from booking.tests.factories import (
    EIGHT,
    FOUR,
    MONDAY,
    NOW,
    AppointmentFactory,
    SlotFactory,
    book_one,
    following,
    later_day,
    person,
)
from core.errors import Invalid, NotFound

pytestmark = pytest.mark.django_db
Status = Appointment.Status
OVER = [status for status in Status if status not in (Status.BOOKED, Status.CONFIRMED, Status.CANCELLED)]


@pytest.fixture
def citizen():
    return CitizenFactory()


def cancelled(citizen, slot=None):
    appointment = book_one(slot or SlotFactory(), citizen=citizen)
    return cancel(code=appointment.code, citizen=citizen, now=NOW)


class TestCancel:
    def test_frees_the_place_and_the_person_at_once(self, citizen):
        slot, an = SlotFactory(last_place=True), person()
        appointment = book_one(slot, an, citizen=citizen)

        cancel(code=appointment.code, citizen=citizen, now=NOW + timedelta(hours=1))

        appointment.refresh_from_db()
        assert (appointment.status, appointment.cancelled_at) == (Status.CANCELLED, NOW + timedelta(hours=1))
        assert book_one(slot, an)
        assert broken_invariants(now=NOW) == {}

    def test_is_refused_a_second_time(self, citizen):
        code = cancelled(citizen).code

        with pytest.raises(NotAllowedNow, match="đã hủy"):
            cancel(code=code, citizen=citizen, now=NOW)

        assert Slot.objects.get().taken == 0

    def test_is_refused_from_the_hour_on(self, citizen):
        code = book_one(SlotFactory(), citizen=citizen).code

        with pytest.raises(NotAllowedNow, match="đã đến giờ hẹn"):
            cancel(code=code, citizen=citizen, now=EIGHT)

        assert cancel(code=code, citizen=citizen, now=EIGHT - timedelta(seconds=1))

    @pytest.mark.parametrize("status", OVER)
    def test_is_refused_once_the_person_came_or_the_day_is_over(self, citizen, status):
        appointment = AppointmentFactory(status=status, person__booking__citizen=citizen)

        with pytest.raises(NotAllowedNow):
            cancel(code=appointment.code, citizen=citizen, now=NOW)

    def test_does_not_know_another_citizens(self, citizen):
        code = book_one(SlotFactory()).code

        with pytest.raises(NotFound):
            cancel(code=code, citizen=citizen, now=NOW)


class TestConfirm:
    def test_notes_that_the_person_will_come(self, citizen):
        code = book_one(SlotFactory(), citizen=citizen).code

        for _ in range(2):
            confirm(code=code, citizen=citizen, now=NOW)

        assert Appointment.objects.get().status == Status.CONFIRMED

    def test_is_refused_for_one_that_was_cancelled(self, citizen):
        code = cancelled(citizen).code

        with pytest.raises(NotAllowedNow):
            confirm(code=code, citizen=citizen, now=NOW)

    def test_does_not_know_another_citizens(self, citizen):
        code = book_one(SlotFactory()).code

        with pytest.raises(NotFound):
            confirm(code=code, citizen=citizen, now=NOW)


class TestReschedule:
    def move(self, appointment, slot, citizen, now=NOW):
        return reschedule(code=appointment.code, slot_id=slot.public_id, citizen=citizen, now=now)

    @pytest.mark.parametrize("direction", ["forth", "back"])
    def test_moves_within_a_day_and_keeps_the_number(self, citizen, direction):
        eight = SlotFactory()
        half_past = following(eight)
        old, new = (eight, half_past) if direction == "forth" else (half_past, eight)
        appointment = book_one(old, citizen=citizen)

        self.move(appointment, new, citizen)

        appointment.refresh_from_db()
        assert (appointment.slot, appointment.queue_number, appointment.changes) == (new, "A001", 1)
        assert {slot.pk: slot.taken for slot in Slot.objects.all()} == {old.pk: 0, new.pk: 1}
        assert broken_invariants(now=NOW) == {}

    def test_takes_the_next_number_of_another_day(self, citizen):
        monday = SlotFactory()
        tuesday = later_day(monday)
        book_one(tuesday)
        appointment = book_one(monday, citizen=citizen)

        moved = self.move(appointment, tuesday, citizen)

        assert (moved.day, moved.queue_number) == (tuesday.day, "A002")
        assert book_one(monday).queue_number == "A002"

    def test_waits_for_the_evening_of_the_new_day(self, citizen):
        monday = SlotFactory(evening_numbers=True)
        appointment = book_one(monday, citizen=citizen)
        release_numbers(agency=monday.day.site.agency, day=MONDAY, now=FOUR)

        moved = self.move(appointment, later_day(monday), citizen, now=FOUR)

        assert moved.number is None

    def test_takes_back_the_word_that_the_person_will_come(self, citizen):
        appointment = book_one(SlotFactory(), citizen=citizen)
        confirm(code=appointment.code, citizen=citizen, now=NOW)

        moved = self.move(appointment, following(appointment.slot), citizen)

        assert moved.status == Status.BOOKED

    def test_moves_to_another_site_of_the_agency(self, citizen):
        appointment = book_one(SlotFactory(), citizen=citizen)
        agency = appointment.slot.day.site.agency
        elsewhere = SlotFactory(day__site__agency=agency, day__site__number_prefix="B")

        assert self.move(appointment, elsewhere, citizen).queue_number == "B001"

    def test_refuses_another_agencys_slot(self, citizen):
        appointment = book_one(SlotFactory(), citizen=citizen)

        with pytest.raises(Invalid) as refusal:
            self.move(appointment, SlotFactory(), citizen)

        assert [fault.code for fault in refusal.value.errors] == ["other_agency"]

    def test_refuses_a_slot_that_is_not_there(self, citizen):
        appointment = book_one(SlotFactory(), citizen=citizen)

        with pytest.raises(Invalid) as refusal:
            reschedule(code=appointment.code, slot_id=uuid4(), citizen=citizen, now=NOW)

        assert [fault.code for fault in refusal.value.errors] == ["does_not_exist"]

    def test_refuses_the_present_slot(self, citizen):
        appointment = book_one(SlotFactory(), citizen=citizen)

        with pytest.raises(NotAllowedNow, match="chính là giờ đang hẹn"):
            self.move(appointment, appointment.slot, citizen)

    def test_keeps_the_old_place_when_the_new_slot_is_full(self, citizen):
        appointment = book_one(SlotFactory(), citizen=citizen)
        full = following(appointment.slot, last_place=True)
        book_one(full)

        with pytest.raises(SlotFull) as refusal:
            self.move(appointment, full, citizen)

        assert refusal.value.details["remaining"] == 0
        appointment.refresh_from_db()
        assert (appointment.slot.taken, appointment.changes) == (1, 0)
        assert broken_invariants(now=NOW) == {}

    def test_refuses_more_changes_than_the_agency_allows(self, citizen):
        eight = SlotFactory(day__site__agency__changes_allowed=1)
        half_past = following(eight)
        appointment = book_one(eight, citizen=citizen)
        self.move(appointment, half_past, citizen)

        with pytest.raises(TooManyChanges, match="1 lần"):
            self.move(appointment, eight, citizen)

    @pytest.mark.parametrize(
        ("slot", "refusal"),
        [
            ({"closed_day": True}, SlotClosed),
            ({"day__date": MONDAY + timedelta(days=60)}, NotOpenYet),
            ({"day__date": MONDAY - timedelta(days=7)}, TooLate),
        ],
    )
    def test_refuses_a_slot_that_cannot_be_booked(self, citizen, slot, refusal):
        appointment = book_one(SlotFactory(), citizen=citizen)
        agency = appointment.slot.day.site.agency

        with pytest.raises(refusal):
            self.move(appointment, SlotFactory(day__site__agency=agency, **slot), citizen)

    def test_refuses_once_the_old_hour_is_too_near(self, citizen):
        appointment = book_one(SlotFactory(), citizen=citizen)

        with pytest.raises(TooLate):
            self.move(appointment, later_day(appointment.slot), citizen, now=EIGHT - timedelta(minutes=119))

    def test_refuses_one_that_was_cancelled(self, citizen):
        appointment = cancelled(citizen)

        with pytest.raises(NotAllowedNow):
            self.move(appointment, following(appointment.slot), citizen)

    def test_does_not_know_another_citizens(self, citizen):
        appointment = book_one(SlotFactory())

        with pytest.raises(NotFound):
            self.move(appointment, following(appointment.slot), citizen)
