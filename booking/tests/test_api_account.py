"""The citizen's own account, as far as bookings hang on it."""

import pytest

from accounts.tests.factories import CitizenFactory
from booking.models import Appointment
from booking.services.invariants import broken_invariants
from booking.tests.bodies import fields_of, problem_of
from booking.tests.factories import NOW, SlotFactory, book_one, person

pytestmark = pytest.mark.django_db
PHONE = "+84905123456"


class TestMe:
    def test_erases_and_signs_out(self, api):
        book_one(SlotFactory(), citizen=api.citizen)

        assert api.delete("me/").status_code == 204

        problem_of(api.get("me/"), 401, "not_authenticated")
        assert Appointment.objects.get().status == Appointment.Status.CANCELLED
        assert broken_invariants(now=NOW) == {}

    def test_is_asked_for_by_its_owner_only(self, stranger):
        problem_of(stranger.delete("me/"), 401, "not_authenticated")

    def test_is_told_to_its_owner(self, api):
        assert api.get("me/").json() == {
            "id": str(api.citizen.public_id),
            "name": api.citizen.name,
            "phone": None,
            "zalo": True,
        }


class TestClaimAccount:
    @pytest.fixture
    def code(self, api):
        """An appointment that an older account with the same phone holds."""
        api.citizen.phone, api.citizen.phone_key = PHONE, CitizenFactory.build(phone=PHONE).phone_key
        api.citizen.phone_verified_at = api.citizen.created_at
        api.citizen.save(update_fields=["phone", "phone_key", "phone_verified_at"])
        hoa = person("Lê Thị Hoa", birth_date="1960", sex="female", personal_id="049160001234")
        return book_one(SlotFactory(), hoa, citizen=CitizenFactory(by_code=True, phone=PHONE)).code

    def claim(self, caller, **changes):
        return caller.post("me/claim-account/", {"birth_year": 1960, "id_last4": "1234"} | changes)

    def test_brings_the_old_appointments(self, api, code):
        problem_of(api.get(f"appointments/{code}/"), 404, "not_found")

        assert self.claim(api).status_code == 204

        assert api.get(f"appointments/{code}/").json()["code"] == code

    def test_refuses_a_wrong_answer_five_times_and_then_any(self, api, code):
        for _ in range(5):
            problem_of(self.claim(api, id_last4="0000"), 409, "not_proved")

        problem_of(self.claim(api), 409, "proof_locked")

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"birth_year": "x"}, "birth_year"),
            ({"birth_year": 1899}, "birth_year"),
            ({"birth_year": 10**40}, "birth_year"),
            ({"birth_year": None}, "birth_year"),
            ({"id_last4": "123"}, "id_last4"),
            ({"id_last4": "12345"}, "id_last4"),
            ({"id_last4": "１２３４"}, "id_last4"),
            ({"id_last4": None}, "id_last4"),
        ],
        ids=str,
    )
    def test_counts_no_try_that_is_none(self, api, code, said, field):
        problem = problem_of(self.claim(api, **said), 422, "invalid")

        assert [name for name, _ in fields_of(problem)] == [field]
        assert self.claim(api).status_code == 204

    def test_asks_a_stranger_to_sign_in(self, stranger):
        problem_of(self.claim(stranger), 401, "not_authenticated")
