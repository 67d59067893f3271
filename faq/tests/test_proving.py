"""Who has not signed in with this Zalo account proves, by a code to a phone, who they are."""

import json
import logging
from datetime import timedelta

import httpx
import pytest

from accounts.models import OtpChallenge
from accounts.services import erase_account, request_code
from accounts.tests.factories import CitizenFactory
from accounts.tests.wire import FakeZalo
from booking.services.owners import claim_old_account, erase_citizen
from booking.tests.factories import SlotFactory, book_one
from faq.models import Conversation, Turn
from faq.services import forget_old_chats, pause, send_wanted_code, try_code
from faq.services.chatting import chat
from faq.tests.talking import Writer, somebody
from notifications.models import ChatReply

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wire", "otp_oa")]
NOBODYS = "CPZZZZZ"
SENT = "Nếu mã hẹn đúng, mã 6 số vừa gửi tới số điện thoại đã xác minh"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def holder(fake_zalo):
    """Somebody who signed in by phone, and has one appointment."""
    citizen = CitizenFactory(by_code=True)
    holder = somebody(citizen=citizen, uid="elsewhere")
    holder.appointments = [book_one(SlotFactory(), citizen=citizen)]
    return holder


@pytest.fixture
def code(holder) -> str:
    return holder.codes[0]


@pytest.fixture
def stranger(holder) -> Writer:
    """The same person, with a Zalo account that nobody knows."""
    return somebody(oa_id=holder.appointments[0].day.site.agency.oa_id, citizen=None)


def sent(writer: Writer, fake_zalo: FakeZalo) -> str | None:
    """What came to the phone after the last answer, if anything did."""
    before = len(fake_zalo.sent("/message/template"))
    send_wanted_code(oa_id=writer.contact.oa_id, uid=writer.contact.uid, now=writer.clock)
    messages = fake_zalo.sent("/message/template")[before:]
    return json.loads(messages[0].content)["template_data"]["otp"] if messages else None


def asks_for_code(writer: Writer, code: str, fake_zalo: FakeZalo, text: str = "HUY {}") -> str | None:
    writer.types(text.format(code))
    writer.types("1")
    return sent(writer, fake_zalo)


def another(digits: str) -> str:
    return f"{(int(digits) + 1) % 1_000_000:06d}"


class TestAStranger:
    @pytest.mark.parametrize("text", ["HUY {}", "đổi {}", "1 {}", "{}"])
    def test_who_names_an_appointment_is_offered_a_code(self, stranger, code, text):
        (said,) = stranger.types(text.format(code))

        assert "Nhắn 1 để nhận mã 6 số qua số điện thoại đã đặt lịch này" in said
        assert code not in said

    @pytest.mark.parametrize("text", ["hủy lịch", "lịch hẹn của tôi", "đổi giờ"])
    def test_who_names_none_is_asked_for_it(self, stranger, text):
        (said,) = stranger.types(text)

        assert said.startswith("Nhắn mã hẹn để xem lịch hẹn, thí dụ TK7F3KQ.")

    def test_types_the_six_digits_and_is_asked_once_more_what_was_wanted(
        self, stranger, holder, code, fake_zalo
    ):
        digits = asks_for_code(stranger, code, fake_zalo)

        (said,) = stranger.types(f"mã là {digits[:3]} {digits[3:]} ạ")

        assert said.startswith("Đã xác minh. Trong 30 phút")
        assert f"HUY {code}" in said
        assert holder.statuses() == ["BOOKED"]
        stranger.types(f"HUY {code}")
        assert holder.statuses() == ["CANCELLED"]

    @pytest.mark.parametrize(("text", "is_yes"), [("1", True), ("vâng", True), ("2", False)])
    def test_takes_the_offer_by_its_number_or_a_yes(self, stranger, code, text, is_yes):
        stranger.types(code)

        assert (SENT in stranger.types(text)[0]) is is_yes

    def test_may_type_the_digits_as_wide_as_the_phone_writes_them(self, stranger, code, fake_zalo):
        digits = asks_for_code(stranger, code, fake_zalo)

        (said,) = stranger.types("".join(chr(ord(digit) + ord("０") - ord("0")) for digit in digits))

        assert said.startswith("Đã xác minh.")

    def test_is_known_for_half_an_hour(self, stranger, code, fake_zalo):
        stranger.types(asks_for_code(stranger, code, fake_zalo))
        stranger.clock += 29 * MINUTE
        assert code in stranger.types("lịch hẹn của tôi")[0]

        stranger.clock += MINUTE

        assert "Nhắn mã hẹn" in stranger.types("lịch hẹn của tôi")[0]

    def test_is_told_how_to_sign_in_where_no_codes_are_sent(self, stranger, code, settings):
        settings.ZALO_OTP_OA_ID = ""

        assert "Cổng chưa biết tài khoản Zalo này là của ai" in stranger.types(f"HUY {code}")[0]


