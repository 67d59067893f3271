from datetime import timedelta

import pytest

from agencies.tests.factories import AgencyFactory
from booking.tests.factories import FOUR
from faq.models import Conversation, Turn
from faq.services import forget_old_chats, pause, resume
from faq.services.chatting import own_appointments
from faq.services.chatting.listening import Heard
from faq.tests.talking import mother_of, somebody
from notifications.models import ChatReply
from notifications.services import send_due_replies, send_replies_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wire")]


class TestAnswer:
    def test_of_an_account_of_no_office_says_what_can_be_typed(self):
        stranger = somebody(citizen=None)

        assert stranger.types("alo") == [
            "Đây là trả lời tự động. Xem, đặt, đổi, hủy lịch hẹn tại http://127.0.0.1:8000/lich-hen/"
        ]
        assert somebody().types("menu") == [
            'Đây là trả lời tự động. Gõ "lịch hẹn" để xem lịch hẹn, HUY và mã hẹn để hủy.'
        ]

    def test_names_the_numbers_to_whoever_was_reminded(self):
        assert "Trả lời 1 để báo sẽ đến" in mother_of(2).types("alo")[0]

    def test_does_not_quarrel_with_people_who_talk_to_a_human(self):
        neighbour = somebody()

        said = [neighbour.types(text) for text in ("alo", "có ai không", "ạ", "1")]

        assert [len(texts) for texts in said] == [1, 0, 0, 0]

    def test_leaves_no_question_in_so_many_words_without_an_answer(self):
        neighbour = somebody(oa_id=AgencyFactory().oa_id)
        neighbour.types("cây xoài nhà tôi ra trái non")

        said = [neighbour.types(text) for text in ("sao trời hôm nay nóng vậy", "ừ", "xe tôi hư rồi đó")]

        assert [len(texts) for texts in said] == [1, 0, 1]
        assert "gặp cán bộ" in said[0][0]

    def test_says_it_again_after_ten_minutes(self):
        neighbour = somebody()
        neighbour.types("alo")
        neighbour.clock += timedelta(minutes=10)

        assert neighbour.types("alo")

    def test_gives_no_hint_about_what_is_long_past(self):
        neighbour = somebody()

        assert neighbour.types("alo", at=neighbour.clock - timedelta(minutes=20)) == []

    def test_answers_an_event_once_however_often_it_is_told(self):
        mother = mother_of(2)

        said = [mother.types("1", key="msg_id:b2db") for _ in range(3)]

        assert said[0] == said[1] == said[2]
        assert ChatReply.objects.count() == 1

    def test_does_not_take_the_same_event_for_an_answer_to_its_own_question(self):
        mother = mother_of(2)

        mother.types("1", key="msg_id:b2db")
        mother.types("1", key="msg_id:b2db")

        assert mother.statuses() == ["BOOKED", "BOOKED"]

    def test_keeps_a_list_open_that_was_shown_after_a_late_text(self):
        mother = mother_of(2)
        before = mother.clock + timedelta(seconds=5)
        mother.types("1")

        mother.types("3", at=before)
        mother.types("2")

        assert mother.statuses() == ["BOOKED", "CONFIRMED"]

    def test_stores_no_word_of_what_was_typed(self):
        mother_of(1).types("Tôi là Nguyễn Thị Kiểm Tra, số 049185012345")

        for table in (Conversation, Turn, ChatReply):
            kept = str(list(table.objects.values()))
            assert "answered_at" in kept or "oa_id" in kept
            assert "Kiểm" not in kept
            assert "049185012345" not in kept

    def test_never_says_what_was_typed(self):
        mother = mother_of(1)
        texts = ["049185012345", "HUY 049185012345", "hủy cho Nguyễn Thị Kiểm Tra", "HUY CPKKKKK"]

        said = " ".join(text for typed in texts for text in mother.types(typed))

        assert said
        assert not any(secret in said for secret in ("049185012345", "Kiểm", "CPKKKKK"))

    def test_leaves_nothing_half_done(self, monkeypatch):
        mother = mother_of(1)
        monkeypatch.setattr(own_appointments.words, "confirmed", lambda *_, **__: 1 / 0)

        with pytest.raises(ZeroDivisionError):
            mother.types("1")

        assert mother.statuses() == ["BOOKED"]
        assert not Turn.objects.exists()

    def test_leaves_at_once(self, wire):
        mother = mother_of(1)
        (said,) = mother.types("1")

        send_replies_to(oa_id=mother.contact.oa_id, uid=mother.contact.uid, now=mother.clock)

        assert wire.said_to(mother.contact.uid) == [said]

    def test_leaves_once_with_the_sweep_if_its_worker_died_after_the_commit(self, wire):
        mother = mother_of(1)
        (said,) = mother.types("1")

        for _ in range(3):
            send_due_replies(now=mother.clock)

        assert wire.said_to(mother.contact.uid) == [said]


