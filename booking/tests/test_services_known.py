"""Whom an account can book for without writing them down again."""

import pytest

from accounts.relations import Relation
from accounts.tests.factories import CitizenFactory, OfficerFactory
from agencies.tests.factories import AgencyFactory
from booking.models import Person, Release
from booking.services import known, retention
from booking.services.appointments import cancel
from booking.services.known import company_of, known_to, named_to, papers_of
from booking.tests.factories import (
    NOW,
    BookingFactory,
    PersonFactory,
    SlotFactory,
    book,
    book_one,
    child,
    declared,
    person,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def citizen():
    return CitizenFactory()


@pytest.fixture
def agency():
    return AgencyFactory()


def names(citizen, agency, *, now=NOW) -> list[str]:
    return [one.name for one in known_to(citizen, agency=agency, now=now)]


def visit(citizen, *full_names: str, **columns: object) -> list[Person]:
    """People who were brought together once, and hold nothing any more."""
    together = BookingFactory(citizen=citizen)
    said = {"booking": together, "is_live": False} | columns
    return [
        PersonFactory(position=position, full_name=name, **said) for position, name in enumerate(full_names)
    ]


class TestKnownTo:
    def test_are_those_of_earlier_bookings_anywhere_the_last_first(self, citizen, agency):
        visit(citizen, "Trần Văn An", "Lê Thị Bình")
        visit(citizen, "Trần Thị Hạnh")

        assert names(citizen, agency) == ["Hạnh", "An", "Bình"]

    def test_are_not_those_of_another_account(self, citizen, agency):
        visit(CitizenFactory(), "Trần Văn An")

        assert names(citizen, agency) == []

    def test_name_nobody_twice(self, citizen, agency):
        slot, an = SlotFactory(), person("Trần Văn An", relation=Relation.FATHER)
        for _ in range(2):
            cancel(code=book_one(slot, an, citizen=citizen).code, citizen=citizen, now=NOW)

        (found,) = known_to(citizen, agency=agency, now=NOW)

        assert (found.name, found.relation) == ("An", Relation.FATHER)
        assert found.key == f"person:{Person.objects.latest('pk').pk}"

    def test_are_not_those_who_hold_a_place(self, citizen, agency):
        visit(citizen, "Trần Thị Hạnh")
        _an, be = book(SlotFactory(), person("Trần Văn An"), child("Trần Thị Bé"), citizen=citizen)
        cancel(code=be.code, citizen=citizen, now=NOW)

        assert names(citizen, agency) == ["Bé", "Hạnh"]

    def test_are_not_those_who_were_forgotten(self, citizen, agency):
        (an,) = visit(citizen, "Trần Văn An")

        retention.forget_people([an.pk], bookings=[an.booking_id])

        assert names(citizen, agency) == []

    def test_are_not_those_whose_number_an_officer_gave_back(self, citizen, agency):
        """It is another person's: it must not be booked with again by one number."""
        (stolen,) = visit(citizen, "Trần Văn An")
        Release.objects.create(
            person=stolen, officer=OfficerFactory(), papers_seen="thẻ căn cước", released_at=NOW
        )

        assert names(citizen, agency) == []

    def test_are_not_those_whom_the_law_does_not_take_as_they_were_written_down(self, citizen):
        visit(citizen, "Trần Văn An", personal_id=None, person_key="by name")

        assert names(citizen, AgencyFactory(of_2021=True)) == ["An"]
        assert names(citizen, AgencyFactory()) == []

    def test_are_first_those_with_an_accepted_dossier_and_each_of_them_once(self, citizen, agency):
        an = declared(agency=agency, citizen=citizen, places=2)
        visit(citizen, "Lê Thị Bình", "Trần Văn An", personal_id=an.details.personal_id, person_key="his")
        declared(person("Trần Thị Hạnh"), agency=AgencyFactory(), citizen=citizen)

        found = known_to(citizen, agency=agency, now=NOW)

        assert [(one.name, one.places) for one in found][:1] == [("An", 2)]
        assert [one.name for one in found].count("An") == 1

    def test_are_only_those_with_a_dossier_where_the_office_wants_one(self, citizen):
        agency = AgencyFactory(dossier_required=True)
        visit(citizen, "Lê Thị Bình")
        declared(agency=agency, citizen=citizen)

        assert names(citizen, agency) == ["An"]

    def test_are_as_many_as_a_phone_shows(self, citizen, agency, monkeypatch):
        monkeypatch.setattr(known, "MOST_KNOWN", 2)
        visit(citizen, "Trần Văn An", "Lê Thị Bình", "Trần Thị Hạnh")

        assert names(citizen, agency) == ["An", "Bình"]


class TestNamedTo:
    def test_gives_them_in_the_order_of_the_keys_whether_they_hold_a_place_or_not(self, citizen, agency):
        book_one(SlotFactory(), person("Trần Văn An"), citizen=citizen)
        visit(citizen, "Lê Thị Bình")
        keys = [f"person:{row.pk}" for row in Person.objects.order_by("-pk")]

        assert [one.name for one in named_to(citizen, keys, agency=agency, now=NOW)] == ["Bình", "An"]

    def test_leaves_out_whom_the_account_does_not_know(self, citizen, agency):
        (theirs,) = visit(CitizenFactory(), "Trần Văn An")
        dossier = declared(agency=agency, citizen=CitizenFactory()).dossier

        assert named_to(citizen, [f"person:{theirs.pk}", f"dossier:{dossier}"], agency=agency, now=NOW) == []


class TestCompany:
    def test_takes_the_places_of_the_procedure_and_the_wards_that_were_said(self, citizen, agency):
        visit(citizen, "Lê Thị Bình", ward="2021:20344")
        declared(agency=agency, citizen=citizen, places=2, ward="2021:20341")

        company = company_of(known_to(citizen, agency=agency, now=NOW))

        assert (company.sizes, company.wards) == ([2, 1], ["2021:20341", "2021:20344"])

    def test_who_has_no_dossier_brings_what_the_office_asks(self, citizen, agency):
        visit(citizen, "Lê Thị Bình")

        ((one, papers),) = papers_of(known_to(citizen, agency=agency, now=NOW), agency=agency)

        assert (one.name, papers) == ("Bình", agency.papers_to_bring)
