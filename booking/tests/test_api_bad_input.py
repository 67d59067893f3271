"""Whatever is sent gets its documented problem and changes nothing."""

import json
import unicodedata
from typing import Any

import pytest

from accounts.tests.callers import HALF_A_LETTER, HUGE, UNREADABLE, nested, rows
from booking.models import Appointment, Person
from booking.tests.bodies import booking_body, fields_of, person_body, problem_of
from booking.tests.factories import SlotFactory, book_one

pytestmark = pytest.mark.django_db


@pytest.fixture
def slot():
    return SlotFactory()


@pytest.fixture
def changes_nothing(api, slot):
    """Every table holds as many rows after the test as before."""
    before = rows()
    yield
    assert rows() == before


@pytest.mark.usefixtures("changes_nothing")
class TestUnreadableBodies:
    @pytest.mark.parametrize("key", [{}, {"Idempotency_Key": "k"}], ids=["no key", "key"])
    @pytest.mark.parametrize("body", [*UNREADABLE, '{"slot": NaN}'], ids=lambda body: repr(body)[:12])
    def test_are_malformed(self, api, body, key):
        problem_of(api.post("appointments/", body, **key), 400, "malformed")

    @pytest.mark.parametrize("path", ["people.0.full_name", "people.0.sex", "phone", "slot", "accept.notice"])
    def test_hold_half_a_letter(self, api, slot, path):
        body = json.dumps(nested(booking_body(slot), path, HALF_A_LETTER))

        problem_of(api.post("appointments/", body, Idempotency_Key="k"), 400, "malformed")

    def test_are_too_large(self, api, slot):
        body = booking_body(slot) | {"more": "x" * 1_100_000}

        problem_of(api.post("appointments/", body), 413, "too_large")

    @pytest.mark.parametrize(
        "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
    )
    def test_are_not_json(self, api, content_type):
        response = api.post("appointments/", "slot=1", content_type=content_type)

        problem_of(response, 415, "unsupported_media_type")


@pytest.mark.usefixtures("changes_nothing")
class TestWrongCalls:
    def test_take_the_wrong_method(self, api, slot):
        code = "CPXXXXX"
        for path in (f"appointments/{code}/cancel/", "auth/zalo/", "auth/refresh/", "me/claim-account/"):
            problem_of(api.get(path), 405, "method_not_allowed")
        problem_of(api.delete("appointments/"), 405, "method_not_allowed")

    def test_ask_for_xml(self, api, slot):
        response = api.post("appointments/", booking_body(slot), Accept="text/xml")

        problem_of(response, 406, "not_acceptable")

    @pytest.mark.parametrize("path", ["", "nothing/", "appointments/a/b/", "Appointments/"])
    def test_go_nowhere(self, api, path):
        problem_of(api.get(path), 404, "not_found")

    def test_have_a_nul_in_the_address(self, api):
        for path in ("appointments/%00/", "registrations/%00/", "appointments/?cursor=%00"):
            problem_of(api.get(path), 400, "malformed")

    def test_have_too_long_a_key(self, api, slot):
        response = api.post("appointments/", booking_body(slot), Idempotency_Key="k" * 81)

        assert fields_of(problem_of(response, 422, "invalid")) == [("Idempotency-Key", "max_length")]


