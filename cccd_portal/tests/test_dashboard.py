"""What officers find when they come in."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import EIGHT, OfficerFactory
from agencies.tests.factories import AgencyFactory
from booking.models import PostingSite
from booking.services.days import close_day
from booking.tests.factories import (
    NOW,
    OpeningRuleFactory,
    SiteFactory,
    SlotFactory,
    book,
    family,
    following,
    register,
)
from cccd_portal import dashboard
from cccd_portal.menu import MENU, entry_of
from core.time import local_date
from dossiers.states import Status
from dossiers.tests.factories import DossierFactory
from faq.services.broadcasting import start
from faq.tests.factories import (
    AnnouncementFactory,
    AnswerFactory,
    ConversationFactory,
    FakeReportFactory,
    subscriber_of,
)
from notifications.models import OaQuota

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_as_served")]
# 16:00 and 17:45 in Hà Nội, the afternoon before EIGHT.
FOUR, CALLING = EIGHT - timedelta(hours=16), EIGHT - timedelta(hours=14, minutes=15)


def overview(client, agency, role=Role.HEAD, *, at=FOUR, **query: str) -> str:
    with time_machine.travel(at, tick=False):
        client.force_login(OfficerFactory(agency=agency, roles=[role]))
        answer = client.get(reverse("admin:index", query=query))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


class TestDossiers:
    def test_are_counted_for_who_decides_about_them(self, client):
        agency = SiteFactory().agency
        for key, due in (("a", -1), ("b", 1), ("c", 2)):
            said = {"agency": agency, "status": Status.SUBMITTED, "person_key": key}
            DossierFactory(due_at=FOUR + timedelta(hours=due), **said)
        DossierFactory(agency=agency, person_key="accepted")
        DossierFactory(status=Status.SUBMITTED, person_key="elsewhere", due_at=FOUR)

        reviewer, desk = (overview(client, agency, role) for role in (Role.REVIEWER, Role.RECEPTIONIST))

        assert "3 hồ sơ cần kiểm tra, 1 hồ sơ đã quá hạn" in reviewer
        assert "hồ sơ cần kiểm tra" not in desk

    def test_are_not_counted_one_by_one_where_there_are_very_many(self, client, monkeypatch):
        monkeypatch.setattr(dashboard, "COUNTED_AT_MOST", 2)
        agency = SiteFactory().agency
        for key in ("a", "b", "c"):
            DossierFactory(agency=agency, status=Status.SUBMITTED, person_key=key, due_at=EIGHT)

        assert "Rất nhiều hồ sơ cần kiểm tra" in overview(client, agency)

    def test_none_that_waits_is_no_word(self, client):
        assert "hồ sơ cần kiểm tra" not in overview(client, SiteFactory().agency)


class TestWhoWaitsInTheChat:
    def test_is_named_once_they_have_waited_long_to_who_may_answer(self, client):
        agency = OpeningRuleFactory(site__agency__name="Công an phường Bàn Thạch").site.agency
        for wanted in (EIGHT, EIGHT + timedelta(minutes=1)):
            ConversationFactory(oa_id=agency.oa_id, human_wanted_at=wanted, paused_until=None, pause="")
        late = {"at": EIGHT + timedelta(minutes=16)}

        soon = overview(client, agency, at=EIGHT + timedelta(minutes=14))
        desk, reviewer = (
            overview(client, agency, role, **late) for role in (Role.RECEPTIONIST, Role.REVIEWER)
        )

        said = "Công an phường Bàn Thạch: 2 người chờ gặp cán bộ qua Zalo, lâu nhất từ 08:00 thứ Hai"
        assert [said in page for page in (soon, desk, reviewer)] == [False, True, False]


class TestAnswering:
    def test_says_what_goes_out_and_what_waits_for_whom(self, client):
        agency = SiteFactory().agency
        announcement = AnnouncementFactory(agency=agency, title="Tăng ca tối nay")
        subscriber_of(agency)
        start(announcement=announcement, by=OfficerFactory(), now=EIGHT)
        for office in (agency, AgencyFactory()):
            AnnouncementFactory(agency=office, state="DRAFT", published_at=None)
            AnswerFactory(agency=office, written_by=OfficerFactory())
            FakeReportFactory(agency=office)

        reviewer, desk = (
            overview(client, agency, role, at=EIGHT) for role in (Role.REVIEWER, Role.RECEPTIONIST)
        )

        to_publish = (
            "“Tăng ca tối nay”: còn 1 người",
            "1 câu trả lời chờ soát",
            "1 thông báo còn là bản nháp",
        )
        reported = "1 tin báo giả mạo chưa xử lý"
        assert [words in reviewer for words in (*to_publish, reported)] == [True, True, True, False]
        assert [words in desk for words in (*to_publish, reported)] == [False, False, False, True]

    def test_offers_nobody_their_own_writing_to_review(self, client):
        agency = SiteFactory().agency
        head = OfficerFactory(agency=agency, roles=[Role.HEAD])
        AnswerFactory(agency=agency, written_by=head)
        client.force_login(head)

        assert "chờ soát" not in client.get(reverse("admin:index")).content.decode()


class TestMenu:
    def test_has_what_a_role_may_see_and_no_more(self, client):
        agency = SiteFactory().agency

        desk, writer = (overview(client, agency, role) for role in (Role.RECEPTIONIST, Role.CONTENT))

        assert "Đặt hộ tại quầy" in desk
        assert "Chưa nhận được tin" in desk
        assert "Cán bộ</h2>" not in desk
        assert "Lời nhắn" in writer
        assert "Đặt hộ tại quầy" not in writer

    def test_marks_the_list_of_the_row_that_is_open(self):
        assert entry_of("/admin/booking/appointment/7/change/") == "admin:booking_appointment_changelist"
        assert entry_of("/admin/booking/appointment/assist/") == "admin:booking_appointment_assist"
        assert entry_of("/admin/") == "admin:index"
        assert entry_of("/admin/security/") == ""

    def test_leads_to_pages_that_are_there(self):
        for _, items in MENU:
            for _, _, address, _ in items:
                assert reverse(address).startswith("/admin/")

    def test_names_every_table_there_is(self):
        named = {address for _, items in MENU for _, _, address, _ in items}
        lists = {
            f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
            for model in admin.site._registry
        }

        assert lists <= named

    def test_asks_for_rights_that_exist(self):
        asked = {right for _, items in MENU for _, _, _, right in items if right}
        known = {
            f"{app}.{codename}"
            for app, codename in Permission.objects.values_list("content_type__app_label", "codename")
        }

        assert asked <= known


class TestOverview:
    def test_says_how_many_are_to_be_called_from_half_past_five(self, client):
        slot = SlotFactory()
        book(slot, *family(3))

        before = overview(client, slot.day.site.agency, at=FOUR)
        after = overview(client, slot.day.site.agency, at=CALLING)

        assert "3 người chưa có tin báo hẹn. Chốt danh sách lúc 17:30" in before
        assert "3 người chưa nhận được tin" in after

    def test_says_at_noon_that_the_days_messages_will_not_do(self, client):
        slot = SlotFactory()
        book(slot)
        agency, today = slot.day.site.agency, slot.day.date - timedelta(days=1)
        at_noon = {"needed": 820, "remaining_then": 500}
        OaQuota.objects.create(oa_id=agency.oa_id, day=today, remaining=100, seen_at=NOW, **at_noon)
        words = f"{agency.name}: nhắc hẹn mai cần 820 tin, trưa nay Zalo còn 500. Khoảng 320 người"

        assert words in overview(client, agency, at=FOUR)
        assert words not in overview(client, agency, at=CALLING)  # the list itself tells by now
        OaQuota.objects.update(remaining_then=820)
        assert "nhắc hẹn mai cần" not in overview(client, agency, at=FOUR)

    def test_says_nothing_of_an_agencys_messages_at_single_sites(self, client):
        slot = SlotFactory()
        book(slot)
        agency, today = slot.day.site.agency, slot.day.date - timedelta(days=1)
        at_noon = {"needed": 820, "remaining_then": 500}
        OaQuota.objects.create(oa_id=agency.oa_id, day=today, remaining=100, seen_at=NOW, **at_noon)
        officer = OfficerFactory(agency=agency, roles=[Role.RECEPTIONIST])
        PostingSite.objects.create(posting=officer.postings.get(), site=slot.day.site)

        with time_machine.travel(FOUR, tick=False):
            client.force_login(officer)
            page = client.get(reverse("admin:index")).content.decode()

        assert "chưa có tin báo hẹn" in page
        assert "nhắc hẹn mai cần" not in page

    def test_names_closed_days_with_people(self, client):
        slot = SlotFactory()
        book(slot)
        close_day(day=slot.day, note="", now=NOW)

        assert "đã đóng mà còn 1 người có hẹn" in overview(client, slot.day.site.agency)

    def test_names_those_who_wait_for_a_place(self, client):
        slot = SlotFactory(office_assigns=True)
        register(slot, *family(4))

        assert "4 người đang chờ xếp chỗ" in overview(client, slot.day.site.agency)

    def test_names_slots_that_fill_up(self, client):
        slot = SlotFactory(capacity=10, taken=9)

        assert "08:00 còn 1" in overview(client, slot.day.site.agency)

    def test_shows_the_day_asked_for(self, client):
        slot = SlotFactory()

        page = overview(client, slot.day.site.agency, at=NOW, ngay="2026-11-23")

        assert slot.day.site.name in page
        assert "Về hôm nay" in page

    def test_shows_nothing_of_another_agency(self, client):
        ours, theirs = SlotFactory(), SlotFactory()
        book(theirs)

        page = overview(client, ours.day.site.agency)

        assert theirs.day.site.name not in page
        assert "<b>0</b> người có hẹn" in page

    def test_is_kept_from_who_may_not_see_the_day(self, client):
        slot = SlotFactory()

        page = overview(client, slot.day.site.agency, Role.CONTENT)

        assert slot.day.site.name not in page

    def test_costs_the_same_however_much_there_is(self, client, django_assert_max_num_queries):
        slot = SlotFactory()
        for _ in range(4):
            slot = following(slot)
            book(slot, *family(3))

        with django_assert_max_num_queries(46):  # most of them make the officer, who is posted, and sign in
            overview(client, slot.day.site.agency)


class TestLateCards:
    def test_are_told_to_who_can_say_sorry(self, client):
        agency = SiteFactory().agency
        promised = {"taken_in_at": NOW, "return_on": local_date(FOUR) - timedelta(days=1)}
        DossierFactory(agency=agency, status=Status.TAKEN_IN, **promised)

        assert "1 hồ sơ quá hẹn trả thẻ" in overview(client, agency, Role.RECEPTIONIST)
        assert "quá hẹn trả thẻ" not in overview(client, agency, Role.AUDITOR)

    def test_are_not_told_before_the_day_is_over(self, client):
        agency = SiteFactory().agency
        DossierFactory(agency=agency, status=Status.TAKEN_IN, taken_in_at=NOW, return_on=local_date(FOUR))

        assert "hồ sơ quá hẹn trả thẻ" not in overview(client, agency)
