from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from notifications.models import ChatReply, State
from notifications.services import (
    forget_old_replies,
    owe_replies,
    send_due_replies,
    send_replies_to,
    sweep_replies,
)
from notifications.tests.factories import FOUR, ChatReplyFactory
from zalo.errors import AfterQuietHours, BackOff, Bug, NeedsConsent, OutcomeUnknown, Tomorrow, TryNextChannel

pytestmark = pytest.mark.django_db

OA, UID, NEIGHBOUR = "3674338702778449434", "675059164343092785", "675059164343092786"
SEVEN_TOMORROW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
# 22:30 in Hà Nội.
LATE = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)


def owe(*texts: str, uid: str = UID, event_key: str = "e1", now: datetime = FOUR) -> int:
    with transaction.atomic():
        return owe_replies(oa_id=OA, uid=uid, event_key=event_key, texts=texts, now=now)


def send(*, uid: str = UID, now: datetime = FOUR) -> int:
    return send_replies_to(oa_id=OA, uid=uid, now=now)


class TestOweReplies:
    def test_keeps_the_words_in_their_order_and_encrypted(self):
        assert owe("Một.", "Hai.") == 2

        assert list(ChatReply.objects.order_by("pk").values_list("position", "text", "state")) == [
            (0, "Một.", State.OWED),
            (1, "Hai.", State.OWED),
        ]
        with connection.cursor() as cursor:
            cursor.execute("SELECT text FROM notifications_chatreply")
            assert not any("Một" in text or "Hai" in text for (text,) in cursor.fetchall())

    def test_cuts_what_zalo_would_not_take(self):
        assert owe("chữ " * 900) == 2

    def test_of_nothing_writes_nothing(self):
        assert owe() == 0

    @pytest.mark.django_db(transaction=True)
    def test_insists_on_the_transaction_of_what_was_understood(self):
        with pytest.raises(RuntimeError):
            owe_replies(oa_id=OA, uid=UID, event_key="e1", texts=["Một."], now=FOUR)

    def test_answers_an_event_once(self):
        owe("Một.")

        with pytest.raises(IntegrityError, match="one_reply_per_event_and_position"):
            owe("Một.")


