"""Whom a place is for: one person once, and what is wrong with a declared one."""

import pytest

from accounts.relations import Relation
from accounts.tests.factories import CitizenFactory
from booking.errors import (
    AlreadyBooked,
)
from booking.services.appointments import cancel
from booking.tests.factories import (
    NOW,
    SlotFactory,
    book,
    book_one,
    number_for,
    person,
    register,
)
from booking.tests.outcomes import faults_of, refusal_of
from core.errors import DomainError, Invalid

pytestmark = pytest.mark.django_db


def refused(kind: type[DomainError], *args: object, **said: object) -> DomainError:
    """Book and be refused."""
    return refusal_of(kind, book, *args, **said)


class TestSamePerson:
    def test_tells_the_owner_where_the_person_is_booked(self):
        citizen, an = CitizenFactory(), person("Trần Văn An")
        held = book_one(SlotFactory(day__site__name="Công an quận 4"), an, citizen=citizen)

        refusal = refused(AlreadyBooked, SlotFactory(), an, citizen=citizen)

        assert refusal.details == {
            "existing": {
                "code": held.code,
                "site": "Công an quận 4",
                "starts_at": "2026-11-23T08:00:00+07:00",
            }
        }
        assert "Trần Văn An đã có lịch hẹn: 08:00 ngày 23/11 tại Công an quận 4" in str(refusal)

    def test_tells_a_stranger_only_that_the_number_is_taken_and_how_to_claim_it(self):
        an = person()
        held = book_one(SlotFactory(), an)

        refusal = refused(AlreadyBooked, SlotFactory(), an)

        assert set(refusal.details) == {"claim", "person"}
        assert "đã có người đăng ký" in str(refusal)
        assert held.code not in f"{refusal} {refusal.details}"

    @pytest.mark.parametrize("position", [0, 1])
    def test_tells_a_stranger_who_of_the_party_it_is(self, position):
        """Whatever the order of their keys, in which they are claimed."""
        an, be = person(personal_id="049085000001"), person("Lê Văn Hoa", personal_id="049085000002")
        book_one(SlotFactory(), an)

        refusal = refused(AlreadyBooked, SlotFactory(), *([an, be] if position == 0 else [be, an]))

        assert refusal.details["person"] == position

    def test_says_nothing_of_ones_own_while_a_stranger_holds_another(self):
        citizen, mine, theirs = CitizenFactory(), person(), person("Lê Thị Hoa", sex="female")
        book_one(SlotFactory(), mine, citizen=citizen)
        book_one(SlotFactory(), theirs)

        refusal = refused(AlreadyBooked, SlotFactory(), mine, theirs, citizen=citizen)

        assert set(refusal.details) == {"claim", "person"}

    def test_counts_a_wish_that_waits(self):
        citizen, an = CitizenFactory(), person("Trần Văn An")
        register(SlotFactory(office_assigns=True), an, citizen=citizen)

        refusal = refused(AlreadyBooked, SlotFactory(), an, citizen=citizen)

        assert "đang chờ xếp chỗ" in str(refusal)

    def test_knows_a_person_by_the_old_number_too(self):
        slot = SlotFactory(of_2021=True)
        hoa = {"personal_id": None, "old_id": "201234567"}
        book(slot, person("Lê Thị Hoa", **hoa))

        refused(AlreadyBooked, slot, person("Le thi hoa", birth_date="1990", **hoa))

    def test_takes_the_person_again_after_a_cancellation(self):
        citizen, an = CitizenFactory(), person()
        slot = SlotFactory()
        cancel(code=book_one(slot, an, citizen=citizen).code, citizen=citizen, now=NOW)

        assert book_one(slot, an)

    def test_refuses_one_person_twice_in_one_booking(self):
        number = number_for("1985", "male")
        twice = [person(personal_id=number), person("Trần An", personal_id=number)]

        refusal = refused(Invalid, SlotFactory(), *twice)

        assert faults_of(refusal) == [("people[1].personal_id", "repeated")]

    def test_two_strangers_of_one_name_and_year_without_numbers_can_both_book(self):
        slot = SlotFactory(of_2021=True)
        namesakes = [person("Nguyễn Thị Hoa", birth_date="1960", sex="female", personal_id=None)] * 2

        first, second = (book_one(slot, namesake) for namesake in namesakes)

        assert first.person.person_key != second.person.person_key
        assert first.person.namesake_key == second.person.namesake_key

    def test_one_account_cannot_book_one_name_and_date_twice_without_a_number(self):
        citizen, slot = CitizenFactory(), SlotFactory(of_2021=True)
        hoa = {"birth_date": "1960", "sex": "female", "personal_id": None}
        book(slot, person("Nguyễn Thị Hoa", **hoa), citizen=citizen)

        refused(AlreadyBooked, slot, person("nguyen thi hoà", **hoa), citizen=citizen)


class TestWrongFields:
    def test_names_each_wrong_field_of_each_person(self):
        wrong = person("An 2", birth_date="2030-01-01", sex="female", personal_id="049185000123")

        refusal = refused(Invalid, SlotFactory(), person(), wrong)

        assert faults_of(refusal) == [
            ("people[1].full_name", "invalid"),
            ("people[1].birth_date", "in_future"),
            ("people[1].personal_id", "birth_year"),
        ]

    def test_needs_the_number_today_and_not_in_2021(self):
        nobody = person(personal_id=None)

        refusal = refused(Invalid, SlotFactory(), nobody)

        assert faults_of(refusal) == [("people[0].personal_id", "required")]
        assert book_one(SlotFactory(of_2021=True), nobody)

    def test_needs_the_present_notice(self):
        refusal = refused(Invalid, SlotFactory(), notice="2021-01-01")

        assert faults_of(refusal) == [("accept.notice", "outdated")]

    def test_needs_a_word_for_others_and_none_for_oneself(self):
        mother = person("Lê Thị Hoa", sex="female", relation=Relation.MOTHER)

        refusal = refused(Invalid, SlotFactory(), person(), mother, on_behalf=False)

        assert faults_of(refusal) == [("accept.on_behalf", "required")]
        assert book_one(SlotFactory(), on_behalf=False)