WRONG_FIELDS: list[tuple[str, Any, str]] = [
    # Shapes of the whole.
    ("slot", ..., "required"),
    ("slot", None, "null"),
    ("slot", "x", "invalid"),
    ("slot", HUGE, "invalid"),
    ("slot", {"id": 1}, "invalid"),
    ("slot", "3f0e0c1c-6a9c-4f0e-8f5e-7f4f5a0d9b11", "does_not_exist"),
    ("people", ..., "required"),
    ("people", None, "null"),
    ("people", [], "empty"),
    ("people", "An", "not_a_list"),
    ("people", {"0": {}}, "not_a_list"),
    ("people.0", 7, "invalid"),
    ("people.0", None, "null"),
    ("people.0", ["An"], "invalid"),
    ("together", "true", "invalid"),
    ("together", 1, "invalid"),
    ("together", None, "null"),
    ("priority", "yes", "invalid"),
    ("priority", [True], "invalid"),
    ("phone", 905123456, "invalid"),
    ("phone", "12345", "phone"),
    ("phone", "+12025550123", "phone"),
    ("phone", "0905123456" * 4, "max_length"),
    ("phone", {"number": "0905123456"}, "invalid"),
    ("accept", ..., "required"),
    ("accept", None, "null"),
    ("accept", True, "invalid"),
    ("accept.notice", ..., "required"),
    ("accept.notice", "2021-01-01", "outdated"),
    ("accept.notice", 20261101, "invalid"),
    ("accept.on_behalf", "true", "invalid"),
    # Names.
    ("people.0.full_name", ..., "required"),
    ("people.0.full_name", None, "null"),
    ("people.0.full_name", "", "blank"),
    ("people.0.full_name", "   ", "blank"),
    ("people.0.full_name", 7, "invalid"),
    ("people.0.full_name", ["An"], "invalid"),
    ("people.0.full_name", {"first": "An"}, "invalid"),
    ("people.0.full_name", "A" * 10_000, "max_length"),
    ("people.0.full_name", "A" * 101, "max_length"),
    ("people.0.full_name", "Tra\u0302\u0300n " * 40, "max_length"),
    ("people.0.full_name", "An\x00", "null_characters_not_allowed"),
    ("people.0.full_name", "Trần Văn 2", "invalid"),
    ("people.0.full_name", "<script>", "invalid"),
    ("people.0.full_name", "An\u200b", "invalid"),
    # Numbers.
    ("people.0.personal_id", None, "required"),
    ("people.0.personal_id", "201234567", "invalid"),
    ("people.0.personal_id", 49085000123, "invalid"),
    ("people.0.personal_id", HUGE, "invalid"),
    ("people.0.personal_id", "０４９０８５０００１２３", "invalid"),
    ("people.0.personal_id", "04908500012x", "invalid"),
    ("people.0.personal_id", "0490850001234", "invalid"),
    ("people.0.personal_id", "111111111111", "invalid"),
    ("people.0.personal_id", "049485000123", "century"),
    ("people.0.personal_id", "049086000123", "birth_year"),
    ("people.0.personal_id", "049185000123", "sex"),
    ("people.0.personal_id", "0" * 41, "max_length"),
    ("people.0.old_id", "20123456", "invalid"),
    ("people.0.old_id", 201234567, "invalid"),
    # Everything else about a person.
    ("people.0.birth_date", ..., "required"),
    ("people.0.birth_date", None, "null"),
    ("people.0.birth_date", "1985-02-30", "invalid"),
    ("people.0.birth_date", "12/04/1985", "invalid"),
    ("people.0.birth_date", "１９８５", "invalid"),
    ("people.0.birth_date", 1985, "invalid"),
    ("people.0.birth_date", "1985-04-12T00:00", "max_length"),
    ("people.0.sex", ..., "required"),
    ("people.0.sex", "MALE", "invalid_choice"),
    ("people.0.sex", 1, "invalid_choice"),
    ("people.0.sex", ["male"], "invalid_choice"),
    ("people.0.sex", {"male": True}, "invalid_choice"),
    ("people.0.relation", "friend", "invalid_choice"),
    ("people.0.relation", None, "null"),
    ("people.0.ward", "20353", "invalid"),
    ("people.0.ward", 20353, "invalid"),
    ("people.0.dossier", "x", "invalid"),
    ("people.0.dossier", "3f0e0c1c-6a9c-4f0e-8f5e-7f4f5a0d9b11", "does_not_exist"),
]


