"""Callers of the API, for the tests of every room, and how its answers are read."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Citizen
from accounts.services.tokens import open_session

PROBLEM = {"type", "title", "status", "code", "detail", "instance", "errors"}
TRANSACTION_CONTROL = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK", "BEGIN", "COMMIT", "SET CONSTRAINTS")
VIETNAMESE = set("àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ")
DEEP = '{"a":' * 21 + "1" + "}" * 21
HALF_A_LETTER = "\ud800"
HUGE = 10**40
UNREADABLE = ["{", "nothing", "[]", "[[]]", '"text"', "7", "null", "true", DEEP, b"\xff\xfe{}"]


@dataclass
class Api:
    """The portal's API as one caller sees it; without a citizen, as a stranger does."""

    client: Client
    citizen: Citizen | None
    since: datetime

    def __post_init__(self) -> None:
        access = open_session(citizen=self.citizen, now=self.since).access if self.citizen else ""
        self.signed = {"Authorization": f"Bearer {access}"} if access else {}

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1/{path}", headers=self._headers(headers))

    def post(self, path: str, body: object = "", *, content_type: str = "application/json", **headers: str):
        said = {"data": body, "content_type": content_type, "headers": self._headers(headers)}
        return self.client.post(f"/api/v1/{path}", **said)

    def patch(self, path: str, body: object, **headers: str) -> Any:
        said = {"data": body, "content_type": "application/json", "headers": self._headers(headers)}
        return self.client.patch(f"/api/v1/{path}", **said)

    def delete(self, path: str) -> Any:
        return self.client.delete(f"/api/v1/{path}", headers=self.signed)

    def _headers(self, headers: dict[str, str]) -> dict[str, str]:
        return self.signed | {name.replace("_", "-"): value for name, value in headers.items()}


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


def rows() -> dict[str, int]:
    """How many rows each table holds, asked in one go."""
    tables = sorted({model._meta.db_table for model in apps.get_models()})
    counts = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables)  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.execute(counts)
        return dict(cursor.fetchall())


def nested(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of `body` with another value at a path such as `people.0.sex`; `...` takes the field away."""
    whole = json.loads(json.dumps(body))
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    inner = whole
    for step in way:
        inner = inner[step]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return whole
