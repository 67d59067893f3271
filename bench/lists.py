"""Every list of the officers' side, with a thousand rows in its table and with a hundred thousand.

Whoever opens a list, searches it or filters it waits for one page of fifty rows, however many there are: no
more statements, no count of all rows, and no more than three times as long. So do those who open a page that
lists the people of one day, a thousand of them both times. Asked as the portal's superuser, for whom nothing
narrows a list, as an officer of two agencies who sees all rows as well, and as officers of one agency and of
one site who see the first thousand of them.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.copies import BASE, COPIES, FEW, MANY, copy_all
from bench.portal import DATABASE, prepared

FEW_ROWS, MANY_ROWS = DATABASE, f"{DATABASE}_many"
# At best: what else the machine does makes a page slower and never quicker. Who is slow is asked again.
TIMES, ROUNDS = 2, 8
SLOWER_AT_MOST = 3.0
# Words anywhere in a name have no index, and their tables are small. Nobody waits for such a search, either.
SEARCH_MS = 200
RESULTS = Path(__file__).parent / "results"
HOST = {"host": "127.0.0.1"}
# What is typed into the search of each list: what finds a row, and what finds none.
CODE, NOBODY = "C500", "khong-co"
SEARCHED = {
    "accounts.AuditEntry": ("officer.000500", NOBODY),
    "accounts.Officer": ("officer.000500", NOBODY),
    "agencies.AdminUnit": ("da nang", NOBODY),
    "agencies.Agency": ("Xa 000500", NOBODY),
    "booking.Appointment": (CODE, "500", "0905 123 456", "079085000123", NOBODY),
    "agencies.ZaloConnection": ("Xa 000500", NOBODY),
    "booking.Opening": ("Xa 000500", NOBODY),
    "booking.Registration": (CODE, "0905 123 456", "079085000123", NOBODY),
    "booking.Site": ("Xa 000500", NOBODY),
    "dossiers.Card": ("CQ0000500", "079085000123", NOBODY),
    "dossiers.Dossier": ("CQ0000500", "Trần Văn An", "079085000123", NOBODY),
    "notifications.Message": (CODE, NOBODY),
}


@dataclass(frozen=True)
class Question:
    """A page, and who opens it."""

    who: str
    label: str
    address: str


@dataclass
class Answer:
    """How long a page took at best, in milliseconds, and what it asked the database."""

    ms: float
    statements: int
    counts_all: bool


@dataclass(frozen=True)
class Compared:
    """One page, opened by one officer, with few rows and with many."""

    question: Question
    few: Answer
    many: Answer

    @property
    def faults(self) -> list[str]:
        found = []
        allowed = SEARCH_MS if "?q=" in self.question.address else 0
        if self.many.ms > max(SLOWER_AT_MOST * self.few.ms, allowed):
            found.append(f"{self.many.ms / self.few.ms:.1f} times as long")
        if self.many.statements > self.few.statements:
            found.append(f"{self.many.statements - self.few.statements} more statements")
        if self.many.counts_all:
            found.append("counts all rows")
        return found


@dataclass
class Office:
    """The officers who ask, and the day that the first thousand have."""

    site: Any
    day: Any
    clients: dict[str, Any] = field(default_factory=dict)


def office() -> Office:
    """A row of each table at one site, and browsers of those who ask, by name."""
    from django.contrib.auth.models import Permission
    from django.test import Client

    from accounts.tests.factories import OfficerFactory, PostingFactory
    from booking.models import Appointment, PostingSite
    from booking.tests.factories import SiteFactory
    from cccd_portal.tests.officer_rows import ROWS

    assert set(COPIES) == set(ROWS), sorted(set(COPIES) ^ set(ROWS))
    site = SiteFactory()
    for make in ROWS.values():
        make(site)
    # The first posting is copied: it must not be one of those below.
    made = Office(site, Appointment.objects.order_by("pk").first().day)
    copy_all(first=1, last=FEW)
    officers = {"superuser": OfficerFactory(username="superuser", admin=True)}
    for name in ("two agencies", "one agency", "one site"):
        officers[name] = OfficerFactory(username=name.replace(" ", "."), agency=site.agency)
        officers[name].user_permissions.set(Permission.objects.all())
    PostingFactory(officer=officers["two agencies"], agency_id=BASE + 1)
    PostingSite.objects.create(posting=officers["one site"].postings.get(), site=site)
    for name, officer in officers.items():
        made.clients[name] = Client(headers=HOST)
        made.clients[name].force_login(officer)
    return made


def questions(asked: Office) -> Iterator[Question]:
    """Every list; its searches and filters where the rows are all and where they are few; pages of a day."""
    from django.urls import reverse

    from cccd_portal.tests.officer_rows import OF_A_SITE, ROWS, address

    for who, client in asked.clients.items():
        for label in OF_A_SITE if who == "one site" else ROWS:
            list_address = address(label, "changelist")
            yield Question(who, label, list_address)
            if who in ("superuser", "one agency"):
                for words, query in narrowed(client.get(list_address), label):
                    yield Question(who, f"{label} {words}", f"{list_address}{query}")
        on = f"?ngay={asked.day.date:%Y-%m-%d}&diem={asked.site.public_id}"
        yield Question(who, "dashboard", f"{reverse('admin:index')}{on}")
        yield Question(who, "dossiers to check", reverse("admin:dossiers_dossier_inbox"))
        for name in ("serviceday_list", "serviceday_week", "remindercall_list"):
            yield Question(who, name, f"{reverse(f'admin:booking_{name}')}{on}")
        yield Question(who, "opening", reverse("admin:booking_serviceday_opening", args=[asked.day.pk]))


def narrowed(shown: Any, label: str) -> Iterator[tuple[str, str]]:
    """Each search of a list, and each of its filters once."""
    changelist = shown.context_data["cl"]
    if changelist.search_fields:
        for typed in SEARCHED.get(label, (NOBODY,)):
            yield f"“{typed}”", f"?q={typed}"
    for spec in changelist.filter_specs:
        choices = [choice["query_string"] for choice in spec.choices(changelist) if "query_string" in choice]
        if len(choices) > 1:
            yield f"by {spec.title}", choices[1]


def turn_to(name: str) -> None:
    """Speak with another database from now on."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name
    connection.ensure_connection()


