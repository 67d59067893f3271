"""The reviewer's lists with a hundred dossiers to check and with ten thousand: the inbox, all of them, and
what is searched by code, number and name.

Fifteen statements at most, no more of them and not three times as long however many dossiers there are.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bench import lists
from bench.copies import COPIES, copy
from bench.lists import Compared, Question
from bench.portal import prepared

FEW, MANY = 100, 10_000
MOST_STATEMENTS = 15
NUMBER = "049085000123"
# A code, a number, a name that everybody has, one that one has, and one that nobody has.
SEARCHED = ("CQ0000050", NUMBER, "tran van", "le thi binh", "khong co ai")
NAMED = {
    "agency": "t.agency_id",
    "status": "'SUBMITTED'",
    "full_name": "CASE WHEN n = 50 THEN 'Lê Thị Bình' ELSE 'Trần Văn ' || n END",
    "search_name": "CASE WHEN n = 50 THEN 'le thi binh' ELSE 'tran van ' || n END",
}


@contextmanager
def both_sizes() -> Iterator[Any]:
    """A reviewer's browser at an office with a hundred dossiers; beside it the same with ten thousand."""
    with prepared():
        from django.test import Client

        from accounts.roles import Role
        from accounts.tests.factories import OfficerFactory
        from dossiers.states import Status
        from dossiers.tests.factories import DossierFactory

        first = DossierFactory(status=Status.SUBMITTED, due_at="2026-11-23T08:00:00+00:00")
        client = Client(headers=lists.HOST)
        client.force_login(OfficerFactory(agency=first.agency, roles=[Role.REVIEWER]))
        grown(1, FEW)()
        with lists.beside(grown(FEW + 1, MANY)):
            yield client


def grown(first: int, last: int) -> Callable[[], None]:
    """Copies of the first dossier, of one office, each of somebody else."""

    def grow() -> None:
        from django.db import connection

        ((label, differing),) = COPIES["dossiers.Dossier"]
        copy(label, {**differing, **NAMED}, first=first, last=last)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")

    return grow


def questions() -> Iterator[Question]:
    from django.urls import reverse

    for page in ("inbox", "changelist"):
        address = reverse(f"admin:dossiers_dossier_{page}")
        yield Question("reviewer", page, address)
        for typed in SEARCHED:
            yield Question("reviewer", f"{page} “{typed}”", f"{address}?q={typed}")


def faults(row: Compared) -> list[str]:
    many = row.many.statements
    return [*row.faults, *([f"{many} statements"] if many > MOST_STATEMENTS else [])]


def main() -> int:
    with both_sizes() as client:
        rows = [lists.compare(client, question) for question in list(questions())]
    for row in rows:
        found = "; ".join(faults(row))
        print(
            f"{row.question.label:<28}{row.few.ms:>8.1f} ms at {FEW}{row.many.ms:>8.1f} ms at {MANY}"
            f"{row.many.statements:>4} statements  {found}".rstrip()
        )
    return 1 if any(faults(row) for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
