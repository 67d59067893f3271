"""Coming with a dossier: whose, which, for how long, and what becomes of the place when it ends."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError

from accounts.tests.factories import CitizenFactory, OfficerFactory
from booking.errors import AlreadyBooked, DossierRequired, NotAllowedNow, SlotFull
from booking.models import Appointment, Person, Registration, Slot
from booking.services import dossiers, tickets
from booking.services.appointments import Booked, move, reschedule
from booking.services.assisted import book_assisted
from booking.services.evening import allocate, release_numbers
from booking.services.invariants import broken_invariants
from booking.tests.factories import (
    FOUR,
    MONDAY,
    NOW,
    SlotFactory,
    book,
    book_one,
    child,
    declared,
    family,
    following,
    party,
    person,
    register,
)
from booking.tests.racing import (
    booking,
    day_of,
    interrupted,
    kinds,
    remove_guard,
    take_no_locks,
    without,
)
from core.errors import Invalid, NotFound
from core.testing import run_together
from dossiers.models import Dossier, Paper
from dossiers.services import declaring
from dossiers.states import Status
from dossiers.tests.factories import DossierFactory, VersionFactory
from notifications.kinds import LIMITS, Kind
from notifications.models import Message

pytestmark = pytest.mark.django_db
TAKES_BACK = "UPDATE dossiers_dossier"


@pytest.fixture
def citizen():
    return CitizenFactory()


@pytest.fixture
def slot():
    return SlotFactory(day__site__agency__dossier_required=True)


def agency_of(slot: Slot):
    return slot.day.site.agency


def at_home(slot: Slot, citizen, *args: Any, **said: Any):
    """Somebody with an accepted dossier at the slot's office."""
    return declared(*args, agency=agency_of(slot), citizen=citizen, **said)


def withdraw(appointment_or_person: Any, now=NOW) -> Dossier:
    who = getattr(appointment_or_person, "person", appointment_or_person)
    return dossiers.withdraw(public_id=who.dossier.public_id, citizen=who.citizen, now=now)


class TestWhereADossierComesFirst:
    def test_nobody_is_booked_without(self, slot, citizen):
        with_one = at_home(slot, citizen)

        with pytest.raises(DossierRequired):
            book(slot, with_one, *family(1), citizen=citizen)

        assert not Appointment.objects.exists()

    def test_a_family_comes_with_theirs(self, slot, citizen):
        people = [at_home(slot, citizen), at_home(slot, citizen, child())]

        booked = book(slot, *people, citizen=citizen)

        assert [row.person.dossier.public_id for row in booked] == [who.dossier for who in people]
        assert broken_invariants(now=NOW) == {}

    def test_people_register_with_theirs(self, citizen):
        slot = SlotFactory(office_assigns=True, day__site__agency__dossier_required=True)
        with pytest.raises(DossierRequired):
            register(slot)

        assert register(slot, at_home(slot, citizen), citizen=citizen).booking.people.get().dossier

    def test_who_has_one_moves(self, slot, citizen):
        appointment = book_one(slot, at_home(slot, citizen), citizen=citizen)
        other = following(slot)

        moved = reschedule(code=appointment.code, slot_id=other.public_id, citizen=citizen, now=NOW)

        assert moved.slot == other

    def test_who_has_none_yet_keeps_the_place_and_is_moved_by_officers_only(self, citizen):
        slot = SlotFactory()
        appointment = book_one(slot, citizen=citizen)
        agency = agency_of(slot)
        agency.dossier_required = True
        agency.save(update_fields=["dossier_required"])
        other = following(slot)

        with pytest.raises(DossierRequired):
            reschedule(code=appointment.code, slot_id=other.public_id, citizen=citizen, now=NOW)
        assert move(code=appointment.code, slot_id=other.public_id, now=NOW).slot == other

    def test_an_officer_books_who_has_one(self, slot):
        who = at_home(slot, None)
        asked = replace(party(who), citizen=None, assisted_by=OfficerFactory())

        booked = book_assisted(slot_id=slot.public_id, party=asked, now=NOW)

        assert booked.appointments[0].person.dossier.public_id == who.dossier


