"""Two senders, one person's replies. Each rule is shown to fail without its guard, then to hold with it."""

import threading
import time

import pytest
from django.db import transaction

from core.testing import run_together
from notifications.models import ChatReply, ChatReplyQuerySet
from notifications.services import owe_replies, send_due_replies, send_replies_to
from notifications.tests.factories import FOUR

pytestmark = pytest.mark.django_db(transaction=True)

OA, PEOPLE = "3674338702778449434", ("uid-1", "uid-2", "uid-3")
TEXTS = [f"Phần {number}." for number in range(4)]


def owe_everybody() -> None:
    for uid in PEOPLE:
        with transaction.atomic():
            owe_replies(oa_id=OA, uid=uid, event_key=f"to {uid}", texts=TEXTS, now=FOUR)


def send_from_all_sides(wire) -> None:
    """Both ways of sending at once, while Zalo takes its time with the first parts."""
    wire.to_replies = lambda text: time.sleep(0.05 if text == TEXTS[0] else 0.0)
    owe_everybody()
    inline = [lambda uid=uid: send_replies_to(oa_id=OA, uid=uid, now=FOUR) for uid in PEOPLE]
    run_together([*inline, *[lambda: send_due_replies(now=FOUR)] * 3])
    send_due_replies(now=FOUR)


def test_without_the_line_later_parts_overtake(wire, monkeypatch):
    """Keeps the test below honest."""
    monkeypatch.setattr(
        ChatReplyQuerySet, "first_in_line", lambda self, _: self.owed().order_by("due_at", "pk")
    )

    send_from_all_sides(wire)

    assert any(wire.said_to(uid) != TEXTS for uid in PEOPLE)


def test_each_person_hears_everything_once_and_in_order(wire):
    send_from_all_sides(wire)

    assert [wire.said_to(uid) for uid in PEOPLE] == [TEXTS] * len(PEOPLE)


def test_without_the_lock_two_senders_say_the_same(wire, monkeypatch):
    """Keeps the test below honest."""
    monkeypatch.setattr(ChatReplyQuerySet, "select_for_update", lambda self, **_: self)

    assert len(claim_from_two_sides(monkeypatch)) == 2


def test_one_of_two_senders_says_it(wire, monkeypatch):
    assert len(claim_from_two_sides(monkeypatch)) == 1


def claim_from_two_sides(monkeypatch) -> list[ChatReply]:
    """Two senders claim the one reply; neither writes its claim before both have chosen."""
    with transaction.atomic():
        owe_replies(oa_id=OA, uid=PEOPLE[0], event_key="e1", texts=["Một."], now=FOUR)
    both_have_chosen = threading.Barrier(2)
    update = ChatReplyQuerySet.update

    def update_after_both(self, **changes):
        both_have_chosen.wait(timeout=10)
        return update(self, **changes)

    monkeypatch.setattr(ChatReplyQuerySet, "update", update_after_both)

    def claim() -> list[ChatReply]:
        return ChatReply.objects.claim(limit=1, lease=FOUR - FOUR, now=FOUR)

    return [reply for claimed in run_together([claim, claim]) for reply in claimed]
