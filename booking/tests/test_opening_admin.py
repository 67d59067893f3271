"""The checklist of an agency, and lists handed in, as officers see them."""

import io

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry
from accounts.roles import Role
from accounts.tests.factories import CitizenFactory, OfficerFactory
from agencies.models import Agency
from booking.models import Person, SheetImport, Site
from booking.services.imports import runs, sites
from booking.tests.factories import NOW, SiteFactory
from booking.tests.sheets import AN, BINH, people_sheet, sites_sheet
from core.sheets import LARGEST_FILE, XLSX
from notifications.models import Message, MessageText
from notifications.services import Kind, set_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_as_served")]
CHECKLIST = "admin:booking_opening_change"
IMPORT = "admin:booking_sheetimport_change"
NEW_LIST, NEW_SITES = "admin:booking_sheetimport_new_registrations", "admin:booking_sheetimport_new_sites"
PHONE = "0905123456"
AGREED = {"grounds": "phiếu giấy tháng 11", "agreed": "on"}
HALL = ("Trụ sở", "12 Trần Hưng Đạo", "", "")
MORNINGS = ("Trụ sở", "T2-T6", "07:30", "11:30", 30, 6, "", "")


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def agency(db):
    return SiteFactory(agency__office_assigns=True).agency


@pytest.fixture
def head(client, agency):
    client.force_login(OfficerFactory(agency=agency, roles=[Role.HEAD]))
    return client


def words_of(page) -> str:
    return page.content.decode()


def post(client, way, agency, **said):
    return client.post(reverse(f"admin:booking_opening_{way}", args=[agency.pk]), said, follow=True)


def hand_in(client, content, *, to=NEW_LIST, agency, name="ds.xlsx"):
    file = SimpleUploadedFile(name, content, XLSX)
    return client.post(reverse(to), {"agency": agency.pk, "file": file}, follow=True)


def take_in(client, run, **said):
    return client.post(reverse("admin:booking_sheetimport_take_in", args=[run.pk]), said, follow=True)


class TestChecklist:
    def test_says_each_line_why_and_where_to_mend_it(self, head, agency):
        page = words_of(head.get(reverse(CHECKLIST, args=[agency.pk])))

        assert "Chưa có quyền gửi" in page or "chưa có quyền gửi" in page
        assert reverse("admin:agencies_agency_change", args=[agency.pk]) + "#id_unit_code" in page
        assert f"{reverse('admin:booking_site_add')}?agency={agency.pk}" in page

    def test_costs_the_same_however_much_there_is(self, head, agency, django_assert_max_num_queries):
        SiteFactory.create_batch(5, agency=agency)

        with django_assert_max_num_queries(28):
            head.get(reverse(CHECKLIST, args=[agency.pk]))

    def test_of_all_agencies_costs_the_same(self, client, django_assert_max_num_queries):
        client.force_login(OfficerFactory(admin=True))
        SiteFactory.create_batch(6)

        with django_assert_max_num_queries(6):
            assert client.get(reverse("admin:booking_opening_changelist")).status_code == 200


class TestOpening:
    def test_is_refused_with_what_is_missing(self, head, agency):
        Agency.objects.update(is_active=False)

        assert "Còn thiếu: mã đơn vị" in words_of(post(head, "open", agency))
        assert not Agency.objects.get().is_active

    def test_and_closing_is_noted(self, head, agency):
        page = post(head, "close", agency)

        assert "đã đóng" in words_of(page)
        assert not Agency.objects.get().is_active
        assert AuditEntry.objects.filter(words="đóng đơn vị").count() == 1

    def test_is_done_by_a_form_only(self, head, agency):
        assert head.get(reverse("admin:booking_opening_close", args=[agency.pk])).status_code == 405
        assert Agency.objects.get().is_active


class TestTrial:
    def test_is_owed_to_the_officers_own_phone(self, head, agency):
        CitizenFactory(phone="+84905123456")

        assert "Tin thử đang được gửi" in words_of(post(head, "trial", agency, phone=PHONE))
        assert Message.objects.count() == 1

    def test_says_beside_the_field_what_is_wrong(self, head, agency):
        assert "đăng nhập một lần" in words_of(post(head, "trial", agency, phone=PHONE))
        assert not Message.objects.exists()

    def test_waits_for_the_last_one(self, head, agency):
        CitizenFactory(phone="+84905123456")
        post(head, "trial", agency, phone=PHONE)

        assert "đang chờ gửi" in words_of(post(head, "trial", agency, phone=PHONE))
        assert Message.objects.count() == 1


class TestTemplates:
    def test_are_written_on_one_page_and_leave_the_words_alone(self, head, agency):
        words = "Nhắc {name}: {number}, {time}, {site}, {code}."
        set_text(agency=agency, kind=Kind.REMINDER, text=words)

        post(head, "templates", agency, REMINDER=" bt-1 ", CHANGED="bt-2")

        text = MessageText.objects.get(kind=Kind.REMINDER)
        assert (text.template_id, text.text) == ("bt-1", words)
        assert MessageText.objects.get(kind=Kind.CHANGED).template_id == "bt-2"


