"""Giving a number back that a stranger booked with."""

from datetime import timedelta

import pytest

from accounts.tests.factories import OfficerFactory
from booking.errors import NothingHeld
from booking.models import Appointment, Person, Registration, Release
from booking.services.evening import allocate
from booking.services.invariants import broken_invariants
from booking.services.releases import release, release_number
from booking.tests.factories import (
    EIGHT,
    FOUR,
    MONDAY,
    NOW,
    SiteFactory,
    SlotFactory,
    book_one,
    family,
    person,
    register,
)
from core.errors import Invalid

pytestmark = pytest.mark.django_db
NUMBER = "049085000123"
PAPERS = "CCCD bản chính, có mặt"


@pytest.fixture
def held():
    return book_one(SlotFactory(last_place=True), person(personal_id=NUMBER))


def free(number=NUMBER, papers=PAPERS, now=NOW, officer=None):
    """Free a number, by an officer of an office that has nothing to do with the booking."""
    return release_number(number=number, officer=officer or OfficerFactory(), papers_seen=papers, now=now)


class TestReleaseNumber:
    def test_lets_the_person_book_at_once_and_says_who_saw_what(self, held):
        officer = OfficerFactory()

        free(officer=officer)

        assert book_one(held.slot, person(personal_id=NUMBER))
        row = Release.objects.get()
        assert (row.person, row.officer, row.papers_seen) == (held.person, officer, PAPERS)
        assert broken_invariants(now=NOW) == {}

    def test_is_done_on_the_day_itself(self, held):
        assert free(now=EIGHT + timedelta(minutes=20))

    def test_reads_the_number_as_it_is_printed(self, held):
        assert free("049 085 000 123")

    def test_takes_one_person_out_of_a_waiting_registration_and_leaves_the_others_their_turn(self):
        site = SiteFactory(agency__office_assigns=True)
        registration = register(site, person(personal_id=NUMBER), *family(2), now=NOW)
        SlotFactory(day__site=site, day__date=MONDAY, capacity=2)

        free()

        assert allocate(agency=site.agency, day=MONDAY, now=FOUR).placed == 1
        assert Appointment.objects.live().count() == 2
        assert Person.objects.filter(booking=registration.booking, is_live=False).count() == 1
        assert broken_invariants(now=NOW) == {}

    def test_ends_a_registration_of_nobody_else(self):
        registration = register(SiteFactory(agency__office_assigns=True), person(personal_id=NUMBER), now=NOW)

        free()

        registration.refresh_from_db()
        assert registration.status == Registration.Status.WITHDRAWN

    def test_frees_an_old_number_too(self):
        slot = SlotFactory(day__site__agency__of_2021=True)
        book_one(slot, person(personal_id=None, old_id="205123456"))

        assert free("205123456")

    @pytest.mark.parametrize("number", ["", "12345", "04908500012a"])
    def test_wants_a_number(self, held, number):
        with pytest.raises(Invalid) as refusal:
            free(number)

        assert [fault.field for fault in refusal.value.errors] == ["number"]

    def test_wants_to_know_which_papers_were_seen(self, held):
        with pytest.raises(Invalid) as refusal:
            free(papers=" ")

        assert [fault.field for fault in refusal.value.errors] == ["papers_seen"]
        assert Appointment.objects.live().count() == 1

    def test_says_that_a_number_holds_nothing(self):
        with pytest.raises(NothingHeld):
            free()


class TestRelease:
    def test_refuses_what_holds_nothing_any_more(self, held):
        free()

        with pytest.raises(NothingHeld):
            release(person=held.person, officer=OfficerFactory(), papers_seen=PAPERS, now=NOW)
