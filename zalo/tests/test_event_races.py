"""Several workers, one citizen. Each rule is shown to fail without its guard, then to hold with it."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection

from core.testing import run_together
from zalo.models import StoredEvent, StoredEventQuerySet
from zalo.services import Table, handle_waiting, store_event
from zalo.tests.factories import EIGHT, StoredEventFactory, told

pytestmark = pytest.mark.django_db(transaction=True)
LEASE, SECOND = timedelta(minutes=2), timedelta(seconds=1)


@pytest.fixture
def without_locks(monkeypatch) -> None:
    monkeypatch.setattr(StoredEventQuerySet, "select_for_update", lambda self, **_: self)


@pytest.fixture
def without_the_constraint() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_event_of_a_line_in_hand")
    yield
    StoredEvent.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE UNIQUE INDEX one_event_of_a_line_in_hand"
            " ON zalo_storedevent (line) WHERE state = 'IN_HAND'"
        )


def claim(limit: int = 1) -> list[StoredEvent]:
    return StoredEvent.objects.all().claim(limit=limit, lease=LEASE, now=EIGHT)


def claim_when(before_writing: Callable[[], object]) -> list[StoredEvent]:
    """Claim, and do something between choosing and writing."""

    def wait(execute, sql, params, many, context):
        if sql.startswith('UPDATE "zalo_storedevent"'):
            before_writing()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wait):
        return claim()


class TestOneEvent:
    def claim_from_two_sides(self) -> list[list[StoredEvent]]:
        both_have_chosen = threading.Barrier(2)
        return run_together([lambda: claim_when(lambda: both_have_chosen.wait(10))] * 2)

    def test_without_the_lock_two_workers_take_the_same(self, without_locks):
        """Keeps the test below honest: if this passes no more, it proves nothing."""
        StoredEventFactory(line="an")

        mine, theirs = self.claim_from_two_sides()

        assert mine == theirs

    def test_is_taken_by_one_worker_and_the_other_takes_the_next_citizens(self):
        StoredEventFactory(line="an")
        StoredEventFactory(line="binh")

        mine, theirs = self.claim_from_two_sides()

        assert {event.line for event in mine + theirs} == {"an", "binh"}


class TestOneCitizen:
    def take_what_comes_late(self) -> list[list[StoredEvent]]:
        """A worker has chosen the citizen's only event when an earlier one comes, which a rival takes."""
        StoredEventFactory(line="an", occurred_at=EIGHT)
        chosen, came = threading.Event(), threading.Event()

        def claim_the_later() -> list[StoredEvent]:
            return claim_when(lambda: (chosen.set(), came.wait(10)))

        def claim_the_earlier() -> list[StoredEvent]:
            chosen.wait(10)
            StoredEventFactory(line="an", occurred_at=EIGHT - SECOND)
            return claim_when(came.set)

        return run_together([claim_the_later, claim_the_earlier])

    def test_without_the_constraint_has_two_events_in_hand(self, without_the_constraint):
        later, earlier = self.take_what_comes_late()

        assert len(later) == len(earlier) == 1

    def test_has_one_event_in_hand_and_the_other_waits(self):
        outcomes = self.take_what_comes_late()

        assert sorted(map(len, outcomes)) == [0, 1]
        assert StoredEvent.objects.filter(state=StoredEvent.State.WAITING).count() == 1


class TestManyWorkers:
    """Some hundred events of some citizens, told twice and in any order."""

    def tell(self, *, citizens: int, each: int) -> None:
        events = [
            told(uid=str(uid), at=EIGHT + number * SECOND, message={"msg_id": f"{uid}-{number}"})
            for number in range(each)
            for uid in range(citizens)
        ]
        shuffled = sorted(events, key=lambda event: event.key)

        def tell(events) -> None:
            for event in events:
                store_event(event=event, is_awaited=True, now=EIGHT)

        run_together([lambda: tell(shuffled), lambda: tell(shuffled[::-1])])

    def handle_together(self) -> dict[str, list[str]]:
        """What was handled of each citizen, in the order in which it was."""
        seen: dict[str, list[str]] = defaultdict(list)

        def handle(event, now) -> None:
            seen[event.uid].append(event.message_ids[0])

        table = Table({"user_send_text": handle})
        reports = run_together([lambda: handle_waiting(table=table, now=EIGHT)] * 3)
        assert sum(report.handled for report in reports) == sum(map(len, seen.values()))
        return seen

    def in_order(self, *, citizens: int, each: int) -> dict[str, list[str]]:
        return {str(uid): [f"{uid}-{number}" for number in range(each)] for uid in range(citizens)}

    def test_handle_each_event_once_and_each_citizens_in_order(self):
        self.tell(citizens=40, each=5)

        assert self.handle_together() == self.in_order(citizens=40, each=5)

    def test_without_looking_at_the_line_handle_them_in_any_order(self, monkeypatch, without_the_constraint):
        monkeypatch.setattr(StoredEventQuerySet, "first_of_their_lines", lambda self: self)
        self.tell(citizens=10, each=5)

        assert self.handle_together() != self.in_order(citizens=10, each=5)

    def test_share_the_work_among_threads(self, settings):
        settings.EVENT_HANDLERS = 4
        self.tell(citizens=40, each=2)
        names = set()

        report = handle_waiting(
            table=Table({"user_send_text": lambda *_: names.add(threading.current_thread().name)}), now=EIGHT
        )

        assert report.handled == 80
        assert len(names) > 1
