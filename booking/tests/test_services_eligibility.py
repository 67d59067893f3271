"""A session that is for the people of some wards: nobody else gets into it, by whatever door."""

import pytest

from agencies.services.units import also_known_as
from agencies.tests.few_units import load_few_units
from booking.errors import NotEligible
from booking.models import Appointment, Registration
from booking.services.allocating import allocate
from booking.services.appointments import reschedule
from booking.services.availability import Company, free_days, free_hours
from booking.services.drafts import earliest_slot
from booking.services.eligibility import refuse_outside_wards, wards_to_ask
from booking.services.places import nearest_with_room
from booking.tests.factories import (
    AN_MY,
    FOUR,
    HOA_HUONG,
    MONDAY,
    NOW,
    SiteFactory,
    SlotFactory,
    book,
    book_one,
    evening,
    first_slot,
    person,
    register,
)
from booking.tests.outcomes import refusal_of, slots_of, status_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def few_units(tmp_path):
    load_few_units(tmp_path)


@pytest.fixture
def session(few_units):
    """An evening for the people of Hòa Hương."""
    return evening(SiteFactory(), HOA_HUONG)


def of_ward(code):
    return person(ward=code)


class TestAlsoKnownAs:
    def test_names_a_ward_in_both_eras(self, few_units, django_assert_num_queries):
        with django_assert_num_queries(1):
            known = also_known_as([HOA_HUONG.code, "2025:99999"])

        assert HOA_HUONG.code in known[HOA_HUONG.code]
        assert any(code.startswith("2025:") for code in known[HOA_HUONG.code])
        assert known["2025:99999"] == {"2025:99999"}

    def test_says_the_same_from_the_other_side(self, few_units):
        (today,) = also_known_as([HOA_HUONG.code])[HOA_HUONG.code] - {HOA_HUONG.code}

        assert HOA_HUONG.code in also_known_as([today])[today]

    def test_asks_nothing_for_nothing(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert also_known_as([]) == {}


class TestBook:
    def test_takes_people_of_the_ward_by_its_name_of_either_era(self, session):
        today = also_known_as([HOA_HUONG.code])[HOA_HUONG.code] - {HOA_HUONG.code}

        book(first_slot(session), of_ward(HOA_HUONG.code), of_ward(today.pop()))

        assert Appointment.objects.count() == 2

    def test_refuses_people_of_another_ward(self, session):
        refused = refusal_of(
            NotEligible, book, first_slot(session), of_ward(HOA_HUONG.code), of_ward(AN_MY.code)
        )

        assert str(refused) == "Buổi này chỉ nhận người đang ở Phường Hòa Hương. Chọn ngày, giờ khác."
        assert refused.details == {"wards": [HOA_HUONG.code], "person": 1}

    def test_asks_for_the_ward_of_who_did_not_say(self, session):
        refused = refusal_of(NotEligible, book, first_slot(session))

        assert "Ghi phường, xã đang ở" in str(refused)

    def test_takes_anyone_to_a_session_that_names_no_ward(self):
        assert book_one(first_slot(evening(SiteFactory())))

    def test_costs_nothing_where_there_is_no_session(self, django_assert_num_queries):
        slot = SlotFactory()

        with django_assert_num_queries(0):
            refuse_outside_wards(slot, [""])


class TestWardsToAsk:
    def test_names_each_ward_as_it_was_and_as_it_is(self, session):
        ((code, name),) = wards_to_ask(str(first_slot(session).public_id), ward="")

        assert code == HOA_HUONG.code
        assert name == "Phường Hòa Hương (nay là Phường Hương Trà)"

    def test_asks_nobody_who_said_it_by_the_name_of_either_era(self, session):
        slot_id = str(first_slot(session).public_id)

        for ward in also_known_as([HOA_HUONG.code])[HOA_HUONG.code]:
            assert wards_to_ask(slot_id, ward=ward) == []

    def test_asks_nothing_for_an_hour_for_everyone(self, django_assert_num_queries):
        slot = SlotFactory()

        with django_assert_num_queries(1):
            assert wards_to_ask(str(slot.public_id), ward="") == []


class TestReschedule:
    def test_refuses_to_move_into_a_session_for_others(self, session):
        appointment = book_one(SlotFactory(day=session.slots.first().day), of_ward(AN_MY.code))

        with pytest.raises(NotEligible):
            reschedule(code=appointment.code, slot_id=first_slot(session).public_id, citizen=None, now=NOW)

    def test_moves_into_a_session_for_them(self, session):
        appointment = book_one(SlotFactory(day=session.slots.first().day), of_ward(HOA_HUONG.code))

        moved = reschedule(
            code=appointment.code, slot_id=first_slot(session).public_id, citizen=None, now=NOW
        )

        assert moved.slot == first_slot(session)


class TestNearest:
    def test_names_no_hour_for_others(self, session):
        usual = SlotFactory(day=session.slots.first().day)

        assert nearest_with_room(usual, size=1, now=NOW) == []

    def test_names_the_hours_of_the_same_session(self, session):
        first, *others = session.slots.order_by("starts_at")

        assert nearest_with_room(first, size=1, now=NOW) == others


class TestEarliest:
    def test_passes_over_a_session_for_others(self, session):
        usual = SlotFactory(day=session.slots.first().day, starts_at=session.slots.last().ends_at)

        found = [
            earliest_slot(session.site.agency, sizes=[1], now=NOW, ward=ward)
            for ward in ("", AN_MY.code, HOA_HUONG.code)
        ]

        assert found == [usual, usual, first_slot(session)]

    def test_uses_a_session_for_anyone(self):
        session = evening(SiteFactory())

        assert earliest_slot(session.site.agency, sizes=[1], now=NOW) == first_slot(session)


class TestFreeHours:
    @pytest.mark.parametrize(
        ("wards", "is_open"),
        [
            ([HOA_HUONG.code, HOA_HUONG.code], True),
            ([HOA_HUONG.code, AN_MY.code], False),
            ([HOA_HUONG.code, ""], False),
        ],
    )
    def test_of_a_session_are_for_those_who_may_all_come(self, session, wards, is_open):
        company = Company([1, 1], wards)

        hours = free_hours(session.site.agency, company, most=1, now=NOW)
        days = free_days(session.site.agency, company, now=NOW)

        assert (bool(hours), bool(days)) == (is_open, is_open)


class TestAllocate:
    @pytest.fixture
    def limited(self, few_units):
        return evening(SiteFactory(agency__office_assigns=True), HOA_HUONG)

    @pytest.mark.parametrize("said", [{"ward": HOA_HUONG.code}, {"people": HOA_HUONG.code}])
    def test_places_people_of_the_ward(self, limited, said):
        people = [of_ward(said["people"])] if "people" in said else []
        wish = register(limited.site, *people, ward=said.get("ward", ""))

        allocate(agency=limited.site.agency, day=MONDAY, now=FOUR)

        assert slots_of(wish) == [first_slot(limited)]

    @pytest.mark.parametrize("ward", ["", AN_MY.code])
    def test_leaves_others_over(self, limited, ward):
        wish = register(limited.site, ward=ward)

        allocate(agency=limited.site.agency, day=MONDAY, now=FOUR)

        assert status_of(wish) == Registration.Status.EXPIRED

    def test_places_a_family_only_where_all_of_it_may_go(self, limited):
        wish = register(limited.site, of_ward(HOA_HUONG.code), of_ward(AN_MY.code))
        usual = SlotFactory(day=limited.slots.first().day, starts_at=limited.slots.last().ends_at)

        allocate(agency=limited.site.agency, day=MONDAY, now=FOUR)

        assert slots_of(wish) == [usual, usual]
