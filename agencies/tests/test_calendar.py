"""Which days are worked in the country and at an agency."""

from datetime import date, time

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction

from agencies.models import CalendarDay
from agencies.services.calendar import is_worked, read_calendar, weekday_worked
from agencies.services.holidays import days_of, load_holidays, years_in_use
from agencies.tests.factories import AgencyFactory, CalendarDayFactory
from core.db import violated

MONDAY = date(2026, 11, 23)
SATURDAY = date(2026, 8, 22)
FRIDAY = 4


def off(year):
    """The days off of a year, as day and month."""
    return [f"{row.date:%d/%m}" for row in days_of(year) if row.kind == CalendarDay.Kind.HOLIDAY]


class TestWeekdayWorked:
    @pytest.mark.parametrize(
        ("said", "weekday"),
        [
            (None, 0),
            ({"kind": "HOLIDAY"}, None),
            ({"kind": "HALF", "works": "MORNING"}, 0),
            ({"kind": "WORKING"}, 0),
            ({"kind": "WORKING", "like_weekday": FRIDAY}, FRIDAY),
        ],
    )
    def test_is_whose_hours_are_worked(self, said, weekday):
        entry = None if said is None else CalendarDay(date=MONDAY, **said)

        assert weekday_worked(entry, on=MONDAY) == weekday


class TestIsWorked:
    @pytest.mark.parametrize(
        ("works", "hours", "is_so"),
        [
            ("MORNING", (time(11, 30), time(12, 0)), True),
            ("MORNING", (time(11, 30), time(12, 15)), False),
            ("AFTERNOON", (time(12, 0), time(12, 30)), True),
            ("AFTERNOON", (time(11, 45), time(12, 15)), False),
        ],
    )
    def test_parts_a_half_day_at_noon(self, works, hours, is_so):
        entry = CalendarDay(date=MONDAY, kind="HALF", works=works)

        assert is_worked(entry, starts_at=hours[0], ends_at=hours[1]) == is_so


@pytest.mark.django_db
class TestReadCalendar:
    def test_listens_to_the_agency_before_the_country(self, django_assert_num_queries):
        ours, theirs = AgencyFactory(), AgencyFactory()
        country = CalendarDayFactory(date=MONDAY)
        own = CalendarDayFactory(date=MONDAY, agency=ours, kind="WORKING")

        with django_assert_num_queries(1):
            calendar = read_calendar(first=MONDAY, last=MONDAY)

        assert calendar.entry(agency=ours.pk, on=MONDAY) == own
        assert calendar.entry(agency=theirs.pk, on=MONDAY) == country
        assert calendar.entry(agency=ours.pk, on=SATURDAY) is None


class TestDaysOf:
    def test_of_2026_are_those_announced_with_both_swaps(self):
        rows = {f"{row.date:%d/%m}": row for row in days_of(2026)}

        assert off(2026) == [
            *("01/01", "02/01", "16/02", "17/02", "18/02", "19/02", "20/02", "26/04", "27/04"),
            *("30/04", "01/05", "31/08", "01/09", "02/09", "24/11"),
        ]
        assert (rows["10/01"].kind, rows["10/01"].like_weekday) == ("WORKING", FRIDAY)
        assert (rows["22/08"].kind, rows["22/08"].like_weekday) == ("WORKING", 0)
        assert not any(row.is_expected for row in rows.values())
        assert all(row.source for row in rows.values())

    def test_of_2025_make_up_for_the_second_of_may_in_april(self):
        rows = {row.date: row for row in days_of(2025)}

        assert rows[date(2025, 4, 26)].like_weekday == FRIDAY
        assert rows[date(2025, 5, 2)].note == "Nghỉ hoán đổi, làm bù ngày 26/04"

    def test_of_tet_2027_are_off_where_both_proposals_agree(self):
        """Bộ Nội vụ proposed two ways (22/9/2026): 4–10 February, or 5–11."""
        tet = {row.date.day: row for row in days_of(2027) if row.date.month == 2}

        assert [day for day, row in tet.items() if row.kind == "HOLIDAY"] == [5, 6, 7, 8, 9, 10]
        assert [day for day, row in tet.items() if row.kind == "WORKING"] == [4, 11]
        assert all(row.is_expected for row in tet.values())
        assert tet[4].said == "Có thể nghỉ Tết Nguyên đán (dự kiến)"

    def test_of_national_day_not_announced_leave_both_neighbours_open(self):
        september = {row.date.day: row.kind for row in days_of(2027) if row.date.month == 9}

        assert september == {1: "WORKING", 2: "HOLIDAY", 3: "WORKING"}

    @pytest.mark.parametrize("year", range(2021, 2041))
    def test_of_any_year_are_there_once_each(self, year):
        dates = [row.date for row in days_of(year)]

        assert dates == sorted(set(dates))
        assert {day.year for day in dates} == {year}
        assert 11 <= len(off(year)) <= 20


