"""Whether somebody of an office is at work, and when next."""

from datetime import time, timedelta

import pytest

from agencies.models import CalendarDay
from agencies.tests.factories import AgencyFactory, CalendarDayFactory
from booking.models import OpeningRule
from booking.services.office_hours import office_hours
from booking.services.stretches import Stretch
from booking.tests.factories import (
    EIGHT,
    MONDAY,
    OpeningRuleFactory,
    ServiceDayFactory,
    SiteCalendarDayFactory,
    SiteFactory,
    evening,
)
from core.time import at

pytestmark = pytest.mark.django_db
TUESDAY, SATURDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=5)
NEXT_MONDAY = MONDAY + timedelta(days=7)
MORNING, AFTERNOON = (time(7, 30), time(11, 30)), (time(13, 30), time(17, 0))


def opens(site, *weekdays: int, hours=(MORNING, AFTERNOON)) -> None:
    for weekday in weekdays:
        for starts_at, ends_at in hours:
            OpeningRuleFactory(site=site, weekday=weekday, starts_at=starts_at, ends_at=ends_at)


@pytest.fixture
def site():
    """Monday to Friday, and Saturday mornings."""
    site = SiteFactory()
    opens(site, *range(5))
    opens(site, OpeningRule.Weekday.SATURDAY, hours=[MORNING])
    return site


def stretch(day, hours) -> Stretch:
    return Stretch(at(day, hours[0]), at(day, hours[1]))


def hours(site, day, clock):
    found = office_hours(agency=site.agency, now=at(day, clock))
    return found.now, found.next


class TestOfficeHours:
    @pytest.mark.parametrize(
        ("day", "clock", "now", "following"),
        [
            (MONDAY, time(7, 29), None, (MONDAY, MORNING)),
            (MONDAY, time(7, 30), (MONDAY, MORNING), (MONDAY, AFTERNOON)),
            (MONDAY, time(11, 30), None, (MONDAY, AFTERNOON)),
            (MONDAY, time(16, 59), (MONDAY, AFTERNOON), (TUESDAY, MORNING)),
            (MONDAY, time(23, 0), None, (TUESDAY, MORNING)),
            (SATURDAY, time(9, 0), (SATURDAY, MORNING), (NEXT_MONDAY, MORNING)),
            (SATURDAY, time(14, 0), None, (NEXT_MONDAY, MORNING)),
        ],
    )
    def test_are_those_of_the_week(self, site, day, clock, now, following):
        assert hours(site, day, clock) == (now and stretch(*now), stretch(*following))

    def test_are_none_on_a_holiday(self, site):
        CalendarDayFactory(date=MONDAY)

        assert hours(site, MONDAY, time(9, 0)) == (None, stretch(TUESDAY, MORNING))

    def test_are_half_on_half_a_day(self, site):
        CalendarDayFactory(date=MONDAY, kind=CalendarDay.Kind.HALF, works=CalendarDay.Half.MORNING)

        assert hours(site, MONDAY, time(9, 0)) == (stretch(MONDAY, MORNING), stretch(TUESDAY, MORNING))

    @pytest.mark.parametrize(
        "shut", [SiteCalendarDayFactory, lambda **said: ServiceDayFactory(closed=True, **said)]
    )
    def test_are_none_where_the_day_is_closed(self, site, shut):
        shut(site=site, date=MONDAY)

        assert hours(site, MONDAY, time(9, 0))[0] is None

    def test_are_those_of_any_fixed_site(self, site):
        SiteCalendarDayFactory(site=site, date=MONDAY)
        other = SiteFactory(agency=site.agency)
        opens(other, 0, hours=[(time(8, 0), time(9, 0)), (time(9, 0), time(12, 0))])

        assert hours(site, MONDAY, time(9, 0))[0] == stretch(MONDAY, (time(8, 0), time(12, 0)))

    def test_are_neither_overtime_nor_those_of_the_mobile_team(self, site):
        evening(site)
        opens(SiteFactory(agency=site.agency, mobile=True), 0, hours=[(time(18, 0), time(20, 0))])

        assert hours(site, MONDAY, time(19, 0))[0] is None

    def test_of_an_office_without_any_are_not_made_up(self):
        found = office_hours(agency=AgencyFactory(), now=EIGHT)

        assert (found.now, found.next) == (None, None)
