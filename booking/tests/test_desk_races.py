"""Officers close and book while others book. Each rule fails with its guard taken away, then holds."""

from typing import Any

import pytest

from accounts.errors import SignedOut
from accounts.models.citizens import CitizenQuerySet
from accounts.notice import CURRENT_NOTICE
from accounts.relations import Relation
from accounts.tests.factories import CitizenFactory, OfficerFactory
from agencies.models import Agency
from booking.errors import NotAllowedNow, StillExpected
from booking.models import Appointment, Booking, Person, Registration
from booking.services import people
from booking.services.appointments import Booked
from booking.services.assisted import book_assisted
from booking.services.opening import close_agency
from booking.services.owners import claim_old_account, erase_citizen
from booking.services.people import Accepted, Party
from booking.tests.factories import NOW, SiteFactory, party, person, register
from booking.tests.racing import booking, day_of, interrupted, kinds, meeting_before
from core.testing import run_together
from dossiers.models import Dossier, Situation
from dossiers.services.declaring import Start, begin
from dossiers.services.loading import load_procedures

pytestmark = pytest.mark.django_db(transaction=True)


def written_unasked(party: Party, *, agency: Agency, now: Any) -> Booking:
    """Write the booking and trust what was read of the agency."""
    said = {"notice_version": party.accepted.notice, "citizen": party.citizen, "booked_at": now}
    return Booking.objects.create(agency=agency, **said)


class TestAnAgencyClosedAndABooking:
    def close_while_somebody_books(self, before: str) -> tuple[Any, Any]:
        (slot,) = day_of(10)
        agency = slot.day.site.agency
        return interrupted(
            booking(
                slot, Party(citizen=None, people=[person()], accepted=Accepted(CURRENT_NOTICE.version, False))
            ),
            before=before,
            by=lambda: close_agency(agency=agency, now=NOW),
        )

    @pytest.mark.parametrize("before", ["INSERT INTO booking_booking", "INSERT INTO booking_person"])
    def test_without_the_lock_somebody_is_expected_where_nobody_works(self, monkeypatch, before):
        monkeypatch.setattr(people, "_write_booking", written_unasked)

        booked, closed = self.close_while_somebody_books(before)

        assert (type(booked), type(closed)) == (Booked, Agency)

    def test_the_booking_is_refused_that_had_only_looked(self):
        booked, closed = self.close_while_somebody_books("INSERT INTO booking_booking")

        assert (type(booked), type(closed)) == (NotAllowedNow, Agency)
        assert not Appointment.objects.exists()

    def test_the_closing_waits_for_the_booking_that_has_begun(self):
        booked, closed = self.close_while_somebody_books("INSERT INTO booking_person")

        assert (type(booked), type(closed)) == (Booked, StillExpected)
        assert Agency.objects.get().is_active

    def test_the_same_holds_for_registrations(self):
        site = SiteFactory(agency__office_assigns=True)

        asked, closed = interrupted(
            lambda: register(site),
            before="INSERT INTO booking_booking",
            by=lambda: close_agency(agency=site.agency, now=NOW),
        )

        assert (type(asked), type(closed)) == (NotAllowedNow, Agency)
        assert not Registration.objects.exists()


class TestAnAccountErasedAndABooking:
    def erase_while_it_books(self) -> tuple[Any, Any]:
        (slot,) = day_of(10)
        citizen = CitizenFactory()
        return interrupted(
            booking(slot, party(citizen=citizen)),
            before="INSERT INTO booking_booking",
            by=lambda: erase_citizen(citizen=citizen, now=NOW),
        )

    def test_without_the_lock_a_name_stays_that_nobody_will_forget(self, monkeypatch):
        monkeypatch.setattr(people, "_write_booking", written_unasked)

        booked, _ = self.erase_while_it_books()

        assert isinstance(booked, Booked)
        assert Person.objects.get().full_name

    def test_the_booking_is_refused(self):
        booked, _ = self.erase_while_it_books()

        assert isinstance(booked, NotAllowedNow)
        assert not Person.objects.exists()


class TestAnAccountJoinedAndUsed:
    """Somebody still signed in with the account that becomes part of another one."""

    def use_while_it_is_joined(self, use) -> tuple[Any, Any]:
        old, new = CitizenFactory(by_code=True, phone="+84905123456"), CitizenFactory(phone="+84905123456")
        (first, second) = day_of(10, 10)
        known = person(birth_date="1960", personal_id="049060001234")
        booking(first, party(known, citizen=old))()
        joined, used = interrupted(
            lambda: claim_old_account(citizen=new, birth_year=1960, id_last4="1234", now=NOW),
            before="UPDATE notifications_message",
            by=use(old, second),
        )
        assert joined == new
        return old, used

    def book(self, old, slot):
        return booking(slot, party(citizen=old))

    def declare(self, old, slot):
        load_procedures(now=NOW)
        start = Start(
            agency=slot.day.site.agency,
            procedure="cap-lai",
            situation=Situation.DAMAGED,
            relation=Relation.SELF,
        )
        return lambda: begin(start=start, citizen=old, now=NOW)

    def test_without_a_look_at_the_account_a_place_stays_with_nobody(self, monkeypatch):
        monkeypatch.setattr(people, "_write_booking", written_unasked)

        old, booked = self.use_while_it_is_joined(self.book)

        assert isinstance(booked, Booked)
        assert Person.objects.filter(citizen=old).exists()

    def test_the_booking_is_refused(self):
        old, booked = self.use_while_it_is_joined(self.book)

        assert isinstance(booked, NotAllowedNow)
        assert not Person.objects.filter(citizen=old).exists()

    def test_without_a_look_at_the_account_a_draft_stays_with_nobody(self, monkeypatch):
        monkeypatch.setattr(CitizenQuerySet, "live", lambda self: self)

        old, _ = self.use_while_it_is_joined(self.declare)

        assert Dossier.objects.of(old).exists()

    def test_the_draft_is_refused(self):
        _, begun = self.use_while_it_is_joined(self.declare)

        assert isinstance(begun, SignedOut)
        assert not Dossier.objects.exists()


class TestAFormSentTwiceAtOneMoment:
    """Somebody without a number, whom no key but the form's own keeps from being booked twice."""

    def send(self, *, forms: int) -> list[Any]:
        (slot,) = day_of(10, law_date="2021-04-20")
        officer = OfficerFactory()
        parties = [
            Party(
                citizen=None,
                people=[person(personal_id=None)],
                accepted=Accepted(CURRENT_NOTICE.version, on_behalf=False),
                assisted_by=officer,
            )
            for _ in range(forms)
        ]
        calls = [
            lambda asked=asked: book_assisted(slot_id=slot.public_id, party=asked, now=NOW)
            for asked in (parties * 2)[:2]
        ]
        return run_together(meeting_before("INSERT INTO booking_booking", calls))

    def test_without_the_forms_key_there_are_two_places(self):
        assert kinds(self.send(forms=2)) == {Booked: 2}
        assert Appointment.objects.count() == 2

    def test_there_is_one_place_and_both_hear_its_number(self):
        first, second = self.send(forms=1)

        assert first.appointments == second.appointments == [Appointment.objects.get()]
