"""From finding the office to the ticket, as people go: by touch and by keyboard, in every way."""

import re

import pytest

from accounts.models import Citizen, Consent
from agencies.models import Agency
from booking.models import Appointment, Booking, Registration
from cccd_portal.tests.browser import midway
from cccd_portal.tests.browser.offices import fill, slots_of
from cccd_portal.tests.browser.visitor import PHONE, Visitor
from cccd_portal.tests.browser.ways import by_keyboard, main_walk, with_script

pytestmark = pytest.mark.django_db(transaction=True)


class TestFindingTheOffice:
    def test_goes_by_name_by_ward_and_without_marks_as_one_types(self, arrive, picks, assigns):
        visitor = arrive()
        visitor.open("/")
        visitor.look("home")

        for typed, found in (("tan phu", picks), ("Hòa Hương", assigns), ("hoa huong", assigns)):
            self._seek(visitor, typed)
            assert visitor.sees("Tìm thấy 1 đơn vị", found.name)
        visitor.look("home-found")

        self._seek(visitor, "không đâu")
        assert visitor.sees("Chưa tìm thấy đơn vị nào")
        visitor.look("home-nothing-found")

    @main_walk
    def test_ends_at_the_page_of_the_office(self, arrive, picks, assigns):
        visitor = arrive()
        visitor.open("/")
        self._seek(visitor, "q tan phu")
        visitor.sees("Tìm thấy 1 đơn vị")
        visitor.press("Công an quận Tân Phú")

        assert visitor.heading == "Công an quận Tân Phú"

    def _seek(self, visitor: Visitor, words: str) -> None:
        """Offices appear while one types; without scripts, when one asks for them."""
        visitor.page.get_by_label("Phường, xã").fill(words)
        if not visitor.way.script:
            visitor.press("Tìm")


class TestBooking:
    @main_walk
    def test_takes_a_family_of_two_from_the_office_to_the_tickets(self, arrive, picks):
        visitor = arrive()
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

    @with_script
    def test_shows_each_step_clearly(self, arrive, picks):
        """It takes a script to look."""
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

    def test_tells_what_is_missing_of_a_person_and_keeps_the_rest(self, arrive, picks):
        visitor = arrive()
        visitor.begin(picks)
        visitor.page.get_by_label("Họ và tên").fill("Trần Văn An")
        visitor.press("Tiếp tục")

        assert visitor.sees("Ghi ngày sinh.")
        assert visitor.page.get_by_label("Họ và tên").input_value() == "Trần Văn An"
        visitor.write_an()
        assert visitor.sees("Đã ghi 1 người")

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
        midway.at_hours(visitor, picks)
        third = visitor.page.locator("a.day").nth(2)
        day = third.locator("b").inner_text()
        third.click()
        visitor.page.locator("h2", has_text=f"{day}/").wait_for()

        visitor.page.locator("a.day.chosen b", has_text=day).wait_for()
        if not visitor.way.script:  # a page loaded anew shows the hours, not its top
            assert visitor.page.locator("#gio").evaluate("(one) => one.getBoundingClientRect().top") < 800
        visitor.page.go_back()
        assert visitor.sees("Chọn giờ đến")
        assert visitor.page.locator(".bar").is_visible()

    def test_finds_the_earliest_place_with_one_tap(self, arrive, picks):
        eight, *_ = slots_of(picks)
        fill([eight], but=1)
        visitor = arrive()
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
        midway.at_hours(visitor, picks, size=3)
        assert visitor.sees("liền đến 09:00")
        visitor.look("hours-in-a-row")
        visitor.follow(visitor.hour("08:00"))
        visitor.agree_and_book()

        assert visitor.heading == "Đã đặt lịch cho 3 người"
        visitor.look("booked-three")
        assert [row.slot for row in Appointment.objects.order_by("number")] == [slots[0], slots[0], slots[1]]

    def test_ticks_nothing_for_anybody(self, arrive, picks):
        visitor = arrive()
        midway.at_check(visitor, picks, size=2)

        boxes = visitor.page.locator("input[type=checkbox]")
        assert boxes.count() >= 3
        assert not any(box.is_checked() for box in boxes.all())

    def test_names_what_was_not_agreed_to(self, arrive, picks):
        visitor = arrive()
        midway.at_check(visitor, picks, size=2)
        visitor.press("Nhận mã xác nhận")

        assert visitor.sees("Ghi số điện thoại để nhận mã", "Cần đồng ý thì", "Cần xác nhận đã được nhờ")
        assert not Booking.objects.exists()

    def test_keeps_what_was_filled_in_while_the_phone_is_changed(self, arrive, picks, sandbox):
        sandbox.citizen("Nguyễn Thị Bình", "0905999999")
        visitor = arrive()
        midway.at_code(visitor, picks, size=2)
        visitor.press("Đổi số điện thoại")

        for label in ("Đã đọc thông báo", "đã nhờ đăng ký giúp", "Gửi số thứ tự"):
            assert visitor.page.get_by_label(label).is_checked()
        assert not visitor.page.get_by_label("Có người cần ưu tiên").is_checked()
        assert visitor.page.get_by_label("Số điện thoại dùng Zalo").input_value() == "0905 123 456"
        visitor.page.get_by_label("Số điện thoại dùng Zalo").fill("0905 999 999")
        visitor.press("Nhận mã xác nhận")
        assert visitor.sees("0905 999 999")

    @by_keyboard
    def test_books_with_the_keyboard_alone(self, arrive, picks):
        """Phones have none."""
        visitor = arrive()
        visitor.open(f"/don-vi/{picks.slug}/")
        self._tab_to(visitor, "Chọn ngày, giờ")
        self._tab_to(visitor, "", then="")  # past the relation, which stands right
        for typed in ("Trần Văn An", "049085000123", "12/4/1985"):
            visitor.page.keyboard.press("Tab")
            visitor.page.keyboard.type(typed)
        self._press_enter(visitor)
        for words in ("Tiếp tục: chọn giờ", "08:30"):
            self._tab_to(visitor, words)
        self._agree_by_keyboard(visitor)
        self._tab_to(visitor, "", then="")
        visitor.page.keyboard.type(visitor.code())
        self._press_enter(visitor)

        assert visitor.heading == "Số thứ tự"

    def _agree_by_keyboard(self, visitor: Visitor) -> None:
        self._tab_to(visitor, "", then="")
        visitor.page.keyboard.type(PHONE)
        while "Đã đọc thông báo" not in self._reached(visitor):
            visitor.page.keyboard.press("Tab")
        visitor.page.keyboard.press("Space")
        self._press_enter(visitor)

    def _tab_to(self, visitor: Visitor, words: str, *, then: str = "Enter") -> None:
        """Go on by Tab to what says these words, or to the first thing to fill in, and press it."""
        fields = "select, input:not([type=checkbox])"
        for _ in range(60):
            visitor.page.keyboard.press("Tab")
            at_field = visitor.page.evaluate("(fields) => document.activeElement.matches(fields)", fields)
            if self._reached(visitor).startswith(words) if words else at_field:
                break
        else:
            pytest.fail(f"Tab never reaches {words or 'a field'}")
        if then:
            self._press_enter(visitor)

    def _reached(self, visitor: Visitor) -> str:
        return str(
            visitor.page.evaluate(
                "() => { const at = document.activeElement; return (at.labels?.[0] ?? at).innerText.trim() }"
            )
        )

    def _press_enter(self, visitor: Visitor) -> None:
        with visitor.page.expect_navigation(wait_until="domcontentloaded"):
            visitor.page.keyboard.press("Enter")


