"""A visit that takes longer holds several places of its slot, wherever it goes."""

from typing import Any

import pytest

from booking.errors import BelowTaken, SlotFull
from booking.models import Appointment, Slot
from booking.services.appointments import cancel, move, reschedule
from booking.services.days import set_capacities
from booking.services.invariants import broken_invariants
from booking.services.places import nearest_with_room
from booking.tests.factories import NOW, AppointmentFactory, book_one, following
from booking.tests.racing import Call, day_of, kinds, remove_guard, without
from core.testing import run_together

pytestmark = pytest.mark.django_db


def taken(*slots: Slot) -> list[int]:
    return [Slot.objects.get(pk=slot.pk).taken for slot in slots]


class TestALongerVisit:
    def test_gives_all_its_places_back(self):
        appointment = AppointmentFactory(places=2, slot__capacity=2)

        cancel(code=appointment.code, citizen=appointment.person.citizen, now=NOW)

        assert taken(appointment.slot) == [0]
        assert broken_invariants(now=NOW) == {}

    @pytest.mark.parametrize("by", ["the citizen", "an officer"])
    def test_moves_with_all_its_places(self, by):
        appointment = AppointmentFactory(places=2)
        other = following(appointment.slot, capacity=2)

        if by == "an officer":
            move(code=appointment.code, slot_id=other.public_id, now=NOW)
        else:
            reschedule(
                code=appointment.code,
                slot_id=other.public_id,
                citizen=appointment.person.citizen,
                now=NOW,
            )

        assert taken(appointment.slot, other) == [0, 2]
        assert broken_invariants(now=NOW) == {}

    def test_does_not_move_where_one_place_is_left(self):
        appointment = AppointmentFactory(places=2)
        small = following(appointment.slot, capacity=1)
        large = following(small, capacity=5)

        with pytest.raises(SlotFull, match="còn 1 chỗ, cần 2") as refusal:
            move(code=appointment.code, slot_id=small.public_id, now=NOW)

        assert taken(appointment.slot, small) == [2, 0]
        offered = [near["id"] for near in refusal.value.details["nearest"]]
        assert str(large.public_id) in offered
        assert str(small.public_id) not in offered

    def test_keeps_the_capacity_from_going_below_its_places(self):
        appointment = AppointmentFactory(places=2)
        slot = appointment.slot

        with pytest.raises(BelowTaken, match="đã đặt 2 chỗ"):
            set_capacities(day=slot.day, wanted={slot.pk: 1}, now=NOW)

        set_capacities(day=slot.day, wanted={slot.pk: 2}, now=NOW)
        with pytest.raises(SlotFull):
            book_one(slot)
        assert nearest_with_room(slot, size=1, now=NOW) == []

    def test_counted_as_one_breaks_an_invariant(self):
        AppointmentFactory(places=2)

        Slot.objects.update(taken=1)

        assert broken_invariants(now=NOW).keys() == {
            "slots whose count of places is not that of their appointments"
        }


@pytest.mark.django_db(transaction=True)
class TestTwoWhoMoveForOneSlot:
    """Each needs two places of a slot that has three."""

    def move_both(self) -> list[Any]:
        *here, there = day_of(2, 2, 3)
        rivals = [AppointmentFactory(slot=slot, places=2) for slot in here]
        return run_together([moving(rival, there) for rival in rivals])

    def test_without_the_guarded_write_there_are_too_many(self, monkeypatch):
        remove_guard(monkeypatch, "places")
        with without(Slot, "never_more_taken_than_capacity"):
            assert kinds(self.move_both()) == {Appointment: 2}
            assert broken_invariants(now=NOW).keys() == {"slots with more taken than capacity"}

    def test_one_gets_there_and_the_other_stays(self):
        assert kinds(self.move_both()) == {Appointment: 1, SlotFull: 1}
        assert sorted(Slot.objects.values_list("taken", flat=True)) == [0, 2, 2]
        assert not broken_invariants(now=NOW)


def moving(appointment: Appointment, slot: Slot) -> Call:
    return lambda: move(code=appointment.code, slot_id=slot.public_id, now=NOW)
