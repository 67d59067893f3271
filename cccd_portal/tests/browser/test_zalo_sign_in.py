"""A citizen signs in with Zalo: over to its consent page and back, with a half-filled booking in between."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Citizen
from accounts.tests.factories import CitizenFactory
from booking.models import Appointment
from booking.tests.factories import book, person
from cccd_portal.tests.browser import midway
from cccd_portal.tests.browser.offices import slots_of
from cccd_portal.tests.browser.visitor import BINH, PHONE, Visitor
from cccd_portal.tests.browser.ways import once
from core import phones

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _way_back(settings, live_server, sandbox):
    settings.PUBLIC_BASE_URL = live_server.url
    sandbox.callback(live_server.url + reverse("zalo-callback"))


def decide(visitor: Visitor, words: str) -> None:
    """Press a button of Zalo's page, to which ours goes by itself."""
    visitor.page.wait_for_url("**/v4/permission?**")
    visitor.page.get_by_role("button", name=words).click()


class TestSigningInWithZalo:
    def test_loses_nothing_of_a_booking_and_brings_along_what_a_code_booked(self, arrive, picks):
        by_code = CitizenFactory(by_code=True, phone=phones.mobile(PHONE))
        binh = person("Nguyễn Thị Bình", birth_date="1958", sex="female", personal_id=BINH)
        (booked,) = book(slots_of(picks)[2], binh, citizen=by_code, now=timezone.now())
        visitor = arrive()
        midway.at_check(visitor, picks)
        visitor.agree()
        visitor.press("Đăng nhập bằng Zalo, không cần mã")
        decide(visitor, "Cho phép")

        visitor.page.wait_for_url("**/kiem-tra/")
        assert visitor.sees("Trần Văn An", "Số điện thoại để đơn vị gọi khi cần")
        assert visitor.page.get_by_label("Đã đọc thông báo").is_checked()
        visitor.look("check-by-zalo")
        visitor.press("Đặt lịch")
        visitor.page.wait_for_url("**/lich-hen/**")
        mine = Appointment.objects.exclude(pk=booked.pk).get()
        assert mine.person.booking.phone == phones.mobile(PHONE)
        assert mine.person.citizen == Citizen.objects.get(zalo_id__isnull=False)

        visitor.open("/tin-cua-toi/")
        assert visitor.sees("Mọi tin đơn vị đã báo đều còn ở đây")
        visitor.press("Mở tin")
        assert visitor.sees("Trụ sở Công an quận Tân Phú")
        visitor.look("messages")

        visitor.open("/lich-hen/gop/")
        visitor.look("own-phone")
        visitor.page.get_by_label("Số điện thoại dùng Zalo").fill(PHONE)
        visitor.press("Nhận mã xác nhận")
        visitor.look("own-phone-code")
        visitor.enter_code("Tiếp tục")
        visitor.page.get_by_label("Năm sinh").fill("1958")
        visitor.page.get_by_label("4 số cuối").fill(BINH[-4:])
        visitor.press("Đưa lịch hẹn về đây")
        assert visitor.sees("nay đã ở đây", "Nguyễn Thị Bình", "Trần Văn An")

    @once
    def test_says_that_one_cancelled_and_offers_the_code(self, arrive, picks):
        """The way there and back without a script was walked above."""
        visitor = arrive()
        visitor.open("/dang-nhap/?next=/lich-hen/")
        visitor.press("Đăng nhập bằng Zalo")
        decide(visitor, "Hủy")
        visitor.page.wait_for_url(re.compile("/dang-nhap/zalo/xong/"))
        assert visitor.sees("Đã bấm Hủy", "Hoặc nhận mã qua số điện thoại")

        visitor.page.get_by_label("Số điện thoại dùng Zalo").fill(PHONE)
        visitor.press("Nhận mã xác nhận")
        visitor.enter_code("Đăng nhập")
        assert visitor.heading == "Lịch hẹn của tôi và người nhà"
