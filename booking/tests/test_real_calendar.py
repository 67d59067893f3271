"""The calendar as it really was and will be: no slot where nobody works, none missing."""

from datetime import date, datetime, time, timedelta

import pytest

from agencies.services.holidays import load_holidays
from agencies.tests.factories import AgencyFactory
from booking.models import OpeningRule, ServiceDay, Session, Site, Slot
from booking.services.calendar import open_calendar
from booking.services.calendar_days import set_day
from booking.services.sessions import Hours, Place, Stop, Ward, add_session, plan_tour
from booking.tests.factories import OpeningRuleFactory, SiteCalendarDayFactory, SiteFactory
from core.time import VN, at, local_date

pytestmark = pytest.mark.django_db
MORNING, AFTERNOON = (time(7, 30), time(11, 30)), (time(13, 30), time(17, 0))
MORNING_STARTS = ["07:30", "08:00", "08:30", "09:00", "09:30", "10:00", "10:30", "11:00"]
AFTERNOON_STARTS = ["13:30", "14:00", "14:30", "15:00", "15:30", "16:00", "16:30"]
EVENING_STARTS = ["18:00", "18:30", "19:00", "19:30"]
SATURDAY, SUNDAY = 5, 6
WARDS_OF_TAM_KY = (
    ("20335", "Phường Tân Thạnh"),
    ("20338", "Phường Phước Hòa"),
    ("20341", "Phường An Mỹ"),
    ("20344", "Phường Hòa Hương"),
    ("20347", "Phường An Xuân"),
    ("20350", "Phường An Sơn"),
    ("20353", "Phường Trường Xuân"),
    ("20356", "Phường An Phú"),
    ("20359", "Xã Tam Thanh"),
    ("20362", "Xã Tam Thăng"),
    ("20371", "Xã Tam Phú"),
    ("20389", "Xã Tam Ngọc"),
    ("20375", "Phường Hòa Thuận"),
)


@pytest.fixture
def office():
    """Open on workdays and Saturday mornings, with the holidays of the country."""
    site = SiteFactory(agency__window_days=92)
    for weekday in range(SATURDAY + 1):
        for start, end in (MORNING, AFTERNOON) if weekday < SATURDAY else (MORNING,):
            OpeningRuleFactory(site=site, weekday=weekday, starts_at=start, ends_at=end, slot_minutes=30)
    load_holidays(years=range(2025, 2029))
    return site


def morning_of(*day: int) -> datetime:
    return at(date(*day), time(6, 0))


def starts_on(site: Site, day: date) -> list[str]:
    rows = Slot.objects.filter(day__site=site, day__date=day, day__is_open=True, is_open=True)
    return [f"{slot.starts_at.astimezone(VN):%H:%M}" for slot in rows.order_by("starts_at")]


def said_of(site: Site, day: date) -> str | None:
    return ServiceDay.objects.filter(site=site, date=day).values_list("note", flat=True).first()


class TestTet2027:
    """Not announced: two ways are proposed, 4–10 and 5–11 February."""

    @pytest.fixture(autouse=True)
    def _opened(self, office):
        open_calendar(days=30, now=morning_of(2027, 1, 25))

    @pytest.mark.parametrize("day", range(5, 11))
    def test_has_no_slot_on_the_days_that_are_off_either_way(self, office, day):
        assert starts_on(office, date(2027, 2, day)) == []

    @pytest.mark.parametrize("day", [5, 6, 8, 9, 10])
    def test_says_why_the_office_is_shut(self, office, day):
        row = ServiceDay.objects.get(site=office, date=date(2027, 2, day))

        assert (row.is_open, row.note) == (False, "Nghỉ Tết Nguyên đán (dự kiến)")

    def test_says_nothing_of_a_sunday_on_which_the_office_is_shut_anyway(self, office):
        assert said_of(office, date(2027, 2, 7)) is None

    @pytest.mark.parametrize("day", [4, 11])
    def test_is_worked_where_that_is_not_decided_and_says_so(self, office, day):
        assert starts_on(office, date(2027, 2, day)) == MORNING_STARTS + AFTERNOON_STARTS
        assert said_of(office, date(2027, 2, day)) == "Có thể nghỉ Tết Nguyên đán (dự kiến)"

    @pytest.mark.parametrize("day", [3, 12, 15])
    def test_leaves_the_days_around_as_they_are(self, office, day):
        assert starts_on(office, date(2027, 2, day)) == MORNING_STARTS + AFTERNOON_STARTS
        assert said_of(office, date(2027, 2, day)) == ""


class TestMakeUpSaturday:
    def test_takes_the_hours_of_the_friday_it_stands_for(self, office):
        open_calendar(days=14, now=morning_of(2026, 1, 1))

        assert starts_on(office, date(2026, 1, 2)) == []
        assert starts_on(office, date(2026, 1, 10)) == MORNING_STARTS + AFTERNOON_STARTS
        assert said_of(office, date(2026, 1, 10)) == "Làm bù cho ngày 02/01"

    def test_is_a_saturday_as_ever_in_other_weeks(self, office):
        open_calendar(days=30, now=morning_of(2026, 1, 11))

        assert starts_on(office, date(2026, 1, 17)) == MORNING_STARTS


