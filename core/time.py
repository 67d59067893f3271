"""The office's clock: rules and texts in Asia/Ho_Chi_Minh, the database in UTC."""

import time as _clock
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

VN = ZoneInfo("Asia/Ho_Chi_Minh")
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def local_date(moment: datetime) -> date:
    """The calendar day in Việt Nam at `moment`."""
    return moment.astimezone(VN).date()


def at(day: date, clock: time) -> datetime:
    """The moment when clocks in Việt Nam show `clock` on `day`."""
    return datetime.combine(day, clock, tzinfo=VN)


def going_on_from(now: datetime) -> Callable[[], datetime]:
    """A clock that shows `now` and goes on: how work that takes long tells the time it was given."""
    began = _clock.monotonic()
    return lambda: now + timedelta(seconds=_clock.monotonic() - began)


def say_time(moment: datetime) -> str:
    """`08:30 23/11/2026`, as messages write it."""
    return f"{moment.astimezone(VN):%H:%M %d/%m/%Y}"


def say_clock(moment: datetime) -> str:
    """`08:30`."""
    return f"{moment.astimezone(VN):%H:%M}"


def say_day(day: date) -> str:
    """`thứ Hai, 23/11/2026`, as pages write it."""
    return f"{WEEKDAYS[day.weekday()]}, {day:%d/%m/%Y}"


def say_day_short(day: date) -> str:
    """`23/11`."""
    return f"{day:%d/%m}"
