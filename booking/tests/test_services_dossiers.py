"""A dossier erased, or ended by the person it is about: its place goes with it, and so do its people."""

import pytest

from accounts.tests.factories import CitizenFactory, OfficerFactory
from booking.models import Appointment, Booking, Person, Registration
from booking.services import dossiers
from booking.services.invariants import broken_invariants
from booking.services.owners import erase_citizen
from booking.tests.factories import NOW, SlotFactory, book_one, declared, family, register
from core.errors import NotAllowedNow, NotFound
from dossiers.models import Dossier
from dossiers.services.looking_up import proof_of
from dossiers.states import Status
from notifications.models import Message, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def appointment():
    slot, citizen = SlotFactory(), CitizenFactory()
    return book_one(slot, declared(agency=slot.day.site.agency, citizen=citizen), citizen=citizen)


def dossier_of(appointment: Appointment) -> Dossier:
    return Dossier.objects.get(pk=appointment.person.dossier_id)


def erase(appointment):
    dossiers.erase(public_id=dossier_of(appointment).public_id, citizen=appointment.person.citizen, now=NOW)


def erase_looked_up(appointment):
    dossiers.erase_looked_up(proof=proof_of(dossier_of(appointment), now=NOW), now=NOW)


def withdraw_looked_up(appointment):
    dossiers.withdraw_looked_up(proof=proof_of(dossier_of(appointment), now=NOW), now=NOW)


@pytest.mark.parametrize("use_case", [erase, erase_looked_up, withdraw_looked_up])
class TestEveryWay:
    def test_gives_the_place_up(self, appointment, use_case):
        use_case(appointment)

        appointment.refresh_from_db()
        assert appointment.status == Appointment.Status.CANCELLED
        appointment.slot.refresh_from_db()
        assert appointment.slot.taken == 0
        assert dossier_of(appointment).status == Status.WITHDRAWN
        assert broken_invariants(now=NOW) == {}

    def test_changes_nothing_where_the_office_has_taken_the_person_in(self, appointment, use_case):
        Dossier.objects.update(status=Status.TAKEN_IN, taken_in_at=NOW, return_on=NOW.date())

        with pytest.raises(NotAllowedNow):
            use_case(appointment)

        appointment.refresh_from_db()
        assert appointment.status == Appointment.Status.BOOKED


@pytest.mark.parametrize("use_case", [erase, erase_looked_up])
class TestErasing:
    def test_forgets_the_person_everywhere(self, appointment, use_case):
        use_case(appointment)

        assert set(Person.objects.values_list("full_name", "personal_id", "birth_date")) == {("", None, None)}
        assert dossier_of(appointment).data == "{}"
        assert not Message.objects.exclude(state=State.OWED).exclude(context={}).exists()

    def test_forgets_a_phone_that_was_given_for_nobody_else(self, appointment, use_case):
        Booking.objects.update(phone="+84905123456", phone_key="known")
        beside = book_one(SlotFactory(), *family(1), phone="+84905123457")

        use_case(appointment)

        phones = dict(Booking.objects.values_list("pk", "phone"))
        assert phones == {appointment.person.booking_id: None, beside.person.booking_id: "+84905123457"}

    def test_ends_a_wish_that_was_for_nobody_else(self, appointment, use_case):
        slot, citizen = SlotFactory(office_assigns=True), CitizenFactory()
        wish = register(slot, declared(agency=slot.day.site.agency, citizen=citizen), citizen=citizen)
        alone = wish.booking.people.get()

        use_case(Appointment(person=alone))

        wish.refresh_from_db()
        assert wish.status == Registration.Status.WITHDRAWN


class TestByProof:
    @pytest.mark.parametrize("use_case", [dossiers.erase_looked_up, dossiers.withdraw_looked_up])
    def test_believes_none_that_was_made_elsewhere(self, appointment, use_case):
        with pytest.raises(NotFound):
            use_case(proof=f"{dossier_of(appointment).code}.9999999999.x", now=NOW)

        appointment.refresh_from_db()
        assert appointment.status == Appointment.Status.BOOKED


class TestWithTheAccount:
    def test_gives_place_and_dossier_up_together(self, appointment):
        erase_citizen(citizen=appointment.person.citizen, now=NOW)

        appointment.refresh_from_db()
        assert appointment.status == Appointment.Status.CANCELLED
        assert dossier_of(appointment).status == Status.WITHDRAWN
        assert broken_invariants(now=NOW) == {}

    def test_gives_up_what_an_officer_booked_for_the_dossier(self):
        slot, citizen = SlotFactory(), CitizenFactory()
        who = declared(agency=slot.day.site.agency, citizen=citizen)
        at_the_desk = book_one(slot, who, assisted_by=OfficerFactory())

        erase_citizen(citizen=citizen, now=NOW)

        at_the_desk.refresh_from_db()
        assert at_the_desk.status == Appointment.Status.CANCELLED
        assert dossier_of(at_the_desk).status == Status.WITHDRAWN
        assert Person.objects.get().full_name == ""
        assert broken_invariants(now=NOW) == {}

    def test_takes_its_person_out_of_a_wish_that_an_officer_noted(self):
        slot, citizen = SlotFactory(office_assigns=True), CitizenFactory()
        agency = slot.day.site.agency
        other = declared(*family(1), agency=agency, citizen=None)
        mine = declared(agency=agency, citizen=citizen)
        wish = register(slot, mine, other, assisted_by=OfficerFactory())

        erase_citizen(citizen=citizen, now=NOW)

        wish.refresh_from_db()
        assert wish.status == Registration.Status.WAITING
        assert set(Person.objects.values_list("full_name", "is_live")) == {("", False), ("Trần Thị A", True)}
        assert Dossier.objects.get(public_id=mine.dossier).status == Status.WITHDRAWN
