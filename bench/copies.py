"""A table of a hundred thousand rows, made from one row of it.

The first thousand rows are of the agency and the site that the first row is of, and of one day; all others
are of another agency. So the same thousand stay to be found, first in a table of a thousand, then in one of
a hundred thousand.
"""

from collections.abc import Mapping

FEW, MANY = 1_000, 100_000
# Keys of copies begin here, so that a copy is known by its number.
BASE = 10_000_000
KEY = f"{BASE} + n"
UUID = "gen_random_uuid()"
DAY = "date '2024-01-01' + (n % 1000)::int"
HASH = "md5(n::text)"
# Of one width, so that looking for one finds no other; named `Xa` so that filters offer the first row before.
NUMBER = "lpad(n::text, 6, '0')"
AGO = "now() - n * interval '5 minutes'"


def own(column: str, other: str) -> str:
    """What the first row has, for the first thousand; for the others something else."""
    return f"CASE WHEN n <= {FEW} THEN t.{column} ELSE {other} END"


OTHER_AGENCY = f"{BASE} + 1"
AGENCY = own("agency_id", OTHER_AGENCY)
SLOTS = 20
# What differs in each copy of a table's row, in SQL over its number `n`; tables below it come first.
COPIES: Mapping[str, tuple[tuple[str, Mapping[str, str]], ...]] = {
    "agencies.Agency": (
        ("agencies.Agency", {"slug": "'o-' || n", "oa_id": "'oa-' || n", "name": f"'Xa ' || {NUMBER}"}),
    ),
    "accounts.AuditEntry": (
        ("accounts.AuditEntry", {"at": AGO, "agencies": own("agencies", f"ARRAY[{OTHER_AGENCY}]::bigint[]")}),
    ),
    "accounts.Citizen": (
        (
            "accounts.Citizen",
            {"public_id": UUID, "zalo_id": "(7 * 10^12 + n)::bigint::text", "created_at": AGO},
        ),
    ),
    "accounts.Officer": (("accounts.Officer", {"username": f"'officer.' || {NUMBER}"}),),
    "accounts.Posting": (("accounts.Posting", {"officer": KEY, "agency": AGENCY}),),
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
    "agencies.CalendarDay": (
        ("agencies.CalendarDay", {"agency": AGENCY, "date": "date '2000-01-01' + n::int"}),
    ),
    "booking.Site": (
        (
            "booking.Site",
            {"public_id": UUID, "name": f"'Xa ' || {NUMBER}", "agency": AGENCY, "is_active": "n <= 5"},
        ),
    ),
    "booking.Session": (("booking.Session", {"site": own("site_id", KEY), "date": DAY}),),
    "booking.SiteCalendarDay": (
        ("booking.SiteCalendarDay", {"site": own("site_id", KEY), "date": "date '2000-01-01' + n::int"}),
    ),
    "booking.ServiceDay": (("booking.ServiceDay", {"site": own("site_id", KEY), "date": DAY}),),
    "booking.Appointment": (
        ("booking.Booking", {"public_id": UUID, "agency": AGENCY}),
        ("booking.Person", {"booking": KEY, "citizen": "NULL", "account_seat": "NULL", "person_key": HASH}),
        (
            "booking.Slot",
            {
                "public_id": UUID,
                "day": f"CASE WHEN n <= {SLOTS} THEN t.day_id ELSE {KEY} END",
                "starts_at": f"CASE WHEN n <= {SLOTS} THEN t.ends_at + n * interval '5 minutes'"
                " ELSE t.starts_at END",
                "ends_at": f"CASE WHEN n <= {SLOTS} THEN t.ends_at + (n + 1) * interval '5 minutes'"
                " ELSE t.ends_at END",
            },
        ),
        (
            "booking.Appointment",
            {
                "code": "'C' || n",
                "person": KEY,
                "day": own("day_id", KEY),
                "slot": f"CASE WHEN n <= {FEW} THEN {BASE} + 1 + n % {SLOTS} ELSE {KEY} END",
                "number": "n",
                "placed_at": AGO,
            },
        ),
    ),
    "booking.ReminderCall": (("booking.ReminderCall", {"appointment": KEY, "called_at": AGO}),),
    "booking.Registration": (
        (
            "booking.Registration",
            {
                "public_id": UUID,
                "booking": KEY,
                "agency": AGENCY,
                "site": own("site_id", KEY),
                "from_date": DAY,
                "to_date": DAY,
            },
        ),
    ),
    "agencies.ZaloConnection": (),  # the agencies once more
    "booking.Opening": (),  # and once more
    "booking.SheetImport": (
        ("booking.SheetImport", {"public_id": UUID, "created_at": AGO, "agency": AGENCY}),
    ),
    "booking.Release": (("booking.Release", {"released_at": AGO, "person": KEY}),),
    "faq.Announcement": (("faq.Announcement", {"public_id": UUID, "agency": AGENCY}),),
    "faq.Answer": (("faq.Answer", {"agency": AGENCY}),),
    "faq.FakeReport": (("faq.FakeReport", {"agency": AGENCY, "reported_at": AGO}),),
    "faq.Feedback": (("faq.Feedback", {"agency": AGENCY, "given_at": AGO}),),
    "faq.Miss": (("faq.Miss", {"agency": AGENCY, "text_hash": HASH, "times": "n", "last_at": AGO}),),
    "faq.OfficeWord": (),  # a few for each office
    "faq.Question": (),  # grows with what the law knows, not with citizens
    "faq.Topic": (),  # a dozen
    # Only the first thousand are paused, as most chats are not.
    "faq.Conversation": (
        (
            "faq.Conversation",
            {
                "oa_id": own("oa_id", "'oa-' || n"),
                "uid": "n::text",
                "paused_until": own("paused_until", "NULL"),
                "pause": own("pause", "''"),
            },
        ),
    ),
    "dossiers.Dossier": (
        (
            "dossiers.Dossier",
            {
                "public_id": UUID,
                "code": "'CQ' || lpad(n::text, 7, '0')",
                "agency": AGENCY,
                "person_key": HASH,
                "namesake_key": HASH,
                # Every second one waits to be checked, the others for their card.
                "status": "CASE WHEN n % 2 = 0 THEN 'SUBMITTED' ELSE t.status END",
                "due_at": AGO,
            },
        ),
    ),
    "dossiers.Card": (),  # the same once more
    "dossiers.Payment": (
        (
            "dossiers.Payment",
            {"dossier": KEY, "receipt": "'Q' || n", "agency": AGENCY, "at": AGO, "day": DAY},
        ),
    ),
    "dossiers.Version": (),  # grows with the law, not with citizens
    "dossiers.VisitLength": (),  # a few for each office
    "notifications.Message": (
        (
            "notifications.Message",
            {"public_id": UUID, "about": "'C' || n", "tracking_id": HASH, "agency": AGENCY},
        ),
    ),
    "notifications.MessageText": (("notifications.MessageText", {"agency": KEY}),),
    "notifications.Spending": (
        ("notifications.Spending", {"agency": own("agency_id", KEY), "month": "date '2000-01-01' + n::int"}),
    ),
    "notifications.OaQuota": (("notifications.OaQuota", {"oa_id": "'oa-' || n"}),),
    "zalo.OaToken": (("zalo.OaToken", {"oa_id": "'oa-' || n"}),),
    "zalo.StoredEvent": (("zalo.StoredEvent", {"key": HASH, "line": HASH, "received_at": AGO}),),
}


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
