"""What goes wrong on the way to a place, and how the pages help on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import OtpChallenge
from agencies.models import Agency
from agencies.tests.factories import AgencyFactory
from booking.models import Booking, Draft, ServiceDay, Slot
from booking.tests.factories import SiteFactory, book_one, person
from cccd_portal.tests.browser import midway
from cccd_portal.tests.browser.offices import fill, slots_of, tomorrow
from cccd_portal.tests.browser.visitor import AN, PHONE, Visitor

pytestmark = pytest.mark.django_db(transaction=True)


class TestNoRoom:
    def test_names_the_nearest_days_where_one_is_full(self, arrive, picks):
        fill(slots_of(picks, days_ahead=2))
        visitor = arrive()
        midway.at_hours(visitor, picks)
        visitor.open(f"{visitor.page.url}?khac=1&ngay={tomorrow() + timedelta(days=1)}")

        assert visitor.sees("không còn khung giờ nào đủ chỗ", "Còn chỗ gần nhất")
        assert visitor.page.locator(".notice a").count() == 3
        visitor.look("day-full")

    def test_offers_other_hours_when_the_slot_went_while_the_form_was_open(self, arrive, picks):
        visitor = arrive()
        midway.at_check(visitor, picks, size=2)
        fill(slots_of(picks)[:1])
        visitor.agree()
        visitor.press("Nhận mã xác nhận")
        visitor.enter_code()
        assert visitor.sees("Khung giờ này vừa hết chỗ")
        assert visitor.page.locator("#errors button.hour").count() == 3
        visitor.look("slot-gone")

        visitor.follow(visitor.hour("08:30"))

        assert visitor.heading == "Đã đặt lịch cho 2 người"

    def test_says_where_a_family_does_not_fit(self, arrive, picks):
        fill(slots_of(picks), but=1)
        eight = slots_of(picks)[0]
        fill([eight], but=2)
        Slot.objects.filter(day__site=eight.day.site).exclude(day=eight.day).update(capacity=1, taken=1)
        visitor = arrive()
        midway.at_hours(visitor, picks, size=3)
        assert visitor.sees("liền đến 09:00", "chỉ còn 1")
        visitor.look("family-hardly-fits")
        fill(slots_of(picks)[1:])
        visitor.open(visitor.page.url)

        assert visitor.sees("không còn chỗ cho 3 người")
        visitor.look("family-does-not-fit")

    def test_says_when_no_hour_is_left_for_the_earliest(self, arrive, picks):
        Slot.objects.update(capacity=1, taken=1)
        Slot.objects.filter(pk=slots_of(picks)[0].pk).update(taken=0)
        visitor = arrive()
        visitor.begin(picks, "Lấy số sớm nhất")
        visitor.write_family(2)
        visitor.press("Tìm giờ sớm nhất")

        assert visitor.heading == "Chưa có giờ nào đủ chỗ cho cả nhà"
        visitor.look("nothing-free")

    def test_refuses_what_has_become_too_late(self, arrive, picks):
        visitor = arrive()
        midway.at_check(visitor, picks)
        Agency.objects.update(cut_off_minutes=30_000)
        visitor.agree()
        visitor.press("Nhận mã xác nhận")
        visitor.enter_code()

        assert visitor.sees("Đã quá giờ nhận", "Xem mọi ngày, giờ còn chỗ")
        visitor.look("too-late")


class TestClosed:
    def test_shows_holidays_and_closed_days_with_their_reason(self, arrive, picks):
        ServiceDay.objects.filter(date=tomorrow()).update(is_open=False, note="Nghỉ bù Quốc khánh")
        visitor = arrive()
        visitor.open(f"/diem/{ServiceDay.objects.first().site.public_id}/")
        assert visitor.sees("nghỉ", "Nghỉ bù Quốc khánh")
        visitor.look("holiday")

        visitor.open(f"{visitor.page.url}?ngay={tomorrow()}")
        assert visitor.sees("không còn khung giờ nào đủ chỗ")

    def test_says_what_to_do_where_no_day_is_open(self, arrive):
        office = AgencyFactory(
            name="Công an Quận 4", slug="cong-an-quan-4", address="14 Đoàn Như Hài, Quận 4"
        )
        site = SiteFactory(agency=office, name="Trụ sở Công an Quận 4", address=office.address)
        visitor = arrive()
        visitor.open(f"/don-vi/{office.slug}/")
        assert visitor.sees("Hiện chưa có ngày nhận đặt lịch")
        visitor.look("office-without-days")

        visitor.open(f"/diem/{site.public_id}/")
        assert visitor.sees("đều nghỉ hoặc hết chỗ")
        visitor.look("site-without-days")


class TestBookedAlready:
    def test_leads_to_the_own_appointment(self, arrive, picks):
        visitor = arrive()
        citizen = midway.signed_in(visitor)
        held = book_one(slots_of(picks)[0], *midway.the_family(1), citizen=citizen, now=timezone.now())
        midway.at_check(visitor, picks, hour=5)
        visitor.agree()
        visitor.press("Đặt lịch")

        assert visitor.sees("Trần Văn An đã có lịch hẹn", held.code)
        visitor.look("booked-already-own")
        visitor.press("Xem lịch hẹn đó")
        assert visitor.page.url.endswith(f"/lich-hen/{held.code}/")

    def test_tells_a_stranger_what_to_do_and_nothing_else(self, arrive, picks):
        held = book_one(slots_of(picks)[2], person("Trần Văn Ân", personal_id=AN), now=timezone.now())
        visitor = arrive()
        midway.at_check(visitor, picks)
        visitor.agree()
        visitor.press("Nhận mã xác nhận")
        visitor.enter_code()

        assert visitor.sees("đã được đăng ký ở nơi khác")
        visitor.look("booked-already-by-a-stranger")
        visitor.page.get_by_text("Không phải tôi đăng ký").click()
        assert visitor.sees("giải phóng số định danh")
        refusal = visitor.page.locator("#errors").inner_text()
        assert held.code not in refusal
        assert "09:00" not in refusal


class TestSessionsAndTabs:
    def test_loses_nothing_when_the_sign_in_ends_in_mid_form(self, arrive, picks):
        visitor = arrive()
        midway.signed_in(visitor)
        midway.at_check(visitor, picks, size=2)
        visitor.agree()
        visitor.context.clear_cookies(name="citizen_session")
        visitor.press("Đặt lịch")
        assert visitor.sees("Phiên đăng nhập đã hết", "Trần Văn An", "Nguyễn Thị Bình")
        assert visitor.page.get_by_label("Đã đọc thông báo").is_checked()
        visitor.look("signed-out-meanwhile")

        visitor.page.get_by_label("Số điện thoại dùng Zalo").fill(PHONE)
        visitor.press("Nhận mã xác nhận")
        visitor.enter_code()

        assert visitor.heading == "Đã đặt lịch cho 2 người"

    def test_books_once_when_the_button_is_pressed_twice(self, arrive, picks, settings):
        settings.OTP_PAUSE = timedelta(minutes=1)
        visitor = arrive()
        midway.at_check(visitor, picks)
        visitor.agree()
        visitor.named("Nhận mã xác nhận").dblclick()
        visitor.page.wait_for_url("**/ma/")
        visitor.page.get_by_label("Mã xác nhận").fill(visitor.code())
        visitor.named("Đặt lịch").dblclick()
        visitor.page.wait_for_url("**/lich-hen/**")

        assert visitor.heading == "Số thứ tự"
        assert Booking.objects.count() == 1
        assert OtpChallenge.objects.count() == 1

    def test_books_once_when_the_same_form_comes_twice(self, arrive, picks):
        visitor = arrive()
        midway.signed_in(visitor)
        midway.at_check(visitor, picks)
        token = visitor.page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
        form = {"csrfmiddlewaretoken": token, "notice": "on"}
        answers = [visitor.context.request.post(visitor.page.url, form=form) for _ in range(2)]

        assert answers[0].url == answers[1].url
        assert Booking.objects.count() == 1

    def test_goes_to_the_ticket_when_one_goes_back_after_booking(self, arrive, picks):
        visitor = arrive()
        midway.at_check(visitor, picks)
        visitor.agree_and_book()
        ticket = visitor.page.url
        visitor.page.go_back()
        visitor.page.go_back()

        assert visitor.page.url == ticket

    def test_keeps_two_tabs_apart(self, arrive, picks):
        visitor = arrive()
        midway.at_check(visitor, picks, size=2)
        first, visitor.page = visitor.page, visitor.context.new_page()
        midway.at_check(visitor, picks, hour=6)

        assert visitor.sees("1 người đến làm", "14:30 ")
        visitor.page = first
        visitor.open(first.url)
        assert visitor.sees("2 người đến làm", "08:00 ")

    def test_opens_a_draft_in_no_other_browser(self, arrive, picks):
        visitor, stranger = arrive(), arrive()
        midway.at_check(visitor, picks)

        assert stranger.open(visitor.page.url).status == 404
        assert stranger.heading == "Thông tin đang ghi không còn trên máy này"
        assert "Trần Văn An" not in stranger.page.content()
        stranger.look("draft-of-another-browser")

    def test_lets_the_next_person_at_the_machine_see_nothing(self, arrive, picks):
        visitor = arrive()
        midway.signed_in(visitor)
        midway.at_check(visitor, picks)
        unfinished = visitor.page.url
        visitor.open("/lich-hen/")
        visitor.press("Đăng xuất khỏi máy này")

        assert visitor.open(unfinished).status == 404


class TestCodes:
    def wrong_code(self, visitor: Visitor) -> str:
        return "000000" if visitor.code() != "000000" else "000001"

    def test_asks_for_a_new_one_after_five_wrong_guesses(self, arrive, picks):
        visitor = arrive()
        midway.at_code(visitor, picks)
        for _ in range(2):
            visitor.page.get_by_label("Mã xác nhận").fill(self.wrong_code(visitor))
            visitor.press("Đặt lịch")
            assert visitor.sees("Mã không đúng")
        visitor.look("code-wrong")
        OtpChallenge.objects.update(tries=5)  # the other three
        visitor.enter_code()
        assert visitor.sees("Mã này không còn dùng được")

        visitor.press("Gửi lại mã")
        visitor.enter_code()

        assert visitor.heading == "Số thứ tự"

    def test_asks_for_a_new_one_when_it_is_too_old(self, arrive, picks):
        visitor = arrive()
        midway.at_code(visitor, picks)
        OtpChallenge.objects.update(expires_at=timezone.now())
        visitor.enter_code()

        assert visitor.sees("Mã này không còn dùng được", "Gửi lại mã")
        visitor.look("code-too-old")

    def test_asks_to_wait_between_two_codes(self, arrive, picks, settings):
        settings.OTP_PAUSE = timedelta(minutes=1)
        visitor = arrive()
        midway.at_code(visitor, picks)
        visitor.press("Gửi lại mã")

        assert visitor.sees("Mã vừa được gửi tới số này")
        visitor.look("code-too-soon")

    def test_shows_the_way_out_while_zalo_is_down(self, arrive, picks, sandbox):
        visitor = arrive()
        midway.at_check(visitor, picks)
        visitor.agree()
        sandbox.faults(fail_rate=1)
        with visitor.page.expect_response("**/kiem-tra/") as answer:
            visitor.press("Nhận mã xác nhận")

        assert answer.value.status == 503
        assert visitor.sees("Zalo đang bận", "đến lấy số tại bàn tiếp nhận")
        assert visitor.page.locator(f"main a[href='tel:{picks.hotline}']").first.is_visible()
        assert visitor.page.get_by_label("Số điện thoại dùng Zalo").input_value() == PHONE
        visitor.look("zalo-down")
        assert Draft.objects.count() == 1


class TestBrokenPages:
    def test_explains_an_address_that_is_none(self, arrive):
        visitor = arrive()

        assert visitor.open("/khong-co/").status == 404
        assert visitor.heading == "Không tìm thấy trang này"
        visitor.look("not-found")

    def test_explains_a_form_without_its_token(self, arrive, picks):
        visitor = arrive()
        visitor.begin(picks)
        visitor.context.clear_cookies(name="csrftoken")
        visitor.press("Tiếp tục")

        assert visitor.heading == "Trang này mở đã lâu"
        visitor.look("page-open-too-long")

    def test_shows_the_number_of_a_server_error(self, arrive, settings, caplog):
        settings.ROOT_URLCONF = "cccd_portal.tests.browser.broken_urls"
        visitor = arrive()
        answer = visitor.open("/hong/")

        assert answer.status == 500
        assert visitor.sees("Hệ thống gặp lỗi", answer.headers["x-request-id"])
        visitor.look("server-error")
