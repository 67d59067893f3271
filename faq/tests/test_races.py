"""Two workers, one person. Each rule is shown to fail without its guard, then to hold with it."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError

from accounts.models import Citizen
from accounts.tests.conftest import seed_otp_oa
from accounts.tests.factories import EIGHT, CitizenFactory
from booking.tests.factories import OpeningRuleFactory, SlotFactory, book_one
from core.testing import run_together, wait_until_somebody_waits
from faq.models import Conversation, ConversationQuerySet, Turn
from faq.services import answer, pause, send_wanted_code
from faq.services.chatting import chat
from faq.tests.talking import Writer, mother_of, somebody
from notifications.services import send_due_replies, send_replies_to

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mother(wire) -> Writer:
    """A mother of three, with whom the portal has talked before: making the row would be a lock as well."""
    mother = mother_of(3)
    mother.types("alo")
    send_due_replies(now=mother.clock)
    wire.said.clear()
    return mother


def look_for_the_row(*, oa_id: str, uid: str) -> Conversation:
    """Do not lock."""
    return Conversation.objects.get_or_create(oa_id=oa_id, uid=uid)[0]


def look_then_take(conversation: Conversation, event_key: str, *, now) -> bool:
    """Decide as the unique key does, but by looking first: the rival looks as well."""
    is_new = not Turn.objects.filter(event_key=event_key).exists()
    both_have_looked.wait(timeout=10)
    return is_new


both_have_looked = threading.Barrier(2)


def hear_from_two_sides(mother: Writer, *events: tuple[str, str]) -> list[object]:
    """Two workers answer these events, each a key and a text, at the same moment, and send what they owe."""

    def work(key: str, text: str) -> int:
        owed = answer(
            oa_id=mother.contact.oa_id,
            uid=mother.contact.uid,
            event_key=key,
            text=text,
            occurred_at=mother.clock,
            now=mother.clock,
        )
        send_replies_to(oa_id=mother.contact.oa_id, uid=mother.contact.uid, now=mother.clock)
        return owed

    outcomes = run_together([lambda event=event: work(*event) for event in events])
    send_due_replies(now=mother.clock)
    return outcomes


class TestOneEventOnTwoWorkers:
    same = ("msg_id:b2db", "1")

    def test_without_the_guards_both_would_answer(self, mother, monkeypatch):
        """Keeps the test below honest. The third guard, the key of the replies, still holds."""
        monkeypatch.setattr(chat, "_hold", look_for_the_row)
        monkeypatch.setattr(chat, "_is_first_time", look_then_take)

        outcomes = hear_from_two_sides(mother, self.same, self.same)

        (refused,) = [outcome for outcome in outcomes if outcome != 1]
        assert isinstance(refused, IntegrityError)
        assert "one_reply_per_event_and_position" in str(refused)

    def test_has_one_answer(self, mother, wire):
        outcomes = hear_from_two_sides(mother, self.same, self.same)

        assert sorted(outcomes) == [0, 1]
        assert len(wire.said_to(mother.contact.uid)) == 1

    def test_has_one_answer_by_the_key_of_the_turn_alone(self, mother, wire, monkeypatch):
        monkeypatch.setattr(chat, "_hold", look_for_the_row)

        outcomes = hear_from_two_sides(mother, self.same, self.same)

        assert sorted(outcomes) == [0, 1]
        assert len(wire.said_to(mother.contact.uid)) == 1


class TestTwoTextsOfOnePerson:
    picks = (("first pick", "1"), ("second pick", "2"))

    def test_without_the_lock_neither_knows_of_the_other(self, mother, wire, monkeypatch):
        """Keeps the test below honest: both say that two are left, while one is."""
        mother.types("1")
        both_have_read = threading.Barrier(2)
        heard = chat.Heard

        def read_together(**said):
            both_have_read.wait(timeout=10)
            return heard(**said)

        monkeypatch.setattr(chat, "_hold", look_for_the_row)
        monkeypatch.setattr(chat, "Heard", read_together)
        mother.clock += timedelta(seconds=10)

        assert sorted(hear_from_two_sides(mother, *self.picks)) == [1, 1]
        assert all("Còn 2" in said for said in wire.said_to(mother.contact.uid)[1:])

    def test_are_answered_one_after_the_other_and_said_in_that_order(self, mother, wire):
        mother.types("1")
        mother.clock += timedelta(seconds=10)

        assert sorted(hear_from_two_sides(mother, *self.picks)) == [1, 1]

        said = wire.said_to(mother.contact.uid)[1:]
        assert ["Còn 2" in said[0], "Còn 1" in said[1]] == [True, True]


class TestAnOfficerWritesWhileAHumanIsAskedFor:
    @pytest.fixture
    def asker(self, wire) -> Writer:
        """At an office that is at work."""
        asker = somebody(oa_id=OpeningRuleFactory().site.agency.oa_id)
        asker.clock = EIGHT
        asker.types("menu")
        return asker

    def both(self, asker: Writer, *, begun: threading.Event, written: threading.Event) -> Conversation:
        at = asker.clock + timedelta(seconds=11)

        def writes() -> None:
            begun.wait(timeout=10)
            whom = {"oa_id": asker.contact.oa_id, "uid": asker.contact.uid}
            pause(**whom, by="84901", occurred_at=at, now=at)
            written.set()

        outcomes = run_together([lambda: asker.types("gặp cán bộ"), writes])
        assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        return Conversation.objects.get()

    def test_without_the_lock_the_officer_would_be_forgotten(self, asker, monkeypatch):
        """Keeps the test below honest."""
        begun, written = threading.Event(), threading.Event()

        def look_then_let_write(**whose: str) -> Conversation:
            row = look_for_the_row(**whose)
            begun.set()
            written.wait(timeout=10)
            return row

        monkeypatch.setattr(chat, "_hold", look_then_let_write)

        row = self.both(asker, begun=begun, written=written)

        assert row.pause == Conversation.Pause.ASKED
        assert row.human_wanted_at is not None

    def test_the_chat_is_the_officers(self, asker, monkeypatch):
        begun = threading.Event()
        owe = chat.owe_replies

        def owe_while_the_officer_writes(**said: object) -> int:
            begun.set()
            wait_until_somebody_waits()
            return owe(**said)

        monkeypatch.setattr(chat, "owe_replies", owe_while_the_officer_writes)

        row = self.both(asker, begun=begun, written=threading.Event())

        assert (row.pause, row.human_wanted_at) == (Conversation.Pause.OFFICER, None)


class TestOneWishForACodeOnTwoWorkers:
    @pytest.fixture
    def stranger(self, wire, fake_zalo, settings) -> Writer:
        """Somebody who has just asked for a code, at a phone that may have many."""
        settings.OTP_PAUSE = timedelta(0)
        seed_otp_oa()
        appointment = book_one(SlotFactory(), citizen=CitizenFactory(by_code=True))
        stranger = somebody(oa_id=appointment.day.site.agency.oa_id, citizen=None)
        stranger.types(appointment.code)
        stranger.types("1")
        return stranger

    def send_from_two_sides(self, stranger: Writer) -> list[object]:
        whom = {"oa_id": stranger.contact.oa_id, "uid": stranger.contact.uid}
        return run_together([lambda: send_wanted_code(**whom, now=stranger.clock)] * 2)

    def test_without_the_claim_two_codes_would_be_sent(self, stranger, fake_zalo, monkeypatch):
        """Keeps the test below honest."""
        both_have_looked = threading.Barrier(2)

        def look_first(chats: ConversationQuerySet, citizen: Citizen, *, mark: uuid.UUID) -> bool:
            is_free = chats.filter(code_wanted_for=citizen, challenge=None).exists()
            both_have_looked.wait(timeout=10)
            return is_free and bool(chats.update(challenge=mark))

        monkeypatch.setattr(ConversationQuerySet, "claim_code", look_first)

        self.send_from_two_sides(stranger)

        assert len(fake_zalo.sent("/message/template")) == 2

    def test_is_sent_once(self, stranger, fake_zalo):
        assert sorted(self.send_from_two_sides(stranger)) == [False, True]

        assert len(fake_zalo.sent("/message/template")) == 1
