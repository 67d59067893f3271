"""The schedule of mobile teams and overtime, on the page and in the API: it is what the calendar is."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.urls import reverse

from agencies.models import Agency
from agencies.tests.factories import AgencyFactory, CalendarDayFactory
from agencies.tests.few_units import load_few_units
from booking.models import ServiceDay, Slot
from booking.services import schedule
from booking.services.calendar import open_calendar
from booking.services.days import close_day
from booking.services.sessions import Hours, Ward, cancel_session
from booking.services.wards_said import ward_named, ward_within
from booking.tests.bodies import counted_statements, problem_of
from booking.tests.factories import (
    AN_MY,
    HOA_HUONG,
    MONDAY,
    NOW,
    OpeningRuleFactory,
    ServiceDayFactory,
    SiteFactory,
    SiteWardFactory,
    SlotFactory,
    evening,
)

pytestmark = pytest.mark.django_db
HUONG_TRA = "2025:20350"  # what Hòa Hương became
MORNING = Hours(time(8), time(11), slot_minutes=30, capacity=5)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(tmp_path) -> Agency:
    load_few_units(tmp_path)
    return AgencyFactory(name="Công an TP Tam Kỳ")


def coming(agency, **said):
    return schedule.coming(agency, now=NOW, **said)


def page(client, agency, **query) -> str:
    return client.get(reverse("schedule", args=[agency.slug]), query).content.decode()


def api(stranger, agency, **query):
    said = "&".join(f"{name}={value}" for name, value in query.items())
    return stranger.get(f"schedule/?agency={agency.slug}&{said}")


class TestSchedule:
    def test_puts_the_hours_of_a_place_and_day_together(self):
        site = SiteFactory()
        evening(site)
        evening(site, hours=MORNING)

        (stint,) = coming(site.agency)

        assert stint.hours == "08:00–11:00, 18:00–20:00"
        assert (stint.capacity, stint.remaining, stint.places) == (46, 46, "còn 46 chỗ")
        assert stint.in_short == f"23/11 08:00–11:00, 18:00–20:00 {site.name}"

    def test_keeps_apart_what_is_for_different_people(self):
        site = SiteFactory()
        evening(site, HOA_HUONG)
        evening(site, hours=MORNING)

        assert [stint.for_whom for stint in coming(site.agency)] == [
            "",
            "chỉ nhận người ở Phường Hòa Hương",
        ]

    def test_has_the_days_of_mobile_sites_that_work_by_the_week_and_not_those_of_counters(self):
        rule = OpeningRuleFactory(site=SiteFactory(mobile=True))
        OpeningRuleFactory(site=SiteFactory(agency=rule.site.agency))
        SiteWardFactory(site=rule.site)
        open_calendar(now=NOW)

        stints = coming(rule.site.agency)

        assert {stint.site for stint in stints} == {rule.site}
        assert [stint.day for stint in stints[:2]] == [MONDAY, MONDAY + timedelta(days=7)]
        assert stints[0].for_whom == "dành cho Phường Hòa Hương"

    def test_leaves_out_what_is_off(self):
        rule = OpeningRuleFactory(site=SiteFactory(mobile=True))
        CalendarDayFactory(date=MONDAY, agency=rule.site.agency)
        evening(SiteFactory(agency=rule.site.agency), on=MONDAY + timedelta(days=1))
        open_calendar(days=7, now=NOW)
        close_day(day=ServiceDay.objects.get(date=MONDAY + timedelta(days=1)), note="Mất điện", now=NOW)

        assert coming(rule.site.agency) == []

    @pytest.mark.parametrize("shut", [{"is_active": False}, {"agency__is_active": False}])
    def test_leaves_out_who_is_not_at_work(self, shut):
        day = ServiceDayFactory(site=SiteFactory(mobile=True, **shut))
        SlotFactory(day=day)

        assert coming(day.site.agency) == []

    def test_shows_a_session_until_it_is_over(self):
        site = SiteFactory()
        evening(site)
        end = NOW + timedelta(days=3, hours=12)  # 20:00 on that Monday

        assert schedule.coming(site.agency, now=end - timedelta(minutes=1))[0].places == "hết giờ đặt lịch"
        assert schedule.coming(site.agency, now=end) == []

    def test_says_when_it_is_full_and_when_it_opens(self):
        site = SiteFactory()
        evening(site)
        Slot.objects.update(taken=4)
        evening(site, on=date(2026, 12, 25))

        full, later = schedule.schedule_of(
            site.agency, first=MONDAY, last=MONDAY + timedelta(days=60), now=NOW
        )

        assert (full.places, full.is_bookable) == ("hết chỗ", False)
        assert (later.places, later.opens_on) == ("nhận đặt lịch từ 25/11", date(2026, 11, 25))

    @pytest.mark.parametrize("asked", [HOA_HUONG.code, HUONG_TRA])
    def test_of_a_ward_has_what_names_it_by_either_name_and_what_takes_everybody(self, office, asked):
        site = SiteFactory(agency=office)
        evening(site, HOA_HUONG)
        evening(site, AN_MY, hours=MORNING)
        everybody = SiteFactory(agency=office)
        evening(everybody, on=MONDAY + timedelta(days=1))

        assert [(stint.site, stint.hours) for stint in coming(office, ward=asked)] == [
            (site, "18:00–20:00"),
            (everybody, "18:00–20:00"),
        ]

    def test_takes_as_many_statements_for_many_as_for_one(self, office):
        evening(SiteFactory(agency=office), HOA_HUONG)
        with counted_statements() as one:
            coming(office, ward=AN_MY.code)
        for days in range(1, 5):
            evening(SiteFactory(agency=office), AN_MY, on=MONDAY + timedelta(days=days))

        with counted_statements() as many:
            assert coming(office, ward=AN_MY.code)

        assert len(many) == len(one) <= 5


class TestWardsAsSaid:
    def test_are_found_by_either_name_however_typed(self, office):
        evening(SiteFactory(agency=office), HOA_HUONG)
        of_today = Ward(HUONG_TRA, "Phường Hương Trà")

        for typed in ("Hòa Hương", "p. hòa hương", "PHUONG HOA HUONG"):
            assert ward_named(typed, agency=office) == HOA_HUONG
        for typed in ("huong tra", "phường Hương Trà"):
            assert ward_named(typed, agency=office) == of_today
        # Where the office has not been yet as well.
        assert ward_named("p an my", agency=office) == AN_MY

    def test_are_not_guessed(self, office):
        for typed in ("", "phường", "xã tôi", "Hương", "phường Không Có", "an mỹ"):
            assert ward_named(typed, agency=office) is None

    def test_need_no_kind_near_the_wards_of_the_office(self, office):
        evening(SiteFactory(agency=office), HOA_HUONG)

        assert ward_named("an mỹ", agency=office) == AN_MY
        assert ward_named("bạch long vĩ", agency=office) is None

    def test_are_found_in_a_sentence(self, office):
        evening(SiteFactory(agency=office), HOA_HUONG)

        for sentence, ward in (
            ("bao giờ p. hòa hương làm lưu động", HOA_HUONG),
            ("lich luu dong hoa huong", HOA_HUONG),
            ("khi nào phường An Mỹ có lịch vậy", AN_MY),
            ("bao giờ về phường tôi", None),
            ("ở xa quá thì sao", None),
        ):
            assert ward_within(sentence, agency=office) == ward

    def test_of_one_word_count_behind_their_kind_only(self, office):
        of_a_number = Ward("2021:27283", "Phường 04")
        evening(SiteFactory(agency=office), of_a_number)

        assert ward_within("lịch lưu động p4", agency=office) == of_a_number
        assert ward_within("lịch lưu động ngày 4", agency=office) is None

    def test_are_called_as_the_office_does_where_both_names_are_alike(self, office):
        named = Ward(HUONG_TRA, "Xã Hương Trà")
        evening(SiteFactory(agency=office), named)

        assert ward_within("lịch lưu động hương trà", agency=office) == named


class TestApi:
    def test_tells_each_as_people_announce_it(self, stranger):
        site = SiteFactory()
        evening(site, HOA_HUONG, note="Làm thêm buổi tối")

        assert api(stranger, site.agency).json() == [
            {
                "site": {"id": str(site.public_id), "name": site.name, "address": site.address},
                "date": "2026-11-23",
                "kind": "overtime",
                "starts_at": "2026-11-23T18:00:00+07:00",
                "ends_at": "2026-11-23T20:00:00+07:00",
                "hours": [{"starts_at": "2026-11-23T18:00:00+07:00", "ends_at": "2026-11-23T20:00:00+07:00"}],
                "wards": [{"code": HOA_HUONG.code, "name": "Phường Hòa Hương"}],
                "limited": True,
                "note": "Làm thêm buổi tối",
                "capacity": 16,
                "remaining": 16,
                "bookable": True,
                "opens_on": None,
            }
        ]

    def test_can_be_asked_for_days_and_a_ward(self, stranger):
        site = SiteFactory()
        evening(site, HOA_HUONG)
        evening(site, AN_MY, on=MONDAY + timedelta(days=1))
        both = {"from": MONDAY, "to": MONDAY + timedelta(days=1)}

        assert len(api(stranger, site.agency, **both).json()) == 2
        assert len(api(stranger, site.agency, **both | {"to": MONDAY}).json()) == 1
        assert len(api(stranger, site.agency, **both, ward=AN_MY.code).json()) == 1

    @pytest.mark.parametrize(
        "query",
        [
            {"from": "hôm nay"},
            {"from": "2026-11-23", "to": "2026-11-22"},
            {"from": "2026-11-01", "to": "2027-02-01"},
            {"ward": "Hòa Hương"},
        ],
    )
    def test_refuses_what_it_cannot_read(self, stranger, query):
        problem_of(api(stranger, AgencyFactory(), **query), 400, "malformed")

    def test_wants_an_agency_that_is_there(self, stranger):
        assert stranger.get("schedule/").status_code == 400
        assert stranger.get("schedule/?agency=khong-co").status_code == 404

    def test_answers_304_until_something_changes(self, stranger):
        site = SiteFactory()
        session = evening(site)
        tag = api(stranger, site.agency)["ETag"]

        address = f"schedule/?agency={site.agency.slug}"
        assert stranger.get(address, If_None_Match=tag).status_code == 304
        cancel_session(session=session, now=NOW)
        assert stranger.get(address, If_None_Match=tag).json() == []


class TestPage:
    def test_says_when_where_for_whom_and_leads_to_the_hours(self, client):
        site = SiteFactory()
        evening(site, HOA_HUONG, note="Làm thêm buổi tối")

        shown = page(client, site.agency)

        assert "Thứ\u00a0Hai, 23/11/2026" in shown
        assert "Ngoài giờ, chỉ nhận người ở Phường Hòa Hương. Làm thêm buổi tối" in shown
        assert f"/diem/{site.public_id}/?ngay=2026-11-23&amp;tu=2026-11-23#gio" in shown
        assert "Còn 16\u00a0chỗ" in shown
        assert "Lịch có thể thay đổi, xem lại trước khi đi" in shown

    def test_is_for_one_ward_by_its_name(self, client, office):
        evening(SiteFactory(agency=office, name="Điểm Hòa Hương"), HOA_HUONG)
        evening(SiteFactory(agency=office, name="Điểm An Mỹ"), AN_MY)

        evening(SiteFactory(agency=office, name="Trụ sở"), on=MONDAY - timedelta(days=1))

        shown = page(client, office, phuong="p. huong tra")

        assert shown.index("Riêng cho Phường Hương Trà") < shown.index("Điểm Hòa Hương")
        assert shown.index("Các buổi khác, nhận mọi người") < shown.index("Trụ sở")
        assert "Điểm Hòa Hương" in shown
        assert "Điểm An Mỹ" not in shown

    def test_leads_on_where_there_is_nothing(self, client, office):
        counter = SiteFactory(agency=office)
        evening(SiteFactory(agency=office), AN_MY)

        assert "Chưa có buổi nào cho Phường Hòa Hương" in page(client, office, phuong="hòa hương")
        assert counter.name in page(client, office, phuong="hòa hương")
        assert "Chưa rõ “&lt;b&gt;” là phường, xã nào" in page(client, office, phuong="<b>")

    def test_is_led_to_from_the_office_and_from_the_first_page(self, client):
        site = SiteFactory()
        evening(site)
        address = reverse("schedule", args=[site.agency.slug])

        for shown in (
            client.get(reverse("agency", args=[site.agency.slug])).content.decode(),
            client.get(reverse("home")).content.decode(),
        ):
            assert address in shown
            assert "Lịch lưu động, ngoài giờ" in shown


def test_no_office_shows_what_is_anothers(client, stranger):
    ours, theirs = SiteFactory(), SiteFactory()
    evening(theirs)

    assert coming(ours.agency) == api(stranger, ours.agency).json() == []
    assert theirs.name not in page(client, ours.agency)
    assert schedule.this_week([ours.agency], now=NOW) == []
