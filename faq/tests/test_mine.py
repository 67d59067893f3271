"""The own appointments and registrations in the chat."""

from datetime import timedelta

import pytest

from accounts.tests.factories import ConsentFactory
from booking.models import Appointment, Registration, Slot
from booking.services.invariants import broken_invariants
from booking.tests.factories import (
    FOUR,
    MONDAY,
    NOW,
    SlotFactory,
    family,
    following,
    later_day,
    register,
)
from faq.tests.talking import Writer, mother_of, somebody
from notifications.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wire")]
BOOKED, CONFIRMED, CANCELLED = "BOOKED", "CONFIRMED", "CANCELLED"


def asks_for_theirs(writer: Writer) -> list[str]:
    return writer.says("Lịch hẹn của tôi")


@pytest.fixture
def slot():
    return SlotFactory()


@pytest.fixture
def mother(slot) -> Writer:
    mother = mother_of(2, reminded=False, slot=slot)
    mother.clock = NOW
    ConsentFactory(citizen=mother.citizen)
    return mother


class TestMine:
    def test_are_listed_with_hour_number_and_code(self, mother):
        assert asks_for_theirs(mother) == [
            "Lịch hẹn của ông/bà:",
            f"1. A, 08:00 23/11/2026, số A001, mã {mother.codes[0]}",
            f"2. B, 08:00 23/11/2026, số A002, mã {mother.codes[1]}",
            "Trả lời số để xem, đổi, hủy; hoặc 0 để quay lại.",
        ]

    def test_one_of_them_shows_all_that_is_to_be_known(self, mother, slot):
        asks_for_theirs(mother)

        site = slot.day.site
        assert mother.says("2") == [
            "Lịch hẹn của B.",
            "Số thứ tự: A002",
            f"08:00 thứ Hai, 23/11/2026. Mã hẹn {mother.codes[1]}.",
            f"Nơi đến: {site.name}, {site.address}.",
            "Đến trước 5 phút, gọi theo khung giờ.",
            "Mang theo: thẻ căn cước hoặc CCCD đang có.",
            f"Phiếu: http://127.0.0.1:8000/lich-hen/{mother.codes[1]}/",
            "1. Sẽ đến",
            "2. Đổi giờ (còn 3 lần)",
            "3. Hủy",
            "Trả lời số, hoặc 0 để quay lại.",
        ]

    @pytest.mark.parametrize("text", ["1", "1. Sẽ đến", "sẽ đến"])
    def test_the_one_that_is_shown_is_confirmed(self, mother, text):
        asks_for_theirs(mother)

        mother.says("2", text)

        assert mother.statuses() == [BOOKED, CONFIRMED]

    @pytest.mark.parametrize("text", ["3", "3. Hủy", "hủy"])
    def test_the_one_that_is_shown_is_cancelled_by_its_code_only(self, mother, text):
        asks_for_theirs(mother)

        said = mother.says("2", text)

        assert said[1].startswith(f"HUY {mother.codes[1]}")
        assert mother.statuses() == [BOOKED, BOOKED]
        mother.types(f"huy {mother.codes[1]}")
        assert mother.statuses() == [BOOKED, CANCELLED]

    def test_after_one_is_gone_the_others_are_meant(self, mother):
        mother.says("lịch hẹn của tôi", "1", f"HUY {mother.codes[0]}")

        assert f"HUY {mother.codes[1]}" in "\n".join(mother.says("hủy"))

    def test_are_shown_nine_at_a_time(self, slot):
        mother = mother_of(10, reminded=False, slot=slot)

        assert asks_for_theirs(mother)[9] == "9. Xem thêm"
        assert [line[:2] for line in mother.says("9")] == ["Lị", "1.", "2.", "Tr"]
        assert mother.says("2")[0] == "Lịch hẹn của L."

    def test_that_are_over_are_not_shown(self, mother, slot):
        asks_for_theirs(mother)
        Appointment.objects.update(status="DONE")

        assert mother.types("1")[0].startswith("Không có mã hẹn này")
        assert asks_for_theirs(mother)[0].startswith("Ông/bà không có lịch hẹn nào sắp tới.")

    def test_are_nobody_elses(self, mother):
        neighbour = somebody(oa_id=mother.contact.oa_id, clock=NOW)

        assert asks_for_theirs(neighbour)[0].startswith("Ông/bà không có lịch hẹn nào sắp tới.")

    def test_are_not_shown_to_who_is_not_signed_in(self, mother):
        stranger = somebody(oa_id=mother.contact.oa_id, citizen=None)

        assert "Đăng nhập bằng Zalo" in asks_for_theirs(stranger)[0]