@pytest.mark.usefixtures("changes_nothing")
class TestWrongFields:
    @pytest.mark.parametrize(("path", "value", "code"), WRONG_FIELDS, ids=lambda value: repr(value)[:30])
    def test_are_named(self, api, slot, path, value, code):
        response = api.post("appointments/", nested(booking_body(slot), path, value))

        problem = problem_of(response, 422, "invalid")
        field = path.replace(".0", "[0]")
        assert (field, code) in fields_of(problem)
        assert all(fault["message"] for fault in problem["errors"])

    def test_have_a_birth_date_to_come(self, api, slot):
        body = booking_body(slot, person_body(birth_date="2026-11-21", personal_id="049226000123"))

        problem = problem_of(api.post("appointments/", body), 422, "invalid")

        assert fields_of(problem) == [("people[0].birth_date", "in_future")]

    def test_are_all_named_at_once_with_the_person_they_are_of(self, api, slot):
        wrong = person_body(full_name="An 2", personal_id="1")

        body = booking_body(slot, person_body(), wrong)

        problem = problem_of(api.post("appointments/", body), 422, "invalid")
        assert fields_of(problem) == [
            ("people[1].full_name", "invalid"),
            ("people[1].personal_id", "invalid"),
        ]

    def test_show_the_right_place_where_only_the_second_person_is_wrong_in_shape(self, api, slot):
        body = booking_body(slot, person_body(), person_body(sex="other", personal_id="1"))

        problem = problem_of(api.post("appointments/", body), 422, "invalid")

        assert fields_of(problem) == [("people[1].sex", "invalid_choice")]

    def test_are_two_people_who_are_one(self, api, slot):
        same = person_body()

        problem = problem_of(api.post("appointments/", booking_body(slot, same, same)), 422, "invalid")

        assert fields_of(problem) == [("people[1].personal_id", "repeated")]

    def test_speak_for_others_without_being_asked(self, api, slot):
        body = nested(booking_body(slot, person_body(relation="mother")), "accept.on_behalf", False)

        problem = problem_of(api.post("appointments/", body), 422, "invalid")

        assert fields_of(problem) == [("accept.on_behalf", "required")]

    def test_are_eleven_people(self, api, slot):
        eleven = [person_body() for _ in range(11)]

        problem = problem_of(api.post("appointments/", booking_body(slot, *eleven)), 409, "too_many_people")

        assert problem["limit"] == 10

    def test_are_more_people_than_anyone_reads(self, api, slot):
        crowd = [person_body()] * 101

        problem_of(api.post("appointments/", booking_body(slot, *crowd)), 422, "invalid")

    def test_are_told_in_vietnamese(self, api):
        problem = problem_of(api.post("appointments/", {"people": [{}], "accept": {}}), 422, "invalid")

        english = [fault for fault in problem["errors"] if fault["message"].isascii()]
        assert english == []


class TestUnusualAndRight:
    def test_takes_a_name_in_pieces_and_stores_it_whole(self, api, slot):
        whole = "Nguyễn Thị Hồng Đào"
        body = booking_body(slot, person_body(full_name=unicodedata.normalize("NFD", whole)))

        assert api.post("appointments/", body).status_code == 201

        assert Person.objects.get().full_name == whole

    @pytest.mark.parametrize("name", ["H'Hen Niê", "K’Brêu", "Y Wăng Ƀkrông", "An"])
    def test_takes_names_of_every_people_of_the_country(self, api, slot, name):
        said = api.post("appointments/", booking_body(slot, person_body(full_name=name))).json()

        assert said["appointments"][0]["full_name"] == name

    def test_takes_a_number_registered_anywhere(self, api, slot):
        body = booking_body(slot, person_body(personal_id="999085000123"))

        assert api.post("appointments/", body).status_code == 201

    def test_takes_a_number_with_spaces_and_dots(self, api, slot):
        api.post("appointments/", booking_body(slot, person_body(personal_id=" 049 085.000 123")))

        assert Person.objects.get().personal_id == "049085000123"

    def test_takes_a_body_with_more_than_it_knows(self, api, slot):
        assert api.post("appointments/", booking_body(slot) | {"more": [1]}).status_code == 201

    def test_lets_two_strangers_of_one_name_and_year_without_numbers_both_book(self, api, neighbour):
        slot = SlotFactory(of_2021=True)
        hoa = person_body(full_name="Nguyễn Thị Hoa", birth_date="1960", sex="female", personal_id=None)
        for caller in (api, neighbour):
            assert caller.post("appointments/", booking_body(slot, hoa)).status_code == 201

        again = problem_of(api.post("appointments/", booking_body(slot, hoa)), 409, "already_booked")
        assert again["existing"]["site"] == slot.day.site.name
        assert Appointment.objects.count() == 2

    def test_knows_no_code_of_another_citizen(self, api, slot):
        code = book_one(slot).code
        before = rows()

        for act in ("cancel", "confirm", "reschedule"):
            problem_of(
                api.post(f"appointments/{code}/{act}/", {"slot": str(slot.public_id)}), 404, "not_found"
            )

        assert rows() == before
