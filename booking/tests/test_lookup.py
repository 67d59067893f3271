"""Finding an appointment without an account, and keeping guessers out."""

from datetime import timedelta

import pytest
import time_machine

from accounts.errors import LookupLocked
from accounts.models import ProofTries
from accounts.services import tries
from accounts.services.tries import forget_old_tries
from accounts.tests.factories import CitizenFactory
from booking.models import Appointment
from booking.services import tickets
from booking.services.appointments import cancel, confirm, reschedule
from booking.services.lookup import LOOKUP, appointment_of_proof, look_up, proof_of
from booking.tests.factories import NOW, SlotFactory, book_one, following, person
from core import proofs
from core.errors import NotFound
from core.testing import run_together

HOUR = timedelta(hours=1)
UNKNOWN = "CPZZZZZ"


def booked(**said) -> Appointment:
    """An, born in 1985, number ending in 1123, booked with the phone 0905 123 456."""
    an = person("Trần Văn An", birth_date="1985-04-12", personal_id="049085001123")
    return book_one(SlotFactory(), an, **said)


def outcome(code: str, *, birth_year: int = 1985, id_last4: str = "0000", now=NOW) -> type:
    """What a guess comes to: the kind of its answer."""
    try:
        return type(look_up(code=code, birth_year=birth_year, id_last4=id_last4, now=now))
    except (NotFound, LookupLocked) as refusal:
        return type(refusal)


@pytest.mark.django_db
class TestLookUp:
    def test_finds_by_birth_year_and_the_end_of_the_number(self):
        appointment = booked()

        found = look_up(code=appointment.code, birth_year=1985, id_last4="1123", now=NOW)

        assert found == appointment

    def test_finds_by_the_phone_given_with_the_booking(self):
        appointment = booked(phone="+84905123456")

        assert look_up(code=appointment.code, birth_year=1985, phone_last4="3456", now=NOW) == appointment

    def test_finds_by_the_verified_phone_of_the_account(self):
        appointment = booked(phone=None, citizen=CitizenFactory(phone="+84905129876"))

        assert look_up(code=appointment.code, birth_year=1985, phone_last4="9876", now=NOW) == appointment

    def test_finds_by_the_old_number_of_whom_has_no_other(self):
        old = person(birth_date="1960", personal_id=None, old_id="201231234")
        appointment = book_one(SlotFactory(of_2021=True), old)

        assert look_up(code=appointment.code, birth_year=1960, id_last4="1234", now=NOW) == appointment

    @pytest.mark.parametrize(
        "typed", [str.lower, " {} ".format, "{0[0]}{0[1]} {0[2]}{0[3]}-{0[4]}{0[5]}{0[6]}".format]
    )
    def test_reads_a_code_however_it_was_typed(self, typed):
        appointment = booked()

        found = look_up(code=typed(appointment.code), birth_year=1985, id_last4="1123", now=NOW)

        assert found == appointment

    @pytest.mark.parametrize(
        "wrong",
        [
            {"birth_year": 1986, "id_last4": "1123"},
            {"birth_year": 1985, "id_last4": "1124"},
            {"birth_year": 1985, "phone_last4": "1123"},
            {"birth_year": 1985},
        ],
    )
    def test_refuses_a_wrong_proof(self, wrong):
        appointment = booked()

        with pytest.raises(NotFound):
            look_up(code=appointment.code, now=NOW, **wrong)

    def test_finds_one_that_was_cancelled(self):
        appointment = booked()
        cancel(code=appointment.code, citizen=None, now=NOW)

        found = look_up(code=appointment.code, birth_year=1985, id_last4="1123", now=NOW)

        assert found.status == Appointment.Status.CANCELLED

    def test_locks_a_code_after_five_wrong_answers_even_for_the_right_one(self):
        code = booked().code

        guesses = [outcome(code) for _ in range(6)]

        assert guesses == [NotFound] * 5 + [LookupLocked]
        with pytest.raises(LookupLocked) as locked:
            look_up(code=code, birth_year=1985, id_last4="1123", now=NOW + timedelta(minutes=20))
        assert locked.value.details["retry_after"] == 2400
        assert "Thử lại sau 40 phút" in str(locked.value)

    def test_opens_again_an_hour_after_the_first_wrong_answer(self):
        code = booked().code
        guesses = [outcome(code, now=NOW + timedelta(minutes=minute)) for minute in range(6)]

        assert guesses[-1] is LookupLocked
        assert outcome(code, id_last4="1123", now=NOW + HOUR - timedelta(seconds=1)) is LookupLocked
        assert outcome(code, id_last4="1123", now=NOW + HOUR) is Appointment

    def test_a_right_answer_is_not_counted_and_takes_no_wrong_one_back(self):
        code = booked().code
        wrong = [outcome(code) for _ in range(4)]
        right = [outcome(code, id_last4="1123") for _ in range(20)]

        assert set(wrong) == {NotFound}
        assert set(right) == {Appointment}
        assert [outcome(code), outcome(code)] == [NotFound, LookupLocked]

    def test_a_code_nobody_has_answers_and_locks_like_any_other(self):
        known = booked().code

        assert [outcome(UNKNOWN) for _ in range(7)] == [outcome(known) for _ in range(7)]

    def test_codes_are_locked_one_by_one(self):
        code = booked().code
        for _ in range(6):
            outcome(UNKNOWN)

        assert outcome(code, id_last4="1123") is Appointment

    def test_keeps_no_code_in_the_table_of_tries(self):
        outcome(UNKNOWN)

        assert UNKNOWN not in ProofTries.objects.get().subject

    def test_finds_nobody_who_was_forgotten(self):
        appointment = booked()
        appointment.person.birth_date = appointment.person.personal_id = None
        appointment.person.save()

        assert outcome(appointment.code, id_last4="1123") is NotFound


