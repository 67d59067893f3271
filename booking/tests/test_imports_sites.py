"""Sites and hours from a spreadsheet: all or none, nothing twice."""

from datetime import date, time, timedelta

import pytest

from accounts.tests.factories import OfficerFactory
from agencies.tests.factories import AgencyFactory
from booking.errors import ImportGone, SitesRefused
from booking.models import OpeningRule, Site, Slot
from booking.services.imports.sites import hand_in_sites, take_sites_in, try_sites
from booking.tests.factories import NOW, OpeningRuleFactory, SiteFactory
from booking.tests.sheets import sites_sheet

pytestmark = pytest.mark.django_db
HALL = ("Trụ sở", "12 Trần Hưng Đạo", "", "")
TOUR = ("Xã Tam Thanh", "Nhà văn hóa thôn Hạ Thanh", "Lưu động", "L")
MORNINGS = ("Trụ sở", "T2-T6", "07:30", "11:30", 30, 6, "", "")
AFTERNOONS = ("trụ sở", "2,4", time(13, 30), "17h", "", "6", "1/12/2026", "31/12/2026")


@pytest.fixture
def agency(db):
    return AgencyFactory()


def hand_in(agency, sites=(HALL, TOUR), rules=(MORNINGS, AFTERNOONS), now=NOW):
    content = sites_sheet(sites, rules)
    return hand_in_sites(agency=agency, officer=OfficerFactory(), content=content, now=now)


def faults(agency, **sheets):
    return [
        f"{fault.place}: {fault.message}" for fault in try_sites(hand_in(agency, **sheets), now=NOW).faults
    ]


class TestTrySites:
    def test_says_what_would_be_made_and_makes_nothing(self, agency):
        plan = try_sites(hand_in(agency), now=NOW)

        assert [site.name for site in plan.sites] == ["Trụ sở", "Xã Tam Thanh"]
        assert len(plan.rules) == 5 + 2
        assert not plan.faults
        assert not Site.objects.exists()

    @pytest.mark.parametrize(
        ("sheets", "words"),
        [
            ({"sites": [("", "x", "", "")]}, "trang “Điểm thu nhận”, dòng 2, cột “Tên điểm” (A2)"),
            ({"sites": [(*HALL[:1], "", "", "")]}, "cột “Địa chỉ” (B2)"),
            ({"sites": [(*HALL[:3], "1")]}, "cột “Chữ đầu số” (D2): một chữ in hoa"),
            ({"sites": [(*HALL[:2], "bay", "")]}, "cột “Loại” (C2): ghi một trong các mục"),
            ({"sites": [HALL, HALL]}, "dòng 3, cột “Tên điểm” (A3): đã ghi ở dòng trên."),
            ({"rules": [("Nơi khác", *MORNINGS[1:])]}, "trang “Lịch mở cửa”, dòng 2, cột “Tên điểm” (A2)"),
            ({"rules": [("Trụ sở", "T9", *MORNINGS[2:])]}, "cột “Thứ” (B2): ghi thứ"),
            ({"rules": [(*MORNINGS[:2], "sáng", *MORNINGS[3:])]}, "cột “Từ giờ” (C2): ghi giờ"),
            ({"rules": [(*MORNINGS[:3], "07:00", *MORNINGS[4:])]}, "(D2): giờ đóng phải sau giờ mở"),
            ({"rules": [(*MORNINGS[:4], 2, *MORNINGS[5:])]}, "cột “Phút mỗi khung” (E2)"),
            ({"rules": [(*MORNINGS[:5], 0, "", "")]}, "cột “Người mỗi khung” (F2)"),
            ({"rules": [(*MORNINGS[:5], "sáu", "", "")]}, "cột “Người mỗi khung” (F2): ghi một số"),
            ({"rules": [MORNINGS, ("Trụ sở", "T3", "11:00", "12:00", 30, 6, "", "")]}, "(C3): trùng giờ"),
        ],
    )
    def test_names_the_cell_and_what_is_wrong(self, agency, sheets, words):
        found = faults(agency, **sheets)

        assert any(words in fault for fault in found), found

    def test_lets_hours_follow_each_other(self, agency):
        noon = ("Trụ sở", "T2", "11:30", "12:00", 30, 6, "", "")

        assert not faults(agency, rules=[MORNINGS, noon])

    def test_lets_hours_of_other_weeks_be_the_same(self, agency):
        first = (*MORNINGS[:6], "", "30/11/2026")
        later = (*MORNINGS[:5], 9, "1/12/2026", "")

        assert not faults(agency, rules=[first, later])


class TestTakeSitesIn:
    def test_makes_sites_and_hours(self, agency):
        take_sites_in(sheet_import=hand_in(agency), now=NOW)

        hall, tour = Site.objects.filter(agency=agency).order_by("pk")
        assert (tour.kind, tour.number_prefix) == (Site.Kind.MOBILE, "L")
        assert (hall.kind, hall.number_prefix, hall.opening_rules.count()) == (Site.Kind.FIXED, "A", 7)
        afternoon = hall.opening_rules.filter(valid_from__isnull=False).earliest("weekday")
        assert (afternoon.weekday, afternoon.starts_at, afternoon.ends_at) == (0, time(13, 30), time(17))
        assert (afternoon.slot_minutes, afternoon.valid_to) == (30, date(2026, 12, 31))

    def test_makes_the_slots_of_an_open_agency_at_once(self, agency):
        take_sites_in(sheet_import=hand_in(agency), now=NOW)

        assert Slot.objects.filter(day__site__agency=agency).exists()

    def test_makes_nothing_twice(self, agency):
        take_sites_in(sheet_import=hand_in(agency), now=NOW)

        plan = take_sites_in(sheet_import=hand_in(agency), now=NOW)

        assert plan.is_empty
        assert (plan.known_sites, plan.known_rules) == (2, 7)
        assert (Site.objects.count(), OpeningRule.objects.count()) == (2, 7)

    def test_adds_hours_to_a_site_that_is_there(self, agency):
        rule = OpeningRuleFactory(site=SiteFactory(agency=agency, name="Trụ sở"), weekday=6)

        take_sites_in(sheet_import=hand_in(agency), now=NOW)

        assert rule.site.opening_rules.count() == 1 + 7

    def test_makes_nothing_at_all_while_something_is_wrong(self, agency):
        sheet_import = hand_in(agency, sites=[HALL, ("", "x", "", "")])

        with pytest.raises(SitesRefused):
            take_sites_in(sheet_import=sheet_import, now=NOW)
        assert not Site.objects.exists()

    def test_is_not_done_twice_or_late(self, agency):
        done, late = hand_in(agency), hand_in(agency)
        take_sites_in(sheet_import=done, now=NOW)

        for sheet_import, now in ((done, NOW), (late, NOW + timedelta(hours=1))):
            with pytest.raises(ImportGone):
                take_sites_in(sheet_import=sheet_import, now=now)

    def test_leaves_sites_of_the_same_name_elsewhere_alone(self, agency):
        SiteFactory(name="Trụ sở")

        take_sites_in(sheet_import=hand_in(agency), now=NOW)

        assert agency.sites.count() == 2
