"""Birth dates as people know them: the day, only the month, or only the year; and ages that follow."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

_DAY = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{4})")
_MONTH = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{4})")
_YEAR = re.compile(r"[0-9]{4}")
_TEXT = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@dataclass(frozen=True)
class BirthDate:
    """`YYYY`, `YYYY-MM` or `YYYY-MM-DD`. Of a year or month, ages count from its first day."""

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def read(cls, text: str) -> "BirthDate":
        """:raises ValueError: the text has another form, or names a day that is in no calendar"""
        found = _TEXT.fullmatch(text)
        if not found:
            raise ValueError("not a birth date")
        born = cls(*(int(part) if part else None for part in found.groups()))  # type: ignore[arg-type]
        _ = born.first_day
        return born

    @property
    def is_whole(self) -> bool:
        return self.day is not None

    @property
    def first_day(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    def birthday(self, age: int) -> date:
        """The day on which the person reaches an age; of 29 February, the last of February in other years."""
        born = self.first_day
        last = calendar.monthrange(born.year + age, born.month)[1]
        return date(born.year + age, born.month, min(born.day, last))

    def age_on(self, day: date) -> int:
        """The full years on a day; negative before the birth."""
        years = day.year - self.year
        return years if day >= self.birthday(years) else years - 1

    def __str__(self) -> str:
        parts = [f"{self.year:04d}", *(f"{part:02d}" for part in (self.month, self.day) if part)]
        return "-".join(parts)


def iso_birth_date(typed: str) -> str:
    """Read `12/4/1985`, `4/1985` or `1985` and give `1985-04-12`, `1985-04` or `1985`.

    :raises ValueError: none of these
    """
    if day := _DAY.fullmatch(typed):
        return f"{day[3]}-{int(day[2]):02d}-{int(day[1]):02d}"
    if month := _MONTH.fullmatch(typed):
        return f"{month[2]}-{int(month[1]):02d}"
    if _YEAR.fullmatch(typed):
        return typed
    raise ValueError("not a birth date")