class TestPause:
    def pause(self, writer, *, at=None) -> None:
        at = at or writer.clock
        pause(
            oa_id=writer.contact.oa_id,
            uid=writer.contact.uid,
            by="84901",
            occurred_at=at,
            now=writer.clock,
        )

    @pytest.mark.parametrize("text", ["alo", "1", "HUY {code}"])
    def test_silences_the_portal_where_a_human_talks(self, text):
        mother = mother_of(1)
        self.pause(mother)

        assert mother.types(text.format(code=mother.codes[0])) == []

        assert mother.statuses() == ["BOOKED"]

    def test_is_over_half_an_hour_after_the_last_word_of_the_human(self):
        mother = mother_of(1)
        self.pause(mother)
        mother.clock += timedelta(minutes=29)
        self.pause(mother)
        mother.clock += timedelta(minutes=29)
        assert mother.types("1") == []

        mother.clock += timedelta(minutes=1)

        assert mother.types("1")

    def test_is_not_shortened_by_what_comes_late(self):
        mother = mother_of(1)
        self.pause(mother)
        self.pause(mother, at=mother.clock - timedelta(minutes=29))
        mother.clock += timedelta(minutes=5)

        assert mother.types("1") == []

    def test_is_not_prolonged_by_a_clock_that_is_ahead(self):
        mother = mother_of(1)
        self.pause(mother, at=mother.clock + timedelta(days=1))

        assert Conversation.objects.get().paused_until == mother.clock + timedelta(minutes=30)

    def test_is_of_one_person(self):
        mother, neighbour = mother_of(1), somebody()
        self.pause(neighbour)

        assert mother.types("1")

    def test_leaves_unanswered_for_ever_what_was_typed_in_it(self):
        """The human has read it."""
        mother = mother_of(1)
        self.pause(mother)
        typed_at = mother.clock + timedelta(minutes=1)
        mother.clock += timedelta(minutes=31)

        assert mother.types("1", at=typed_at) == []

    def test_can_be_ended(self):
        mother = mother_of(1)
        self.pause(mother)

        resume(conversation=Conversation.objects.get(), now=mother.clock)

        assert mother.types("1")
        assert Conversation.objects.get().paused_by == ""


class TestForgetOldChats:
    def test_forgets_who_has_been_silent_for_long(self):
        mother, neighbour = mother_of(1), somebody()
        mother.types("1")
        neighbour.clock += timedelta(days=1)
        neighbour.types("alo")

        forget_old_chats(now=mother.clock + timedelta(days=30))

        assert [row.uid for row in Conversation.objects.all()] == [neighbour.contact.uid]

    def test_remembers_an_event_as_long_as_it_may_be_told(self):
        mother = mother_of(1)
        mother.types("1", key="msg_id:b2db")

        forget_old_chats(now=mother.clock + timedelta(days=7))
        assert Turn.objects.exists()

        forget_old_chats(now=mother.clock + timedelta(days=8))
        assert not Turn.objects.exists()


class TestHeard:
    def test_never_lets_a_stranger_act_with_the_power_of_an_officer(self):
        """To booking, nobody's citizen is an officer who has seen papers."""
        heard = Heard(oa_id="1", citizen=None, typed=None, menu=None, occurred_at=FOUR, now=FOUR)

        with pytest.raises(RuntimeError):
            _ = heard.owner
