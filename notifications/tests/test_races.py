"""Two senders, one message. Each rule is shown to fail without its guard, then to hold with it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from core.testing import run_together
from notifications.models import Message, MessageQuerySet, State
from notifications.services import owe_messages, replace_messages, send_due, withdraw_messages
from notifications.tests.factories import CONTEXT, FOUR, MessageFactory, by_chat, new_message

pytestmark = pytest.mark.django_db(transaction=True)

LEASE = timedelta(minutes=2)


@pytest.fixture
def without_locks(monkeypatch) -> None:
    monkeypatch.setattr(MessageQuerySet, "select_for_update", lambda self, **_: self)


def claim_from_two_sides() -> list[list[Message]]:
    """Two senders claim one message each; neither writes its claim before both have chosen."""
    both_have_chosen = threading.Barrier(2)

    def wait_before_writing(execute, sql, params, many, context):
        if sql.startswith('UPDATE "notifications_message"'):
            both_have_chosen.wait(timeout=10)
        return execute(sql, params, many, context)

    def claim() -> list[Message]:
        with connection.execute_wrapper(wait_before_writing):
            return Message.objects.all().claim(limit=1, lease=LEASE, now=FOUR)

    return run_together([claim, claim])


def test_without_the_lock_two_senders_take_the_same_message(without_locks):
    """Keeps the test below honest: if this passes no more, it proves nothing."""
    MessageFactory.create_batch(2)

    mine, theirs = claim_from_two_sides()

    assert mine == theirs


def test_two_senders_take_two_messages_and_neither_waits():
    MessageFactory.create_batch(2)

    mine, theirs = claim_from_two_sides()

    assert len(mine) == len(theirs) == 1
    assert mine != theirs


def test_many_senders_send_each_message_once(wire):
    messages = [by_chat() for _ in range(60)]

    reports = run_together([lambda: send_due(now=FOUR)] * 6)

    assert sum(report.sent for report in reports) == 60
    assert sorted(wire.codes) == sorted(message.about for message in messages)


def test_one_call_shares_much_work_among_threads(wire, settings):
    settings.MESSAGE_SENDERS = 4
    names = set()
    for _ in range(30):
        by_chat()
    for channel in ("CS",):
        wire.answers[channel] = lambda _: names.add(threading.current_thread().name)

    report = send_due(now=FOUR, limit=29)

    assert (report.sent, Message.objects.owed().count()) == (29, 1)
    assert len(names) > 1


def test_a_message_cannot_slip_between_being_claimed_and_being_withdrawn():
    for _ in range(20):
        message = MessageFactory()

        run_together(
            [
                lambda: Message.objects.all().claim(limit=1, lease=LEASE, now=FOUR),
                lambda message=message: withdraw_messages(about=[message.about], now=FOUR),
            ]
        )

        message.refresh_from_db()
        assert message.state == State.WITHDRAWN or message.expires_at == FOUR
        Message.objects.all().delete()


def test_a_message_is_replaced_or_claimed_but_there_is_one():
    for _ in range(20):
        old = MessageFactory(about="TK7F3KQ")
        new = new_message(agency=old.agency, recipient=old.recipient, context=CONTEXT | {"number": "A032"})

        def replace(new=new) -> None:
            with transaction.atomic():
                replace_messages(messages=[new], now=FOUR)

        run_together([lambda: Message.objects.all().claim(limit=1, lease=LEASE, now=FOUR), replace])

        row = Message.objects.get()
        assert (row.state, row.context["number"]) in {
            (State.SENDING, "A031"),  # claimed first: it stays as it is
            (State.OWED, "A032"),  # replaced first: the claim found nothing
            (State.SENDING, "A032"),  # replaced first, then claimed
        }
        Message.objects.all().delete()


def test_two_transactions_that_owe_the_same_in_opposite_order_do_not_fall_into_a_deadlock():
    first = new_message(about="TK0")
    both = {"agency": first.agency, "recipient": first.recipient}
    messages = [first, *(new_message(about=f"TK{number}", **both) for number in range(1, 40))]

    def owe(some) -> None:
        with transaction.atomic():
            owe_messages(messages=some, now=FOUR)

    outcomes = run_together([lambda: owe(messages), lambda: owe(messages[::-1])] * 3)

    assert outcomes == [None] * 6
    assert Message.objects.count() == 40