class TestHandingIn:
    def test_shows_what_would_be_made_and_makes_nothing(self, head, agency):
        page = words_of(hand_in(head, people_sheet(AN, BINH, (*AN[:2], "", *AN[3:])), agency=agency))

        assert "2 dòng nhập được, 1 dòng chưa" in page
        assert "Dòng 4, cột “Ngày sinh” (C4):" in page
        assert "*********123" in page
        assert "049085000123" not in page
        assert not Person.objects.exists()

    def test_says_beside_the_field_that_a_file_cannot_be_read(self, head, agency):
        assert "không phải tệp Excel" in words_of(hand_in(head, b"a,b", agency=agency))

    def test_takes_no_file_that_is_too_large(self, head, agency):
        assert "lớn quá 5 MB" in words_of(hand_in(head, bytes(LARGEST_FILE + 1), agency=agency))

    def test_is_for_no_agency_but_ones_own(self, head):
        other = SiteFactory(agency__office_assigns=True).agency

        assert hand_in(head, people_sheet(AN), agency=other).status_code == 200
        assert not SheetImport.objects.exists()

    def test_gives_a_file_to_fill_in(self, head):
        answer = head.get(reverse("admin:booking_sheetimport_template_registrations"))

        assert load_workbook(io.BytesIO(answer.content)).sheetnames == ["Danh sách", "Hướng dẫn"]
        assert "no-store" in answer["Cache-Control"]

    def test_shows_no_names_to_who_may_not_import(self, client, head, agency):
        hand_in(head, people_sheet(AN), agency=agency)
        client.force_login(OfficerFactory(agency=agency, roles=[Role.PLANNER]))

        page = client.get(reverse(IMPORT, args=[SheetImport.objects.get().pk]))

        assert page.status_code == 200
        assert "Trần Văn An" not in words_of(page)


class TestTakingIn:
    @pytest.fixture
    def run(self, agency):
        content = people_sheet(AN, BINH, (*AN[:2], "", *AN[3:]))
        said = {"agency": agency, "officer": OfficerFactory(), "content": content, "now": NOW}
        return runs.hand_in_registrations(**said)

    def test_registers_and_gives_back_the_rest(self, head, run):
        page = words_of(take_in(head, run, **AGREED))

        assert "Đã nhập 2 trên 3 dòng" in page
        assert Person.objects.count() == 2
        answer = head.get(reverse("admin:booking_sheetimport_refused", args=[run.pk]))
        rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
        assert rows[1][0] == "Trần Văn An"
        assert "còn trống" in rows[1][-1]
        assert AuditEntry.objects.filter(deed="EXPORTED").count() == 1

    def test_wants_to_know_where_the_list_is_from(self, head, run):
        take_in(head, run, grounds="x")

        assert not Person.objects.exists()

    def test_says_that_it_is_done(self, head, run):
        take_in(head, run, **AGREED)

        assert "đã nhập xong hoặc đã quá một giờ" in words_of(take_in(head, run, **AGREED))

    def test_is_over_after_an_hour(self, head, run):
        with time_machine.travel(NOW + runs.KEPT, tick=False):
            head.force_login(OfficerFactory(agency=run.agency, roles=[Role.HEAD]))
            page = words_of(head.get(reverse(IMPORT, args=[run.pk])))

        assert "không còn được giữ" in page
        assert "Trần Văn An" not in page


class TestSites:
    def test_are_shown_then_made(self, head, agency):
        page = hand_in(head, sites_sheet([HALL], [MORNINGS]), to=NEW_SITES, agency=agency)
        assert "Nhập 1 điểm, 5 dòng giờ" in words_of(page)
        assert not Site.objects.filter(name="Trụ sở").exists()

        take_in(head, SheetImport.objects.get())

        assert Site.objects.get(name="Trụ sở").opening_rules.count() == 5

    def test_with_a_fault_show_it_and_offer_no_button(self, head, agency):
        content = sites_sheet([HALL], [("Nơi khác", *MORNINGS[1:])])

        page = words_of(hand_in(head, content, to=NEW_SITES, agency=agency))

        assert "Trang “Lịch mở cửa”, dòng 2, cột “Tên điểm” (A2):" in page
        assert "take-in" not in page

    def test_have_a_file_to_fill_in(self, head):
        content = head.get(reverse("admin:booking_sheetimport_template_sites")).content

        assert load_workbook(io.BytesIO(content)).sheetnames[:2] == [sites.SITES.title, sites.RULES.title]


def test_the_list_of_imports_costs_the_same_however_many(client, head, agency, django_assert_max_num_queries):
    for _ in range(5):
        said = {"agency": agency, "officer": OfficerFactory(), "content": people_sheet(AN), "now": NOW}
        runs.hand_in_registrations(**said)

    with django_assert_max_num_queries(10):
        assert client.get(reverse("admin:booking_sheetimport_changelist")).status_code == 200
