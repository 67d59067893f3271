"""Công an Quận 4 in the spring of 2021, on a phone and at a desk: declared at home, sent back for one line,
approved, an hour within seven days, taken in, and the word that the card is there.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.models import Agency
from agencies.tests.factories import AgencyFactory
from booking.models import OpeningRule, Slot
from booking.services.calendar import open_calendar
from booking.tests.factories import SiteFactory
from cccd_portal.demo.offices import OFFICES
from cccd_portal.tests.browser.conftest import OA
from cccd_portal.tests.browser.officer import AtTheDesk
from cccd_portal.tests.browser.visitor import PHONE, Visitor
from cccd_portal.tests.browser.ways import once
from core.time import local_date
from dossiers.models import Dossier
from dossiers.services.loading import load_procedures
from dossiers.states import Status
from notifications.kinds import Kind
from notifications.services import send_due, set_text

pytestmark = pytest.mark.django_db(transaction=True)
SATURDAY, SUNDAY = 5, 6


@pytest.fixture
def picks(transactional_db) -> Agency:
    """Quận 4 with the policy and the hours of the demo."""
    as_it_was = next(office for office in OFFICES if office.slug == "cong-an-quan-4")
    office = AgencyFactory(
        slug=as_it_was.slug,
        name=as_it_was.name,
        address=as_it_was.address,
        level=as_it_was.level,
        area=as_it_was.area,
        oa_id=OA,
        **as_it_was.policy,
    )
    load_procedures(now=timezone.now())
    site = SiteFactory(agency=office, name=as_it_was.sites[0].name, address=office.address)
    OpeningRule.objects.bulk_create(
        OpeningRule(
            site=site,
            weekday=weekday,
            starts_at=hours.starts_at,
            ends_at=hours.ends_at,
            slot_minutes=hours.slot_minutes,
            capacity=hours.capacity,
        )
        for hours in as_it_was.sites[0].hours
        for weekday in hours.weekdays
    )
    open_calendar(now=timezone.now())
    return office


@once
def test_one_visit_to_a_file_that_is_checked(arrive, officer, picks, sandbox, settings):
    settings.QUIET_HOURS = False
    sandbox.template(
        "ready", "Đã có thẻ căn cước của <name>. Mã <code>", oa_id=OA, params=names("name", "code")
    )
    set_text(agency=picks, kind=Kind.CARD_READY, template_id="ready")
    visitor = arrive()

    declare(visitor, picks)
    dossier = Dossier.objects.get()
    send_one_line_back(officer, dossier)

    visitor.open(f"/ho-so/{dossier.public_id}/")
    assert visitor.sees("Cần bổ sung", "Địa chỉ chưa đủ")
    visitor.press("Sửa ngay")
    visitor.page.get_by_role("textbox", name="Nơi thường trú").fill("12/3 Tôn Đản, Phường 14, Quận 4")
    visitor.press("Lưu, quay lại kiểm tra")
    hand_in(visitor, "Nộp lại")

    approve(officer, dossier)
    book_within_seven_days(visitor, dossier)
    take_in_and_report_the_card(officer, dossier)

    send_due(now=timezone.now())
    (told,) = [one for one in sandbox.messages(phone=PHONE) if one["template_id"] == "ready"]
    assert told["rendered"] == f"Đã có thẻ căn cước của An. Mã {dossier.code}"
    visitor.open(f"/ho-so/{dossier.public_id}/")
    assert visitor.sees("Đã có thẻ")
    visitor.look("quan-4-ready")


def names(*params: str) -> list[dict]:
    return [{"name": name, "maxLength": 30} for name in params]


def declare(visitor: Visitor, office: Agency) -> None:
    """Page by page as Quận 4 asked it."""
    page = visitor.page
    visitor.open(f"/don-vi/{office.slug}/")
    visitor.press("Khai hồ sơ tại nhà")
    page.get_by_label("Cần làm thẻ vì việc gì?").select_option("wants_new_card")
    page.get_by_label("Ngày sinh").fill("12/4/1985")
    page.get_by_label("Thẻ mới nhất").select_option("cmnd")
    page.get_by_label("Bản thân").check()
    visitor.press("Tiếp tục")
    page.get_by_label("Số điện thoại dùng Zalo").fill(PHONE)
    visitor.press("Nhận mã xác nhận")
    visitor.enter_code("Đăng nhập")
    visitor.press("Bắt đầu khai")

    assert visitor.heading == "Thông tin cơ bản"
    page.get_by_label("Họ, chữ đệm và tên", exact=True).fill("Trần Văn An")
    page.get_by_label("Ngày, tháng, năm sinh").fill("12/4/1985")
    page.get_by_label("Nam", exact=True).check()
    page.get_by_label("Số CMND hoặc CCCD").fill("205123456")
    for label, words in (
        ("Dân tộc", "Kinh"),
        ("Tôn giáo", "Không"),
        ("Quốc tịch", "Việt Nam"),
        ("Nơi đăng ký khai sinh", "Xã Tam Thăng, Tam Kỳ, Quảng Nam"),
        ("Quê quán", "Tam Thăng, Tam Kỳ, Quảng Nam"),
    ):
        page.get_by_role("textbox", name=label).fill(words)
    page.get_by_label("Chưa kết hôn").check()
    visitor.press("Tiếp tục")
    page.get_by_role("textbox", name="Nơi thường trú").fill("Tôn Đản")
    visitor.press("Tiếp tục")
    page.get_by_role("textbox", name="Nơi ở hiện tại").fill("12/3 Tôn Đản, Phường 14, Quận 4")
    visitor.press("Tiếp tục")
    assert visitor.heading == "Nghề nghiệp"
    visitor.press("Tiếp tục")
    assert visitor.heading == "Gia đình và người đại diện"
    visitor.press("Tiếp tục")
    assert visitor.heading == "Yêu cầu của công dân"
    visitor.press("Tiếp tục")
    hand_in(visitor)


def hand_in(visitor: Visitor, words: str = "Nộp tờ khai") -> None:
    visitor.open(f"/ho-so/{Dossier.objects.get().public_id}/kiem-tra/")
    visitor.page.get_by_label("Đã đọc thông báo").check()
    visitor.page.get_by_label("Tôi cam đoan").check()
    visitor.press(words)
    assert visitor.sees("Đã nộp tờ khai", "Chờ cán bộ kiểm tra")


def send_one_line_back(officer: AtTheDesk, dossier: Dossier) -> None:
    officer.open(f"/admin/dossiers/dossier/{dossier.pk}/change/")
    officer.press("Nhận kiểm tra")
    officer.press("Yêu cầu bổ sung")
    line = officer.page.locator("tr").filter(has_text="Nơi thường trú")
    line.locator("select").select_option("ADDRESS_NOT_ENOUGH")
    officer.press("Gửi yêu cầu bổ sung")
    dossier.refresh_from_db()
    assert dossier.status == Status.NEEDS_CORRECTION


def approve(officer: AtTheDesk, dossier: Dossier) -> None:
    officer.open(f"/admin/dossiers/dossier/{dossier.pk}/change/")
    assert officer.sees("Tôn Đản", "12/3 Tôn Đản, Phường 14, Quận 4")  # before and now, side by side
    officer.press("Nhận kiểm tra")
    officer.press("Duyệt")
    officer.press("Duyệt")
    dossier.refresh_from_db()
    assert dossier.status == Status.ACCEPTED


def book_within_seven_days(visitor: Visitor, dossier: Dossier) -> None:
    visitor.open(f"/ho-so/{dossier.public_id}/")
    visitor.press("Đặt lịch đến")
    visitor.press("Tiếp tục: chọn giờ")
    offered = [link.get_attribute("id") for link in visitor.page.locator("a.day").all()]
    today = local_date(timezone.now())
    days = [today + timedelta(days=ahead) for ahead in range(31)]
    by_link = {f"d{day:%Y%m%d}": day for day in days}
    assert offered
    assert max(by_link[link] for link in offered) <= today + timedelta(days=7)
    assert SUNDAY not in {by_link[link].weekday() for link in offered}
    saturday = next(link for link in offered if by_link[link].weekday() == SATURDAY)
    visitor.page.locator(f"#{saturday}").click()
    visitor.page.wait_for_url(f"**ngay={by_link[saturday]}**")
    hours = visitor.page.locator("button.hour b").all_text_contents()
    assert hours
    assert max(hours) < "12:00"
    visitor.follow(visitor.page.locator("button.hour").first)
    visitor.agree()
    visitor.press("Đặt lịch")
    assert visitor.sees("Sổ hộ khẩu bản chính")
    assert Slot.objects.filter(taken=1).count() == 1


def take_in_and_report_the_card(officer: AtTheDesk, dossier: Dossier) -> None:
    officer.open(f"/admin/dossiers/card/{dossier.pk}/change/")
    officer.press("Thu nhận người này")
    officer.press("Đã thu nhận")
    officer.press("Ghi thu hoặc miễn")
    officer.fill("Số biên lai", "Q4/21-0000123")
    officer.press("Ghi đã thu")
    assert officer.sees("Đã ghi thu 15.000 đ")
    officer.go("Báo có thẻ")
    officer.fill("Mã tờ khai hoặc mã hồ sơ, mỗi dòng một mã", dossier.code)
    officer.press("Xem thử")
    officer.press("Báo có thẻ cho 1 hồ sơ")
    assert officer.sees("Đã báo có thẻ: 1 hồ sơ")
