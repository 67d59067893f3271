"""Whatever is sent about a dossier gets its documented problem and changes nothing."""

import json
from typing import Any

import pytest

from accounts.notice import CURRENT_NOTICE
from accounts.tests.callers import HALF_A_LETTER, HUGE, UNREADABLE, fields_of, nested, problem_of, rows
from agencies.tests.factories import AgencyFactory
from dossiers.models import Dossier
from dossiers.tests.declared import begun, filled

START = {
    "agency": "ban-thach",
    "procedure": "cap-lai",
    "reason": "damaged",
    "relation": "self",
    "card": None,
    "exemptions": [],
    "ward": None,
    "unregistered": False,
}
SUBMIT = {"declared_true": True, "accept": {"notice": CURRENT_NOTICE.version, "on_behalf": True}}
NOWHERE = "3f0e0c1c-6a9c-4f0e-8f5e-7f4f5a0d9b11"


@pytest.fixture
def dossier(api):
    AgencyFactory(slug="ban-thach")
    return filled(begun(citizen=api.citizen))


@pytest.fixture
def changes_nothing(api, dossier):
    """Every table holds as many rows after the test as before, and the dossier the same."""
    before, as_it_was = rows(), Dossier.objects.values().get(pk=dossier.pk)
    yield
    assert rows() == before
    assert Dossier.objects.values().get(pk=dossier.pk) == as_it_was


def send(api, dossier, call: str, body: object) -> Any:
    """Make one of the calls that read a body."""
    own = f"dossiers/{dossier.public_id}/"
    if call == "save":
        return api.patch(own, body, If_Match=f'"{dossier.revision}"')
    paths = {"begin": "dossiers/", "submit": f"{own}submit/", "scan": f"{own}scan/"}
    path = paths.get(call, f"dossiers/{call}/")
    return api.post(path, body, If_Match=f'"{dossier.revision}"')


CALLS = ("begin", "save", "submit", "scan", "lookup", "lookup/withdraw", "lookup/erase")


@pytest.mark.usefixtures("changes_nothing")
class TestUnreadableBodies:
    @pytest.mark.parametrize("call", CALLS)
    def test_are_malformed(self, api, dossier, call):
        for body in UNREADABLE:
            problem_of(send(api, dossier, call, body), 400, "malformed")

    @pytest.mark.parametrize(
        ("call", "body"),
        [
            ("begin", START | {"procedure": HALF_A_LETTER}),
            ("save", {"data": {"full_name": HALF_A_LETTER}}),
            ("save", {"data": {HALF_A_LETTER: "An"}}),
            ("scan", {"text": f"049085000123|{HALF_A_LETTER}"}),
            ("lookup", {"code": HALF_A_LETTER, "birth_year": 1985, "id_last4": "0123"}),
            ("lookup/erase", {"proof": HALF_A_LETTER}),
        ],
    )
    def test_hold_half_a_letter(self, api, dossier, call, body):
        problem_of(send(api, dossier, call, json.dumps(body)), 400, "malformed")

    def test_are_too_large(self, api, dossier):
        problem_of(send(api, dossier, "save", {"data": {"full_name": "x" * 1_100_000}}), 413, "too_large")

    @pytest.mark.parametrize("path", ["dossiers/", "dossiers/lookup/"])
    def test_are_not_json(self, api, path):
        problem_of(api.post(path, "a=1", content_type="text/plain"), 415, "unsupported_media_type")


@pytest.mark.usefixtures("changes_nothing")
class TestWrongCalls:
    @pytest.mark.parametrize("then", ["submit/", "withdraw/", "scan/"])
    def test_take_the_wrong_method(self, api, dossier, then):
        problem_of(api.get(f"dossiers/{dossier.public_id}/{then}"), 405, "method_not_allowed")
        problem_of(api.post(f"dossiers/{dossier.public_id}/", {}), 405, "method_not_allowed")

    @pytest.mark.parametrize(
        "path", [f"dossiers/{NOWHERE}/", "dossiers/x/", "dossiers/1/", f"dossiers/{NOWHERE}/events/"]
    )
    def test_go_nowhere(self, api, dossier, path):
        problem_of(api.get(path), 404, "not_found")

    @pytest.mark.parametrize("query", ["cursor=x", "cursor=%00", "cursor=cD14"])
    def test_ask_for_a_page_that_is_none(self, api, dossier, query):
        problem_of(api.get(f"dossiers/?{query}"), 400, "malformed")
        problem_of(api.get(f"dossiers/{dossier.public_id}/events/?{query}"), 400, "malformed")


