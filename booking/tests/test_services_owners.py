"""What becomes of bookings when their account ends, or proves to be the same person's as another."""

from datetime import timedelta

import pytest

from accounts.models import Citizen
from accounts.tests.factories import CitizenFactory
from booking.errors import AlreadyBooked, NotProved, ProofLocked
from booking.models import Appointment, Booking, Person, Registration, Slot
from booking.services.appointments import cancel
from booking.services.invariants import broken_invariants
from booking.services.owners import claim_old_account, erase_citizen
from booking.tests.factories import (
    EIGHT,
    MONDAY,
    NOW,
    AppointmentFactory,
    SlotFactory,
    book,
    book_one,
    family,
    person,
    register,
)
from core.models import StoredAnswer
from dossiers.models import Dossier
from dossiers.states import Status
from dossiers.tests.factories import DossierFactory
from notifications.kinds import Kind
from notifications.models import Message, State

pytestmark = pytest.mark.django_db
PHONE = "+84905123456"
HOA = {
    "full_name": "Lê Thị Hoa",
    "birth_date": "1960",
    "sex": "female",
    "personal_id": "049160001234",
}


class TestEraseCitizen:
    @pytest.fixture
    def citizen(self):
        """Somebody with a place, a wish that waits, and a visit that is over."""
        citizen = CitizenFactory(with_phone=True)
        book(SlotFactory(capacity=2), *family(2), citizen=citizen)
        register(SlotFactory(office_assigns=True), citizen=citizen)
        past = SlotFactory(day__date=MONDAY - timedelta(days=7))
        AppointmentFactory(
            slot=past,
            status=Appointment.Status.DONE,
            person__booking__citizen=citizen,
            person__account_seat=9,
            person__is_live=False,
        )
        return citizen

    def test_frees_places_and_wishes_at_once(self, citizen):
        number = Person.objects.order_by("pk").first().personal_id

        erase_citizen(citizen=citizen, now=NOW)

        assert not Person.objects.filter(is_live=True).exists()
        assert Registration.objects.get().status == Registration.Status.WITHDRAWN
        assert book_one(SlotFactory(), person("Lê Thị Hoa", sex="female", personal_id=number))
        assert broken_invariants(now=NOW) == {}

    def test_keeps_the_rows_without_a_word_on_whose_they_were(self, citizen):
        before = Appointment.objects.count()

        erase_citizen(citizen=citizen, now=NOW)

        assert Appointment.objects.count() == before
        rows = Person.objects.values_list(
            "full_name", "personal_id", "old_id", "birth_date", "ward", "person_key", "namesake_key"
        )
        assert set(rows) == {("", None, None, None, "", "", "")}
        assert set(Booking.objects.values_list("phone", flat=True)) == {None}
        assert Citizen.objects.get().erased_at == NOW

    def test_takes_its_dossiers_back_and_forgets_their_people(self, citizen):
        mine, another = DossierFactory(citizen=citizen), DossierFactory(declared=HOA)

        erase_citizen(citizen=citizen, now=NOW)

        mine.refresh_from_db()
        another.refresh_from_db()
        assert (mine.status, mine.data, mine.full_name) == (Status.WITHDRAWN, "{}", "")
        assert (another.status, another.full_name) == (Status.ACCEPTED, "Lê Thị Hoa")

    def test_takes_back_messages_and_forgets_their_words(self, citizen):
        erase_citizen(citizen=citizen, now=NOW)

        assert set(Message.objects.values_list("state", flat=True)) == {State.WITHDRAWN}
        assert all(message.context == {} for message in Message.objects.all())

    def test_forgets_answers_that_were_kept_for_repeats(self, citizen):
        kept = {"key": "a", "fingerprint": "f", "begun_at": NOW, "status": 201, "body": {"full_name": "An"}}
        StoredAnswer.objects.create(owner=str(citizen.pk), **kept)
        StoredAnswer.objects.create(owner="another", **kept)

        erase_citizen(citizen=citizen, now=NOW)

        assert StoredAnswer.objects.get().owner == "another"

    def test_leaves_others_alone(self, citizen):
        other = book_one(SlotFactory(), person("Lê Văn Bình"))

        erase_citizen(citizen=citizen, now=NOW)

        other.person.refresh_from_db()
        assert (other.person.full_name, other.person.is_live) == ("Lê Văn Bình", True)

    def test_is_harmless_a_second_time(self, citizen):
        for _ in range(2):
            erase_citizen(citizen=citizen, now=NOW)

        assert set(Slot.objects.values_list("taken", flat=True)) == {0, 1}


