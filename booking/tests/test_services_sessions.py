"""Overtime and tours: added, called off, refused, and only for whom they are."""

from datetime import date, time, timedelta

import pytest

from agencies.tests.factories import AgencyFactory
from booking.errors import HoursOverlap, NotAllowedNow, SessionHasPeople
from booking.models import ServiceDay, Session, Site, Slot
from booking.services.appointments import cancel
from booking.services.calendar import open_calendar
from booking.services.invariants import broken_invariants
from booking.services.sessions import Hours, Place, Stop, cancel_session, plan_tour
from booking.tests.factories import (
    AN_MY,
    EIGHT,
    EVENING,
    HOA_HUONG,
    MONDAY,
    NOW,
    SUNDAY,
    OpeningRuleFactory,
    ServiceDayFactory,
    SiteFactory,
    SlotFactory,
    book_one,
    evening,
    first_slot,
)
from booking.tests.outcomes import faults_of
from core.errors import Invalid
from core.time import VN, at

pytestmark = pytest.mark.django_db
SIX = at(MONDAY, time(18, 0))


def clocks(site, on=MONDAY):
    rows = Slot.objects.filter(day__site=site, day__date=on, is_open=True).order_by("starts_at")
    return [f"{slot.starts_at.astimezone(VN):%H:%M}" for slot in rows]


class TestAddSession:
    def test_makes_its_slots_at_once(self):
        session = evening(SiteFactory(), note="Làm thêm buổi tối")

        assert clocks(session.site) == ["18:00", "18:30", "19:00", "19:30"]
        assert {slot.session for slot in Slot.objects.all()} == {session}
        day = ServiceDay.objects.get()
        assert (day.is_open, day.note) == (True, "Làm thêm buổi tối")

    def test_makes_the_usual_slots_of_the_day_as_well(self):
        rule = OpeningRuleFactory()

        evening(rule.site)

        assert clocks(rule.site)[:5] == ["08:00", "08:30", "09:00", "09:30", "18:00"]

    def test_is_made_beyond_the_window_too(self):
        site = SiteFactory(agency__window_days=7)

        session = evening(site, on=MONDAY + timedelta(days=28))

        assert session.slots.count() == 4

    def test_goes_before_the_usual_hours(self):
        rule = OpeningRuleFactory()
        open_calendar(days=7, now=NOW)

        evening(rule.site, hours=Hours(time(9, 15), time(10, 15), slot_minutes=20, capacity=2))

        assert clocks(rule.site) == ["08:00", "08:30", "09:15", "09:35", "09:55"]

    def test_stays_as_it_is_when_the_calendar_is_made_again(self):
        rule = OpeningRuleFactory()
        evening(rule.site)
        before = list(Slot.objects.order_by("pk").values())

        assert open_calendar(days=30, now=NOW) == 3 * 4  # the three Mondays after it

        assert list(Slot.objects.filter(day__date=MONDAY).order_by("pk").values()) == before

    def test_reaches_a_day_that_was_changed_by_hand(self):
        day = ServiceDayFactory(is_manual=True)
        SlotFactory(day=day, capacity=3)

        evening(day.site)

        assert clocks(day.site) == ["08:00", "18:00", "18:30", "19:00", "19:30"]
        assert Slot.objects.get(starts_at=EIGHT).capacity == 3

    @pytest.mark.parametrize(
        ("hours", "on", "fault"),
        [
            (Hours(time(20, 0), time(18, 0), 30, 4), MONDAY, ("ends_at", "before_start")),
            (Hours(time(18, 0), time(18, 20), 30, 4), MONDAY, ("slot_minutes", "too_long")),
            (EVENING, date(2026, 11, 19), ("date", "in_past")),
        ],
    )
    def test_refuses_hours_that_cannot_be(self, hours, on, fault):
        with pytest.raises(Invalid) as refused:
            evening(SiteFactory(), hours=hours, on=on)

        assert faults_of(refused.value) == [fault]

    def test_refuses_to_overlap_another_session(self):
        session = evening(SiteFactory())

        with pytest.raises(HoursOverlap, match="Trùng giờ với buổi 18:00–20:00"):
            evening(session.site, hours=Hours(time(19, 30), time(21, 0), 30, 4))

    def test_may_follow_another_session(self):
        session = evening(SiteFactory())

        assert evening(session.site, hours=Hours(time(20, 0), time(21, 0), 30, 4)).slots.count() == 2

    def test_refuses_to_overlap_an_hour_that_has_people(self):
        slot = SlotFactory()
        book_one(slot)

        with pytest.raises(HoursOverlap, match="khung 08:00–08:30 đã đặt 1 chỗ"):
            evening(slot.day.site, hours=Hours(time(8, 15), time(9, 15), 30, 4))

        assert not Session.objects.exists()

    def test_refuses_a_day_that_was_closed_by_hand(self):
        day = ServiceDayFactory(is_manual=True, closed=True)

        with pytest.raises(NotAllowedNow, match="mở lại ngày trước"):
            evening(day.site)

    def test_refuses_a_site_that_is_out_of_use(self):
        with pytest.raises(NotAllowedNow, match="ngừng hoạt động"):
            evening(SiteFactory(is_active=False))


