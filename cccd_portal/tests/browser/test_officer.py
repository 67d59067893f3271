"""A day at the desk, in a real browser."""

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from agencies.models import Agency
from booking.models import Appointment, ReminderCall, ServiceDay
from booking.tests.factories import book, person
from cccd_portal.tests.browser.offices import slots_of, tomorrow
from cccd_portal.tests.browser.visitor import AN
from dossiers.services.loading import load_procedures
from faq.tests.factories import ConversationFactory

# The lines of a list's rows of which a part is hidden.
CUT = """() => [...document.querySelectorAll(".result-list [data-label]")]
  .filter((one) => one.scrollHeight > one.clientHeight + 1).map((one) => one.innerText)"""
BAY = "049050000321"


def of_tomorrow(path: str) -> str:
    return f"{path}?ngay={tomorrow():%Y-%m-%d}"


class TestTheDay:
    def test_from_the_overview_to_the_calls(self, officer, picks):
        slots = slots_of(picks)
        book(slots[0], person("Trần Văn An", personal_id=AN), now=timezone.now(), phone="+84905123456")

        officer.open("/admin/")
        assert officer.sees("Hôm nay", "1 người chưa", "Trụ sở Công an quận Tân Phú")
        officer.look("officer-dashboard")

        officer.go("Đặt hộ tại quầy")
        officer.open(of_tomorrow("/admin/booking/appointment/assist/"))
        officer.fill("Họ và tên", "Phạm Văn Bảy")
        officer.fill("Số định danh cá nhân", BAY)
        officer.fill("Ngày sinh", "1950")
        officer.page.get_by_label("Đã đọc cho công dân nghe").check()
        officer.look("officer-assist")
        officer.follow(officer.page.locator("#content").get_by_role("button", name="Đặt lịch, lấy số"))
        assert officer.sees("Số A002", "đặt hộ tại quầy", "Không có tài khoản")
        assert BAY not in officer.page.content()
        officer.look("officer-appointment")

        officer.press("Đổi giờ")
        officer.look("officer-move")
        officer.follow(officer.page.get_by_role("button", name=re.compile("^14:00")))
        assert officer.sees("Đã đổi sang 14:00")

        officer.open(of_tomorrow("/admin/booking/serviceday/list/"))
        assert officer.sees("Trần Văn An", "Phạm Văn Bảy", "*********321")
        officer.look("officer-day-list")

        officer.go("Chưa nhận được tin")
        row = officer.page.locator("li").filter(has_text="Phạm Văn Bảy")
        officer.look("officer-calls")
        row.get_by_label("Kết quả").select_option("COMING")
        row.get_by_label("Ghi chú").fill("con trai nghe máy")
        officer.follow(row.get_by_role("button", name="Ghi"))
        expect(officer.page.locator("li.of-told")).to_contain_text("con trai nghe máy")

        assert ReminderCall.objects.get().officer.username == "head.tan-phu"
        assert Appointment.objects.filter(status="CONFIRMED").count() == 1

    def test_of_the_planner_changes_hours_and_closes(self, officer, picks):
        slot = slots_of(picks)[0]
        book(slot, person("Trần Văn An", personal_id=AN), now=timezone.now(), phone="+84905123456")

        officer.go("Lịch tuần")
        officer.open(of_tomorrow("/admin/booking/serviceday/week/"))
        officer.look("officer-week")
        officer.follow(officer.page.get_by_role("link", name=re.compile("08:00 1.12")))
        officer.page.get_by_label("08:00–08:30").fill("0")
        officer.press("Lưu sức chứa")
        assert officer.sees("đã đặt 1 chỗ, không giảm xuống 0 được")
        officer.look("officer-capacity")
        officer.page.get_by_label("08:00–08:30").fill("1")
        officer.press("Lưu sức chứa")
        expect(officer.page.get_by_role("link", name=re.compile("08:00 1.1 "))).to_contain_text("kín")

        officer.open(f"/admin/booking/serviceday/{slot.day_id}/opening/")
        officer.fill("Lý do", "Mất điện")
        officer.press("Đóng ngày này")
        assert officer.sees("Đã đóng ngày này", "0905 123 456")
        officer.look("officer-closing")

        assert not ServiceDay.objects.get(pk=slot.day_id).is_open

    def test_finds_somebody_without_their_number_in_the_address(self, officer, picks):
        book(slots_of(picks)[0], person("Trần Văn An", personal_id=AN), now=timezone.now())

        officer.go("Lịch hẹn")
        officer.page.get_by_placeholder("Mã hẹn, số thứ tự").fill(AN)
        officer.press("Tìm")

        assert officer.sees("Trần Văn An")
        assert AN not in officer.page.url


class TestLists:
    def test_show_a_long_line_whole_on_a_phone(self, officer):
        load_procedures(now=timezone.now())
        officer.go("Thủ tục, lệ phí")
        officer.open("/admin/dossiers/version/?q=118/2025")
        officer.look("officer-law", within="")

        officer.page.set_viewport_size({"width": 390, "height": 900})
        assert officer.page.locator("td.field-basis").first.is_visible()
        assert officer.page.evaluate(CUT) == []

    def test_show_who_waits_for_an_officer_in_the_chat(self, officer):
        now, oa_id = timezone.now(), Agency.objects.get(name="Công an quận Tân Phú").oa_id
        asked = {"oa_id": oa_id, "paused_until": None, "pause": ""}
        ConversationFactory(**asked, uid="675059164343092001", human_wanted_at=now - timedelta(minutes=25))
        ConversationFactory(**asked, uid="675059164343092002", human_wanted_at=now - timedelta(days=1))
        ConversationFactory(oa_id=oa_id, uid="675059164343092003", paused_until=now + timedelta(minutes=20))

        officer.go("Chờ gặp cán bộ")

        assert officer.sees("…092001", "cán bộ đang trả lời")
        officer.look("officer-chats")

    def test_say_of_nothing_what_would_stand_there(self, officer):
        officer.go("Chờ gặp cán bộ")
        assert officer.sees("Mọi cuộc trò chuyện được trả lời tự động.")
        officer.look("officer-nothing")

        officer.open("/admin/accounts/officer/?q=khong-co-ai")
        assert officer.sees("Không có dòng nào khớp.")
        officer.press("bỏ tìm và bộ lọc")
        assert officer.sees("head.tan-phu")
