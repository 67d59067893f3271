"""Every list of the officers' side, with a thousand rows in its table and with a hundred thousand.

Whoever opens a list, searches it or filters it waits for one page of fifty rows, however many there are: no
more statements, no count of all rows, and no more than three times as long. So do those who open a page that
lists the people of one day, a thousand of them both times. Asked as the portal's superuser, for whom nothing
narrows a list, as an officer of two agencies who sees all rows as well, and as officers of one agency and of
one site who see the first thousand of them.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.copies import BASE, COPIES, FEW, MANY, copy_all
from bench.portal import prepared

# At best: what else the machine does makes a page slower and never quicker. Who is slow is asked again.
TIMES, TIMES_MORE = 3, 25
SLOWER_AT_MOST = 3.0
RESULTS = Path(__file__).parent / "results"
HOST = {"host": "127.0.0.1"}
# What is typed into the search of each list: what finds a row, and what finds none.
CODE, NOBODY = "C500", "khong-co"
SEARCHED = {
    "accounts.AuditEntry": ("officer.500", NOBODY),
    "accounts.Officer": ("officer.500", NOBODY),
    "agencies.AdminUnit": ("da nang", NOBODY),
    "agencies.Agency": ("Công an 500", NOBODY),
    "booking.Appointment": (CODE, "500", "0905 123 456", "079085000123", NOBODY),
    "booking.Opening": ("Công an 500", NOBODY),
    "booking.Registration": (CODE, "0905 123 456", "079085000123", NOBODY),
    "booking.Site": ("Điểm 500", NOBODY),
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
        if self.many.ms > SLOWER_AT_MOST * self.few.ms:
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


def ask(client: Any, question: Question) -> Answer:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        answer = client.get(question.address)
    assert answer.status_code == 200, (question, answer.status_code)
    counts = [query["sql"] for query in captured.captured_queries if "COUNT(*)" in query["sql"]]
    unbounded = [sql for sql in counts if "LIMIT" not in sql and "GROUP BY" not in sql]
    return Answer(at_best(client, question, times=TIMES), len(captured), bool(unbounded))


def at_best(client: Any, question: Question, *, times: int, until: float = 0.0) -> float:
    """The shortest of so many times, or the first below `until`."""
    best = float("inf")
    for _ in range(times):
        began = time.perf_counter()
        client.get(question.address)
        best = min(best, (time.perf_counter() - began) * 1000)
        if best < until:
            break
    return best


def run() -> list[Compared]:
    with prepared():
        asked = office()
        few = {question: ask(asked.clients[question.who], question) for question in questions(asked)}
        copy_all(first=FEW + 1, last=MANY)
        rows = [
            Compared(question, before, ask(asked.clients[question.who], question))
            for question, before in few.items()
        ]
        for row in rows:
            limit = SLOWER_AT_MOST * row.few.ms
            if row.many.ms > limit:
                client = asked.clients[row.question.who]
                again = at_best(client, row.question, times=TIMES_MORE, until=limit)
                row.many.ms = min(row.many.ms, again)
        return rows


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
