"""The ticket and what can be done with it: read, print, keep, confirm, move, cancel, look up."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import ProofTries
from accounts.services import tries
from accounts.tests.factories import CitizenFactory
from booking.models import Appointment, Slot
from booking.tests.factories import book, person
from cccd_portal.tests.browser import midway
from cccd_portal.tests.browser.offices import fill, slots_of
from cccd_portal.tests.browser.visitor import AN, BINH, PHONE, Visitor
from cccd_portal.tests.browser.ways import main_walk, with_script
from core import phones

pytestmark = pytest.mark.django_db(transaction=True)

FILES = {
    "Tải ảnh phiếu": "image/png",
    "khổ A6": "application/pdf",
    "80 mm": "application/pdf",
    "Thêm vào lịch": "text/calendar; charset=utf-8",
}


class TestTicket:
    def test_says_number_hour_place_and_what_to_bring(self, arrive, picks):
        visitor = arrive()
        held = midway.at_ticket(visitor, slots_of(picks)[1])

        assert visitor.page.locator(".plate").inner_text() == held.queue_number
        assert visitor.sees("08:30 ", "55 Thống Nhất", "Mang theo", "Đến trước 5 phút", held.code)
        visitor.look("ticket-with-number")

    def test_says_when_the_number_comes(self, arrive, numbers_later):
        visitor = arrive()
        midway.at_ticket(visitor, slots_of(numbers_later, days_ahead=3)[1])

        assert visitor.sees("khoảng 16:00")
        visitor.look("ticket-number-later")

    def test_comes_as_picture_as_print_and_for_the_calendar(self, arrive, picks):
        visitor = arrive()
        midway.at_ticket(visitor, slots_of(picks)[1])

        for words, kind in FILES.items():
            address = visitor.named(words).get_attribute("href")
            answer = visitor.context.request.get(f"{visitor.page.url}../..{address}")
            assert (answer.status, answer.headers["content-type"]) == (200, kind), words

    def test_prints_on_one_leaf_of_a6(self, arrive, picks):
        visitor = arrive()
        midway.at_ticket(visitor, slots_of(picks)[1])
        paper = visitor.page.pdf(prefer_css_page_size=True)

        (leaf,) = PdfReader(BytesIO(paper)).pages
        assert (round(leaf.mediabox.width), round(leaf.mediabox.height)) == (298, 420)  # points
        visitor.page.emulate_media(media="print")
        assert visitor.page.locator(".ticket").is_visible()
        assert not visitor.page.locator(".bar, .foot, .actions").locator("visible=true").count()

    @main_walk
    def test_confirms_moves_and_cancels(self, arrive, picks):
        visitor = arrive()
        held = midway.at_ticket(visitor, slots_of(picks)[1], size=2)
        visitor.press("Tôi sẽ đến")
        assert visitor.sees("Đã báo: sẽ đến")

        visitor.press("Đổi giờ")
        assert visitor.sees("đang hẹn")
        visitor.follow(visitor.hour("14:30"))
        assert visitor.sees("Đã đổi giờ", "14:30 ", "Nguyễn Thị Bình: 08:30", "vẫn giữ giờ cũ")

        visitor.press("Hủy lịch hẹn")
        visitor.press("Hủy lịch hẹn")
        assert visitor.sees("Đã hủy")
        held.refresh_from_db()
        assert held.status == Appointment.Status.CANCELLED
        assert held.slot.taken == 0
        assert slots_of(picks)[1].taken == 1

    @with_script
    def test_shows_each_step_clearly(self, arrive, picks):
        """It takes a script to look."""
        visitor = arrive()
        midway.at_ticket(visitor, slots_of(picks)[1])
        visitor.press("Đổi giờ")
        visitor.look("move")
        visitor.page.go_back()
        visitor.press("Tôi sẽ đến")
        visitor.look("ticket-confirmed")
        visitor.press("Hủy lịch hẹn")
        visitor.look("cancel")
        visitor.press("Hủy lịch hẹn")
        visitor.look("ticket-cancelled")

    def test_offers_other_hours_when_the_new_one_went(self, arrive, picks):
        visitor = arrive()
        held = midway.at_ticket(visitor, slots_of(picks)[1])
        visitor.press("Đổi giờ")
        fill([slots_of(picks)[5]])
        visitor.follow(visitor.hour("14:00"))
        assert visitor.sees("Lịch hẹn vẫn giữ như cũ", "08:30 ")
        visitor.look("move-slot-gone")

        visitor.follow(visitor.hour("13:30"))

        assert visitor.sees("Đã đổi giờ")
        held.refresh_from_db()
        assert held.slot == slots_of(picks)[4]

    def test_cancels_once_when_the_button_is_pressed_twice(self, arrive, picks):
        visitor = arrive()
        midway.at_ticket(visitor, slots_of(picks)[1])
        visitor.press("Hủy lịch hẹn")
        visitor.named("Hủy lịch hẹn").dblclick()
        visitor.page.wait_for_url("**/?xong=da-huy")

        assert visitor.sees("Đã hủy")

    def test_cannot_be_changed_once_its_hour_has_come(self, arrive, picks):
        visitor = arrive()
        held = midway.at_ticket(visitor, slots_of(picks)[1])
        Slot.objects.filter(pk=held.slot_id).update(starts_at=timezone.now() - timedelta(minutes=1))
        visitor.open(visitor.page.url)

        assert visitor.sees("Số thứ tự")
        assert not visitor.page.get_by_text("Đổi giờ").count()

    def test_opens_for_nobody_else(self, arrive, picks):
        visitor, stranger = arrive(), arrive()
        held = midway.at_ticket(visitor, slots_of(picks)[1])

        assert stranger.open(visitor.page.url).status == 404
        assert stranger.heading == "Không mở được lịch hẹn này"
        assert "Trần Văn An" not in stranger.page.content()
        stranger.look("ticket-of-somebody-else")
        stranger.press("Tra cứu bằng mã hẹn")
        assert stranger.page.get_by_label("Mã hẹn").input_value() == held.code


class TestMine:
    def test_lists_the_family_and_what_is_over(self, arrive, picks):
        visitor = arrive()
        midway.at_ticket(visitor, slots_of(picks)[1], size=2)
        visitor.press("Hủy lịch hẹn")
        visitor.press("Hủy lịch hẹn")
        visitor.open("/lich-hen/")
        assert visitor.sees("Nguyễn Thị Bình", "Lịch hẹn đã qua hoặc đã hủy (1)")
        visitor.look("mine")


class TestBookedInZalo:
    """Who booked in the Mini App and signs in here by a code has two accounts with one phone."""

    @pytest.fixture
    def held_in_zalo(self, picks):
        in_zalo = CitizenFactory(phone=phones.mobile(PHONE))
        booked = book(slots_of(picks)[1], *midway.the_family(2), citizen=in_zalo, now=timezone.now())
        return booked[1]

    @main_walk
    def test_comes_along_on_proof_of_one_person(self, arrive, held_in_zalo):
        visitor = arrive()
        midway.signed_in(visitor)
        visitor.open("/lich-hen/")
        assert visitor.sees("Chưa có lịch hẹn nào sắp tới")
        visitor.press("Đưa lịch hẹn về đây")
        visitor.look("join")
        self._prove(visitor, "1958", BINH[-4:])

        assert visitor.sees("nay đã ở đây", "Nguyễn Thị Bình", held_in_zalo.code)
        visitor.look("joined")
        visitor.open(f"/lich-hen/{held_in_zalo.code}/")
        assert visitor.sees("08:30 ")

    def test_stays_away_without_a_proof_and_in_the_end_for_today(self, arrive, held_in_zalo):
        visitor = arrive()
        midway.signed_in(visitor)
        visitor.open("/lich-hen/gop/")
        self._prove(visitor, "58", "")
        assert visitor.sees("Ghi năm sinh, 4 chữ số.", "Ghi 4 số cuối.")
        visitor.look("join-errors")
        self._prove(visitor, "1958", "0000")
        assert visitor.sees("Không khớp với người nào")
        visitor.look("join-refused")
        ProofTries.objects.update(tries=tries.MOST)  # the other four
        self._prove(visitor, "1958", BINH[-4:])
        assert visitor.sees("Thử lại vào ngày mai")
        visitor.look("join-locked")

        visitor.open("/lich-hen/")
        assert visitor.sees("Chưa có lịch hẹn nào sắp tới")

    def test_comes_along_once_when_the_button_is_pressed_twice(self, arrive, held_in_zalo):
        visitor = arrive()
        midway.signed_in(visitor)
        visitor.open("/lich-hen/gop/")
        self._fill(visitor, "1958", BINH[-4:])
        visitor.named("Đưa lịch hẹn về đây").dblclick()
        visitor.page.wait_for_url("**/?xong=da-gop")

        assert visitor.sees("nay đã ở đây", held_in_zalo.code)

    def test_asks_to_sign_in_and_comes_back(self, arrive, held_in_zalo):
        visitor = arrive()
        visitor.open("/lich-hen/gop/")
        assert visitor.heading == "Đăng nhập để xem lịch hẹn"
        visitor.page.get_by_label("Số điện thoại dùng Zalo").fill(PHONE)
        visitor.press("Nhận mã xác nhận")
        visitor.enter_code("Đăng nhập")

        assert visitor.heading == "Đã đặt lịch mà không thấy ở đây?"

    def _fill(self, visitor: Visitor, year: str, last4: str) -> None:
        visitor.page.get_by_label("Năm sinh").fill(year)
        visitor.page.get_by_label("4 số cuối").fill(last4)

    def _prove(self, visitor: Visitor, year: str, last4: str) -> None:
        self._fill(visitor, year, last4)
        visitor.press("Đưa lịch hẹn về đây")


class TestLookingUp:
    @main_walk
    def test_opens_the_ticket_without_an_account(self, arrive, picks):
        someone = person("Trần Văn An", personal_id=AN)
        (held,) = book(slots_of(picks)[1], someone, now=timezone.now())
        visitor = arrive()
        visitor.open("/tra-cuu/")
        visitor.press("Xem lịch hẹn")
        assert visitor.sees("Ghi mã hẹn.")
        self._ask(visitor, held.code.lower(), "1985", "9999")
        assert visitor.page.locator("#errors").is_visible()

        self._ask(visitor, held.code, "1985", AN[-4:])

        assert visitor.sees(held.code, "08:30 ")
        visitor.press("Tôi sẽ đến")
        assert visitor.sees("Đã báo: sẽ đến")

    def test_stops_who_guesses(self, arrive, picks):
        visitor = arrive()
        visitor.open("/tra-cuu/")
        visitor.look("look-up")
        self._ask(visitor, "TP23456", "1985", "9999")
        ProofTries.objects.update(tries=tries.MOST)  # the other four
        self._ask(visitor, "TP23456", "1985", "9999")
        assert visitor.sees("Đã nhập sai nhiều lần")
        visitor.look("look-up-locked")

    def _ask(self, visitor: Visitor, code: str, year: str, last4: str) -> None:
        visitor.page.get_by_label("Mã hẹn").fill(code)
        visitor.page.get_by_label("Năm sinh").fill(year)
        visitor.page.get_by_label("4 số cuối").fill(last4)
        visitor.press("Xem lịch hẹn")


class TestSigningInForTheList:
    def test_explains_each_step(self, arrive, sandbox, settings):
        visitor = arrive()
        visitor.open("/dang-nhap/")
        visitor.press("Nhận mã xác nhận")
        visitor.look("sign-in-errors")
        visitor.page.get_by_label("Số điện thoại dùng Zalo").fill(PHONE)
        visitor.press("Nhận mã xác nhận")
        visitor.look("sign-in-code")
        visitor.page.get_by_label("Mã xác nhận").fill("12")
        visitor.press("Đăng nhập")
        assert visitor.sees("Mã gồm 6 chữ số")
        settings.OTP_PAUSE = timedelta(minutes=1)
        visitor.press("Gửi lại mã")
        assert visitor.sees("Mã vừa được gửi")
        visitor.enter_code("Đăng nhập")

        assert visitor.heading == "Lịch hẹn của tôi và người nhà"
