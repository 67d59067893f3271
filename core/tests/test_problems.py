"""One body for every refusal."""

import pytest
from django.utils import timezone
from rest_framework.exceptions import ErrorDetail, Throttled

from core.api.problems import CONTENT_TYPE, as_refusal, body_of, flatten, headers_of
from core.errors import FieldError, Invalid, NotAuthenticated, RateLimited, Unavailable
from core.models import StoredAnswer

pytestmark = [pytest.mark.django_db, pytest.mark.urls("core.tests.urls")]
MEMBERS = {"type", "title", "status", "code", "detail", "instance", "errors"}


def problem(response) -> dict:
    assert response["Content-Type"] == CONTENT_TYPE
    body = response.json()
    assert set(body) >= MEMBERS
    assert body["status"] == response.status_code
    assert body["instance"] == "/api/things/"
    return body


class TestExceptionHandler:
    def test_says_what_was_refused_in_all_members(self, post):
        response = post({"name": "refused"})

        assert problem(response) == {
            "type": "urn:cccd-portal:problem:refused",
            "title": "Conflict",
            "status": 409,
            "code": "refused",
            "detail": "Không được: vì thế.",
            "instance": "/api/things/",
            "errors": [],
            "reason": "vì thế",
        }

    def test_names_each_wrong_field_by_its_path(self, post):
        response = post({"parts": [{"colour": "red"}, {"colour": "green"}, 7]})

        fields = {(error["field"], error["code"]) for error in problem(response)["errors"]}
        assert fields == {
            ("name", "required"),
            ("parts[1].colour", "invalid_choice"),
            ("parts[2]", "invalid"),
        }

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ("{", 400, "malformed"),
            ("", 422, "invalid"),
            ("[]", 400, "malformed"),
            ('"a"', 400, "malformed"),
            ("null", 400, "malformed"),
            ('{"name": NaN}', 400, "malformed"),
            ('{"name": -Infinity}', 400, "malformed"),
            (b'{"name": "\xff"}', 400, "malformed"),
            (b'\xef\xbb\xbf{"name": "bom"}', 400, "malformed"),
            ('{"a":' * 20 + "1" + "}" * 20, 422, "invalid"),
            ('{"a":' * 21 + "1" + "}" * 21, 400, "malformed"),
            ("[" * 100_000, 400, "malformed"),
            ('{"name": "' + "[{" * 30 + '"}', 422, "invalid"),
            ('{"name": ' + "9" * 5000 + "}", 400, "malformed"),
            ('{"name": 1e999}', 422, "invalid"),
            ('{"name": 1}', 422, "invalid"),
            ('{"name": true}', 422, "invalid"),
            ('{"name": ["a"]}', 422, "invalid"),
            ('{"name": {"a": 1}}', 422, "invalid"),
            ('{"name": null}', 422, "invalid"),
            ('{"name": "a\\u0000b"}', 422, "invalid"),
            ('{"name": "\\ud800"}', 400, "malformed"),
            ('{"name": "a", "\\uDC00": 1}', 400, "malformed"),
            ('{"name": "\\ud83d\\ude00", "is_good": 1}', 422, "invalid"),
            ('{"name": "a", "is_good": "true"}', 422, "invalid"),
            ('{"name": "a", "is_good": 1}', 422, "invalid"),
            ('{"name": "a", "is_good": null}', 422, "invalid"),
            ('{"name": "a", "parts": {}}', 422, "invalid"),
            ('{"name": "a", "parts": [{"colour": "\\udfff"}]}', 400, "malformed"),
            ('{"name": "' + "a" * 1_100_000 + '"}', 413, "too_large"),
        ],
        ids=lambda value: repr(value)[:24],
    )
    def test_refuses_what_cannot_be_read_and_makes_nothing(self, post, body, status, code):
        response = post(body)

        assert (response.status_code, problem(response)["code"]) == (status, code)
        assert StoredAnswer.objects.count() == 0

    def test_takes_json_only(self, post):
        response = post("name=a", content_type="application/x-www-form-urlencoded")

        assert problem(response)["code"] == "unsupported_media_type"

    def test_answers_in_json_only(self, post):
        response = post({"name": "a"}, Accept="text/xml")

        assert problem(response)["code"] == "not_acceptable"

    def test_knows_no_other_method(self, client):
        response = client.put("/api/things/", headers={"X-Caller": "an"})

        assert problem(response)["code"] == "method_not_allowed"
        assert "POST" in response["Allow"]

    def test_asks_a_stranger_to_sign_in(self, client):
        response = client.get("/api/things/")

        assert problem(response)["code"] == "not_authenticated"
        assert response["WWW-Authenticate"] == "Bearer"

    def test_calls_a_database_that_does_not_answer_unavailable(self, post):
        response = post({"name": "away"})

        assert (response.status_code, problem(response)["code"]) == (503, "unavailable")
        assert "secret" not in response.content.decode()

    def test_calls_a_bug_internal_with_an_id_to_ask_for(self, post, caplog):
        response = post({"name": "bug"})

        body = problem(response)
        assert (response.status_code, body["code"]) == (500, "internal")
        assert response["X-Request-Id"] == body["request_id"]
        assert body["request_id"] in body["detail"]
        assert "MultiValueDictKeyError" in caplog.text


