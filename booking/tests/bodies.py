"""What callers of the API send, and how its answers are read."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.notice import CURRENT_NOTICE
from agencies.models import Agency
from booking.models import Slot
from booking.tests.factories import MONDAY, number_for

PROBLEM = {"type", "title", "status", "code", "detail", "instance", "errors"}
TRANSACTION_CONTROL = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK", "BEGIN", "COMMIT", "SET CONSTRAINTS")
VIETNAMESE = set("àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ")


def person_body(**changes: Any) -> dict[str, Any]:
    """One of `people` as the contract shows it, with a number of their own."""
    said = {
        "full_name": "Trần Văn An",
        "personal_id": None,
        "old_id": None,
        "birth_date": "1985-04-12",
        "sex": "male",
        "relation": "self",
        "ward": None,
        "dossier": None,
    } | changes
    if "personal_id" not in changes:
        said["personal_id"] = number_for(said["birth_date"], said["sex"])
    return said


def booking_body(slot: Slot, *people: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"slot": str(slot.public_id), "together": False, **_party(people)} | changes


def registration_body(agency: Agency, *people: dict[str, Any], **changes: Any) -> dict[str, Any]:
    wish = {
        "agency": agency.slug,
        "site": None,
        "ward": None,
        "from": f"{MONDAY}",
        "to": f"{MONDAY}",
        "half": "any",
    }
    return wish | _party(people) | changes


def _party(people: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "people": list(people) or [person_body()],
        "phone": "0905123456",
        "priority": False,
        "accept": {"notice": CURRENT_NOTICE.version, "on_behalf": True},
    }


def problem_of(response: Any, status: int, code: str) -> dict[str, Any]:
    """The body of a refusal, which has every member of the contract."""
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    body = response.json()
    assert set(body) >= PROBLEM
    assert (body["status"], body["code"], body["instance"]) == (status, code, response.wsgi_request.path)
    assert set(body["detail"].lower()) & VIETNAMESE
    return body


def fields_of(problem: dict[str, Any]) -> list[tuple[str, str]]:
    return [(fault["field"], fault["code"]) for fault in problem["errors"]]


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Collect the SQL of the block, without what only begins and ends transactions."""
    said: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield said
    said += [row["sql"] for row in queries if not row["sql"].startswith(TRANSACTION_CONTROL)]
