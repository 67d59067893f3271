"""What a head and an auditor do seldom, in a real browser: every page is looked at on three screens."""

from datetime import date, timedelta

from django.utils import timezone

from accounts.models import Officer
from accounts.roles import Role
from accounts.tests.factories import OfficerFactory
from agencies.models import Agency, CalendarDay
from booking.models import Session
from booking.tests.factories import book, person
from booking.tests.sheets import people_sheet
from cccd_portal.tests.browser.officer import PASSWORD
from cccd_portal.tests.browser.offices import slots_of, tomorrow
from cccd_portal.tests.browser.visitor import AN, HANH
from core.sheets import XLSX


def said(day: date) -> str:
    return f"{day:%d/%m/%Y}"


class TestThePlanner:
    def test_shuts_a_day_with_people_and_works_an_evening(self, officer, picks):
        slot = slots_of(picks)[0]
        book(slot, person("Trần Văn An", personal_id=AN), now=timezone.now(), phone="+84905123456")

        officer.go("Điểm thu nhận")
        officer.open(f"/admin/booking/site/{slot.day.site_id}/change/")
        assert officer.sees("14 ngày tới")
        officer.look("officer-sites-form", within="section[aria-labelledby=preview]")

        officer.open("/admin/agencies/calendarday/add/")
        officer.page.locator("[name=date]").fill(said(tomorrow()))
        officer.page.locator("[name=note]").fill("Nghỉ phun thuốc")
        officer.press("Lưu lại")
        assert officer.sees("1 người đã hẹn vào giờ không làm việc", "0905 123 456")
        officer.look("officer-calendar-day", within="section[aria-labelledby=people-hit]")
        officer.go("Ngày nghỉ, làm bù")
        assert officer.sees("Nghỉ phun thuốc")
        officer.look("officer-calendar", within="")
        assert CalendarDay.objects.get(agency=picks).date == tomorrow()

        officer.open("/admin/booking/session/tour/")
        officer.look("officer-tour")
        officer.open("/admin/booking/session/overtime/")
        officer.press("Mở buổi này")
        officer.look("officer-overtime-errors")
        officer.fill("Ngày", f"{tomorrow() + timedelta(days=1):%Y-%m-%d}")
        officer.press("Mở buổi này")
        assert officer.sees("Người dân đặt được ngay")
        officer.look("officer-sessions", within="")
        officer.open(f"/admin/booking/session/{Session.objects.get().pk}/call-off/")
        officer.look("officer-session-call-off")
        officer.press("Hủy buổi này")
        assert officer.sees("Đã hủy buổi")


class TestTheHead:
    def test_looks_after_people_and_hands_in_a_list(self, officer, picks):
        desk = OfficerFactory(
            username="tiepnhan.tan-phu",
            last_name="Phạm Văn",
            first_name="Bình",
            agency=picks,
            roles=[Role.RECEPTIONIST],
        )

        officer.go("Cán bộ")
        assert officer.sees("Phạm Văn Bình")
        officer.look("officer-officers", within="")
        officer.open(f"/admin/accounts/officer/{desk.pk}/change/")
        assert officer.sees("Đặt mật khẩu mới", "đón người đến")
        officer.look("officer-officer-form", within="")
        officer.open(f"/admin/accounts/officer/{desk.pk}/leave/")
        officer.look("officer-leave")
        officer.press("Cho thôi việc")
        assert not Officer.objects.get(pk=desk.pk).is_active

        assert officer.open("/admin/zalo/oatoken/").status == 403
        assert officer.sees("Không có quyền mở trang này")
        officer.look("officer-refused")
        assert officer.open("/admin/booking/appointment/987654/change/").status == 404
        assert officer.sees("không thuộc nơi được phân công")
        officer.look("officer-dead-end")
        officer.press("Về Tổng quan")
        assert officer.sees("Hôm nay")

        Agency.objects.filter(pk=picks.pk).update(allocation=Agency.Allocation.OFFICE_ASSIGNS)
        officer.open("/admin/booking/sheetimport/new-registrations/")
        officer.look("officer-import-new")
        rows = [("Trần Văn An", AN, "12/4/1985", "nam"), ("Lê Thị Hạnh", HANH, "32/13/1990", "nữ")]
        content = people_sheet(*((*row, "", "0905123456", said(tomorrow())) for row in rows))
        officer.page.set_input_files(
            "input[type=file]", {"name": "a.xlsx", "mimeType": XLSX, "buffer": content}
        )
        officer.press("Xem thử")
        assert officer.sees("1 dòng nhập được, 1 dòng chưa", "Trần Văn An", "ngày này không có trong lịch")
        officer.look("officer-import-people")
        officer.press("Các lần nhập")
        officer.look("officer-imports", within="")


class TestTheAuditor:
    def test_finds_who_looked_at_a_code(self, officer, picks):
        (booked,) = book(slots_of(picks)[0], person("Trần Văn An", personal_id=AN), now=timezone.now())
        officer.open(f"/admin/booking/appointment/{booked.pk}/change/")
        auditor = OfficerFactory(username="kiemtra.tan-phu", agency=picks, roles=[Role.AUDITOR])
        auditor.set_password(PASSWORD)
        auditor.save(update_fields=["password"])
        officer.context.clear_cookies()
        officer.sign_in_as(auditor)

        officer.go("Nhật ký")
        officer.open(f"/admin/accounts/auditentry/?q={booked.code}")

        assert officer.sees(booked.code, "head.tan-phu", "lịch hẹn")
        officer.look("officer-audit", within="")