def ask(client: Any, address: str, database: str) -> Answer:
    """Open a page once for what it asks, and then for how long it takes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    turn_to(database)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    asked = [query["sql"] for query in captured.captured_queries]
    counts = [sql for sql in asked if "COUNT(*)" in sql and "LIMIT" not in sql and "GROUP BY" not in sql]
    return Answer(min(timed(client, address) for _ in range(TIMES)), len(asked), bool(counts))


def timed(client: Any, address: str) -> float:
    began = time.perf_counter()
    client.get(address)
    return (time.perf_counter() - began) * 1000


def compare(client: Any, question: Question) -> Compared:
    """Ask with few rows and with many by turns, so that a busy moment of the machine meets both."""
    best = Compared(question, *(ask(client, question.address, name) for name in (FEW_ROWS, MANY_ROWS)))
    for _ in range(ROUNDS):
        if not best.faults:
            break
        for answer, name in ((best.few, FEW_ROWS), (best.many, MANY_ROWS)):
            answer.ms = min(answer.ms, ask(client, question.address, name).ms)
    return best


@contextmanager
def both_sizes() -> Iterator[Office]:
    """An office with a thousand rows in each table, and the same with a hundred thousand beside it."""
    with prepared():
        asked = office()
        with beside(lambda: copy_all(first=FEW + 1, last=MANY)):
            yield asked


@contextmanager
def beside(grow: Callable[[], None]) -> Iterator[None]:
    """A copy of the database beside it, grown; the small one is turned to."""
    from django.db import connection

    connection.close()
    connection.creation.clone_test_db("many", verbosity=0, autoclobber=True)
    try:
        turn_to(MANY_ROWS)
        grow()
        turn_to(FEW_ROWS)
        yield
    finally:
        turn_to(FEW_ROWS)
        connection.creation.destroy_test_db(suffix="many", verbosity=0)
        turn_to(FEW_ROWS)


def run() -> list[Compared]:
    with both_sizes() as asked:
        return [compare(asked.clients[question.who], question) for question in list(questions(asked))]


def table(rows: list[Compared]) -> str:
    head = f"{'asked by':<14}{'page':<44}{'ms at 1,000':>12}{'at 100,000':>12}{'statements':>12}  fault"
    lines = [
        f"{row.question.who:<14}{row.question.label:<44}{row.few.ms:>12.1f}{row.many.ms:>12.1f}"
        f"{row.many.statements:>12}  {'; '.join(row.faults)}".rstrip()
        for row in rows
    ]
    return "\n".join([head, *lines])


def main() -> int:
    """Print and keep the table; 1 when a page is slower than it may be."""
    rows = run()
    worst = max(row.many.ms / row.few.ms for row in rows)
    text = "\n\n".join(
        [
            f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {os.getloadavg()[0]:.1f}",
            table(rows),
            f"The slowest in comparison takes {worst:.1f} times as long ({SLOWER_AT_MOST} at most).",
        ]
    )
    print(text)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"lists-{datetime.now(UTC):%Y%m%d-%H%M%S}.txt").write_text(f"{text}\n", encoding="utf-8")
    return 1 if any(row.faults for row in rows) else 0