@pytest.mark.django_db
class TestWhatALookUpAllows:
    def test_confirming(self):
        appointment = booked()

        assert confirm(code=appointment.code, citizen=None, now=NOW).status == Appointment.Status.CONFIRMED

    def test_moving(self):
        appointment = booked()
        later = following(appointment.slot)

        assert reschedule(code=appointment.code, slot_id=later.public_id, citizen=None, now=NOW).slot == later

    def test_cancelling(self):
        appointment = booked()

        assert cancel(code=appointment.code, citizen=None, now=NOW).status == Appointment.Status.CANCELLED


@pytest.mark.django_db
class TestProof:
    def test_opens_the_appointment_for_half_an_hour(self):
        appointment = booked()
        proof = proof_of(appointment, NOW)

        assert appointment_of_proof(proof, NOW + timedelta(minutes=30)) == appointment.code
        with pytest.raises(NotFound):
            appointment_of_proof(proof, NOW + timedelta(minutes=30, seconds=1))

    def test_is_not_believed_when_it_was_made_elsewhere(self):
        appointment = booked()
        proof = proof_of(appointment, NOW)
        of_a_ticket = tickets.ticket_url(appointment, now=NOW).partition("?key=")[2]

        for forged in ("", "x", "a.b.c", f"{proof}x", proof.replace(appointment.code, UNKNOWN), of_a_ticket):
            with pytest.raises(NotFound):
                appointment_of_proof(forged, NOW)

    def test_ends_with_the_secret_it_was_signed_with(self, settings):
        proof = proofs.sign(LOOKUP, UNKNOWN, lifetime=HOUR, now=NOW)
        settings.SECRET_KEY = "another"

        with pytest.raises(NotFound):
            appointment_of_proof(proof, NOW)


@pytest.mark.django_db(transaction=True)
class TestGuessingTogether:
    def guess_from_all_sides(self, code: str) -> list[type]:
        return run_together([lambda: outcome(code)] * 20)

    @pytest.mark.parametrize("earlier", [0, 3])
    def test_twenty_at_once_get_five_answers_an_hour(self, earlier):
        code = booked().code
        before = [outcome(code) for _ in range(earlier)]

        outcomes = before + self.guess_from_all_sides(code)

        assert outcomes.count(NotFound) == 5
        assert outcomes.count(LookupLocked) == 15 + earlier

    def test_twenty_at_once_get_five_answers_when_the_hour_is_over(self):
        code = booked().code
        for _ in range(6):
            outcome(code, now=NOW - HOUR)

        assert self.guess_from_all_sides(code).count(NotFound) == 5

    def test_without_the_guarded_write_they_get_more(self, monkeypatch):
        """Keeps the tests above honest."""

        def look_then_count(kind, name, *, until, now):
            subject = tries.keyed_hash(kind, name)
            row, _ = ProofTries.objects.get_or_create(subject=subject, defaults={"until": until})
            locked = row.tries >= tries.MOST
            ProofTries.objects.filter(pk=row.pk).update(tries=min(row.tries + 1, tries.MOST))
            return row.until if locked else None

        monkeypatch.setattr(tries, "count", look_then_count)

        assert self.guess_from_all_sides(booked().code).count(NotFound) > 5