class TestADossier:
    def refusal(self, slot, who, citizen) -> list[tuple[str, str]]:
        with pytest.raises(Invalid) as refused:
            book(slot, *family(1), who, citizen=citizen)
        assert not Person.objects.exists()
        return [(fault.field, fault.code) for fault in refused.value.errors]

    def test_that_nobody_knows_is_refused(self, citizen):
        slot = SlotFactory()

        found = self.refusal(slot, replace(person(), dossier=uuid4()), citizen)

        assert found == [("people[1].dossier", "does_not_exist")]

    def test_of_another_account_is_as_little_there(self, citizen):
        slot = SlotFactory()
        who = at_home(slot, CitizenFactory())

        assert self.refusal(slot, who, citizen) == [("people[1].dossier", "does_not_exist")]

    def test_of_another_office_is_refused(self, citizen):
        slot = SlotFactory()
        who = at_home(SlotFactory(), citizen)

        assert self.refusal(slot, who, citizen) == [("people[1].dossier", "does_not_exist")]

    @pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED, Status.NEEDS_CORRECTION])
    def test_that_is_not_accepted_is_refused(self, citizen, status):
        slot = SlotFactory()
        who = at_home(slot, citizen, status=status)

        assert self.refusal(slot, who, citizen) == [("people[1].dossier", "not_accepted")]

    @pytest.mark.parametrize(
        "other",
        [{"full_name": "Trần Văn Bình"}, {"birth_date": "1985-04-13"}, {"personal_id": "049085000999"}],
    )
    def test_about_somebody_else_is_refused(self, citizen, other):
        slot = SlotFactory()
        who = at_home(slot, citizen)

        mistaken = replace(who, details=replace(who.details, **other))

        assert self.refusal(slot, mistaken, citizen) == [("people[1].dossier", "other_person")]

    def test_holds_one_place(self, citizen):
        slot = SlotFactory()
        who = at_home(slot, citizen)
        book(slot, who, citizen=citizen)

        with pytest.raises(AlreadyBooked):
            book(following(slot), who, citizen=citizen)

    def test_whose_number_an_officer_took_on_papers_is_not_asked_about_again(self, citizen):
        slot = SlotFactory()
        who = at_home(slot, citizen, person(personal_id="049185000123"))  # the digits say: a woman

        assert book_one(slot, who, citizen=citizen)

    def test_that_is_not_accepted_gets_no_place_from_the_database_either(self, citizen):
        slot = SlotFactory()
        who = at_home(slot, citizen)
        appointment = book_one(slot, who, citizen=citizen)
        other = DossierFactory(status=Status.SUBMITTED, declared=DossierFactory.declared)

        appointment.person.pk, appointment.person.dossier = None, other
        with pytest.raises(IntegrityError, match="no place for a dossier"):
            appointment.person.save(force_insert=True)


class TestTheLengthOfAVisit:
    def test_is_what_the_office_says_of_the_procedure(self, citizen):
        slot = SlotFactory(capacity=3)
        small = at_home(slot, citizen, child(), places=2)

        mother, daughter = book(slot, person(), small, citizen=citizen)

        assert (mother.places, daughter.places) == (1, 2)
        assert Slot.objects.get(pk=slot.pk).taken == 3

    def test_puts_a_family_in_slots_that_follow_each_other_and_splits_nobody(self, citizen):
        slot = SlotFactory(capacity=1)
        later = following(slot, capacity=2)
        small = at_home(slot, citizen, child(), places=2)

        daughter, mother = book(slot, small, person(), citizen=citizen)

        assert (daughter.slot, mother.slot) == (later, slot)
        assert mother.number < daughter.number
        assert broken_invariants(now=NOW) == {}

    def test_is_refused_where_one_place_is_left(self, citizen):
        slot = SlotFactory(capacity=1)
        small = at_home(slot, citizen, child(), places=2)

        with pytest.raises(SlotFull, match="còn 1 chỗ, cần 2"):
            book(slot, small, citizen=citizen)

    def test_counts_in_the_evening(self, citizen):
        slot = SlotFactory(office_assigns=True, capacity=3)
        full_for_them = SlotFactory(
            day=slot.day, starts_at=slot.starts_at - timedelta(minutes=30), capacity=2
        )
        small = at_home(slot, citizen, child(), places=2)
        register(slot, person(), small, citizen=citizen)

        assert allocate(agency=agency_of(slot), day=MONDAY, now=FOUR).placed == 1

        assert [Slot.objects.get(pk=row.pk).taken for row in (full_for_them, slot)] == [0, 3]
        assert broken_invariants(now=NOW) == {}

    def test_leaves_over_in_the_evening_who_does_not_fit(self, citizen):
        slot = SlotFactory(office_assigns=True, capacity=1)
        register(slot, at_home(slot, citizen, child(), places=2), citizen=citizen)
        register(slot)

        outcome = allocate(agency=agency_of(slot), day=MONDAY, now=FOUR)

        assert (outcome.placed, outcome.left_over) == (1, 1)