class TestCancelSession:
    def test_takes_its_slots_away_and_the_day_with_them(self):
        session = evening(SiteFactory())

        cancel_session(session=session, now=NOW)

        assert not Slot.objects.exists()
        assert not ServiceDay.objects.exists()

    def test_leaves_the_usual_hours(self):
        rule = OpeningRuleFactory()

        cancel_session(session=evening(rule.site), now=NOW)

        assert clocks(rule.site) == ["08:00", "08:30", "09:00", "09:30"]

    def test_gives_the_usual_hours_back_that_had_to_give_way(self):
        rule = OpeningRuleFactory()
        session = evening(rule.site, hours=Hours(time(9, 15), time(10, 15), slot_minutes=20, capacity=2))

        cancel_session(session=session, now=NOW)

        assert clocks(rule.site) == ["08:00", "08:30", "09:00", "09:30"]

    def test_refuses_while_somebody_has_a_place_and_says_who(self):
        session = evening(SiteFactory())
        appointment = book_one(first_slot(session))

        with pytest.raises(SessionHasPeople, match="còn 1 người") as refused:
            cancel_session(session=session, now=NOW)

        assert refused.value.appointments == [appointment]
        assert session.slots.filter(is_open=True).count() == 4

    def test_closes_a_slot_that_only_had_people_and_opens_it_again_for_another_session(self):
        session = evening(SiteFactory())
        gone = book_one(first_slot(session))
        cancel(code=gone.code, citizen=None, now=NOW)

        cancel_session(session=session, now=NOW)

        slot = Slot.objects.get()
        assert (slot, slot.is_open) == (gone.slot, False)
        again = evening(session.site, hours=Hours(time(18, 0), time(19, 0), slot_minutes=60, capacity=9))
        slot.refresh_from_db()
        assert (slot.is_open, slot.session, slot.capacity) == (True, again, 9)
        assert slot.ends_at == SIX + timedelta(hours=1)
        assert broken_invariants(now=NOW) == {}

    def test_is_not_done_twice(self):
        session = cancel_session(session=evening(SiteFactory()), now=NOW)

        with pytest.raises(NotAllowedNow, match="đã hủy"):
            cancel_session(session=session, now=NOW)

    def test_is_not_done_once_it_has_begun(self):
        session = evening(SiteFactory())

        with pytest.raises(NotAllowedNow, match="đã bắt đầu"):
            cancel_session(session=session, now=SIX)


class TestPlanTour:
    @pytest.fixture
    def agency(self):
        return AgencyFactory()

    def stop(self, name="Trường Kim Đồng", **said):
        defaults = {"first": MONDAY, "last": MONDAY, "hours": [EVENING], "wards": [HOA_HUONG]}
        return Stop(**{"place": Place(name, "1 Trần Phú")} | defaults | said)

    def test_makes_a_site_of_a_new_place_for_its_wards(self, agency):
        (session,) = plan_tour(agency=agency, stops=[self.stop()], now=NOW)

        site = Site.objects.get()
        assert (site.name, site.kind, site.number_prefix) == ("Trường Kim Đồng", "MOBILE", "L")
        assert [ward.code for ward in site.wards.all()] == [HOA_HUONG.code]
        assert (session.kind, [ward.code for ward in session.wards.all()]) == ("MOBILE", [HOA_HUONG.code])

    def test_comes_to_a_new_place_a_second_time(self, agency):
        later = MONDAY + timedelta(days=14)

        plan_tour(agency=agency, stops=[self.stop(), self.stop(first=later, last=later)], now=NOW)

        assert Site.objects.get().sessions.count() == 2

    def test_is_at_a_known_site_each_day_from_first_to_last(self, agency):
        site = SiteFactory(agency=agency)
        stop = self.stop(place=site, last=MONDAY + timedelta(days=2))

        plan_tour(agency=agency, stops=[stop], limited=False, now=NOW)

        assert list(site.days.order_by("date").values_list("date", flat=True)) == [
            MONDAY + timedelta(days=offset) for offset in range(3)
        ]
        assert not Slot.objects.exclude(session__wards=None).exists()

    def test_names_each_stop_that_cannot_be_and_makes_none(self, agency):
        busy = evening(SiteFactory(agency=agency)).site
        stops = [
            self.stop(),
            self.stop(place=busy),
            self.stop("Nhà văn hóa", first=SUNDAY - timedelta(days=7)),
            self.stop("Chợ", last=SUNDAY),
            self.stop("Đình", last=MONDAY + timedelta(days=32)),
            self.stop(place=SiteFactory()),
        ]

        with pytest.raises(Invalid) as refused:
            plan_tour(agency=agency, stops=stops, now=NOW)

        assert faults_of(refused.value) == [
            ("stops[1]", "hours_overlap"),
            ("stops[2].first", "in_past"),
            ("stops[3].last", "before_first"),
            ("stops[4].last", "too_long"),
            ("stops[5].site", "does_not_exist"),
        ]
        assert Session.objects.count() == 1
        assert not Site.objects.filter(kind="MOBILE").exists()

    def test_takes_no_new_place_by_the_name_of_a_known_one(self, agency):
        SiteFactory(agency=agency, name="Trường Kim Đồng")

        with pytest.raises(Invalid) as refused:
            plan_tour(agency=agency, stops=[self.stop()], now=NOW)

        assert faults_of(refused.value) == [("stops[0].name", "taken")]

    def test_takes_each_ward_once(self, agency):
        (session,) = plan_tour(agency=agency, stops=[self.stop(wards=[AN_MY, HOA_HUONG, AN_MY])], now=NOW)

        assert session.wards.count() == 2