@pytest.mark.django_db
class TestForgetOldTries:
    def test_deletes_counts_that_ran_out_and_no_others(self):
        outcome(UNKNOWN, now=NOW - HOUR)
        outcome("CPYYYYY")

        assert forget_old_tries(now=NOW) == 1
        assert ProofTries.objects.count() == 1


@pytest.fixture
def look_up_by_api(client):
    def post(**body):
        return client.post("/api/v1/appointments/lookup/", body, content_type="application/json")

    with time_machine.travel(NOW, tick=False):
        yield post


@pytest.mark.django_db
class TestLookupApi:
    @pytest.fixture(autouse=True)
    def _no_counting(self, settings):
        settings.THROTTLE_FACTOR = 0

    def test_answers_with_the_appointment_and_a_ticket_that_opens(self, client, look_up_by_api):
        appointment = booked()

        response = look_up_by_api(code=appointment.code.lower(), birth_year=1985, id_last4="1123")

        body = response.json()
        assert response.status_code == 200
        assert (body["code"], body["personal_id"]) == (appointment.code, "*********123")
        assert client.get(body["ticket_url"].removeprefix("http://127.0.0.1:8000")).status_code == 200

    def test_takes_a_phone_instead(self, look_up_by_api):
        appointment = booked(phone="+84905123456")

        assert look_up_by_api(code=appointment.code, birth_year=1985, phone_last4="3456").status_code == 200

    def test_tells_a_wrong_proof_and_an_unknown_code_alike(self, look_up_by_api):
        wrong = look_up_by_api(code=booked().code, birth_year=1985, id_last4="0000")
        unknown = look_up_by_api(code=UNKNOWN, birth_year=1985, id_last4="0000")

        assert wrong.status_code == unknown.status_code == 404
        assert wrong.json() == unknown.json()
        assert wrong.json()["code"] == "not_found"

    def test_says_how_long_a_code_is_locked(self, look_up_by_api):
        for _ in range(6):
            response = look_up_by_api(code=UNKNOWN, birth_year=1985, id_last4="0000")

        assert (response.status_code, response.json()["code"]) == (429, "rate_limited")
        assert response["Retry-After"] == "3600"

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"code": "TK7F3KQ", "birth_year": 1985}, "id_last4"),
            ({"code": "TK7F3KQ", "birth_year": 1985, "id_last4": "1123", "phone_last4": "3456"}, "id_last4"),
            ({"code": "TK7F3KQ", "birth_year": 1985, "id_last4": "123"}, "id_last4"),
            ({"code": "TK7F3KQ", "birth_year": 1985, "phone_last4": "34567"}, "phone_last4"),
            ({"code": "TK7F3KQ", "birth_year": 85, "id_last4": "1123"}, "birth_year"),
            ({"code": "T" * 41, "birth_year": 1985, "id_last4": "1123"}, "code"),
            ({"birth_year": 1985, "id_last4": "1123"}, "code"),
        ],
    )
    def test_names_the_field_that_is_wrong(self, look_up_by_api, body, field):
        response = look_up_by_api(**body)

        assert response.status_code == 422
        assert [error["field"] for error in response.json()["errors"]] == [field]

    def test_counts_by_address_as_well(self, look_up_by_api, settings):
        settings.THROTTLE_FACTOR = 1
        answers = [
            look_up_by_api(code=f"CP{number:05d}", birth_year=1985, id_last4="0000").status_code
            for number in range(11)
        ]

        assert answers == [404] * 10 + [429]
