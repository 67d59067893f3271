"""Spreadsheets as offices hand them in. Names and numbers are made up."""

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook

from booking.services.imports.people import LAYOUT
from booking.services.imports.sites import LAYOUTS, RULES, SITES

HEADINGS = [column.title for column in LAYOUT.columns]
AN = (
    "Trần Văn An",
    "049085000123",
    "12/4/1985",
    "Nam",
    "",
    "0905123456",
    "23/11/2026",
    "27/11/2026",
    "Sáng",
    "",
)
BINH = ("Nguyễn Thị Bình", 49158000456, 1958, "nữ", "", "", "23/11/2026", "", "", "x")


def people_sheet(*rows: Sequence[object], headings: Sequence[str] = HEADINGS) -> bytes:
    return _saved({LAYOUT.title: [headings, *rows]})


def sites_sheet(sites: Iterable[Sequence[object]], rules: Iterable[Sequence[object]]) -> bytes:
    of_sites, of_rules = ([column.title for column in layout.columns] for layout in LAYOUTS)
    return _saved({SITES.title: [of_sites, *sites], RULES.title: [of_rules, *rules]})


def _saved(sheets: dict[str, Sequence[Sequence[object]]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