class TestNobodyHears:
    def talk(self, writer: Writer, code: str, fake_zalo: FakeZalo) -> list[list[str]]:
        """Everything that is said on the way to a code, and to six digits that are wrong."""
        writer.pace = timedelta(seconds=2)
        said = [writer.types(f"HUY {code}"), writer.types("1")]
        digits = sent(writer, fake_zalo) or "000000"
        said += [writer.types(text) for text in ("2", "chưa thấy", *[another(digits)] * 5, "1")]
        writer.clock += MINUTE
        said.append(writer.types("1"))
        sent(writer, fake_zalo)
        writer.clock += 6 * MINUTE
        return [
            *said,
            writer.types("123456"),
            writer.types("1"),
            writer.types(f"HUY {code}"),
            writer.types("1"),
        ]

    def test_whether_an_appointment_is_there(self, stranger, code, fake_zalo):
        other = somebody(oa_id=stranger.contact.oa_id, citizen=None, uid="other")

        right, wrong = (self.talk(who, what, fake_zalo) for who, what in ((stranger, code), (other, NOBODYS)))

        assert right == wrong
        assert len(fake_zalo.sent("/message/template")) == 2
        assert [SENT in text for (text,) in right].count(True) == 3
        assert [text[:7] for (text,) in right[4:9]] == ["Mã khôn"] * 4 + ["Đã sai "]
        assert right[9][0].startswith("Mã vừa gửi chưa được 1 phút.")
        assert "Mã đã hết hạn" in right[11][0]
        assert "Đã xin mã nhiều lần" in right[-1][0]

    @pytest.mark.parametrize(
        "answer", [{"error": -118, "message": "no zalo"}, httpx.ConnectError("down"), {"error": -144}]
    )
    def test_that_only_a_right_code_can_fail_to_be_sent(self, stranger, code, fake_zalo, answer):
        fake_zalo.template_answer = answer

        digits = asks_for_code(stranger, code, fake_zalo)

        assert "Mã không đúng" in stranger.types(digits)[0]
        assert Conversation.objects.get().proved_citizen is None

    def test_that_an_officer_booked_it(self, stranger, fake_zalo):
        booked_by_officer = book_one(SlotFactory(), citizen=None)

        assert asks_for_code(stranger, booked_by_officer.code, fake_zalo) is None

        assert "lịch do cán bộ đặt giúp: tra cứu tại" in stranger.types("chưa thấy mã")[0]


class TestOneCode:
    def test_is_sent_to_each_wish_however_often_it_is_told(self, stranger, code, fake_zalo):
        assert asks_for_code(stranger, code, fake_zalo)

        assert sent(stranger, fake_zalo) is None

    def test_is_not_sent_late_if_its_moment_was_missed(self, stranger, code, fake_zalo):
        stranger.types(code)
        stranger.types("1")

        stranger.types("menu")

        assert sent(stranger, fake_zalo) is None

    def test_that_is_on_its_way_serves_who_asks_again_at_once(self, stranger, code, fake_zalo):
        digits = asks_for_code(stranger, code, fake_zalo)

        assert asks_for_code(stranger, code, fake_zalo) is None

        assert "Đã xác minh" in stranger.types(digits)[0]

    def test_is_had_three_times_a_day_by_one_person(self, stranger, fake_zalo):
        said = []
        for name in ("CPAAAAA", "CPBBBBB", "CPCCCCC", "CPDDDDD"):
            stranger.types(name)
            said += stranger.types("1")

        assert [SENT in text for text in said] == [True, True, True, False]

    def test_is_had_three_times_a_day_for_one_appointment(self, stranger, code):
        said = []
        for uid in ("1", "2", "3", "4"):
            other = somebody(oa_id=stranger.contact.oa_id, citizen=None, uid=uid)
            other.types(code)
            said += other.types("1")

        assert [SENT in text for text in said] == [True, True, True, False]


