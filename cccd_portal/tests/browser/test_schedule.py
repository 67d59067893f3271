"""Where the mobile team goes and when overtime is worked; and who only pretends to be the office."""

from datetime import timedelta

import pytest
from django.utils import timezone

from booking.services.sessions import Ward, add_session
from booking.tests.factories import EVENING, SiteFactory
from cccd_portal.tests.browser.offices import tomorrow
from faq.models import FakeReport

pytestmark = pytest.mark.django_db(transaction=True)


class TestSchedule:
    def test_leads_from_the_office_to_the_hours_of_the_own_ward(self, arrive, picks):
        ward = Ward("2021:24160", "Xã Cư ÊBur")
        hall = SiteFactory(agency=picks, mobile=True, name="Nhà văn hóa xã Cư ÊBur")
        for site, days, wards in ((hall, 1, [ward]), (SiteFactory(agency=picks, name="Trụ sở"), 2, [])):
            on, now = tomorrow() + timedelta(days=days), timezone.now()
            add_session(site=site, on=on, hours=EVENING, wards=wards, now=now)
        visitor = arrive()
        visitor.open(f"/don-vi/{picks.slug}/")
        visitor.press("Lịch lưu động, ngoài giờ")
        visitor.look("schedule")

        visitor.page.get_by_label("Phường, xã của ông/bà").fill("xa cu ebur")
        visitor.press("Xem")
        assert visitor.sees("Riêng cho Xã Cư ÊBur", "Các buổi khác, nhận mọi người")
        visitor.look("schedule-of-a-ward")

        visitor.press("Nhà văn hóa xã Cư ÊBur")
        assert visitor.sees("chỉ nhận người đang ở Xã Cư ÊBur")
        assert visitor.hour("18:00").count() == 1

    def test_leads_on_where_there_is_nothing(self, arrive, picks):
        visitor = arrive()
        visitor.open(f"/don-vi/{picks.slug}/lich-cap-can-cuoc/")
        assert visitor.sees("Hiện chưa có buổi lưu động, ngoài giờ nào", "Vẫn làm được tại nơi cố định")
        visitor.look("schedule-empty")


class TestFakes:
    def test_are_told_from_the_office_and_reported(self, arrive, picks):
        visitor = arrive()
        visitor.open(f"/don-vi/{picks.slug}/")
        visitor.follow(visitor.page.locator("footer").get_by_role("link", name="Nhận biết thật, giả"))
        visitor.look("fakes")

        visitor.press("Gửi tin báo")
        assert visitor.sees("Chọn một cách.")
        visitor.look("fakes-wrong")

        visitor.page.get_by_label("Giả mạo bằng cách nào?").select_option("CALL")
        visitor.page.get_by_label("Số điện thoại, tên tài khoản").fill("0905 999 999")
        visitor.press("Gửi tin báo")
        assert visitor.heading == "Đã nhận tin báo"
        assert FakeReport.objects.get().agency == picks
        visitor.look("fakes-sent")