class TestClaimOldAccount:
    @pytest.fixture
    def old(self):
        """An account opened by a code to the phone, with a family booked."""
        return CitizenFactory(by_code=True, phone=PHONE)

    @pytest.fixture
    def new(self):
        """A Zalo account that verified the same phone later."""
        return CitizenFactory(phone=PHONE)

    def held_by(self, citizen, **fields):
        hoa = person("Lê Thị Hoa", birth_date="1960-02-03", sex="female", personal_id="049160001234")
        return book_one(SlotFactory(**fields), hoa, citizen=citizen)

    def claim(self, citizen, birth_year=1960, id_last4="1234", now=NOW):
        return claim_old_account(citizen=citizen, birth_year=birth_year, id_last4=id_last4, now=now)

    def test_brings_along_appointments_wishes_and_messages(self, old, new):
        appointment = self.held_by(old)
        registration = register(SlotFactory(office_assigns=True), *family(2), citizen=old)

        assert self.claim(new) == new

        assert set(Appointment.objects.of(new)) == {appointment}
        assert set(Registration.objects.of(new)) == {registration}
        assert set(Message.objects.values_list("recipient", flat=True)) == {new.pk}
        assert cancel(code=appointment.code, citizen=new, now=NOW)
        old.refresh_from_db()
        assert old.erased_at == NOW
        assert broken_invariants(now=NOW) == {}

    def test_brings_dossiers_along_and_takes_one_as_proof(self, old, new):
        dossier = DossierFactory(citizen=old, declared=HOA)

        with pytest.raises(NotProved):
            self.claim(new, id_last4="0000")
        self.claim(new)

        assert set(Dossier.objects.of(new)) == {dossier}

    def test_seats_people_of_both_accounts_side_by_side(self, old, new):
        self.held_by(old)
        book(SlotFactory(), *family(2), citizen=old)
        book(SlotFactory(), *family(2), citizen=new)

        self.claim(new)

        seats = Person.objects.filter(citizen=new).values_list("account_seat", flat=True)
        assert sorted(seats) == [1, 2, 3, 4, 5]

    def test_takes_the_old_number_as_proof_too(self, old, new):
        without = person(personal_id=None, old_id="201231234", birth_date="1960")
        book(SlotFactory(of_2021=True), without, citizen=old)

        assert self.claim(new)

    @pytest.mark.parametrize("wrong", [{"birth_year": 1961}, {"id_last4": "1235"}])
    def test_refuses_a_wrong_answer(self, old, new, wrong):
        self.held_by(old)

        with pytest.raises(NotProved):
            self.claim(new, **wrong)

        assert Appointment.objects.of(old).count() == 1

    def test_refuses_year_and_digits_of_two_different_people(self, old, new):
        self.held_by(old)
        book(SlotFactory(), person(birth_date="1985-04-12", personal_id="049085009999"), citizen=old)

        with pytest.raises(NotProved):
            self.claim(new, birth_year=1985)

    def test_locks_after_five_wrong_answers_even_for_the_right_one(self, old, new):
        self.held_by(old)
        for _ in range(5):
            with pytest.raises(NotProved):
                self.claim(new, id_last4="0000")

        with pytest.raises(ProofLocked):
            self.claim(new)

        assert Appointment.objects.of(old).count() == 1

    def test_opens_again_the_next_day_of_viet_nam(self, old, new):
        self.held_by(old)
        for _ in range(5):
            with pytest.raises(NotProved):
                self.claim(new, id_last4="0000")

        assert self.claim(new, now=EIGHT - timedelta(days=2, hours=7))

    def test_answers_a_second_click_like_the_first(self, old, new):
        self.held_by(old)
        self.claim(new)

        assert self.claim(new) == new
        with pytest.raises(NotProved):
            self.claim(new, id_last4="0000")

    def test_takes_a_person_of_ones_own_for_no_proof_of_another_account(self, old, new):
        self.held_by(old)
        book(SlotFactory(), person(birth_date="1985-04-12", personal_id="049085009999"), citizen=new)

        with pytest.raises(NotProved):
            self.claim(new, birth_year=1985, id_last4="9999")

    def test_refuses_without_a_phone_in_common(self, old):
        self.held_by(old)

        with pytest.raises(NotProved):
            self.claim(CitizenFactory(with_phone=True))

    def test_refuses_without_any_phone(self, old):
        self.held_by(old)

        with pytest.raises(NotProved):
            self.claim(CitizenFactory())

    def test_still_refuses_one_person_without_a_number_twice(self, old, new):
        """The key of a person without a number names the account, which is another one now."""
        slot = SlotFactory(of_2021=True)
        bay = person("Nguyễn Thị Bảy", birth_date="1950", sex="female", personal_id=None)
        book(slot, bay, citizen=old)
        self.held_by(old)
        self.claim(new)

        with pytest.raises(AlreadyBooked):
            book(slot, bay, citizen=new)

    def test_joins_accounts_that_both_hold_one_person_without_a_number(self, old, new):
        slot = SlotFactory(of_2021=True)
        bay = person("Nguyễn Thị Bảy", birth_date="1950", sex="female", personal_id=None)
        for citizen in (old, new):
            book(slot, bay, citizen=citizen)
        self.held_by(old)

        assert self.claim(new)

        assert Appointment.objects.of(new).live().count() == 3
        assert broken_invariants(now=NOW) == {}

    def test_tells_of_a_cancellation_to_the_joined_account(self, old, new):
        appointment = self.held_by(old)
        self.claim(new)

        cancel(code=appointment.code, citizen=new, now=NOW)

        assert Message.objects.get(kind=Kind.CANCELLED).recipient == new