class TestAsRefusal:
    def test_leaves_a_bug_alone(self):
        assert as_refusal(ValueError("a bug")) is None

    def test_says_how_long_to_wait_in_whole_seconds(self):
        refusal = as_refusal(Throttled(wait=1.2))

        assert headers_of(refusal) == {"Retry-After": "2"}
        assert str(refusal) == "Thao tác quá nhanh. Thử lại sau 2 giây."

    @pytest.mark.parametrize(
        ("refusal", "headers"),
        [
            (NotAuthenticated(), {"WWW-Authenticate": "Bearer"}),
            (RateLimited(retry_after=7), {"Retry-After": "7"}),
            (Unavailable(), {}),
        ],
    )
    def test_carries_the_headers_of_its_status(self, refusal, headers):
        assert headers_of(refusal) == headers


WRONG = "Chưa đúng."


class TestFlatten:
    def test_has_words_of_our_own_where_the_framework_has_english_ones(self):
        (found,) = flatten({"a": [ErrorDetail("This field may not be null.", code="null")]})

        assert found.message == "Mục này không được để trống."

    def test_gives_one_entry_a_field(self):
        wrong, missing = ErrorDetail(WRONG, code="wrong"), ErrorDetail("Thiếu.", code="missing")

        found = flatten(
            {
                "a": [wrong, missing],
                "b": [{}, {"c": {"d": [wrong]}}],
                "e": {2: {"f": [wrong]}, 3: {"non_field_errors": [missing]}},
                "non_field_errors": [missing],
            }
        )

        assert list(found) == [
            FieldError("a", "wrong", WRONG),
            FieldError("a", "missing", "Thiếu."),
            FieldError("b[1].c.d", "wrong", WRONG),
            FieldError("e[2].f", "wrong", WRONG),
            FieldError("e[3]", "missing", "Thiếu."),
            FieldError("", "missing", "Thiếu."),
        ]


class TestBodyOf:
    def test_lets_no_detail_stand_for_a_member(self):
        body = body_of(RateLimited(retry_after=3), instance="/x/")

        assert body["status"] == 429
        assert body["retry_after"] == 3

    def test_lists_the_wrong_fields(self):
        refusal = Invalid(errors=[FieldError("a", "wrong", WRONG)])

        errors = body_of(refusal, instance="/x/")["errors"]

        assert errors == [{"field": "a", "code": "wrong", "message": WRONG}]


class TestCursorPages:
    @pytest.fixture
    def many(self):
        now = timezone.now()
        rows = [StoredAnswer(owner="thing", key=f"{index}", begun_at=now) for index in range(45)]
        StoredAnswer.objects.bulk_create(rows)

    def test_walks_through_all_rows_once(self, client, many):
        seen, address = [], "/api/things/"
        while address:
            page = client.get(address, headers={"X-Caller": "an"}).json()
            assert set(page) == {"next", "previous", "results"}
            seen += [row["name"] for row in page["results"]]
            address = page["next"]

        assert seen == [f"{index}" for index in reversed(range(45))]

    @pytest.mark.parametrize(
        "cursor",
        [
            pytest.param("x", id="word"),
            pytest.param("%FF", id="not utf-8"),
            pytest.param("ư", id="letter"),
            pytest.param("=" * 9, id="padding"),
            pytest.param("cD14", id="p=x"),
            pytest.param("cD0lMDA=", id="p=nul"),
            pytest.param("cT0x", id="q=1"),
            pytest.param("cj0xJnA9Mg==", id="r=1&p=2"),
            pytest.param("bz05OTk5OTk5OTk5", id="o=huge"),
        ],
    )
    def test_refuses_a_cursor_that_is_not_ours(self, client, many, cursor):
        client.raise_request_exception = False

        response = client.get(f"/api/things/?cursor={cursor}", headers={"X-Caller": "an"})

        assert (response.status_code, problem(response)["code"]) == (400, "malformed")