@pytest.mark.django_db(transaction=True)
class TestTwoChildrenForTheLastPlaces:
    """Each needs two of three places."""

    def book_both(self) -> list[Any]:
        (slot,) = day_of(3)
        calls = []
        for _ in range(2):
            citizen = CitizenFactory()
            small = declared(child(), agency=agency_of(slot), citizen=citizen, places=2)
            calls.append(booking(slot, party(small, citizen=citizen)))
        return run_together(calls)

    def test_without_the_guarded_write_both_get_one(self, monkeypatch):
        remove_guard(monkeypatch, "places")
        with without(Slot, "never_more_taken_than_capacity"):
            assert kinds(self.book_both()) == {Booked: 2}
            assert broken_invariants(now=NOW).keys() == {"slots with more taken than capacity"}

    def test_one_gets_one_and_the_other_hears_that_it_is_full(self):
        assert kinds(self.book_both()) == {Booked: 1, SlotFull: 1}
        assert Slot.objects.get().taken == 2
        assert not broken_invariants(now=NOW)


class TestWithdraw:
    def test_cancels_the_appointment_and_tells(self, slot, citizen):
        who = at_home(slot, citizen)
        appointment = book_one(slot, who, citizen=citizen)

        assert withdraw(appointment).status == Status.WITHDRAWN

        appointment.refresh_from_db()
        assert appointment.status == Appointment.Status.CANCELLED
        assert Slot.objects.get(pk=slot.pk).taken == 0
        assert Message.objects.filter(kind=Kind.CANCELLED, about=appointment.code).exists()
        assert broken_invariants(now=NOW) == {}

    def test_takes_the_person_out_of_a_family_that_waits(self, citizen):
        slot = SlotFactory(office_assigns=True)
        who = at_home(slot, citizen)
        wish = register(slot, who, *family(1), citizen=citizen)

        withdraw(wish.booking.people.get(position=0))

        wish.refresh_from_db()
        assert wish.status == Registration.Status.WAITING
        assert [person.is_live for person in wish.booking.people.order_by("position")] == [False, True]
        assert broken_invariants(now=NOW) == {}

    def test_ends_a_registration_of_one(self, citizen):
        slot = SlotFactory(office_assigns=True)
        wish = register(slot, at_home(slot, citizen), citizen=citizen)

        withdraw(wish.booking.people.get())

        wish.refresh_from_db()
        assert wish.status == Registration.Status.WITHDRAWN

    def test_leaves_the_visit_alone_that_has_begun(self, slot, citizen):
        appointment = book_one(slot, at_home(slot, citizen), citizen=citizen)
        Appointment.objects.update(status=Appointment.Status.ARRIVED)

        withdraw(appointment)

        appointment.refresh_from_db()
        assert appointment.status == Appointment.Status.ARRIVED

    def test_knows_no_dossier_of_another(self, slot, citizen):
        appointment = book_one(slot, at_home(slot, citizen), citizen=citizen)

        with pytest.raises(NotFound):
            dossiers.withdraw(
                public_id=appointment.person.dossier.public_id, citizen=CitizenFactory(), now=NOW
            )

        appointment.refresh_from_db()
        assert appointment.is_live

    def test_is_refused_by_the_room_below_while_there_is_a_place(self, slot, citizen):
        appointment = book_one(slot, at_home(slot, citizen), citizen=citizen)

        with pytest.raises(NotAllowedNow, match="đang có lịch hẹn"):
            declaring.withdraw(public_id=appointment.person.dossier.public_id, citizen=citizen, now=NOW)


class TestEndedByAnOfficer:
    @pytest.mark.parametrize("how", ["refused", "stopped"])
    def test_cancels_the_appointment_with_its_reason(self, slot, citizen, how):
        appointment = book_one(slot, at_home(slot, citizen), citizen=citizen)
        dossier = appointment.person.dossier
        decided = {"dossier": dossier, "officer": OfficerFactory(), "revision": dossier.revision, "now": NOW}

        if how == "refused":
            dossiers.refuse(reason="NOT_THE_AGE", basis="Luật thử, Điều 1", **decided)
        else:
            dossiers.stop(reason="DECLARED_BY_A_STRANGER", papers_seen="CCCD", **decided)

        appointment.refresh_from_db()
        assert appointment.status == Appointment.Status.CANCELLED
        told = Message.objects.get(kind=Kind.CANCELLED, about=appointment.code)
        assert told.context["reason"].startswith("hồ sơ")
        assert broken_invariants(now=NOW) == {}

    def test_on_what_was_not_seen_changes_nothing(self, slot, citizen):
        appointment = book_one(slot, at_home(slot, citizen), citizen=citizen)
        dossier = appointment.person.dossier

        with pytest.raises(NotAllowedNow):
            dossiers.stop(
                dossier=dossier,
                officer=OfficerFactory(),
                revision=dossier.revision - 1,
                reason="DECLARED_BY_A_STRANGER",
                papers_seen="CCCD",
                now=NOW,
            )

        appointment.refresh_from_db()
        assert appointment.is_live


