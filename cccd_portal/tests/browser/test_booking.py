"""From finding the office to the ticket, as people go: with and without scripts, by touch and by keyboard."""

import re

import pytest

from accounts.models import Citizen, Consent
from booking.models import Appointment, Booking, Registration
from cccd_portal.tests.browser.offices import fill, slots_of
from cccd_portal.tests.browser.visitor import PHONE

pytestmark = pytest.mark.django_db(transaction=True)

with_and_without_scripts = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])


class TestFindingTheOffice:
    def test_goes_by_name_by_ward_and_without_marks_as_one_types(self, arrive, picks, assigns):
        visitor = arrive()
        visitor.open("/")
        visitor.look("home")

        for typed, found in (("tan phu", picks), ("Hòa Hương", assigns), ("hoa huong", assigns)):
            visitor.page.get_by_label("Phường, xã").fill(typed)
            visitor.sees("Tìm thấy 1 đơn vị", found.name)
        visitor.look("home-found")

        visitor.page.get_by_label("Phường, xã").fill("không đâu")
        visitor.sees("Chưa tìm thấy đơn vị nào")
        visitor.look("home-nothing-found")

    def test_needs_no_script(self, arrive, picks, assigns):
        visitor = arrive(script=False)
        visitor.open("/")
        visitor.page.get_by_label("Phường, xã").fill("q tan phu")
        visitor.press("Tìm")

        assert visitor.sees("Tìm thấy 1 đơn vị")
        visitor.press("Công an quận Tân Phú")
        assert visitor.heading == "Công an quận Tân Phú"


class TestBooking:
    @with_and_without_scripts
    def test_takes_a_family_of_two_from_the_office_to_the_tickets(self, arrive, picks, script):
        visitor = arrive(script=script)
        visitor.begin(picks)
        visitor.write_family(2)
        visitor.pick("08:30")
        visitor.agree_and_book()

        assert visitor.heading == "Đã đặt lịch cho 2 người"
        assert visitor.sees("Số A001", "Số A002")
        held = Appointment.objects.order_by("number")
        assert {row.slot for row in held} == {slots_of(picks)[1]}
        assert Citizen.objects.get().phone_verified_at
        assert Consent.objects.given().exists()

    def test_shows_each_step_clearly(self, arrive, picks):
        visitor = arrive()
        visitor.open(f"/don-vi/{picks.slug}/")
        visitor.look("office")
        visitor.press("Chọn ngày, giờ")
        visitor.look("person")
        visitor.press("Tiếp tục")
        visitor.look("person-errors")
        visitor.write_an()
        visitor.look("people")
        visitor.press("Thêm người nhà")
        visitor.look("person-second")
        visitor.page.go_back()
        visitor.press("Tiếp tục: chọn giờ")
        visitor.look("hours")
        visitor.follow(visitor.hour("09:30"))
        visitor.look("check")
        visitor.press("Nhận mã xác nhận")
        visitor.look("check-errors")
        visitor.agree()
        visitor.press("Nhận mã xác nhận")
        visitor.look("code")
        visitor.enter_code()
        visitor.look("ticket")

    def test_begins_at_an_hour_of_a_site(self, arrive, picks):
        visitor = arrive()
        visitor.open(f"/don-vi/{picks.slug}/")
        visitor.press("Trụ sở Công an quận Tân Phú")
        visitor.look("site")
        visitor.follow(visitor.hour("14:00"))
        visitor.write_an()
        visitor.press("Tiếp tục: kiểm tra")

        assert visitor.sees("14:00 ")

    def test_turns_the_page_of_days_and_comes_back(self, arrive, picks):
        visitor = arrive()
        visitor.begin(picks)
        visitor.write_an()
        visitor.press("Tiếp tục: chọn giờ")
        third = visitor.page.locator("a.day").nth(2)
        day = third.locator("b").inner_text()
        third.click()
        visitor.page.locator("h2", has_text=f"{day}/").wait_for()

        visitor.page.locator("a.day.chosen b", has_text=day).wait_for()
        visitor.page.go_back()
        assert visitor.sees("Chọn giờ đến")
        assert visitor.page.locator(".bar").is_visible()

    @with_and_without_scripts
    def test_finds_the_earliest_place_with_one_tap(self, arrive, picks, script):
        eight, *_ = slots_of(picks)
        fill([eight], but=1)
        visitor = arrive(script=script)
        visitor.begin(picks, "Lấy số sớm nhất")
        visitor.write_family(2)
        visitor.press("Tìm giờ sớm nhất")

        assert visitor.sees("08:30 ")
        visitor.agree_and_book()
        assert visitor.heading == "Đã đặt lịch cho 2 người"

    def test_puts_three_into_hours_that_follow_each_other(self, arrive, picks):
        slots = slots_of(picks)
        fill(slots, but=2)
        visitor = arrive()
        visitor.begin(picks)
        visitor.write_family(3)
        visitor.press("Tiếp tục: chọn giờ")
        assert visitor.sees("liền đến 09:00")
        visitor.look("hours-in-a-row")
        visitor.follow(visitor.hour("08:00"))
        visitor.agree_and_book()

        assert visitor.heading == "Đã đặt lịch cho 3 người"
        visitor.look("booked-three")
        assert [row.slot for row in Appointment.objects.order_by("number")] == [slots[0], slots[0], slots[1]]

    def test_ticks_nothing_for_anybody(self, arrive, picks):
        visitor = arrive()
        visitor.begin(picks)
        visitor.write_family(2)
        visitor.pick("08:00")

        boxes = visitor.page.locator("input[type=checkbox]")
        assert boxes.count() >= 3
        assert not any(box.is_checked() for box in boxes.all())

    def test_books_on_a_desktop_with_the_keyboard_alone(self, arrive, picks):
        visitor = arrive(width=1280)
        visitor.begin(picks)
        page = visitor.page
        page.get_by_label("Người này là ai?").focus()
        for keys in ("Trần Văn An", "049085000123", "12/4/1985"):
            page.keyboard.press("Tab")
            page.keyboard.type(keys)
        page.keyboard.press("Enter")
        visitor.page.wait_for_url("**/nguoi/")

        assert visitor.sees("Đã ghi 1 người")


