"""Every list of the officers' side, with a thousand rows in its table and with a hundred thousand.

Whoever opens a list waits for one page of fifty rows, however many there are: no more statements, no count of
all rows, and no more than three times as long. Asked as the portal's superuser, for whom nothing narrows a
list, and as an officer with every right at the one agency that all the rows belong to.
"""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.portal import prepared

FEW, MANY = 1_000, 100_000
TIMES = 9
SLOWER_AT_MOST = 3.0
RESULTS = Path(__file__).parent / "results"
# Keys of copies begin here, so that a copy is known by its number.
HOST = {"host": "127.0.0.1"}
BASE = 10_000_000
KEY = f"{BASE} + n"
UUID = "gen_random_uuid()"
DAY = "date '2024-01-01' + (n % 1000)::int"
HASH = "md5(n::text)"
AGO = "now() - n * interval '5 minutes'"
# What differs in each copy of a table's row, in SQL over its number `n`; tables below it come first.
COPIES: Mapping[str, tuple[tuple[str, Mapping[str, str]], ...]] = {
    "accounts.AuditEntry": (("accounts.AuditEntry", {"at": AGO}),),
    "accounts.Citizen": (
        (
            "accounts.Citizen",
            {
                "public_id": UUID,
                "zalo_id": "(7 * 10^12 + n)::bigint::text",
                "created_at": AGO,
            },
        ),
    ),
    "accounts.Officer": (("accounts.Officer", {"username": "'officer.' || n"}),),
    "accounts.Posting": (("accounts.Posting", {"officer": KEY}),),
    "agencies.AdminUnit": (
        (
            "agencies.AdminUnit",
            {
                "code": "lpad((n - 1)::text, 5, '0')",
                "level": "'COMMUNE'",
                "kind": "'PHUONG'",
                "parent": "t.id",
            },
        ),
    ),
    "agencies.Agency": (
        ("agencies.Agency", {"slug": "'o-' || n", "oa_id": "''", "name": "'Công an ' || n"}),
    ),
    "agencies.CalendarDay": (("agencies.CalendarDay", {"date": "date '2000-01-01' + n::int"}),),
    "booking.Session": (("booking.Session", {"date": DAY}),),
    "booking.SiteCalendarDay": (("booking.SiteCalendarDay", {"date": "date '2000-01-01' + n::int"}),),
    "booking.Site": (("booking.Site", {"public_id": UUID, "name": "'Điểm ' || n"}),),
    "booking.ServiceDay": (("booking.ServiceDay", {"site": KEY, "date": DAY}),),
    "booking.Appointment": (
        ("booking.Booking", {"public_id": UUID}),
        ("booking.Person", {"booking": KEY, "citizen": "NULL", "account_seat": "NULL", "person_key": HASH}),
        ("booking.Slot", {"public_id": UUID, "day": KEY}),
        (
            "booking.Appointment",
            {"code": "'C' || n", "person": KEY, "day": KEY, "slot": KEY, "placed_at": AGO},
        ),
    ),
    "booking.Registration": (
        ("booking.Registration", {"public_id": UUID, "booking": KEY, "from_date": DAY, "to_date": DAY}),
    ),
    "booking.Opening": (),  # the agencies once more
    "booking.SheetImport": (("booking.SheetImport", {"public_id": UUID, "created_at": AGO}),),
    "booking.Release": (("booking.Release", {"released_at": AGO, "person": KEY}),),
    "notifications.Message": (
        (
            "notifications.Message",
            {"public_id": UUID, "about": "'C' || n", "tracking_id": HASH},
        ),
    ),
    "notifications.MessageText": (("notifications.MessageText", {"agency": KEY}),),
    "notifications.OaQuota": (("notifications.OaQuota", {"oa_id": "n::text"}),),
    "zalo.OaToken": (("zalo.OaToken", {"oa_id": "n::text"}),),
}


@dataclass(frozen=True)
class Opened:
    """How long a list took at best, in milliseconds, and what it asked the database.

    At best: what else the machine does makes a page slower and never quicker.
    """

    ms: float
    statements: int
    counts_all: bool


@dataclass(frozen=True)
class Compared:
    """One list, asked by one officer, with few rows and with many."""

    who: str
    label: str
    few: Opened
    many: Opened

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


def copy(label: str, differing: Mapping[str, str], *, first: int, last: int) -> None:
    """Copy the first row of a table under the keys BASE + n, n from `first` to `last`."""
    from django.apps import apps
    from django.db import connection

    meta = apps.get_model(label)._meta
    values = {field.column: f't."{field.column}"' for field in meta.concrete_fields if not field.generated}
    values |= {meta.get_field(name).column: expression for name, expression in differing.items()}
    values[meta.pk.column] = KEY
    names = ", ".join(f'"{column}"' for column in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{meta.db_table}" ({names}) SELECT {", ".join(values.values())}'  # noqa: S608
            f" FROM generate_series({first}, {last}) AS n,"
            f' (SELECT * FROM "{meta.db_table}" WHERE id < {BASE} ORDER BY id LIMIT 1) AS t'
        )


def copy_all(*, first: int, last: int) -> None:
    from django.db import connection

    for tables in COPIES.values():
        for label, differing in tables:
            copy(label, differing, first=first, last=last)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def open_list(client: Any, label: str) -> Opened:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from cccd_portal.tests.officer_rows import address

    url, times = address(label, "changelist"), []
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200, label
    asked = captured.captured_queries
    for _ in range(TIMES):
        began = time.perf_counter()
        client.get(url)
        times.append((time.perf_counter() - began) * 1000)
    counts = [query["sql"] for query in asked if "COUNT(" in query["sql"]]
    unbounded = [sql for sql in counts if "LIMIT" not in sql]
    return Opened(min(times), len(asked), bool(unbounded))


def officers(site: Any) -> dict[str, Any]:
    """Browsers of those who ask, by name."""
    from django.contrib.auth.models import Permission
    from django.test import Client

    from accounts.tests.factories import OfficerFactory

    one = OfficerFactory(username="one.agency", agency=site.agency)
    one.user_permissions.set(Permission.objects.all())
    clients = {"superuser": Client(headers=HOST), "one agency": Client(headers=HOST)}
    clients["superuser"].force_login(OfficerFactory(username="superuser", admin=True))
    clients["one agency"].force_login(one)
    return clients


def run() -> list[Compared]:
    with prepared():
        from booking.tests.factories import SiteFactory
        from cccd_portal.tests.officer_rows import ROWS

        site = SiteFactory()
        for make in ROWS.values():
            make(site)
        assert set(COPIES) == set(ROWS), sorted(set(COPIES) ^ set(ROWS))
        asking = officers(site)
        copy_all(first=1, last=FEW)
        few = {(who, label): open_list(client, label) for who, client in asking.items() for label in ROWS}
        copy_all(first=FEW + 1, last=MANY)
        return [
            Compared(who, label, few[who, label], open_list(client, label))
            for who, client in asking.items()
            for label in ROWS
        ]


def table(rows: list[Compared]) -> str:
    head = f"{'asked by':<12}{'list':<28}{'ms at 1,000':>12}{'at 100,000':>12}{'statements':>12}  fault"
    lines = [
        f"{row.who:<12}{row.label:<28}{row.few.ms:>12.1f}{row.many.ms:>12.1f}{row.many.statements:>12}"
        f"  {'; '.join(row.faults)}".rstrip()
        for row in rows
    ]
    return "\n".join([head, *lines])


def main() -> int:
    """Print and keep the table; 1 when a list is slower than it may be."""
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
