"""Cells as offices fill them in, read into what the rules understand.

A number that lost the zeros it begins with, a day as text, a year alone: what can be meant in one way only is
taken, and what was guessed is said. The rest is refused in words that name the cell.
"""

import re
from dataclasses import dataclass, field
from datetime import date, time

from core import phones
from core.sheets import Layout, Row, Value
from core.text import search_key

_DAY = re.compile(r"(?:(?:(\d{1,2})[/.\-])?(\d{1,2})[/.\-])?(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:T.*)?")
_CLOCK = re.compile(r"(\d{1,2})\s*(?:[:hg]|giờ|gio)\s*(\d{1,2})?\s*(?:phút|p)?(?::\d{2})?", re.IGNORECASE)
_DIGITS_WITH_SIGNS = re.compile(r"[\s.\-]")
NUMBER_DIGITS, OLD_DIGITS = 12, 9
FIRST_YEAR, LAST_YEAR = 1900, 2100


class Unreadable(ValueError):
    """A cell that cannot be meant in one way; the text is for the officer."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row, and in which cell; `cell` is empty where it is the whole row.

    `sheet` is named where a file has several.
    """

    row: int
    column: str
    cell: str
    message: str
    sheet: str = ""

    @property
    def place(self) -> str:
        where = f"trang “{self.sheet}”, dòng {self.row}" if self.sheet else f"dòng {self.row}"
        return f"{where}, cột “{self.column}” ({self.cell})" if self.cell else where


@dataclass
class Reader:
    """One row being read: gives values, and keeps what is wrong and what was guessed."""

    row: Row
    layout: Layout
    letters: dict[str, str]
    sheet: str = ""
    faults: list[Fault] = field(default_factory=list)
    guesses: list[Fault] = field(default_factory=list)

    def value(self, key: str) -> Value:
        return self.row.values.get(key)

    def text(self, key: str) -> str:
        value = self.value(key)
        return "" if value is None else str(value).strip()

    def fault(self, key: str, message: str) -> None:
        self.faults.append(self._at(key, message))

    def guess(self, key: str, message: str) -> None:
        self.guesses.append(self._at(key, message))

    def _at(self, key: str, message: str) -> Fault:
        known = any(column.key == key for column in self.layout.columns)
        column = self.layout.titled(key) if known else ""
        cell = f"{self.letters[key]}{self.row.number}" if key in self.letters else ""
        return Fault(self.row.number, column, cell, message, self.sheet)

    def number(self, key: str) -> tuple[str | None, str | None]:
        """An identity number of 12 digits and an old one of 9, of which one is None."""
        typed = self.text(key)
        digits = _DIGITS_WITH_SIGNS.sub("", typed)
        if not digits:
            return None, None
        if not (digits.isascii() and digits.isdigit()):
            self.fault(key, "chỉ gồm chữ số. Xem ô có hiện dạng 4,9E+10 thì đổi ô sang dạng văn bản.")
        elif len(digits) == OLD_DIGITS:
            return None, digits
        elif NUMBER_DIGITS - 2 <= len(digits) < NUMBER_DIGITS:
            self.guess(key, f"ô mất số 0 ở đầu, đọc là {'0' * (NUMBER_DIGITS - len(digits))}… (đủ 12 chữ số)")
            return digits.zfill(NUMBER_DIGITS), None
        elif len(digits) != NUMBER_DIGITS:
            self.fault(key, f"có {len(digits)} chữ số; số định danh có 12, số CMND cũ có 9.")
        return digits, None

    def birth_date(self, key: str) -> str:
        """`1985-04-12`, `1985-04` or `1985`."""
        try:
            year, month, day = read_day(self.value(key))
        except Unreadable as unreadable:
            self.fault(key, str(unreadable))
            return ""
        return "-".join([f"{year:04d}", *(f"{part:02d}" for part in (month, day) if part)])

    def day(self, key: str) -> date | None:
        if not self.text(key):
            return None
        try:
            year, month, day = read_day(self.value(key))
            if not (month and day):
                raise Unreadable("ghi đủ ngày/tháng/năm, thí dụ 23/11/2026.")
            return date(year, month, day)
        except Unreadable as unreadable:
            self.fault(key, str(unreadable))
        return None

    def clock(self, key: str) -> time | None:
        try:
            return read_clock(self.value(key))
        except Unreadable as unreadable:
            self.fault(key, str(unreadable))
        return None

    def whole(self, key: str, *, otherwise: int) -> int:
        text = self.text(key)
        if not text:
            return otherwise
        if not (text.isascii() and text.isdigit() and len(text) <= 4):
            self.fault(key, "ghi một số, thí dụ 30.")
            return otherwise
        return int(text)

    def choice(self, key: str, words: dict[str, str], *, otherwise: str | None = None) -> str:
        """The value of the word in the cell, whatever its marks and capitals."""
        text = search_key(self.text(key))
        if not text and otherwise is not None:
            return otherwise
        if text in words:
            return words[text]
        options = next((column.options for column in self.layout.columns if column.key == key), ())
        self.fault(key, f"ghi một trong các mục: {', '.join(options)}.")
        return otherwise or ""

    def phone(self, key: str) -> str | None:
        digits = self.text(key)
        if not digits:
            return None
        if isinstance(self.value(key), int) and len(digits) == 9:
            digits = f"0{digits}"  # the cell was a number
        try:
            return phones.normalise(digits)
        except ValueError:
            self.fault(key, "không phải số điện thoại Việt Nam. Xóa trống nếu không có.")
        return None


def read_day(value: Value) -> tuple[int, int, int]:
    """A year, month and day as they were written; a month or day that is not known is 0.

    :raises Unreadable: no day, or one that is not in the calendar
    """
    text = "" if value is None else str(value).strip()
    if not text:
        raise Unreadable("còn trống.")
    if found := _ISO.fullmatch(text):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    elif found := _DAY.fullmatch(text.replace(" ", "")):
        year, month, day = int(found[3]), int(found[2] or 0), int(found[1] or 0)
    else:
        raise Unreadable(
            "không đọc được ngày. Ghi ngày/tháng/năm, thí dụ 12/4/1985; chỉ nhớ năm thì ghi 1985."
        )
    _refuse_no_day(year, month, day)
    return year, month, day


def _refuse_no_day(year: int, month: int, day: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Unreadable(
            f"năm {year} không hợp lý. Nếu ô hiện ngày mà máy đọc ra số, đổi ô sang dạng văn bản."
        )
    try:
        date(year, month or 1, day or 1)
    except ValueError as error:
        raise Unreadable("ngày này không có trong lịch. Thứ tự là ngày/tháng/năm.") from error


def read_clock(value: Value) -> time:
    """An hour as offices write it: `7:30`, `7h30`, `7 giờ 30`, or a part of a day as Excel keeps it.

    :raises Unreadable: no hour
    """
    if isinstance(value, float) and 0 < value < 1:
        minutes = round(value * 24 * 60)
        return time(minutes // 60 % 24, minutes % 60)
    found = _CLOCK.fullmatch("" if value is None else str(value).strip())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if hour > 23 or minute > 59:
        raise Unreadable("ghi giờ, thí dụ 07:30.")
    return time(hour, minute)
