"""The public holidays of Việt Nam as calendar days of the whole country. Law and gaps: decision 0016.

What is fixed by law comes from the `holidays` package. The Prime Minister decides each year which five days
are Tết and which day goes with National Day; where that is not announced, the days that every lawful
arrangement has are off, "expected", and the others are worked, "expected" as well.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta

import holidays
from django.db import transaction
from django.db.models import QuerySet

from agencies.models import CalendarDay

DAY = timedelta(days=1)
WEEKEND = (5, 6)
# The last year whose notices (Tết, National Day, swapped days) are known to the package and the table below.
ANNOUNCED_TO = 2026
# A weekday off and the Saturday worked for it, with the notice that says so.
SWAPS = (
    (date(2024, 4, 29), date(2024, 5, 4), "Công văn 2450/VPCP-KGVX"),
    (date(2025, 5, 2), date(2025, 4, 26), "Thông báo 6150/TB-BLĐTBXH"),
    (date(2026, 1, 2), date(2026, 1, 10), "Công văn 12729/VPCP-KGVX"),
    (date(2026, 8, 31), date(2026, 8, 22), "Thông báo 9441/TB-BNV"),
)
TET, NATIONAL_DAY = "Tết Nguyên đán", "Quốc khánh"
LABOUR_CODE = "Bộ luật Lao động 2019, Điều 112"
YEARLY_NOTICE = "Thông báo nghỉ lễ, Tết của năm"
CULTURE_DAY_LAW = "Nghị quyết 28/2026/QH16, Điều 2"
# How far the days of Tết and National Day reach in the package, from the first of the year, from 2 September.
AROUND_TET, AROUND_NATIONAL_DAY = range(-4, 11), range(-2, 7)


def years_in_use(*, today: date) -> range:
    """The years that an office may look at: the last one, this one and the next two."""
    return range(today.year - 1, today.year + 3)


@transaction.atomic
def load_holidays(*, years: Collection[int]) -> int:
    """Bring the country's days of these years up to date; gives how many were written or taken away.

    What an officer wrote or changed stays as it is. Run again it changes nothing.
    """
    # Two deployments at once: the second waits for the first row and then finds all as it wants it.
    known = {row.date: row for row in _of_country(years).select_for_update().order_by("pk")}
    wanted = {row.date: row for year in sorted(years) for row in days_of(year)}
    loaded = {on: row for on, row in known.items() if row.origin == CalendarDay.Origin.LOADED}
    gone = [row.pk for on, row in loaded.items() if on not in wanted]
    changed = [row for on, row in wanted.items() if on in loaded and _said(row) != _said(loaded[on])]
    new = [row for on, row in wanted.items() if on not in known]
    CalendarDay.objects.filter(pk__in=gone).delete()
    for row in changed:
        row.pk = loaded[row.date].pk
    CalendarDay.objects.bulk_update(changed, ["kind", "like_weekday", "note", "is_expected", "source"])
    CalendarDay.objects.bulk_create(new, ignore_conflicts=True)
    return len(gone) + len(changed) + len(new)


def _of_country(years: Collection[int]) -> QuerySet[CalendarDay]:
    return CalendarDay.objects.filter(agency=None, date__year__in=years)


def _said(row: CalendarDay) -> tuple[object, ...]:
    return row.kind, row.like_weekday, row.note, row.is_expected, row.source


def days_of(year: int) -> list[CalendarDay]:
    """The country's days of a year, by date; nothing is written."""
    listed = holidays.country_holidays("VN", years=year, language="vi")
    new_year = next(on for on, name in listed.items() if name.startswith("Tết Nguyên Đán"))
    tet, national_day = _around(new_year, AROUND_TET), _around(date(year, 9, 2), AROUND_NATIONAL_DAY)
    found = {}
    for on, name in listed.items():
        if on in tet or on in national_day:
            if year <= ANNOUNCED_TO:
                occasion = TET if on in tet else NATIONAL_DAY
                found[on] = _off(on, f"Nghỉ {occasion}", source=YEARLY_NOTICE)
        else:
            found[on] = _fixed(on, name)
    if year > ANNOUNCED_TO:
        for occasion, ways in ((TET, _ways_of_tet(new_year)), (NATIONAL_DAY, _ways_of_national_day(year))):
            found |= {row.date: row for row in _not_announced(occasion, ways, others=set(found))}
    found |= {row.date: row for row in _swapped(year)}
    return [found[on] for on in sorted(found)]


def _around(middle: date, offsets: Iterable[int]) -> set[date]:
    return {middle + offset * DAY for offset in offsets}


def _off(on: date, note: str, *, source: str, is_expected: bool = False) -> CalendarDay:
    return CalendarDay(
        date=on,
        kind=CalendarDay.Kind.HOLIDAY,
        note=note,
        is_expected=is_expected,
        origin=CalendarDay.Origin.LOADED,
        source=source,
    )


def _worked(on: date, note: str, *, source: str, **said: object) -> CalendarDay:
    origin = CalendarDay.Origin.LOADED
    return CalendarDay(
        date=on, kind=CalendarDay.Kind.WORKING, note=note, origin=origin, source=source, **said
    )


def _fixed(on: date, listed_as: str) -> CalendarDay:
    """A holiday whose day the law names, or the day off in lieu of it: `Nghỉ bù ngày Chiến thắng`."""
    name = listed_as.removesuffix(" (nghỉ bù)")
    begin = "Nghỉ" if name == listed_as else "Nghỉ bù"
    called = f"ngày{name.removeprefix('Ngày')}" if name.startswith("Ngày") else name
    return _off(on, f"{begin} {called}", source=CULTURE_DAY_LAW if "Văn hóa" in name else LABOUR_CODE)


def _ways_of_tet(new_year: date) -> list[list[date]]:
    """Five days: one before the first of the year and four from it on, or two and three."""
    return [[new_year + offset * DAY for offset in range(-before, 5 - before)] for before in (1, 2)]


def _ways_of_national_day(year: int) -> list[list[date]]:
    """2 September with the day before, or the day after."""
    second = date(year, 9, 2)
    return [[second - DAY, second], [second, second + DAY]]


def _not_announced(
    occasion: str, ways: Sequence[Sequence[date]], *, others: Collection[date]
) -> Iterator[CalendarDay]:
    """Off where every way has it off, days in lieu of weekends included; worked where only some have."""
    off = [{*way, *_in_lieu(way, others=others)} for way in ways]
    for on in sorted(set.union(*off)):
        if all(on in days for days in off):
            yield _off(on, f"Nghỉ {occasion}", source=LABOUR_CODE, is_expected=True)
        elif on.weekday() not in WEEKEND:
            yield _worked(on, f"Có thể nghỉ {occasion}", source=LABOUR_CODE, is_expected=True)


def _in_lieu(days: Sequence[date], *, others: Collection[date]) -> list[date]:
    """The next working days after a holiday, one for each of its days on a weekend (Điều 111 khoản 3)."""
    found: list[date] = []
    on = days[-1]
    for _ in [day for day in days if day.weekday() in WEEKEND]:
        on += DAY
        while on.weekday() in WEEKEND or on in others:
            on += DAY
        found.append(on)
    return found


def _swapped(year: int) -> Iterator[CalendarDay]:
    for off, worked, source in SWAPS:
        if off.year == year:
            yield _off(off, f"Nghỉ hoán đổi, làm bù ngày {worked:%d/%m}", source=source)
        if worked.year == year:
            note = f"Làm bù cho ngày {off:%d/%m}"
            yield _worked(worked, note, source=source, like_weekday=off.weekday())
