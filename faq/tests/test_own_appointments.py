from datetime import timedelta

import pytest

from accounts.tests.factories import CitizenFactory
from booking.models import Appointment
from booking.services import appointments
from booking.tests.factories import FOUR, SlotFactory, book_one, following, later_day
from faq.models import Conversation
from faq.tests.talking import mother_of, somebody
from notifications.models import Message
from notifications.services import send_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wire")]

BOOKED, CONFIRMED, CANCELLED = "BOOKED", "CONFIRMED", "CANCELLED"


class TestOneReminder:
    @pytest.mark.parametrize("text", ["1", "1.", "số 1", "Tôi sẽ đến", "1 ạ"])
    def test_is_confirmed(self, text):
        father = mother_of(1)

        (said,) = father.types(text)

        assert father.statuses() == [CONFIRMED]
        assert said == f"Đã ghi nhận sẽ đến: A, 08:00 23/11/2026, số A001, mã {father.codes[0]}."

    def test_is_confirmed_once(self):
        father = mother_of(1)
        father.types("1")

        assert father.types("1") == ["Các lịch hẹn này đã được ghi nhận sẽ đến. Không cần làm gì thêm."]

    @pytest.mark.parametrize("text", ["2", "đổi giờ"])
    def test_is_moved_on_its_page_where_no_hour_is_free(self, text):
        father = mother_of(1)

        (said,) = father.types(text)

        assert f"/lich-hen/{father.codes[0]}/doi/" in said
        assert father.statuses() == [BOOKED]

    @pytest.mark.parametrize("text", ["3", "hủy", "HUY"])
    def test_is_not_cancelled_without_its_code(self, text):
        father = mother_of(1)

        (said,) = father.types(text)

        assert f"HUY {father.codes[0]}" in said
        assert said.endswith(f"HUY {father.codes[0]} (A, 08:00 23/11/2026, số A001)")
        assert "Chưa lịch nào bị hủy" in said
        assert father.statuses() == [BOOKED]

    @pytest.mark.parametrize("form", ["HUY {}", "huy {}", "hủy giúp tôi {} nhé", "3 {}"])
    def test_is_cancelled_by_its_code(self, form):
        father = mother_of(1)
        code = father.codes[0]

        (said,) = father.types(form.format(f"{code[:3]} {code[3:]}".lower()))

        assert said.startswith(f"Đã hủy lịch hẹn: A, 08:00 23/11/2026, số A001, mã {code}.")
        assert father.statuses() == [CANCELLED]

    def test_that_is_cancelled_here_owes_no_message_besides(self):
        father = mother_of(1)

        father.types(f"HUY {father.codes[0]}")

        assert not Message.objects.filter(kind="CANCELLED").exists()

    def test_says_why_it_cannot_be_cancelled_any_more(self):
        father = mother_of(1)
        Appointment.objects.update(status="ARRIVED")

        (said,) = father.types(f"HUY {father.codes[0]}")

        assert said == "Không thực hiện được: người này đã đến hoặc lịch hẹn đã kết thúc."
        assert father.statuses() == ["ARRIVED"]

    def test_is_cancelled_once(self):
        father = mother_of(1)
        father.types(f"HUY {father.codes[0]}")

        assert father.types(f"HUY {father.codes[0]}") == ["Không thực hiện được: lịch hẹn này đã hủy."]

    def test_of_an_hour_that_has_changed_asks_no_more(self):
        father = mother_of(1)
        later = following(father.appointments[0].slot)
        appointments.move(code=father.codes[0], slot_id=later.public_id, now=FOUR)

        assert "Số này chưa ứng với danh sách nào" in father.types("1")[0]

        assert father.statuses() == [BOOKED]

    def test_that_left_after_the_number_was_typed_is_not_answered_by_it(self):
        father = mother_of(1)

        father.types("1", at=FOUR - timedelta(minutes=2))

        assert father.statuses() == [BOOKED]

    def test_is_no_question_when_it_went_another_way(self):
        father = mother_of(1)
        Message.objects.update(channel="TEMPLATE_UID")

        father.types("1")

        assert father.statuses() == [BOOKED]