class TestRegistering:
    @main_walk
    def test_waits_for_a_place_and_can_be_taken_back(self, arrive, assigns):
        visitor = arrive()
        self._go_to_check(visitor, assigns, size=2)
        visitor.agree()
        visitor.press("Nhận mã xác nhận")
        visitor.enter_code("Đăng ký")
        assert visitor.sees("Đã ghi nhận đăng ký cho 2 người", "Đăng ký đang chờ xếp chỗ")
        visitor.look("registered")

        visitor.press("Rút đăng ký")
        visitor.look("withdraw")
        visitor.press("Rút đăng ký")

        assert visitor.sees("Đã rút đăng ký")
        assert Registration.objects.get().status == Registration.Status.WITHDRAWN

    @with_script
    def test_shows_each_step_clearly(self, arrive, assigns):
        """It takes a script to look."""
        visitor = arrive()
        visitor.open(f"/don-vi/{assigns.slug}/")
        visitor.look("office-that-assigns")
        visitor.press("Đăng ký cho mình và người nhà")
        visitor.write_an()
        visitor.press("Tiếp tục: chọn ngày")
        visitor.look("wish")
        visitor.press("Tiếp tục")
        visitor.look("wish-check")

    def test_refuses_days_in_the_wrong_order(self, arrive, assigns):
        visitor = arrive()
        visitor.begin(assigns, "Đăng ký cho mình và người nhà")
        visitor.write_an()
        visitor.press("Tiếp tục: chọn ngày")
        visitor.page.get_by_label("Đến hết ngày").select_option(index=0)
        visitor.page.get_by_label("Từ ngày").select_option(index=2)
        visitor.press("Tiếp tục")

        assert visitor.sees("Ngày cuối phải từ ngày đầu trở đi.")

    def _go_to_check(self, visitor: Visitor, office: Agency, *, size: int) -> None:
        visitor.begin(office, "Đăng ký cho mình và người nhà")
        visitor.write_family(size)
        visitor.press("Tiếp tục: chọn ngày")
        visitor.press("Tiếp tục")


class TestSigningIn:
    def test_sends_the_code_again(self, arrive, picks, sandbox):
        visitor = arrive()
        midway.at_code(visitor, picks)
        first = visitor.code()
        visitor.press("Gửi lại mã")

        assert len(sandbox.messages(phone=PHONE)) == 2
        assert first
        visitor.enter_code()
        assert Booking.objects.count() == 1

    @main_walk
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
