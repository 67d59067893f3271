"""What a citizen reads on the portal itself, and when that counts as told."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from accounts.services import open_session
from accounts.tests.factories import EIGHT, CitizenFactory
from core.errors import NotFound
from notifications.kinds import Kind
from notifications.models import Channel, Message, State
from notifications.services import (
    inbox,
    open_message,
    put_into_words,
    send_due,
    send_trial,
    trial_arrived,
    unread,
)
from notifications.tests.factories import FOUR, MessageFactory, MessageTextFactory, by_chat, by_phone
from zalo.errors import TryNextChannel

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def again(message: Message) -> Message:
    message.refresh_from_db()
    return message


def read(message: Message, *, now=FOUR) -> Message:
    return open_message(citizen=message.recipient, public_id=message.public_id, now=now)


class TestInbox:
    def test_shows_the_newest_first(self):
        old = MessageFactory()
        new = MessageFactory(recipient=old.recipient, created_at=FOUR)

        assert list(inbox(citizen=old.recipient, now=FOUR)) == [new, old]

    @pytest.mark.parametrize(
        ("fields", "is_shown"),
        [
            ({"state": State.OWED}, True),
            ({"state": State.FAILED}, True),
            ({"state": State.EXPIRED}, True),
            ({"sent": True}, True),
            ({"delivered": True}, True),
            ({"due_at": FOUR + HOUR}, False),  # its time has not come
            ({"due_at": FOUR + HOUR, "attempts": 1}, True),  # it had, and Zalo could not take it
            ({"state": State.WITHDRAWN}, False),
            ({"context": {}}, False),  # its words are forgotten
        ],
    )
    def test_shows_what_was_told_or_should_have_been(self, fields, is_shown):
        message = MessageFactory(**fields)

        assert inbox(citizen=message.recipient, now=FOUR).exists() == is_shown

    def test_shows_nothing_of_others(self):
        MessageFactory()

        assert not inbox(citizen=CitizenFactory(), now=FOUR).exists()

    def test_counts_what_may_not_have_arrived(self):
        first = MessageFactory(sent=True)
        same = {"recipient": first.recipient}
        MessageFactory(delivered=True, **same)
        MessageFactory(state=State.FAILED, **same)
        MessageFactory(state=State.EXPIRED, expires_at=FOUR, **same)

        assert unread(citizen=first.recipient, now=FOUR) == 2

    def test_reads_as_the_agency_would_say_it(self, django_assert_num_queries):
        messages = [MessageFactory(), MessageFactory()]
        text = "{name}, {number}, {time}, {site}, {code}: nhớ đến!"
        MessageTextFactory(agency=messages[0].agency, text=text)

        with django_assert_num_queries(1):
            own, house = put_into_words(messages, now=FOUR)

        assert own.text.endswith(f"{messages[0].about}: nhớ đến!")
        assert house.text.startswith("Lịch hẹn của An: số A031, 08:30 23/11/2026")
        assert (own.title, own.is_new) == ("Nhắc hẹn", True)


class TestOpenMessage:
    def test_is_to_be_told(self):
        message = MessageFactory(state=State.FAILED, channel=Channel.INBOX, cost=0)

        read(message, now=FOUR + HOUR)

        row = again(message)
        assert (row.state, row.channel, row.opened_at) == (State.DELIVERED, Channel.INBOX, FOUR + HOUR)

    def test_counts_from_when_it_could_be_read(self):
        """What was decided after that is not in it: a move, of which the person must hear as well."""
        message = MessageFactory(state=State.FAILED)

        assert read(message, now=FOUR + HOUR).delivered_at == FOUR

    def test_keeps_the_way_by_which_it_was_sent(self):
        message = MessageFactory(sent=True, channel=Channel.TEMPLATE_PHONE, cost=120)

        read(message)

        row = again(message)
        assert (row.state, row.channel, row.cost) == (State.DELIVERED, Channel.TEMPLATE_PHONE, 120)

    def test_spares_the_sending(self, wire):
        message = by_chat()

        read(message)
        send_due(now=FOUR)

        assert wire.letters == []

    def test_changes_nothing_the_second_time(self):
        message = MessageFactory(delivered=True)

        read(message, now=FOUR + HOUR)

        assert again(message).opened_at is None

    def test_is_refused_to_others(self):
        message = MessageFactory()

        with pytest.raises(NotFound):
            open_message(citizen=CitizenFactory(), public_id=message.public_id, now=FOUR)

        assert again(message).state == State.OWED

    def test_does_not_show_that_the_official_account_reaches_phones(self, wire):
        """A message of trial must arrive by Zalo."""
        message = by_chat(about="thu")
        send_trial(agency=message.agency, recipient=message.recipient, site="Điểm", address="", now=FOUR)
        send_due(now=FOUR)

        read(Message.objects.exclude(pk=message.pk).get())

        assert not trial_arrived(message.agency)


class TestApi:
    @pytest.fixture
    def ask(self, client):
        def ask(method: str, path: str, message: Message):
            with time_machine.travel(FOUR, tick=False):
                access = open_session(citizen=message.recipient, now=FOUR).access
                headers = {"Authorization": f"Bearer {access}"}
                return client.generic(method, f"/api/v1/messages/{path}", headers=headers)

        return ask

    def test_lists_my_messages_in_words(self, ask):
        message = MessageFactory(state=State.FAILED)

        (shown,) = ask("GET", "", message).json()["results"]

        assert shown == {
            "id": str(message.public_id),
            "kind": "reminder",
            "about": message.about,
            "title": "Nhắc hẹn",
            "text": put_into_words([message], now=FOUR)[0].text,
            "created_at": "2026-11-22T15:00:00+07:00",
            "is_new": True,
        }

    def test_does_not_take_a_list_for_reading(self, ask):
        message = MessageFactory(state=State.FAILED)

        ask("GET", "", message)

        assert again(message).state == State.FAILED

    def test_notes_what_was_opened(self, ask):
        message = MessageFactory(state=State.FAILED)

        assert ask("POST", f"{message.public_id}/open/", message).status_code == 204

        assert again(message).state == State.DELIVERED

    def test_knows_nothing_of_others(self, ask):
        mine, theirs = MessageFactory(), MessageFactory()

        assert len(ask("GET", "", mine).json()["results"]) == 1
        assert ask("POST", f"{theirs.public_id}/open/", mine).status_code == 404
        assert ask("POST", f"{uuid4()}/open/", mine).status_code == 404


class TestPage:
    @pytest.fixture
    def browser(self, client):
        """A browser in which the recipient of a message is signed in."""
        from accounts.browser import COOKIE
        from accounts.services import browser_token

        def sign_in(message: Message):
            tokens = open_session(citizen=message.recipient, now=EIGHT)
            client.cookies[COOKIE] = browser_token(tokens=tokens, now=EIGHT)
            return client

        with time_machine.travel(EIGHT, tick=False):
            yield sign_in

    def test_shows_what_is_new_only_when_it_is_opened(self, browser):
        message = MessageFactory(state=State.FAILED)
        page = browser(message)

        assert "A031" not in page.get("/tin-cua-toi/").content.decode()
        answer = page.post(f"/tin-cua-toi/{message.public_id}/mo/", follow=True)

        assert "A031" in answer.content.decode()
        assert again(message).state == State.DELIVERED

    def test_shows_at_once_what_arrived_by_zalo(self, browser):
        message = MessageFactory(delivered=True)

        assert "A031" in browser(message).get("/tin-cua-toi/").content.decode()

    def test_says_when_there_is_nothing(self, browser):
        message = MessageFactory(state=State.WITHDRAWN)

        assert "Chưa có tin nào" in browser(message).get("/tin-cua-toi/").content.decode()

    def test_asks_strangers_to_sign_in(self, client):
        for answer in (client.get("/tin-cua-toi/"), client.post(f"/tin-cua-toi/{uuid4()}/mo/")):
            assert answer["Location"] == "/dang-nhap/?next=%2Ftin-cua-toi%2F"

    def test_answers_for_anothers_as_for_none(self, browser):
        mine, theirs = MessageFactory(), MessageFactory()

        assert browser(mine).post(f"/tin-cua-toi/{theirs.public_id}/mo/").status_code == 404
        assert again(theirs).state == State.OWED


class TestNothingElseTookIt:
    def test_lies_in_the_inbox_and_is_not_told(self, wire):
        message = by_phone()
        wire.refuse(TryNextChannel(-118))

        send_due(now=FOUR)

        assert again(message).state == State.FAILED
        assert [row.kind for row in inbox(citizen=message.recipient, now=FOUR)] == [Kind.REMINDER]
