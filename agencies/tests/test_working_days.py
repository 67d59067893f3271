"""Working days as the law counts them."""

from datetime import date

import pytest

from agencies.models import CalendarDay, CalendarEntry
from agencies.services.holidays import load_holidays
from agencies.services.working_days import working_day_after
from agencies.tests.factories import AgencyFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("start", "days", "then"),
    [
        (date(2026, 11, 16), 1, date(2026, 11, 17)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # over a weekend
        (date(2026, 11, 20), 2, date(2026, 11, 25)),  # and Ngày Văn hóa Việt Nam
        (date(2026, 8, 21), 1, date(2026, 8, 22)),  # a Saturday that makes up for 31/8
        (date(2026, 8, 28), 1, date(2026, 9, 3)),
    ],
)
def test_days_off_do_not_count_and_make_up_days_do(start, days, then):
    load_holidays(years=[2026])

    assert working_day_after(start, days=days, agency=AgencyFactory()) == then


def test_an_office_has_days_of_its_own():
    agency, other = AgencyFactory(), AgencyFactory()
    CalendarDay.objects.create(date=date(2026, 11, 17), agency=agency, kind=CalendarEntry.Kind.HOLIDAY)

    assert working_day_after(date(2026, 11, 16), days=1, agency=agency) == date(2026, 11, 18)
    assert working_day_after(date(2026, 11, 16), days=1, agency=other) == date(2026, 11, 17)


def test_seven_days_over_tet_reach_past_it():
    load_holidays(years=[2027])

    assert working_day_after(date(2027, 2, 1), days=7, agency=AgencyFactory()) > date(2027, 2, 12)