class TestHalfDay:
    @pytest.mark.parametrize(
        ("works", "starts"), [("MORNING", MORNING_STARTS), ("AFTERNOON", AFTERNOON_STARTS)]
    )
    def test_has_the_slots_of_its_half(self, office, works, starts):
        eve = date(2026, 12, 31)
        open_calendar(days=30, now=morning_of(2026, 12, 14))
        entry = SiteCalendarDayFactory.build(
            site=office, date=eve, kind="HALF", works=works, note="Tổng kết năm"
        )

        set_day(entry=entry, now=morning_of(2026, 12, 15))

        assert starts_on(office, eve) == starts
        assert said_of(office, eve) == "Tổng kết năm"


class TestEveningSession:
    @pytest.mark.parametrize(
        ("day", "others"),
        [
            (date(2026, 12, 28), MORNING_STARTS + AFTERNOON_STARTS),
            (date(2026, 12, 27), []),  # Sunday
            (date(2027, 1, 1), []),  # New Year
        ],
    )
    def test_adds_its_hours_whatever_the_day(self, office, day, others):
        open_calendar(days=30, now=morning_of(2026, 12, 14))
        hours = Hours(time(18, 0), time(20, 0), slot_minutes=30, capacity=4)

        add_session(site=office, on=day, hours=hours, now=morning_of(2026, 12, 15))

        assert starts_on(office, day) == others + EVENING_STARTS


class TestTourOfThirteenWards:
    """Tam Kỳ, April 2021, over the holidays of that spring: 13 wards in turn, two days at each."""

    def test_has_the_team_at_one_ward_a_day_and_nowhere_else(self):
        load_holidays(years=[2021])
        agency = AgencyFactory(window_days=92)
        hours = [Hours(*stretch, slot_minutes=30, capacity=14) for stretch in (MORNING, AFTERNOON)]
        first = date(2021, 4, 20)
        stops = [
            Stop(
                place=Place(f"Công an {name}", f"Công an {name}, TP Tam Kỳ"),
                first=first + timedelta(days=2 * index),
                last=first + timedelta(days=2 * index + 1),
                hours=hours,
                wards=[Ward(f"2021:{code}", name)],
            )
            for index, (code, name) in enumerate(WARDS_OF_TAM_KY)
        ]

        made = plan_tour(agency=agency, stops=stops, now=morning_of(2021, 4, 19))
        open_calendar(now=morning_of(2021, 4, 19))

        assert len(made) == 13 * 2 * 2
        there = {(on, site) for on, site in Slot.objects.values_list("day__date", "day__site__name")}
        assert there == {
            (first + timedelta(days=offset), f"Công an {WARDS_OF_TAM_KY[offset // 2][1]}")
            for offset in range(26)
        }
        assert Slot.objects.count() == 26 * len(MORNING_STARTS + AFTERNOON_STARTS)
        assert set(Slot.objects.values_list("session__wards__code", "day__site__wards__code")) == {
            (f"2021:{code}", f"2021:{code}") for code, _ in WARDS_OF_TAM_KY
        }


class TestAWholeYear:
    """Each day of 2026 against a calculation of its own, from the dates as the notices have them."""

    OFF = (
        *("01-01", "01-02", "02-16", "02-17", "02-18", "02-19", "02-20", "04-26", "04-27"),
        *("04-30", "05-01", "08-31", "09-01", "09-02", "11-24"),
    )
    MADE_UP = ("01-10", "08-22")
    HALVES = ("02-13",)
    OFF_HERE = ("03-10",)
    WORKED_HERE = ("05-01",)
    EVENINGS = ("03-03", "04-30", "09-06")

    def expected(self, day: date) -> list[str]:
        key = f"{day:%m-%d}"
        weekly = [*MORNING_STARTS, *AFTERNOON_STARTS]
        if (
            key in self.OFF_HERE
            or (key in self.OFF and key not in self.WORKED_HERE)
            or day.weekday() == SUNDAY
        ):
            weekly = []
        elif (day.weekday() == SATURDAY and key not in self.MADE_UP) or key in self.HALVES:
            weekly = MORNING_STARTS
        return [*weekly, *(EVENING_STARTS if key in self.EVENINGS else [])]

    def test_has_exactly_the_slots_that_are_worked(self, office):
        dawn = morning_of(2026, 1, 1)
        for keys, said in (
            (self.HALVES, {"kind": "HALF", "works": "MORNING"}),
            (self.OFF_HERE, {"kind": "HOLIDAY"}),
            (self.WORKED_HERE, {"kind": "WORKING"}),
        ):
            for key in keys:
                SiteCalendarDayFactory(site=office, date=date.fromisoformat(f"2026-{key}"), **said)
        for key in self.EVENINGS:
            Session.objects.create(
                site=office,
                date=date.fromisoformat(f"2026-{key}"),
                starts_at=time(18, 0),
                ends_at=time(20, 0),
                capacity=4,
            )

        open_calendar(days=365, now=dawn)

        made: dict[date, list[str]] = {}
        for slot in Slot.objects.filter(is_open=True, day__is_open=True).order_by("starts_at"):
            made.setdefault(local_date(slot.starts_at), []).append(f"{slot.starts_at.astimezone(VN):%H:%M}")
        every = [date(2026, 1, 1) + timedelta(days=offset) for offset in range(365)]
        assert {day: made.get(day, []) for day in every} == {day: self.expected(day) for day in every}
        closed = ServiceDay.objects.filter(is_open=False)
        assert all(day.note and not day.slots.exists() for day in closed)
        assert OpeningRule.objects.count() == 11
