"""A list that was handed in: tried, taken in, forgotten.

Between the trial and the taking in, only the cells that are understood are kept, encrypted, for an hour
(decision 0020). A list of registrations is taken in row by row, each in a transaction of its own: whoever can
have a place gets it, whoever cannot is listed with the reason, and a second run finds the first one's people
in their places and makes nothing twice.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from time import monotonic

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from accounts.models import Officer
from agencies.models import Agency
from booking.errors import AlreadyBooked, DossierRequired, ImportBusy, ImportGone, NotAllowedNow
from booking.models import Booking, Person, SheetImport
from booking.services import registrations
from booking.services.imports import people
from booking.services.imports.cells import Fault
from booking.services.imports.people import LAYOUT, Entry
from core.db import retry_once
from core.errors import DomainError, Invalid
from core.sheets import Column, Row, Table, read_tables, write_rows

KEPT = timedelta(hours=1)
LEASE = timedelta(minutes=2)
# A request must end before the server gives it up; the rest is taken in by the next press of the button.
BUDGET_SECONDS = 20.0
BATCH = 50
HAS_A_PLACE = "Người này đã có lịch hẹn hoặc đang chờ xếp chỗ, không nhập lần nữa."
REASON = Column("reason", "Lý do không nhập được", width=60)


@dataclass(frozen=True)
class Trial:
    """What taking a list in would do at this moment."""

    fine: list[Entry]
    refused: list[Entry]
    ignored: list[str]

    @property
    def guesses(self) -> list[Fault]:
        return [guess for entry in self.fine for guess in entry.guesses]


def hand_in(
    *, agency: Agency, officer: Officer, kind: SheetImport.Kind, tables: Sequence[Table], now: datetime
) -> SheetImport:
    """Keep what was read of a spreadsheet, for an hour. Nothing is taken in yet."""
    return SheetImport.objects.create(
        agency=agency,
        officer=officer,
        kind=kind,
        content=_dumped(tables),
        rows=sum(len(table.rows) for table in tables),
        created_at=now,
        expires_at=now + KEPT,
    )


def hand_in_registrations(*, agency: Agency, officer: Officer, content: bytes, now: datetime) -> SheetImport:
    """Read a list of registrations and keep it for an hour.

    :raises SheetRefused: the file cannot be read
    :raises NotAllowedNow, DossierRequired: the agency takes no registrations, or only with a dossier
    """
    _refuse_agency(agency)
    tables = read_tables(content, [LAYOUT])
    return hand_in(
        agency=agency, officer=officer, kind=SheetImport.Kind.REGISTRATIONS, tables=tables, now=now
    )


def tables_of(sheet_import: SheetImport, *, now: datetime) -> list[Table]:
    """The rows that wait to be taken in.

    :raises ImportGone: they were taken in, or their hour is over
    """
    if sheet_import.content is None or sheet_import.expires_at <= now:
        raise ImportGone
    kept = json.loads(sheet_import.content)
    return [
        Table([Row(number, values) for number, values in table["rows"]], table["letters"], table["ignored"])
        for table in kept
    ]


def _dumped(tables: Iterable[Table]) -> str:
    kept = [
        {
            "rows": [[row.number, row.values] for row in table.rows],
            "letters": table.letters,
            "ignored": table.ignored,
        }
        for table in tables
    ]
    return json.dumps(kept, ensure_ascii=False)


def try_registrations(sheet_import: SheetImport, *, now: datetime) -> Trial:
    """Say what taking the list in would do, without writing anything.

    :raises ImportGone: its rows are not there any more
    """
    (table,) = tables_of(sheet_import, now=now)
    entries = people.read_rows(
        table.rows[sheet_import.position :], letters=table.letters, agency=sheet_import.agency, now=now
    )
    refused = {**_repeated(entries), **_already_there(entries)}
    judged = [_with_fault(entry, refused.get(entry.row.number)) for entry in entries]
    return Trial(
        fine=[entry for entry in judged if not entry.faults],
        refused=[entry for entry in judged if entry.faults],
        ignored=table.ignored,
    )


def _repeated(entries: Sequence[Entry]) -> dict[int, str]:
    first_with: dict[str, int] = {}
    reasons = {}
    for entry in entries:
        for key in entry.keys:
            first = first_with.setdefault(key, entry.row.number)
            if first != entry.row.number:
                reasons[entry.row.number] = f"Trùng người với dòng {first}."
    return reasons


def _already_there(entries: Sequence[Entry]) -> dict[int, str]:
    by_key = {key: entry.row.number for entry in reversed(entries) for key in entry.keys}
    keys = iter(by_key)
    held: set[str] = set()
    while some := list(islice(keys, 1000)):
        rows = Person.objects.filter(person_key__in=some, is_live=True)
        held.update(rows.values_list("person_key", flat=True))
    return {by_key[key]: HAS_A_PLACE for key in held}


def _with_fault(entry: Entry, reason: str | None) -> Entry:
    if reason is None:
        return entry
    return Entry(
        entry.row, entry.name, [*entry.faults, Fault(entry.row.number, "", "", reason)], entry.guesses
    )


def take_registrations_in(
    *, sheet_import: SheetImport, grounds: str, now: datetime, seconds: float = BUDGET_SECONDS
) -> SheetImport:
    """Register everybody on the list who can be, in about `seconds`; what is left waits for the next call.

    Must not stand in a transaction. `now` is when the call began.

    :raises ImportGone: the rows are not there any more
    :raises ImportBusy: another call has them in hand
    :raises NotAllowedNow, DossierRequired: the agency is not open, or takes no registrations any more
    """
    run = SheetImport.objects.select_related("agency", "officer").get(pk=sheet_import.pk)
    tables_of(run, now=now)
    _refuse_shut(run.agency)
    if not SheetImport.objects.claim(run, lease=LEASE, now=now):
        raise ImportBusy
    run.refresh_from_db()
    try:
        _take_in(run, grounds=grounds, now=now, until=monotonic() + seconds)
    finally:
        SheetImport.objects.filter(pk=run.pk).update(lease_until=None)
    run.refresh_from_db()
    return run


def _refuse_shut(agency: Agency) -> None:
    """Refuse the list as a whole where every row would be refused, so that none of it is used up."""
    if not agency.is_active:
        raise NotAllowedNow(reason="đơn vị chưa mở; mở đơn vị rồi nhập danh sách")
    _refuse_agency(agency)


def _refuse_agency(agency: Agency) -> None:
    registrations.refuse_agency(agency)
    if agency.dossier_required:  # nobody on a list has one
        raise DossierRequired


def _take_in(run: SheetImport, *, grounds: str, now: datetime, until: float) -> None:
    (table,) = tables_of(run, now=now)
    SheetImport.objects.filter(pk=run.pk).update(grounds=grounds)
    refused = refused_rows(run)
    while run.position < run.rows and monotonic() < until:
        batch = table.rows[run.position : run.position + BATCH]
        entries = people.read_rows(batch, letters=table.letters, agency=run.agency, now=now)
        reasons = [(entry.row, _take(entry, run, now=now)) for entry in entries]
        refused += [(row, reason) for row, reason in reasons if reason]
        run.position += len(batch)
        run.taken_in += sum(not reason for _, reason in reasons)
        run.refused = _dumped_refused(refused)
        run.save(update_fields=["position", "taken_in", "refused"])
    if run.position == run.rows:
        run.content, run.finished_at = None, now
        run.save(update_fields=["content", "finished_at"])


def _take(entry: Entry, run: SheetImport, *, now: datetime) -> str:
    """Register one row; gives why not, or nothing."""
    if entry.wish is None or entry.party is None:
        return reasons_of(entry)
    try:
        retry_once(lambda: _register(entry, run, now=now))
    except AlreadyBooked:
        return HAS_A_PLACE
    except Invalid as refusal:
        return " ".join(fault.message for fault in refusal.errors)
    except DomainError as refusal:
        return str(refusal)
    return ""


@transaction.atomic
def _register(entry: Entry, run: SheetImport, *, now: datetime) -> None:
    assert entry.wish is not None and entry.party is not None  # noqa: S101, PT018 - asked by the caller
    party = replace(entry.party, assisted_by=run.officer)
    registration = registrations.register(wish=entry.wish, party=party, now=now)
    Booking.objects.filter(pk=registration.booking_id).update(sheet_import=run)


def reasons_of(entry: Entry) -> str:
    """Why a row is refused, in one line: each cell and what is wrong with it."""
    return " ".join(
        f"{fault.column}: {fault.message}" if fault.column else fault.message for fault in entry.faults
    )


def refused_rows(run: SheetImport) -> list[tuple[Row, str]]:
    """The rows that were not taken in, each with its reason; nothing once they are forgotten."""
    return [(Row(number, values), reason) for number, values, reason in json.loads(run.refused or "[]")]


def _dumped_refused(rows: Iterable[tuple[Row, str]]) -> str:
    return json.dumps([[row.number, row.values, reason] for row, reason in rows], ensure_ascii=False)


def refused_as_sheet(rows: Iterable[tuple[Row, str]]) -> bytes:
    """A file of the rows that were not taken in, with the reason: to be mended and handed in again."""
    columns = [*LAYOUT.columns, REASON]
    lines = ([*(row.values.get(column.key) for column in LAYOUT.columns), reason] for row, reason in rows)
    return write_rows(LAYOUT.title, columns, lines)


def forget_old_imports(*, now: datetime) -> int:
    """Forget the rows of lists whose hour is over, and lists nobody took in; gives how many lists."""
    over = SheetImport.objects.filter(expires_at__lte=now).filter(
        Q(content__isnull=False) | Q(refused__isnull=False)
    )
    over = over.filter(Q(lease_until=None) | Q(lease_until__lte=now))
    untouched, _ = over.filter(position=0, finished_at=None).delete()
    rest = over.update(content=None, refused=None, finished_at=Coalesce("finished_at", "expires_at"))
    return untouched + rest
