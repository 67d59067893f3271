"""Lists on paper, A4: the day's list, and those to be called. Drawn as the tickets are, kept nowhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import typst

from booking.models import Appointment, ServiceDay
from booking.services.calls import phone_to_call
from booking.services.tickets import FOLDER, fonts
from core.drawing import as_json
from core.templatetags.words import phone as say_phone
from core.time import local_date, say_clock, say_day

MOST_BLANKS = 100


@dataclass(frozen=True)
class Column:
    """`width` is a share of the line, or in millimetres where it must not give way."""

    title: str
    width: str


@dataclass(frozen=True)
class Paper:
    """A table with a head that comes again on each page."""

    title: str
    place: str
    facts: str
    printed: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]


_DAY_COLUMNS = (
    Column("Số", "14mm"),
    Column("Giờ", "14mm"),
    Column("Họ và tên", "1.4fr"),
    Column("Số định danh", "31mm"),
    Column("Giấy tờ", "1fr"),
    Column("Ký tên", "1fr"),
)
_CALL_COLUMNS = (
    Column("Số", "14mm"),
    Column("Giờ", "14mm"),
    Column("Họ và tên", "1.3fr"),
    Column("Điện thoại", "31mm"),
    Column("Đã gọi", "1.2fr"),
    Column("Kết quả, ghi chú", "1.3fr"),
)


def day_list(
    day: ServiceDay, appointments: Iterable[Appointment], *, blanks: int, printed_by: str, now: datetime
) -> bytes:
    """The day's list as PDF, with blank rows for those who come without an appointment."""
    rows = [
        (
            row.queue_number or "",
            say_clock(row.slot.starts_at),
            row.person.full_name,
            row.person.masked_id or "",
            "",
            "",
        )
        for row in appointments
    ]
    empty = ("",) * len(_DAY_COLUMNS)
    return _pdf(
        Paper(
            title="Danh sách trong ngày",
            place=day.site.name,
            facts=f"{say_day(day.date)} · {len(rows)} người",
            printed=_printed(printed_by, now),
            columns=_DAY_COLUMNS,
            rows=[*rows, *[empty] * min(blanks, MOST_BLANKS)],
        ),
        now=now,
    )


def call_list(
    appointments: Iterable[Appointment], *, facts: str, place: str, printed_by: str, now: datetime
) -> bytes:
    """Those whom no message has reached, from `calls.to_call`, as PDF: to be ticked by hand at the phone."""
    rows = [
        (
            row.queue_number or "",
            say_clock(row.slot.starts_at),
            row.person.full_name,
            say_phone(phone_to_call(row)) or "không có số",
            _last_call(row),
            "",
        )
        for row in appointments
    ]
    return _pdf(
        Paper(
            title="Chưa nhận được tin",
            place=place,
            facts=f"{facts} · {len(rows)} người",
            printed=_printed(printed_by, now),
            columns=_CALL_COLUMNS,
            rows=rows,
        ),
        now=now,
    )


def _last_call(appointment: Appointment) -> str:
    made = getattr(appointment, "calls_made", [])
    return f"{made[0].get_result_display()}, {say_clock(made[0].called_at)}" if made else ""


def _printed(by: str, now: datetime) -> str:
    return f"In lúc {say_clock(now)} ngày {local_date(now):%d/%m/%Y}, người in: {by}"


def _pdf(paper: Paper, *, now: datetime) -> bytes:
    contents = {
        "title": paper.title,
        "place": paper.place,
        "facts": paper.facts,
        "printed": paper.printed,
        "columns": [{"title": column.title, "width": column.width} for column in paper.columns],
        "rows": [list(row) for row in paper.rows],
    }
    compiler = typst.Compiler(root=FOLDER, font_paths=fonts())
    drawn = compiler.compile(
        _layout(),
        format="pdf",
        sys_inputs={"paper": as_json(contents)},
        timestamp=int(now.timestamp()),
    )
    if not isinstance(drawn, bytes):
        raise TypeError("A PDF is one file")
    return drawn


@cache
def _layout() -> bytes:
    return (FOLDER / "list.typ").read_bytes()