WRONG_STARTS: list[tuple[str, Any, str]] = [
    ("agency", ..., "required"),
    ("agency", None, "null"),
    ("agency", "nowhere", "does_not_exist"),
    ("agency", 7, "does_not_exist"),
    ("agency", ["ban-thach"], "does_not_exist"),
    ("agency", {"slug": "ban-thach"}, "does_not_exist"),
    ("procedure", ..., "required"),
    ("procedure", "", "blank"),
    ("procedure", "9.999999", "does_not_exist"),
    ("procedure", 1.014064, "invalid"),
    ("procedure", "1" * 61, "max_length"),
    ("procedure", "cap-lai\x00", "null_characters_not_allowed"),
    ("reason", ..., "required"),
    ("reason", "bored", "invalid_choice"),
    ("reason", "DAMAGED", "invalid_choice"),
    ("reason", "first", "invalid_choice"),
    ("reason", {"damaged": True}, "invalid_choice"),
    ("relation", ..., "required"),
    ("relation", "friend", "invalid_choice"),
    ("relation", ["self"], "invalid_choice"),
    ("card", "visa", "invalid_choice"),
    ("card", 7, "invalid_choice"),
    ("exemptions", "disabled", "not_a_list"),
    ("exemptions", None, "null"),
    ("exemptions", ["nobody"], "invalid_choice"),
    ("exemptions", ["x" * 41], "max_length"),
    ("exemptions", ["disabled"] * 21, "max_length"),
    ("exemptions", [7], "invalid"),
    ("exemptions", [None], "null"),
    ("ward", "20353", "invalid"),
    ("ward", "2025:99999", "does_not_exist"),
    ("ward", 20353, "invalid"),
    ("unregistered", "yes", "invalid"),
    ("unregistered", 1, "invalid"),
    ("unregistered", None, "null"),
]
WRONG_DATA: list[tuple[Any, str]] = [
    (None, "data"),
    ("Trần Văn An", "data"),
    ([], "data"),
    ({"ethnicity": "Kinh"}, "data.ethnicity"),
    ({"full_name": 7}, "data.full_name"),
    ({"full_name": ["An"]}, "data.full_name"),
    ({"full_name": "A" * 401}, "data.full_name"),
    ({"full_name": "An\x00"}, "data.full_name"),
    ({"personal_id": 49085000123}, "data.personal_id"),
    ({"personal_id": HUGE}, "data.personal_id"),
    ({"birth_date": {"year": 1985}}, "data.birth_date"),
    ({"sex": True}, "data.sex"),
    ({"requests": "card"}, "data.requests"),
    ({"requests": {"card": True}}, "data.requests"),
    ({"requests": [{"card": True}]}, "data.requests"),
    ({"requests": ["card"] * 10}, "data.requests"),
    ({"representative": "An"}, "data.representative"),
    ({"representative": [{"full_name": "An"}]}, "data.representative"),
    ({"representative": {"full_name": 7}}, "data.representative.full_name"),
    ({"representative": {"nationality": "Việt Nam"}}, "data.representative.nationality"),
    ({"": "An"}, "data"),
    ({"__proto__": {}}, "data.__proto__"),
]


@pytest.mark.usefixtures("changes_nothing")
class TestWrongFields:
    @pytest.mark.parametrize(("field", "value", "code"), WRONG_STARTS, ids=lambda value: repr(value)[:30])
    def test_of_a_start_are_named(self, api, dossier, field, value, code):
        problem = problem_of(send(api, dossier, "begin", nested(START, field, value)), 422, "invalid")

        named = {(name.partition("[")[0], fault) for name, fault in fields_of(problem)}
        assert (field, code) in named

    @pytest.mark.parametrize(("data", "field"), WRONG_DATA, ids=lambda value: repr(value)[:30])
    def test_of_the_form_are_named_where_they_stand_in_the_body(self, api, dossier, data, field):
        problem = problem_of(send(api, dossier, "save", {"data": data}), 422, "invalid")

        assert [name for name, _ in fields_of(problem)] == [field]

    def test_of_a_form_that_is_not_asked_are_named(self, api, dossier):
        problem = problem_of(
            send(api, dossier, "save", {"extra_data": {"religion": "Không"}}), 422, "invalid"
        )

        assert [name for name, _ in fields_of(problem)] == ["extra_data"]

    def test_are_not_all_told_when_nobody_could_read_them(self, api, dossier):
        flood = {f"field_{number}": "x" for number in range(20_000)}

        problem = problem_of(send(api, dossier, "save", {"data": flood}), 422, "invalid")

        assert len(problem["errors"]) <= 100

    def test_are_told_in_vietnamese(self, api, dossier):
        for call in ("begin", "submit", "scan", "lookup", "lookup/withdraw"):
            problem = problem_of(send(api, dossier, call, {"accept": {}}), 422, "invalid")
            assert [fault for fault in problem["errors"] if fault["message"].isascii()] == []

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("declared_true", ..., "required"),
            ("declared_true", "true", "invalid"),
            ("declared_true", False, "required"),
            ("accept", ..., "required"),
            ("accept", True, "invalid"),
            ("accept.notice", ..., "required"),
            ("accept.notice", "2021-01-01", "outdated"),
            ("accept.notice", 7, "invalid"),
            ("accept.on_behalf", "yes", "invalid"),
        ],
    )
    def test_of_handing_in_are_named(self, api, dossier, field, value, code):
        problem = problem_of(send(api, dossier, "submit", nested(SUBMIT, field, value)), 422, "invalid")

        assert fields_of(problem) == [(field, code)]