class TestSendRepliesTo:
    def test_says_all_in_order_and_forgets_the_words(self, wire):
        owe("Một.", "Hai.")
        owe("Ba.", event_key="e2")

        assert send() == 3

        assert wire.said_to(UID) == ["Một.", "Hai.", "Ba."]
        assert set(ChatReply.objects.values_list("state", "text")) == {(State.SENT, None)}

    def test_leaves_other_people_to_others(self, wire):
        owe("Một.", uid=NEIGHBOUR)

        assert send() == 0

    def test_goes_out_at_night_to_whoever_writes_at_night(self, wire):
        owe("Một.", now=LATE)

        assert send(now=LATE) == 1

    def test_lets_nothing_overtake_what_waits(self, wire):
        owe("Một.", "Hai.")
        wire.to_replies = BackOff(-32)
        send()
        wire.to_replies = None

        assert send() == 0
        assert send(now=FOUR + timedelta(seconds=3)) == 2

        assert wire.said_to(UID) == ["Một.", "Hai."]

    @pytest.mark.parametrize("error", [TryNextChannel(-230), Bug(-210)])
    def test_goes_on_behind_what_will_never_leave(self, wire, error):
        owe("Một.", "Hai.")

        def refuse_the_first(text: str) -> None:
            if text == "Một.":
                raise error

        wire.to_replies = refuse_the_first

        assert send() == 1

        first = ChatReply.objects.order_by("pk")[0]
        assert (first.state, first.text) == (State.FAILED, None)
        assert first.last_error == f"CS {type(error).__name__} {error.code}"

    @pytest.mark.parametrize(
        ("error", "at", "due_at"),
        [
            (BackOff(-32), FOUR, FOUR + timedelta(seconds=2)),
            (NeedsConsent(-14014), FOUR, FOUR + timedelta(minutes=10)),
            (AfterQuietHours(-234), LATE, SEVEN_TOMORROW),
            (Tomorrow(-211), LATE, SEVEN_TOMORROW),
        ],
    )
    def test_waits_as_long_as_the_error_says(self, wire, error, at, due_at):
        owe("Một.", now=at)
        wire.to_replies = error

        assert send(now=at) == 0

        row = ChatReply.objects.get()
        assert (row.state, row.text) == (State.OWED, "Một.")
        assert due_at <= row.due_at < due_at + timedelta(seconds=2)

    def test_that_comes_late_waits_for_the_morning(self, wire):
        ChatReplyFactory(
            created_at=LATE - timedelta(hours=1), due_at=LATE, expires_at=LATE + timedelta(hours=12)
        )
        wire.to_replies = BackOff(-32)

        send(now=LATE)

        assert ChatReply.objects.get().due_at == SEVEN_TOMORROW

    def test_of_unknown_outcome_keeps_its_lease(self, wire):
        owe("Một.")
        wire.to_replies = OutcomeUnknown(0)

        assert send() == send() == 0

        row = ChatReply.objects.get()
        assert (row.state, row.attempts, row.last_error) == (State.SENDING, 1, "CS OutcomeUnknown 0")

    def test_that_are_taken_and_never_acknowledged_fill_nobodys_phone(self, wire):
        owe("Một.")
        tried = []

        def take_and_never_answer(text: str) -> None:
            tried.append(text)
            raise OutcomeUnknown(0)

        wire.to_replies = take_and_never_answer
        for minute in range(12 * 60):
            now = FOUR + timedelta(minutes=minute)
            sweep_replies(now=now)
            send_due_replies(now=now)

        assert len(tried) < 20

    def test_survives_a_bug_of_ours_and_keeps_its_words_out_of_the_log(self, wire, caplog):
        owe("Bí mật.")
        wire.to_replies = KeyError("Bí mật.")

        assert send() == 0

        assert ChatReply.objects.get().state == State.FAILED
        assert "KeyError" in caplog.text
        assert "Bí mật" not in caplog.text


class TestSendDueReplies:
    def test_says_once_what_was_committed_and_never_sent(self, wire):
        owe("Một.", "Hai.")

        assert send_due_replies(now=FOUR) == 2
        assert send_due_replies(now=FOUR) == 0

        assert wire.said_to(UID) == ["Một.", "Hai."]

    def test_goes_on_with_others_while_one_waits(self, wire):
        owe("Một.")
        owe("Hai.", uid=NEIGHBOUR)
        ChatReply.objects.filter(uid=UID).update(due_at=FOUR + timedelta(minutes=1))

        assert send_due_replies(now=FOUR) == 1

    def test_costs_one_query_when_there_is_nothing(self, wire, django_assert_num_queries):
        ChatReplyFactory(sent=True)

        with django_assert_num_queries(1):
            send_due_replies(now=FOUR)


class TestSweepReplies:
    def test_gives_back_what_lost_its_sender(self, wire):
        ChatReplyFactory(sending=True)

        sweep_replies(now=FOUR + timedelta(minutes=1))

        assert send(now=FOUR + timedelta(minutes=1)) == 1

    def test_closes_what_is_no_answer_any_more(self):
        ChatReplyFactory()
        ChatReplyFactory(last_error="CS BackOff -32")

        sweep_replies(now=FOUR + timedelta(hours=12))

        rows = ChatReply.objects.order_by("pk")
        assert [(row.state, row.text) for row in rows] == [(State.EXPIRED, None), (State.FAILED, None)]


class TestForgetOldReplies:
    def test_deletes_what_is_long_over(self):
        ChatReplyFactory(sent=True)
        waiting = ChatReplyFactory()
        recent = ChatReplyFactory(sent=True, created_at=FOUR + timedelta(seconds=1))

        assert forget_old_replies(now=FOUR + timedelta(days=7)) == 1

        assert set(ChatReply.objects.all()) == {waiting, recent}