class TestMoving:
    def test_goes_from_the_list_to_another_hour(self, mother, slot):
        following(slot)
        asks_for_theirs(mother)

        hours = mother.says("2", "2")
        sure = mother.says("1")
        assert Slot.objects.get(pk=slot.pk).taken == 2
        done = mother.says("1")

        assert hours == [
            f"Đổi giờ cho B, đang hẹn 08:00 23/11/2026, mã {mother.codes[1]}. Còn đổi được 3 lần.",
            "Giờ còn chỗ gần nhất:",
            "1. 08:30 thứ Hai, 23/11/2026",
            "2. Ngày khác",
            "Trả lời số, hoặc 0 để quay lại.",
        ]
        assert sure[:3] == [
            "Đổi giờ cho B:",
            "Từ 08:00 thứ Hai, 23/11/2026",
            "Sang 08:30 thứ Hai, 23/11/2026",
        ]
        assert done[:3] == [
            "Đã đổi giờ.",
            "Số thứ tự: A002",
            f"B: 08:30 thứ Hai, 23/11/2026. Mã hẹn {mother.codes[1]}.",
        ]
        assert Slot.objects.get(pk=slot.pk).taken == 1
        assert not broken_invariants(now=NOW)

    @pytest.mark.parametrize("form", ["2 {}", "đổi giờ {}"])
    def test_begins_with_the_code_as_well(self, mother, slot, form):
        following(slot)

        assert mother.says(form.format(mother.codes[0]))[0].startswith("Đổi giờ cho A")

    def test_owes_no_word_where_the_reminder_is_to_come(self, mother, slot):
        later_day(slot)
        Message.objects.all().delete()

        mother.says(f"2 {mother.codes[0]}", "1", "1")

        assert [message.kind for message in Message.objects.all()] == ["REMINDER"]

    def test_owes_a_word_where_it_takes_the_place_of_the_reminder(self, mother, slot):
        """Whom it does not reach is called."""
        following(slot)
        mother.clock = FOUR + timedelta(hours=1)
        Message.objects.all().delete()

        mother.says(f"2 {mother.codes[0]}", "1", "1")

        assert [message.kind for message in Message.objects.all()] == ["CHANGED"]

    def test_to_an_hour_that_is_full_meanwhile_shows_the_others(self, mother, slot):
        full = following(slot)
        following(full)
        mother.says(f"2 {mother.codes[0]}", "1")
        Slot.objects.filter(pk=full.pk).update(taken=10)

        refused, hours = mother.types("1")

        assert refused.startswith("Khung giờ này vừa hết chỗ.")
        assert hours.splitlines()[2] == "1. 09:00 thứ Hai, 23/11/2026"
        assert mother.says("1", "1")[0] == "Đã đổi giờ."

    def test_more_often_than_the_office_allows_is_refused_at_once(self, mother, slot):
        following(slot)
        Appointment.objects.update(changes=3)

        assert mother.says(f"2 {mother.codes[0]}")[0].startswith("Lịch hẹn này đã đổi giờ 3 lần")

    def test_so_late_is_refused_at_once(self, mother, slot):
        later_day(slot)
        mother.clock = slot.starts_at - timedelta(minutes=90)

        assert mother.says(f"2 {mother.codes[0]}")[0].startswith("Đã sát giờ hẹn")

    def test_after_a_reminder_goes_on_in_the_chat(self, slot):
        father = mother_of(1, slot=slot)
        following(slot)

        assert father.says("2", "1", "đồng ý")[0] == "Đã đổi giờ."
        assert Appointment.objects.get().slot.starts_at == slot.ends_at

    def test_can_be_left_with_0(self, mother, slot):
        following(slot)
        listed = asks_for_theirs(mother)
        one = mother.says("1")
        hours = mother.says("2")
        mother.types("1")

        assert [mother.says("0"), mother.says("0"), mother.says("0")] == [hours, one, listed]
        assert mother.statuses() == [BOOKED, BOOKED]


class TestARegistration:
    @pytest.fixture
    def mother(self) -> Writer:
        slot = SlotFactory(office_assigns=True)
        mother = somebody(oa_id=slot.day.site.agency.oa_id, clock=NOW)
        ConsentFactory(citizen=mother.citizen)
        register(slot, *family(2), last=MONDAY + timedelta(days=2), citizen=mother.citizen)
        return mother

    def states(self) -> list[str]:
        return list(Registration.objects.order_by("pk").values_list("status", flat=True))

    def test_is_listed_and_shown(self, mother):
        wish = "Đăng ký cho A, B, từ thứ Hai, 23/11/2026 đến thứ Tư, 25/11/2026, đang chờ xếp chỗ"

        assert asks_for_theirs(mother)[1] == f"1. {wish}"
        assert mother.says("1") == [
            f"{wish}.",
            "Nơi làm, giờ và số thứ tự được gửi qua Zalo, sớm nhất khoảng 16:00 ngày 22/11.",
            "Muốn rút đăng ký này thì gõ HUY DANG KY. Không rút thì trả lời 0.",
        ]

    @pytest.mark.parametrize("text", ["HUY DANG KY", "Hủy đăng ký giúp tôi ạ", "rút đăng ký"])
    def test_is_taken_back_by_words_while_it_is_shown(self, mother, text):
        asks_for_theirs(mother)

        said = mother.says("1", text)

        assert said[0].startswith("Đã rút đăng ký cho A, B.")
        assert self.states() == ["WITHDRAWN"]

    @pytest.mark.parametrize("text", ["1", "3", "HUY", "hủy", "đừng hủy đăng ký"])
    def test_is_taken_back_by_nothing_else(self, mother, text):
        asks_for_theirs(mother)

        mother.says("1")
        mother.types(text)

        assert self.states() == ["WAITING"]

    def test_is_first_shown_to_who_wants_to_take_it_back(self, mother):
        assert mother.says("HUY DANG KY")[0] == "Lịch hẹn của ông/bà:"
        assert self.states() == ["WAITING"]

    def test_that_was_placed_meanwhile_is_not_taken_back(self, mother):
        asks_for_theirs(mother)
        mother.types("1")
        Registration.objects.update(status="PLACED")

        mother.types("HUY DANG KY")

        assert self.states() == ["PLACED"]
