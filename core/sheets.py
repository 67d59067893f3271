"""Spreadsheets that people hand in, and those we hand out.

What comes in is hostile until read: its size, the size it unpacks to and its rows are bounded, formulas are
never evaluated (a cell gives the value it showed when it was saved), and only cells below known headings
leave this module, as plain values. What goes out holds text as text, so that no name becomes a formula.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, ClassVar

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from core.errors import DomainError
from core.text import say_number, search_key

LARGEST_FILE = 5_000_000
LARGEST_UNPACKED = 60_000_000
MOST_PARTS = 300
MOST_ROWS = 20_000
MOST_COLUMNS = 40
LONGEST_TEXT = 500
HEADING_WITHIN = 10
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell as it leaves this module; days and hours as ISO text, so that rows can be kept as JSON.
Value = str | int | float | bool | None


class SheetRefused(DomainError):
    """The file cannot be taken at all."""

    code = "sheet_refused"
    message = "Chưa nhận được tệp. {reason}"
    status: ClassVar[int] = 422


@dataclass(frozen=True)
class Column:
    """A column that is understood. `aliases` are other headings for it, `options` what a cell may say."""

    key: str
    title: str
    required: bool = False
    hint: str = ""
    example: str = ""
    aliases: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    width: int = 18


@dataclass(frozen=True)
class Layout:
    """A sheet that is understood: its name in the file, and its columns."""

    title: str
    columns: tuple[Column, ...]

    def titled(self, key: str) -> str:
        return next(column.title for column in self.columns if column.key == key)


@dataclass(frozen=True)
class Row:
    """A row as people count them, with its values by column; `letters` tell where each column stands."""

    number: int
    values: dict[str, Value]


@dataclass(frozen=True)
class Table:
    """What was read of one sheet."""

    rows: list[Row]
    letters: dict[str, str]
    ignored: list[str]


# --- Reading ------------------------------------------------------------------------------------------


def read_tables(content: bytes, layouts: Sequence[Layout]) -> list[Table]:
    """Read the sheets that are understood; a layout that stands alone may be any first sheet.

    :raises SheetRefused: too large, no spreadsheet, or a sheet or column is missing
    """
    with _opened(content) as book:
        sheets = {search_key(sheet.title): sheet for sheet in book.worksheets}
        return [_read(_sheet_for(layout, sheets, alone=len(layouts) == 1), layout) for layout in layouts]


def first_column(content: bytes) -> list[tuple[int, str]]:
    """The cells of the first column of the first sheet as text, each with its row; empty ones are left out.

    :raises SheetRefused: too large, or no spreadsheet
    """
    with _opened(content) as book:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file claims of itself may be wrong
        cells = sheet.iter_rows(max_row=MOST_ROWS, max_col=1, values_only=True)
        plain = [(number, _plain(row[0])) for number, row in enumerate(cells, start=1) if row]
    return [(number, str(value)) for number, value in plain if value is not None]


@contextmanager
def _opened(content: bytes) -> Iterator[Any]:
    """A spreadsheet to read.

    :raises SheetRefused: it is dangerous, or breaks while it is read
    """
    _refuse_dangerous(content)
    try:
        yield load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except DomainError:
        raise
    # The library says in a dozen ways that a file is broken; none of them is a bug of ours.
    except Exception as broken:
        raise SheetRefused(
            reason="Không đọc được tệp. Mở bằng Excel, lưu lại dạng .xlsx rồi thử lại."
        ) from broken


def _refuse_dangerous(content: bytes) -> None:
    if len(content) > LARGEST_FILE:
        raise SheetRefused(reason=f"Tệp lớn quá {LARGEST_FILE // 1_000_000} MB. Chia thành nhiều tệp.")
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise SheetRefused(reason="Đây không phải tệp Excel .xlsx. Lưu lại dạng “Excel Workbook (.xlsx)”.")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        entries = parts.infolist()
        # The sizes that are written there are the most that is ever unpacked.
        if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
            raise SheetRefused(reason="Tệp phình quá lớn khi mở. Chép riêng danh sách sang tệp mới.")
        if any(_declares_entities(parts, entry) for entry in entries):
            raise SheetRefused(reason="Tệp có nội dung lạ, không mở. Chép riêng danh sách sang tệp mới.")


def _declares_entities(parts: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Whether an XML part begins with declarations, which no spreadsheet program writes."""
    if not entry.filename.endswith((".xml", ".rels")):
        return False
    try:
        with parts.open(entry) as opened:
            head = opened.read(4096)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return True
    return b"<!DOCTYPE" in head or b"<!ENTITY" in head or b"\x00" in head


def _sheet_for(layout: Layout, sheets: dict[str, Any], *, alone: bool) -> Any:
    found = sheets.get(search_key(layout.title))
    if found is None and alone and sheets:
        found = next(iter(sheets.values()))
    if found is None:
        raise SheetRefused(reason=f"Thiếu trang tính “{layout.title}”. Dùng tệp mẫu.")
    return found


