"""Officers plan overtime, tours and days off through the use cases, and see whom to call."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.roles import Role
from accounts.tests.factories import OfficerFactory
from agencies.tests.factories import CalendarDayFactory
from agencies.tests.few_units import load_few_units
from booking.models import Session, Site, Slot
from booking.services.calendar import open_calendar
from booking.services.calendar_days import set_day
from booking.tests.factories import (
    AN_MY,
    EIGHT,
    MONDAY,
    NOW,
    OpeningRuleFactory,
    SiteFactory,
    SiteWardFactory,
    book_one,
    evening,
    first_slot,
)

# The theme's own pages ask for variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
ON = f"{MONDAY:%d/%m/%Y}"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def site():
    """Open on Mondays from 08:00 to 10:00; the calendar is made."""
    site = OpeningRuleFactory().site
    open_calendar(days=30, now=NOW)
    return site


@pytest.fixture
def planner(client, site):
    client.force_login(OfficerFactory(agency=site.agency, roles=[Role.HEAD]))
    return client


def words_of(response):
    return response.content.decode().replace("\xa0", " ")


class TestOvertime:
    address = "admin:booking_session_plan_overtime"

    def said(self, site, **other):
        hours = {"hours": "18h-20h, 20:30 – 21:30", "slot_minutes": 30, "capacity": 4}
        return {"site": site.pk, "on": ON, "note": "Làm thêm buổi tối", "wards": ""} | hours | other

    def test_opens_every_stretch_at_once_and_notes_it(self, planner, site):
        answer = planner.post(reverse(self.address), self.said(site), follow=True)

        assert [str(session) for session in Session.objects.order_by("starts_at")] == [
            "23/11/2026 18:00–20:00",
            "23/11/2026 20:30–21:30",
        ]
        assert "Người dân đặt được ngay" in words_of(answer)
        assert AuditEntry.objects.filter(words="mở buổi ngoài giờ").exists()

    def test_says_at_the_field_what_cannot_be(self, planner, site):
        evening(site)

        answers = [
            planner.post(reverse(self.address), self.said(site, **other))
            for other in ({}, {"on": "01/11/2026"}, {"hours": "tối"}, {"wards": "Nơi Không Có"})
        ]

        for answer, words in zip(
            answers, ("Trùng giờ với buổi", "đã qua", "Chưa đọc được giờ", "Không tìm thấy"), strict=True
        ):
            assert words in words_of(answer)
        assert Session.objects.count() == 1

    def test_knows_wards_by_their_names(self, planner, site, tmp_path):
        load_few_units(tmp_path)
        SiteWardFactory(site=site, code=AN_MY.code, name=AN_MY.name)

        planner.post(reverse(self.address), self.said(site, wards="an my, Hòa Hương Tam Kỳ"))

        codes = Session.objects.first().wards.order_by("code").values_list("code", flat=True)
        assert list(codes) == [AN_MY.code, "2021:20344"]

    def test_offers_no_site_of_others(self, planner):
        foreign = SiteFactory(name="Điểm Nơi Khác")

        answer = planner.post(reverse(self.address), self.said(foreign))

        assert "Điểm Nơi Khác" not in words_of(planner.get(reverse(self.address)))
        assert not Session.objects.exists()
        assert answer.status_code == 200


class TestTour:
    address = "admin:booking_session_plan_tour"

    def said(self, *stops, **other):
        rows = {"stops-TOTAL_FORMS": len(stops), "stops-INITIAL_FORMS": 0}
        usual = {"first": ON, "hours": "7:30-11:30", "slot_minutes": 30, "capacity": 14}
        for index, stop in enumerate(stops):
            rows |= {f"stops-{index}-{name}": value for name, value in (usual | stop).items()}
        return rows | other

    def test_makes_sites_and_sessions_of_every_row(self, planner, site):
        rows = [
            {"name": "Trường Kim Đồng", "address": "1 Trần Phú"},
            {"site": site.pk, "hours": "18:00-20:00"},
        ]

        planner.post(reverse(self.address), self.said(*rows))

        assert Session.objects.count() == 2
        assert Site.objects.get(name="Trường Kim Đồng").agency == site.agency

    def test_says_at_each_row_what_cannot_be_and_makes_none(self, planner, site):
        rows = [
            {"name": "Trường Kim Đồng", "address": "1 Trần Phú"},
            {"name": "Chợ", "address": "2 Trần Phú", "first": "01/11/2026"},
            {"address": "không tên"},
        ]

        first = words_of(planner.post(reverse(self.address), self.said(*rows)))
        second = words_of(planner.post(reverse(self.address), self.said(*rows[:2])))

        assert "Chọn nơi làm, hoặc ghi tên nơi mới" in first
        assert "Ngày này đã qua" in second
        assert not Session.objects.exists()

    def test_gives_a_row_more_that_begins_like_the_one_above(self, planner):
        row = {"name": "Chợ", "address": "2 Trần Phú", "capacity": 9}

        page = words_of(planner.post(reverse(self.address), self.said(row, add_row="1")))

        assert 'name="stops-1-capacity" value="9"' in page
        assert "bắt buộc" not in page
        assert not Session.objects.exists()

    def test_leaves_out_a_row_that_is_dropped(self, planner):
        rows = [{"name": "Chợ", "address": "2 Trần Phú"}, {"drop": "on"}]

        planner.post(reverse(self.address), self.said(*rows))

        assert Session.objects.count() == 1


class TestCallOff:
    def address(self, session):
        return reverse("admin:booking_session_call_off", args=[session.pk])

    def test_asks_first(self, planner, site):
        session = evening(site)

        planner.get(self.address(session))
        assert session.slots.exists()
        planner.post(self.address(session))

        session.refresh_from_db()
        assert session.cancelled_at == NOW
        assert not session.slots.exists()

    def test_says_whom_to_call_instead(self, planner, site):
        session = evening(site)
        appointment = book_one(first_slot(session))

        page = words_of(planner.post(self.address(session)))

        assert appointment.code in page
        assert appointment.person.masked_id in page
        assert appointment.person.personal_id not in page
        assert "0905 123 456" in page
        assert AuditEntry.objects.filter(words="người cần gọi báo").exists()


class TestDayOff:
    def said(self, site, **other):
        return {"date": ON, "agency": site.agency_id, "kind": "HOLIDAY", "note": "Nghỉ họp"} | other

    def test_shuts_the_day_and_says_whom_to_call(self, planner, site):
        appointment = book_one(Slot.objects.get(starts_at=EIGHT))

        told = planner.post(reverse("admin:agencies_calendarday_add"), self.said(site), follow=True)

        page = words_of(told)
        assert "1 người đã hẹn vào giờ không còn làm việc" in page
        assert appointment.code in page
        assert appointment.person.personal_id not in page

    def test_taken_back_opens_it_again(self, planner, site):
        entry = CalendarDayFactory.build(date=MONDAY, agency=site.agency)
        set_day(entry=entry, now=NOW)

        planner.post(reverse("admin:agencies_calendarday_delete", args=[entry.pk]), {"post": "yes"})

        assert Slot.objects.filter(day__date=MONDAY, is_open=True).count() == 4

    def test_of_the_country_is_read_but_not_changed(self, planner, site):
        entry = CalendarDayFactory(date=MONDAY)
        change = reverse("admin:agencies_calendarday_change", args=[entry.pk])

        assert planner.get(change).status_code == 200
        assert planner.post(change, self.said(site)).status_code == 403
        assert planner.get(reverse("admin:agencies_calendarday_delete", args=[entry.pk])).status_code == 403

    def test_of_the_country_is_not_written_by_an_agency(self, planner, site):
        form = planner.get(reverse("admin:agencies_calendarday_add")).context["adminform"].form

        assert form.fields["agency"].required
        assert list(form.fields["agency"].queryset) == [site.agency]

    def test_that_was_loaded_is_changed_and_not_deleted(self, client):
        client.force_login(OfficerFactory(admin=True))
        entry = CalendarDayFactory(date=MONDAY, origin="LOADED")

        assert client.get(reverse("admin:agencies_calendarday_delete", args=[entry.pk])).status_code == 403
        client.post(
            reverse("admin:agencies_calendarday_change", args=[entry.pk]), {"kind": "WORKING", "note": "x"}
        )

        entry.refresh_from_db()
        assert (entry.kind, entry.origin) == ("WORKING", "OFFICE")

    def test_tells_of_nobody_at_another_agency(self, planner):
        other = OpeningRuleFactory().site
        open_calendar(days=7, now=NOW)
        appointment = book_one(Slot.objects.get(day__site=other, starts_at=EIGHT))
        entry = CalendarDayFactory.build(date=MONDAY)
        set_day(entry=entry, now=NOW)

        page = words_of(planner.get(reverse("admin:agencies_calendarday_change", args=[entry.pk])))

        assert appointment.code not in page


class TestListOfDates:
    def test_begins_with_today(self, planner, site):
        past = CalendarDayFactory(agency=site.agency, date=MONDAY - timedelta(days=7))
        coming = CalendarDayFactory(agency=site.agency, date=MONDAY)
        address = reverse("admin:agencies_calendarday_changelist")

        shown = [
            list(planner.get(address, {"khi": when} if when else {}).context["cl"].result_list)
            for when in ("", "da-qua", "tat-ca")
        ]

        assert shown == [[coming], [past], [past, coming]]

    def test_of_sessions_costs_no_more_for_more_rows(self, planner, site, django_assert_max_num_queries):
        for offset in range(4):
            evening(site, on=MONDAY + timedelta(days=offset))

        with django_assert_max_num_queries(14):
            planner.get(reverse("admin:booking_session_changelist"))


class TestSitePage:
    def test_shows_what_the_coming_days_will_be(self, planner, site):
        CalendarDayFactory(date=MONDAY, note="Nghỉ họp")

        page = words_of(planner.get(reverse("admin:booking_site_change", args=[site.pk])))

        assert "Thứ Hai, 23/11/2026" in page
        assert "Nghỉ họp" in page
        assert "08:00–10:00" in page  # the Monday after
