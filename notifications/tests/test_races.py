"""Two senders, one message. Each rule is shown to fail without its guard, then to hold with it."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction

from core.testing import run_together
from notifications.models import Message, MessageQuerySet, State
from notifications.services import outbox, owe_messages, replace_messages, send_due, withdraw_messages
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


def owe_from_two_sides() -> list[object]:
    """Two transactions owe the same three messages, one of them in the opposite order.

    A third holds the message in the middle until both wait, and then gives it up.
    """
    first = new_message(about="TK1")
    same = {"agency": first.agency, "recipient": first.recipient}
    middle, last = new_message(about="TK2", **same), new_message(about="TK3", **same)
    middle_is_held = threading.Event()

    def hold_the_middle() -> None:
        with transaction.atomic():
            owe_messages(messages=[middle], now=FOUR)
            middle_is_held.set()
            wait_until_others_wait_for_a_lock(2)
            transaction.set_rollback(True)

    def owe(messages) -> None:
        middle_is_held.wait(timeout=10)
        with transaction.atomic():
            owe_messages(messages=messages, now=FOUR)

    return run_together(
        [hold_the_middle, lambda: owe([first, middle, last]), lambda: owe([last, middle, first])]
    )


def wait_until_others_wait_for_a_lock(count: int) -> None:
    waiting = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
    """
    deadline = time.monotonic() + 4
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(waiting)
            if cursor.fetchone() == (count,):
                return
            time.sleep(0.02)
    raise TimeoutError


def test_in_opposite_order_two_transactions_fall_into_a_deadlock(monkeypatch):
    """Keeps the test below honest."""
    monkeypatch.setattr(outbox, "sorted", lambda rows, **_: list(rows), raising=False)

    outcomes = owe_from_two_sides()

    assert {type(outcome) for outcome in outcomes} == {OperationalError, type(None)}


def test_two_transactions_that_owe_the_same_wait_for_each_other():
    assert owe_from_two_sides() == [None, None, None]

    assert Message.objects.count() == 3