class TestRegistering:
    @with_and_without_scripts
    def test_waits_for_a_place_and_can_be_taken_back(self, arrive, assigns, script):
        visitor = arrive(script=script)
        visitor.begin(assigns, "Đăng ký cho mình và người nhà")
        visitor.write_family(2)
        visitor.press("Tiếp tục: chọn ngày")
        visitor.press("Tiếp tục")
        visitor.agree()
        visitor.press("Nhận mã xác nhận")
        visitor.enter_code("Đăng ký")
        assert visitor.sees("Đã ghi nhận đăng ký cho 2 người", "Đăng ký đang chờ xếp chỗ")

        visitor.press("Rút đăng ký")
        visitor.press("Rút đăng ký")

        assert visitor.sees("Đã rút đăng ký")
        assert Registration.objects.get().status == Registration.Status.WITHDRAWN

    def test_shows_each_step_clearly(self, arrive, assigns):
        visitor = arrive()
        visitor.open(f"/don-vi/{assigns.slug}/")
        visitor.look("office-that-assigns")
        visitor.press("Đăng ký cho mình và người nhà")
        visitor.write_an()
        visitor.press("Tiếp tục: chọn ngày")
        visitor.look("wish")
        visitor.press("Tiếp tục")
        visitor.look("wish-check")
        visitor.agree()
        visitor.press("Nhận mã xác nhận")
        visitor.enter_code("Đăng ký")
        visitor.look("registered")
        visitor.press("Rút đăng ký")
        visitor.look("withdraw")


class TestSigningIn:
    def test_sends_the_code_again(self, arrive, picks, sandbox):
        visitor = arrive()
        visitor.begin(picks)
        visitor.write_an()
        visitor.pick("08:00")
        visitor.agree()
        visitor.press("Nhận mã xác nhận")
        first = visitor.code()
        visitor.press("Gửi lại mã")

        assert len(sandbox.messages(phone=PHONE)) == 2
        assert first
        visitor.enter_code()
        assert Booking.objects.count() == 1

    def test_signs_in_and_out_for_good(self, arrive, picks):
        visitor = arrive()
        visitor.open("/lich-hen/")
        visitor.look("sign-in")
        visitor.sign_in()
        visitor.look("mine-empty")
        visitor.press("Đăng xuất khỏi máy này")
        visitor.page.wait_for_url(re.compile("/$"))

        assert [cookie["name"] for cookie in visitor.context.cookies()] == ["csrftoken"]
        visitor.open("/lich-hen/")
        assert visitor.heading == "Đăng nhập để xem lịch hẹn"
