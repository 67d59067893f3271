"""A hundred texts of ten people, told twice and in any order; many threads handle them, and some are lost."""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from django.db import connection

from agencies.tests.factories import AgencyFactory
from booking.tests.factories import FOUR
from cccd_portal import zalo_events
from core.testing import run_together
from faq.services.chatting import chat
from notifications.models import ChatReply
from zalo.models import StoredEvent
from zalo.sandbox.testing import Sandbox, running_sandbox
from zalo.services import handling, seed_tokens
from zalo.webhooks import verify

pytestmark = pytest.mark.django_db(transaction=True)

OA = "3674338702778449434"
TEXTS = ("menu", "9", "HUY TK7F3KQ", "lịch hẹn", "menu", "thông báo", "đổi lịch", "Menu", "8", "HUY TK7F3KQ")
SIGNATURE = "X-ZEvent-Signature"
Letter = tuple[bytes, dict[str, str]]


@pytest.fixture(scope="module")
def _running() -> Iterator[Sandbox]:
    with running_sandbox(echoes=False) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_running, settings) -> Iterator[Sandbox]:
    _running.start_anew()
    _running.clock(FOUR, with_events=True)
    for name, value in _running.settings.items():
        setattr(settings, name, value)
    settings.EVENT_HANDLERS = 2
    pair = _running.oa(OA)
    tokens = {name: pair[name] for name in ("access_token", "refresh_token")}
    seed_tokens(oa_id=OA, **tokens, expires_in=90_000, now=FOUR)
    AgencyFactory(oa_id=OA)
    yield _running
    _running.clock()


@pytest.fixture(autouse=True)
def some_workers_are_lost(monkeypatch) -> None:
    """Of every ten texts one: when it was answered, and before that was written down."""
    write, texts = handling._write, itertools.count(1)

    def write_or_be_lost(share, fate, **changes):
        is_first_try = share[0].name == "user_send_text" and share[0].attempts == 1
        is_lost = is_first_try and next(texts) % 10 == 0
        return Counter() if is_lost else write(share, fate, **changes)

    monkeypatch.setattr(handling, "_write", write_or_be_lost)


@pytest.fixture
def without_the_guards(monkeypatch) -> Iterator[None]:
    """No turn, and no key of the replies."""
    monkeypatch.setattr(chat, "_is_first_time", lambda *_, **__: True)
    table, key = "notifications_chatreply", "one_reply_per_event_and_position"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {key}")
    yield
    ChatReply.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {key} UNIQUE (oa_id, uid, event_key, position)")


class Town:
    """People with phones. `calm` is what one of them reads who writes when nothing else happens."""

    def __init__(self, sandbox: Sandbox, size: int) -> None:
        self.sandbox = sandbox
        self.people = [str(sandbox.citizen(phone=None)["user_id"]) for _ in range(size)]
        one = str(sandbox.citizen(phone=None)["user_id"])
        sandbox.events()
        self.calm = [self._answers(one, text) for text in TEXTS]

    def _answers(self, person: str, text: str) -> Sequence[str]:
        before = self.read(person)
        self.sandbox.chat(OA, person, text)
        self.tell(self.sandbox.events())
        self.handle()
        return self.read(person)[len(before) :]

    def write_all(self) -> list[Letter]:
        """Everybody writes all texts, one after the other; gives what Zalo will tell of it."""
        for text in TEXTS:
            for person in self.people:
                self.sandbox.chat(OA, person, text)
        return [letter for letter in self.sandbox.events() if b"user_send_text" in letter[0]]

    def tell(self, letters: Sequence[Letter]) -> None:
        for raw, headers in letters:
            event = verify(raw, signature=headers[SIGNATURE], now=FOUR)
            zalo_events.take_in(event, now=FOUR)

    def handle(self, *, while_told: Sequence[Letter] = ()) -> None:
        """Three workers handle what there is and what is told meanwhile; what was lost, two minutes later."""
        now, stay = FOUR, timedelta(seconds=0.5 if while_told else 0)
        calls = [lambda: zalo_events.handle_events(now=now, stay=stay)] * 3
        reports = run_together([*calls, lambda: self.tell(while_told)])[:3]
        while StoredEvent.objects.unfinished().exists():
            now += handling.LEASE + timedelta(seconds=1)
            reports += run_together(calls)
        assert [(report.failed, report.postponed) for report in reports] == [(0, 0)] * len(reports)

    def read(self, person: str) -> list[str]:
        return [message["text"] for message in self.sandbox.messages(user_id=person)]


def in_a_rush(sandbox: Sandbox, size: int) -> tuple[list[str], dict[str, list[str]]]:
    """What one reads who writes calmly, and what everybody reads when all write at once.

    The first half comes in any order before somebody looks, the second while it is handled; some come twice.
    """
    town = Town(sandbox, size)
    assert all(town.calm), f"each text is answered: {town.calm}"
    letters = town.write_all()
    half = len(letters) // 2
    town.tell(sorted([*letters[:half], *letters[: half // 4]], key=lambda letter: letter[1][SIGNATURE]))
    town.handle(while_told=[*letters[half:], *letters[half - 5 :: 4]])
    return [text for texts in town.calm for text in texts], {one: town.read(one) for one in town.people}


def test_a_hundred_texts_are_answered_once_each_and_in_order(sandbox):
    calm, read = in_a_rush(sandbox, 10)

    assert all(texts == calm for texts in read.values())
    assert StoredEvent.objects.filter(name="user_send_text", attempts=2).count() == 11, "workers were lost"


def test_without_the_guards_somebody_is_answered_twice(sandbox, without_the_guards):
    """Keeps the test above honest."""
    calm, read = in_a_rush(sandbox, 3)

    assert any(len(texts) > len(calm) for texts in read.values())