class TestFiveReminders:
    def test_are_cancelled_one_by_one_by_their_codes(self):
        """A mother of five cancels the one she names, and no other."""
        mother = mother_of(5)

        mother.types("3")
        mother.types(f"HUY {mother.codes[2]}")

        assert mother.statuses() == [BOOKED, BOOKED, CANCELLED, BOOKED, BOOKED]

    def test_are_asked_about_one_by_one(self):
        mother = mother_of(5)

        (said,) = mother.types("1")

        assert said.splitlines()[0] == "Có 5 lịch hẹn chưa báo. Ai sẽ đến?"
        assert said.splitlines()[2] == f"2. B, 08:00 23/11/2026, số A002, mã {mother.codes[1]}"
        assert mother.statuses() == [BOOKED] * 5

    @pytest.mark.parametrize(
        ("texts", "statuses"),
        [
            (["2"], [BOOKED, CONFIRMED, BOOKED, BOOKED, BOOKED]),
            (["1 và 3"], [CONFIRMED, BOOKED, CONFIRMED, BOOKED, BOOKED]),
            (["3", "1"], [CONFIRMED, BOOKED, CONFIRMED, BOOKED, BOOKED]),
            (["tất cả"], [CONFIRMED] * 5),
            (["Tat ca."], [CONFIRMED] * 5),
            (["7"], [BOOKED] * 5),
            (["1 7"], [BOOKED] * 5),
            (["0", "2"], [BOOKED] * 5),
            (["huỷ lệnh", "3"], [BOOKED] * 5),
            (["để tôi hỏi nhà đã", "5"], [BOOKED, BOOKED, BOOKED, BOOKED, CONFIRMED]),
        ],
    )
    def test_are_confirmed_by_the_list_that_was_shown_last(self, texts, statuses):
        mother = mother_of(5)
        mother.types("1")

        for text in texts:
            mother.types(text)

        assert mother.statuses() == statuses

    def test_keep_their_numbers_while_the_list_stands(self):
        mother = mother_of(3)
        mother.types("1")

        assert mother.types("2")[0].endswith("Còn 2 lịch hẹn chưa báo. Trả lời số tiếp theo, hoặc 0 để thôi.")
        assert mother.types("3")[0].endswith("Còn 1 lịch hẹn chưa báo. Trả lời số tiếp theo, hoặc 0 để thôi.")
        assert "chưa báo" not in mother.types("1")[0]

        assert mother.statuses() == [CONFIRMED] * 3
        assert Conversation.objects.get().question_kind == ""

    def test_ask_anew_when_the_list_is_too_old(self):
        mother = mother_of(2)
        mother.types("1")
        mother.clock += timedelta(minutes=31)

        (said,) = mother.types("1")

        assert said.startswith("Có 2 lịch hẹn chưa báo.")

    def test_outrank_an_older_list(self):
        """A reminder that came after the list is the latest question: 2 means to move it."""
        mother = mother_of(2)
        mother.types("1")
        late = book_one(following(mother.appointments[0].slot), citizen=mother.citizen)
        Message.objects.filter(about=late.code).exclude(kind="REMINDER").delete()
        mother.clock += timedelta(minutes=1)
        send_due(now=mother.clock)

        (said,) = mother.types("2")

        assert said.startswith("Đổi giờ lịch hẹn nào?")
        assert mother.statuses() == [BOOKED, BOOKED]

    def test_are_moved_one_by_one(self):
        mother = mother_of(5)
        later_day(mother.appointments[0].slot)

        (which,) = mother.types("2")
        (hours,) = mother.types("4")

        assert all(code in which for code in mother.codes)
        assert hours.splitlines()[:3] == [
            f"Đổi giờ cho D, đang hẹn 08:00 23/11/2026, mã {mother.codes[3]}. Còn đổi được 3 lần.",
            "Giờ còn chỗ gần nhất:",
            "1. 08:00 thứ Ba, 24/11/2026",
        ]

    def test_do_not_take_the_numbers_of_the_hours_that_they_led_to(self):
        """Zalo's clock and ours: here the reminders seem to have left after they were answered."""
        mother = mother_of(2)
        later_day(mother.appointments[0].slot)
        mother.clock = FOUR - timedelta(seconds=50)

        said = [mother.types(text)[0].splitlines()[0] for text in ("2", "2", "1")]

        assert [line.split(",")[0] for line in said] == [
            "Đổi giờ lịch hẹn nào?",
            "Đổi giờ cho B",
            "Đổi giờ cho B:",
        ]

    def test_ask_only_about_those_that_are_left(self):
        mother = mother_of(2)
        mother.types(f"HUY {mother.codes[0]}")

        mother.types("1")

        assert mother.statuses() == [CANCELLED, CONFIRMED]


class TestSomebodyElse:
    @pytest.mark.parametrize("form", ["HUY {}", "1 {}", "2 {}", "{}"])
    def test_hears_of_a_foreign_code_what_they_hear_of_no_code(self, form):
        mother, stranger = mother_of(1), somebody()

        of_hers = stranger.types(form.format(mother.codes[0]))
        of_none = stranger.types(form.format("CPZZZZZ"))

        assert of_hers == of_none
        assert of_hers[0].startswith("Không có mã hẹn này")
        assert mother.statuses() == [BOOKED]

    @pytest.mark.parametrize("form", ["HUY {}", "{}", "hủy", "đổi lịch"])
    def test_who_is_not_signed_in_hears_how_to(self, form):
        mother, stranger = mother_of(1), somebody(citizen=None)

        (said,) = stranger.types(form.format(mother.codes[0]))

        assert "Đăng nhập bằng Zalo" in said
        assert mother.codes[0] not in said
        assert mother.statuses() == [BOOKED]

    def test_whose_account_was_erased_is_nobody(self):
        stranger = somebody(citizen=CitizenFactory(erased=True))

        assert "Đăng nhập bằng Zalo" in stranger.types("hủy lịch")[0]


class TestACodeAlone:
    def test_is_answered_with_what_can_be_done(self):
        father = mother_of(1, reminded=False)
        code = father.codes[0]

        (said,) = father.types(code.lower())

        assert said == (
            f"A, 08:00 23/11/2026, số A001, mã {code}.\n"
            f"Gõ 1 {code} để báo sẽ đến, 2 {code} để đổi giờ, HUY {code} để hủy."
        )

    def test_with_its_number_is_understood_without_a_reminder(self):
        father = mother_of(2, reminded=False)

        father.types(f"1 {father.codes[1]}")

        assert father.statuses() == [BOOKED, CONFIRMED]


class TestNobodyReminded:
    def test_cancels_nothing_and_hears_of_all_that_is_to_come(self):
        mother = mother_of(2, reminded=False)

        (said,) = mother.types("hủy lịch hẹn")

        assert all(f"HUY {code}" in said for code in mother.codes)

    def test_and_nothing_to_come(self):
        assert somebody().types("hủy lịch")[0].startswith("Ông/bà không có lịch hẹn nào sắp tới.")

    def test_a_past_hour_is_nothing_to_come(self):
        father = somebody()
        slot = SlotFactory()
        father.appointments = [book_one(slot, citizen=father.citizen)]
        father.clock = slot.starts_at

        father.types(f"HUY {father.codes[0]}")

        assert father.statuses() == [BOOKED]