@pytest.mark.django_db
class TestLoadHolidays:
    def test_writes_once_and_then_no_more(self):
        assert load_holidays(years=[2026, 2027]) == len(days_of(2026)) + len(days_of(2027))
        assert load_holidays(years=[2026, 2027]) == 0

    def test_leaves_alone_what_an_officer_changed(self):
        load_holidays(years=[2027])
        changed = CalendarDay.objects.get(date="2027-02-04")
        changed.kind, changed.origin, changed.note = "HOLIDAY", "OFFICE", "Nghỉ Tết"
        changed.save()

        load_holidays(years=[2027])

        changed.refresh_from_db()
        assert (changed.kind, changed.note) == ("HOLIDAY", "Nghỉ Tết")

    def test_corrects_and_takes_away_what_it_loaded_itself(self):
        load_holidays(years=[2027])
        CalendarDay.objects.filter(date="2027-01-01").update(note="?")
        CalendarDayFactory(date="2027-03-03", origin="LOADED")

        assert load_holidays(years=[2027]) == 2

        assert CalendarDay.objects.get(date="2027-01-01").note == "Nghỉ Tết Dương lịch"
        assert not CalendarDay.objects.filter(date="2027-03-03").exists()

    def test_touches_no_other_year_and_no_agency(self):
        own = CalendarDayFactory(date="2027-03-03", agency=AgencyFactory())
        other_year = CalendarDayFactory(date="2028-03-03", origin="LOADED")

        load_holidays(years=[2027])

        assert CalendarDay.objects.filter(pk__in=[own.pk, other_year.pk]).count() == 2

    def test_is_a_command(self, capsys):
        call_command("load_holidays", 2027)

        assert capsys.readouterr().out == f"changed={len(days_of(2027))}\n"

    def test_reaches_as_far_as_anybody_looks(self):
        assert list(years_in_use(today=MONDAY)) == [2025, 2026, 2027, 2028]


@pytest.mark.django_db
class TestCalendarDay:
    @pytest.mark.parametrize(
        ("said", "constraint"),
        [
            ({"like_weekday": FRIDAY}, "only_a_worked_calendarday_is_like_a_weekday"),
            ({"kind": "WORKING", "like_weekday": 7}, "a_calendarday_is_like_one_of_seven_weekdays"),
            ({"kind": "HALF"}, "a_half_calendarday_names_the_half_that_is_worked"),
            ({"works": "MORNING"}, "a_half_calendarday_names_the_half_that_is_worked"),
        ],
    )
    def test_is_refused_by_the_database_when_it_contradicts_itself(self, said, constraint):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            CalendarDayFactory(date=MONDAY, **said)

        assert violated(refused.value) == constraint

    def test_of_the_country_is_one_for_a_date(self):
        CalendarDayFactory(date=MONDAY)

        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            CalendarDayFactory(date=MONDAY)

        assert violated(refused.value) == "one_calendar_day_per_date_and_agency"

    def test_of_an_agency_was_not_loaded(self):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            CalendarDayFactory(date=MONDAY, agency=AgencyFactory(), origin="LOADED")

        assert violated(refused.value) == "only_the_country_has_loaded_days"

    def test_tells_an_officer_what_is_wrong(self):
        with pytest.raises(ValidationError, match="Chọn buổi làm việc"):
            CalendarDayFactory.build(date=MONDAY, kind="HALF").full_clean()