class TestAGuess:
    def test_counts_even_if_the_answer_to_it_fails(self, stranger, code, fake_zalo, monkeypatch):
        digits = asks_for_code(stranger, code, fake_zalo)
        monkeypatch.setattr(chat, "owe_replies", lambda **_: 1 / 0)

        for _ in range(5):
            with pytest.raises(ZeroDivisionError):
                stranger.types(another(digits))
        monkeypatch.undo()

        assert OtpChallenge.objects.get().tries == 5
        assert "Mã không đúng" in stranger.types(digits)[0]
        assert Conversation.objects.get().proved_citizen is None

    def test_that_was_right_is_answered_as_right_when_it_is_told_again(
        self, stranger, code, fake_zalo, monkeypatch
    ):
        digits = asks_for_code(stranger, code, fake_zalo)
        monkeypatch.setattr(chat, "owe_replies", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            stranger.types(digits, key="msg_id:same")
        monkeypatch.undo()

        assert "Đã xác minh" in stranger.types(digits, key="msg_id:same")[0]

    def test_is_none_where_it_was_answered_before(self, stranger, code, fake_zalo):
        digits = asks_for_code(stranger, code, fake_zalo)

        for _ in range(3):
            stranger.types(another(digits), key="msg_id:same")

        assert OtpChallenge.objects.get().tries == 1

    def test_is_none_while_a_human_talks(self, stranger, code, fake_zalo):
        digits = asks_for_code(stranger, code, fake_zalo)
        at = stranger.clock
        pause(oa_id=stranger.contact.oa_id, uid=stranger.contact.uid, by="84901", occurred_at=at, now=at)

        assert stranger.types(digits) == []

        assert OtpChallenge.objects.get().tries == 0

    def test_is_none_once_the_list_is_left(self, stranger, code, fake_zalo):
        digits = asks_for_code(stranger, code, fake_zalo)
        stranger.types("0")

        stranger.types(digits)

        assert OtpChallenge.objects.get().tries == 0

    def test_of_somebody_elses_chat_proves_nothing(self, stranger, code, fake_zalo):
        digits = asks_for_code(stranger, code, fake_zalo)
        other = somebody(oa_id=stranger.contact.oa_id, citizen=None, uid="other")
        asks_for_code(other, NOBODYS, fake_zalo)

        assert "Mã không đúng" in other.types(digits)[0]

    def test_leaves_no_digit_in_a_row_or_a_log(self, stranger, code, fake_zalo, caplog):
        with caplog.at_level(logging.DEBUG, logger="faq"), caplog.at_level(logging.DEBUG, logger="accounts"):
            digits = asks_for_code(stranger, code, fake_zalo)
            stranger.types(another(digits))
            stranger.types(digits)

        kept = str([list(table.objects.values()) for table in (Conversation, Turn, ChatReply)])
        for secret in (digits, another(digits)):
            assert secret not in kept
            assert secret not in caplog.text


class TestTheProofEnds:
    @pytest.fixture
    def proved(self, stranger, code, fake_zalo) -> Writer:
        stranger.types(asks_for_code(stranger, code, fake_zalo))
        assert code in stranger.types("lịch hẹn của tôi")[0]
        return stranger

    @pytest.mark.parametrize("end", [erase_account, erase_citizen])
    def test_with_the_account(self, proved, holder, code, end):
        end(citizen=holder.citizen, now=proved.clock)

        assert "Nhắn mã hẹn" in proved.types("lịch hẹn của tôi")[0]

    def test_when_the_account_becomes_part_of_another(self, proved, holder, code):
        phone, key = holder.citizen.phone, holder.citizen.phone_key
        kept = CitizenFactory(phone=phone, phone_key=key)
        last4 = holder.appointments[0].person.personal_id[-4:]

        claim_old_account(citizen=kept, birth_year=1985, id_last4=last4, now=proved.clock)

        assert "Nhắn mã hẹn" in proved.types("lịch hẹn của tôi")[0]

    def test_before_it_began_with_an_account_that_is_erased_while_the_code_is_on_its_way(
        self,
        stranger,
        holder,
        code,
        fake_zalo,
    ):
        digits = asks_for_code(stranger, code, fake_zalo)
        erase_citizen(citizen=holder.citizen, now=stranger.clock)

        assert "Mã không đúng" in stranger.types(digits)[0]
        assert Conversation.objects.get().proved_citizen is None

    def test_and_who_it_was_is_forgotten_at_night(self, proved):
        forget_old_chats(now=proved.clock + timedelta(hours=9))

        row = Conversation.objects.get()
        assert (row.proved_citizen, row.proved_until, row.code_wanted_for) == (None, None, None)


def test_a_sign_in_code_that_was_just_sent_is_not_sent_twice(stranger, holder, code, fake_zalo):
    request_code(phone=holder.citizen.phone, now=stranger.clock)
    digits = json.loads(fake_zalo.sent("/message/template")[0].content)["template_data"]["otp"]

    assert asks_for_code(stranger, code, fake_zalo) is None

    assert "Đã xác minh" in stranger.types(digits)[0]


def test_six_digits_out_of_the_blue_are_no_guess(stranger):
    event = {"oa_id": stranger.contact.oa_id, "uid": stranger.contact.uid, "event_key": "k", "text": "123456"}

    try_code(**event, occurred_at=stranger.clock, now=stranger.clock)

    assert not Conversation.objects.exists()