def _read(sheet: Any, layout: Layout) -> Table:
    sheet.reset_dimensions()  # what the file claims of itself may be wrong
    positions: dict[int, str] = {}
    ignored: list[str] = []
    rows: list[Row] = []
    most = MOST_ROWS + HEADING_WITHIN
    cells = sheet.iter_rows(max_row=most + 1, max_col=MOST_COLUMNS, values_only=True)
    for number, row in enumerate(cells, start=1):
        if number > most:
            raise SheetRefused(reason=f"Nhiều hơn {say_number(MOST_ROWS)} dòng. Chia thành nhiều tệp.")
        if not positions:
            positions, ignored = _headings(row, layout) if number <= HEADING_WITHIN else ({}, [])
        elif any(value not in (None, "") for value in row):
            picked = {key: _plain(row[at]) for at, key in positions.items() if at < len(row)}
            rows.append(Row(number, picked))
    _refuse_missing(positions, layout)
    letters = {key: get_column_letter(at + 1) for at, key in positions.items()}
    return Table(
        [row for row in rows if any(value is not None for value in row.values.values())], letters, ignored
    )


def _headings(row: Sequence[Any], layout: Layout) -> tuple[dict[int, str], list[str]]:
    """Which column stands where, if this row is that of the headings: it must name two columns at least."""
    known = {
        _folded(name): column.key for column in layout.columns for name in (column.title, *column.aliases)
    }
    said = {at: str(cell) for at, cell in enumerate(row) if cell not in (None, "")}
    positions: dict[int, str] = {}
    for at, title in said.items():
        key = known.get(_folded(title))
        if key and key not in positions.values():
            positions[at] = key
    if len(positions) < min(2, len(layout.columns)):
        return {}, []
    return positions, [title[:60] for at, title in said.items() if at not in positions]


def _refuse_missing(positions: dict[int, str], layout: Layout) -> None:
    there = set(positions.values())
    missing = [column.title for column in layout.columns if column.required and column.key not in there]
    if missing:
        names = ", ".join(f"“{title}”" for title in missing)
        raise SheetRefused(
            reason=f"Trang “{layout.title}” thiếu cột {names}. Dòng đầu phải là tên cột như tệp mẫu."
        )


def _folded(title: str) -> str:
    return search_key(title).strip(" *:.")


def _plain(cell: Any) -> Value:
    """A cell as plain data. What begins with = + - @ is text like any other."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.isoformat(timespec="minutes")
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if cell is None or isinstance(cell, bool | int | float):
        return cell
    return str(cell).replace("\x00", "").strip()[:LONGEST_TEXT] or None


# --- Writing ------------------------------------------------------------------------------------------


def write_template(layouts: Sequence[Layout], *, how_to: Sequence[str]) -> bytes:
    """An empty file to fill in: headings, lists to choose from, and a sheet that explains each column."""
    book = _new_book()
    for layout in layouts:
        sheet = book.create_sheet(layout.title)
        _put_headings(sheet, layout.columns)
        for at, column in enumerate(layout.columns, start=1):
            if column.options:
                _offer(sheet, get_column_letter(at), column.options)
    _explain(book.create_sheet("Hướng dẫn"), layouts, how_to)
    return _saved(book)


def write_rows(title: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> bytes:
    """A file with one sheet of rows; every value is written as text."""
    book = _new_book()
    sheet = book.create_sheet(title)
    _put_headings(sheet, columns)
    for row in rows:
        put_row(sheet, row)
    return _saved(book)


def put_row(sheet: Worksheet, values: Sequence[Value]) -> None:
    """Add a row whose cells are text, whatever they begin with: to the program, and when they are edited."""
    at = sheet.max_row + 1
    for column, value in enumerate(values, start=1):
        if value is None:
            continue
        cell = sheet.cell(at, column)
        cell.value = str(value)
        cell.data_type = "s"  # a text that begins with = would be taken for a formula
        cell.number_format = "@"
        cell.quotePrefix = True


def _new_book() -> Workbook:
    book = Workbook()
    for sheet in book.worksheets:
        book.remove(sheet)
    return book


def _put_headings(sheet: Worksheet, columns: Sequence[Column]) -> None:
    fill = PatternFill("solid", fgColor="CFEBE3")
    for at, column in enumerate(columns, start=1):
        cell = sheet.cell(1, at, column.title + (" *" if column.required else ""))
        cell.font, cell.fill = Font(bold=True), fill
        if column.hint:
            cell.comment = Comment(column.hint, "")
        dimension = sheet.column_dimensions[get_column_letter(at)]
        dimension.width = column.width
        dimension.number_format = "@"  # keeps the zeros that numbers begin with
    sheet.freeze_panes = "A2"


def _offer(sheet: Worksheet, letter: str, options: Sequence[str]) -> None:
    choice = DataValidation(type="list", formula1=f'"{",".join(options)}"', allow_blank=True)
    choice.error, choice.errorTitle = "Chọn một mục trong danh sách.", "Chưa đúng"
    sheet.add_data_validation(choice)
    choice.add(f"{letter}2:{letter}{MOST_ROWS}")


def _explain(sheet: Worksheet, layouts: Sequence[Layout], how_to: Sequence[str]) -> None:
    wide = Alignment(wrap_text=True, vertical="top")
    for line in how_to:
        put_row(sheet, [line])
    for layout in layouts:
        put_row(sheet, [f"Trang “{layout.title}”"])
        put_row(sheet, ["Cột", "Bắt buộc", "Ghi thế nào", "Thí dụ"])
        for column in layout.columns:
            put_row(sheet, [column.title, "có" if column.required else "", column.hint, column.example])
    for letter, width in zip("ABCD", (34, 10, 70, 24), strict=True):
        sheet.column_dimensions[letter].width = width
    for cells in sheet.iter_rows(min_col=3, max_col=3):
        cells[0].alignment = wide


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
