"""An office of today is opened from nothing by its checklist, takes a booking, and reminds."""

from io import StringIO

import httpx
import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page

from accounts.tests.factories import OfficerFactory
from agencies.models import Agency
from booking.models import Appointment
from booking.tests.sheets import sites_sheet
from cccd_portal.tests.browser.conftest import OA
from cccd_portal.tests.browser.looking import axe_faults
from cccd_portal.tests.browser.officer import OURS, WIDTHS
from cccd_portal.tests.browser.offices import tomorrow
from cccd_portal.tests.browser.visitor import PHONE, Visitor
from cccd_portal.tests.browser.ways import at_a_desk
from cccd_portal.zalo_events import handle_events
from core.sheets import XLSX
from core.time import local_date
from notifications.services import send_due

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("_as_served")]
NAME, SLUG, HALL = "Công an xã Tam Xuân", "cong-an-xa-tam-xuan", "Trụ sở Công an xã Tam Xuân"
PASSWORD = "mat-khau-dai-2026"
CHIEF_PHONE = "0912345678"


@pytest.fixture
def chief(arrive, client) -> Visitor:
    """The portal's own administrator at a desk."""
    client.force_login(OfficerFactory(admin=True, username="quan-tri"))
    visitor = arrive()
    cookie = client.cookies["officer_session"]
    visitor.open("/")
    visitor.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": visitor.page.url}])
    return visitor


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        field = page.locator(f"[name='{name.replace('__', '-')}']")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def press(page: Page, words: str) -> None:
    """Press the button or follow the link of a page of officers."""
    button = page.get_by_role("button", name=words, exact=True)
    with page.expect_navigation(wait_until="domcontentloaded"):
        (button if button.count() else page.get_by_role("link", name=words, exact=True)).first.click()


def missing(page: Page) -> list[str]:
    return page.locator(".of-line.of-missing h2").all_text_contents()


def templates_to(sandbox, phone: str) -> list[dict[str, str]]:
    """What the templates sent to a phone were filled with; the greeting of the chat is none."""
    return [one["template_data"] for one in sandbox.messages(phone=phone) if one["template_data"]]


@at_a_desk
class TestAnOfficeOfToday:
    def test_is_opened_by_its_checklist_takes_a_booking_and_reminds(
        self, chief, arrive, sandbox, live_server
    ):
        page = chief.page
        checklist = self.create(chief)
        assert len(missing(page)) == 5

        self.write_templates(page)
        self.import_sites(chief)
        page.goto(checklist)
        assert missing(page) == ["Cán bộ", "Gửi tin thử"]
        assert page.get_by_role("button", name="Mở đơn vị").is_disabled()

        self.add_officer(page)
        page.goto(checklist)
        assert missing(page) == ["Gửi tin thử"]
        self.try_a_message(chief, arrive, sandbox, live_server)
        page.goto(checklist)
        assert missing(page) == []
        assert not Agency.objects.get(slug=SLUG).is_active

        press(page, "Mở đơn vị")
        assert page.get_by_text("Đang mở.").is_visible()
        self.look(chief, "officer-opening-open")
        self.book_and_remind(arrive, sandbox)

    def create(self, chief: Visitor) -> str:
        """The agency, with the way of working of a commune of today; gives the address of its checklist."""
        page = chief.page
        chief.open("/admin/booking/opening/")
        press(page, "Tạo đơn vị mới")
        fill(page, name=NAME, level="COMMUNE", policy_source="example:phuong-hien-nay", oa_id=OA)
        fill(page, unit_code="G01.863.205", hotline="02353811999", address="Xã Tam Xuân, TP Đà Nẵng")
        self.look(chief, "officer-agency-new")
        press(page, "Lưu lại")
        agency = Agency.objects.get(slug=SLUG)
        assert agency.numbering == Agency.Numbering.EVENING_BEFORE
        self.look(chief, "officer-opening")
        return page.url

    def write_templates(self, page: Page) -> None:
        press(page, "Ghi mã mẫu tin")
        fill(page, BOOKED="tx-booked", REMINDER="tx-reminder", CHANGED="tx-changed", CANCELLED="tx-cancelled")
        press(page, "Lưu")

    def import_sites(self, chief: Visitor) -> None:
        page = chief.page
        hours = (HALL, "cả tuần", "08:00", "10:00", 30, 6, f"{tomorrow():%d/%m/%Y}", "")
        content = sites_sheet([(HALL, "Thôn Khương Mỹ, xã Tam Xuân", "", "")], [hours])
        press(page, "Nhập điểm từ Excel")
        page.set_input_files("input[type=file]", {"name": "a.xlsx", "mimeType": XLSX, "buffer": content})
        press(page, "Xem thử")
        self.look(chief, "officer-import-sites")
        press(page, "Nhập 1 điểm, 7 dòng giờ")

    def add_officer(self, page: Page) -> None:
        press(page, "Thêm cán bộ")
        fill(page, username="tx.truong", password1=PASSWORD, password2=PASSWORD)
        for role in ("Thủ trưởng", "Tiếp nhận"):
            page.get_by_label(role, exact=True).check()
        agency = Agency.objects.get(slug=SLUG)
        fill(
            page,
            postings__0__agency=str(agency.pk),
            postings__0__valid_from=f"{local_date(timezone.now()):%d/%m/%Y}",
        )
        press(page, "Lưu lại")

    def try_a_message(self, chief: Visitor, arrive, sandbox, live_server) -> None:
        """To the administrator's own phone, which signs in as a citizen's does; Zalo's receipt is brought."""
        sandbox.citizen("Lê Quản Trị", CHIEF_PHONE)
        arrive().sign_in(CHIEF_PHONE)
        page = chief.page
        fill(page, phone=CHIEF_PHONE)
        press(page, "Gửi tin thử")
        assert page.get_by_text("Tin thử đang được gửi").is_visible()
        send_due(now=timezone.now(), ignore_quiet_hours=True)
        for raw, headers in sandbox.events():
            answer = httpx.post(f"{live_server.url}/webhooks/zalo/", content=raw, headers=headers)
            assert answer.status_code == 200
        handle_events(now=timezone.now())
        (filled,) = (one for one in templates_to(sandbox, CHIEF_PHONE) if "number" in one)
        assert (filled["name"], filled["site"]) == ("Thử", HALL)

    def book_and_remind(self, arrive, sandbox) -> None:
        citizen = arrive()
        citizen.begin(Agency.objects.get(slug=SLUG))
        citizen.write_an()
        citizen.pick("08:30")
        citizen.agree_and_book()
        appointment = Appointment.objects.select_related("day__site").get()
        assert (appointment.day.site.name, appointment.day.date) == (HALL, tomorrow())

        said = StringIO()
        call_command("send_reminders", date=appointment.day.date, stdout=said)

        assert said.getvalue() == "sent=1 failed=0\n"
        told = [(one.get("code"), one.get("number")) for one in templates_to(sandbox, PHONE)]
        assert (appointment.code, "A001") in told

    def look(self, chief: Visitor, name: str) -> None:
        """Keep a picture if pictures are wanted; whatever the width, nothing scrolls sideways."""
        page = chief.page
        faults = (
            [] if name == "officer-agency-new" else axe_faults(page, within=OURS)
        )  # that one is the theme's
        assert not faults, "\n".join([name, *faults])
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            if chief.screens:
                chief.screens.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=chief.screens / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})