@pytest.mark.django_db(transaction=True)
class TestABookingWhileItsDossierIsWithdrawn:
    def both(self) -> tuple[Any, Any]:
        (slot,) = day_of(5)
        citizen = CitizenFactory()
        who = declared(agency=agency_of(slot), citizen=citizen)
        return interrupted(
            lambda: dossiers.withdraw(public_id=who.dossier, citizen=citizen, now=NOW),
            before=TAKES_BACK,
            by=booking(slot, party(who, citizen=citizen)),
        )

    def test_without_the_lock_it_gets_a_place_and_only_the_database_stops_the_withdrawal(self, monkeypatch):
        take_no_locks(monkeypatch)

        withdrawn, booked = self.both()

        assert isinstance(withdrawn, NotAllowedNow)
        assert isinstance(booked, Booked)

    def test_waits_for_the_withdrawal_and_is_refused(self):
        withdrawn, refused = self.both()

        assert isinstance(withdrawn, Dossier)
        assert isinstance(refused, Invalid)
        assert not broken_invariants(now=NOW)


@pytest.mark.django_db(transaction=True)
class TestTheEveningWhileADossierIsWithdrawn:
    def both(self) -> tuple[Any, Any]:
        (slot,) = day_of(5, office_assigns=True)
        citizen = CitizenFactory()
        who = declared(agency=agency_of(slot), citizen=citizen)
        register(slot, who, citizen=citizen)
        return interrupted(
            lambda: allocate(agency=agency_of(slot), day=MONDAY, now=FOUR),
            before="UPDATE booking_registration",
            by=lambda: dossiers.withdraw(public_id=who.dossier, citizen=citizen, now=FOUR),
        )

    def test_without_the_locks_a_place_is_given_to_nobody(self, monkeypatch):
        take_no_locks(monkeypatch)

        allocated, withdrawn = self.both()

        assert allocated.placed == 1
        assert isinstance(withdrawn, Dossier)
        assert "live appointments whose person holds no claim" in broken_invariants(now=FOUR)

    def test_the_place_that_was_found_is_given_up_again(self):
        allocated, withdrawn = self.both()

        assert allocated.placed == 1
        assert isinstance(withdrawn, Dossier)
        assert Appointment.objects.get().status == Appointment.Status.CANCELLED
        assert Slot.objects.get().taken == 0
        assert not broken_invariants(now=FOUR)


class TestWhatToBring:
    def papers(self, *says: str):
        version = VersionFactory(form="dc02", valid_to=None)
        for position, words in enumerate(says):
            Paper.objects.create(version=version, says=words, position=position)
        return version

    def reminder(self, slot, citizen, *says: str) -> str:
        book_one(slot, at_home(slot, citizen, version=self.papers(*says)), citizen=citizen)
        return Message.objects.get(kind=Kind.REMINDER).context["bring"]

    def test_is_said_by_the_reminder_for_this_person(self, slot, citizen):
        said = self.reminder(slot, citizen, "Thẻ căn cước đang có.", "Giấy khai sinh")

        assert said == "Thẻ căn cước đang có; Giấy khai sinh"

    def test_is_said_by_whole_papers_where_there_are_too_many(self, slot, citizen):
        papers = [f"Giấy tờ thứ {number} của người đến làm thẻ căn cước hôm ấy" for number in range(6)]

        said = self.reminder(slot, citizen, *papers)

        assert len(said) <= LIMITS["bring"]
        assert said == f"{papers[0]}; {papers[1]}; {papers[2]}; còn nữa, xem trên trang của hồ sơ"

    def test_is_what_the_office_says_where_the_law_lists_nothing(self, slot, citizen):
        assert self.reminder(slot, citizen) == agency_of(slot).papers_to_bring

    @pytest.mark.parametrize("form", ["pdf", "svg"])
    @pytest.mark.parametrize("roll", [False, True], ids=["A6", "roll"])
    def test_stands_on_one_ticket_however_much_it_is(self, slot, citizen, form, roll):
        papers = self.papers(*(f"Giấy tờ thứ {number} của người đến làm thẻ hôm ấy" for number in range(20)))
        code = book_one(slot, at_home(slot, citizen, version=papers), citizen=citizen).code

        assert tickets.render(Appointment.objects.for_display().get(code=code), form=form, roll=roll)

    def test_is_said_in_the_evening(self, citizen):
        slot = SlotFactory(office_assigns=True)
        who = at_home(slot, citizen, version=self.papers("Thẻ cũ"))
        register(slot, who, citizen=citizen)

        allocate(agency=agency_of(slot), day=MONDAY, now=FOUR)
        release_numbers(agency=agency_of(slot), day=MONDAY, now=FOUR)

        assert Message.objects.get(kind=Kind.REMINDER).context["bring"] == "Thẻ cũ"
