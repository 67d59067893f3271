"""Events are handled in order, at least once, and none holds up the others for ever."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.db import connection

from zalo.models import StoredEvent
from zalo.services import HandleReport, Table, handle_waiting, store_event
from zalo.services.handling import LEASE, PAUSES
from zalo.tests.factories import EIGHT, OA, StoredEventFactory, told
from zalo.webhooks import Event

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
State = StoredEvent.State


@pytest.fixture(autouse=True)
def _one_worker(settings) -> None:
    """A test in a transaction is seen by its own connection only."""
    settings.EVENT_HANDLERS = 1


class Desk:
    """Writes down what it is asked to handle, and stumbles over what it is told to."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.together: list[list[str]] = []
        self.poison: set[str] = set()
        self.table = Table(one_by_one={"user_send_text": self.one}, together={"user_seen_message": self.many})

    def one(self, event: Event, now: datetime) -> None:
        (message,) = event.message_ids
        self.seen.append(message)
        if message in self.poison:
            raise KeyError(event.raw["message"]["text"])

    def many(self, events: Sequence[Event], now: datetime) -> None:
        self.together.append([event.message_ids[0] for event in events])
        if self.poison & {*self.together[-1]}:
            raise KeyError

    def run(self, now: datetime = EIGHT) -> HandleReport:
        return handle_waiting(table=self.table, now=now)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def come(name="user_send_text", *, at=EIGHT, uid="an", message="1") -> None:
    event = told(name, at=at, uid=uid, message={"msg_id": message, "text": "Tôi là Nguyễn Thị Thử"})
    store_event(event=event, is_awaited=True, now=EIGHT)


def receipts_come(*messages: str) -> None:
    for message in messages:
        come("user_seen_message", message=message)


def states() -> list[str]:
    return list(StoredEvent.objects.order_by("occurred_at", "pk").values_list("state", flat=True))


class TestHandleWaiting:
    def test_handles_what_a_citizen_did_in_the_order_in_which_it_happened(self, desk):
        for number in (3, 1, 4, 2):
            come(at=EIGHT + number * SECOND, message=f"{number}")

        assert desk.run() == HandleReport(handled=4)

        assert desk.seen == ["1", "2", "3", "4"]

    def test_forgets_what_was_said_and_not_that_it_came(self, desk):
        come()
        desk.run(EIGHT + SECOND)

        row = StoredEvent.objects.get()
        assert (row.state, row.payload, row.lease_until) == (State.DONE, None, None)
        assert row.finished_at >= EIGHT + SECOND
        come()
        assert desk.run(EIGHT + SECOND) == HandleReport()

    def test_handles_what_comes_late_when_it_comes(self, desk):
        come(at=EIGHT + SECOND, message="2")
        desk.run()
        come(message="1")
        desk.run()

        assert desk.seen == ["2", "1"]

    def test_lets_go_what_nobody_waits_for_any_more(self, desk):
        come("follow")

        assert desk.run() == HandleReport(handled=1)

        assert states() == [State.DONE]

    def test_asks_three_statements_when_nothing_waits(self, desk, django_assert_num_queries):
        StoredEventFactory(done=True)

        with django_assert_num_queries(5):  # two of them begin and end a savepoint
            desk.run()


class TestFailure:
    def test_is_tried_again_after_a_pause_and_those_behind_it_wait(self, desk):
        desk.poison = {"1"}
        come()
        come(at=EIGHT + SECOND, message="2")

        assert desk.run() == HandleReport(postponed=1)
        assert desk.run() == HandleReport()

        assert desk.seen == ["1"]
        row = StoredEvent.objects.get(state=State.WAITING, attempts=1)
        assert row.last_error == "KeyError"
        desk.poison.clear()
        assert desk.run(EIGHT + 2 * SECOND) == HandleReport(handled=2)
        assert desk.seen == ["1", "1", "2"]

    def test_does_not_hold_up_other_citizens(self, desk):
        desk.poison = {"1"}
        come()
        come(uid="binh", message="2")

        assert desk.run() == HandleReport(handled=1, postponed=1)

    def test_is_given_up_in_the_end_and_those_behind_it_go_on(self, desk):
        desk.poison = {"1"}
        come()
        come(at=EIGHT + SECOND, message="2")
        now = EIGHT
        for pause in PAUSES:
            desk.run(now)
            now += pause + SECOND

        assert desk.run(now) == HandleReport(handled=1, failed=1)

        assert states() == [State.FAILED, State.DONE]
        row = StoredEvent.objects.get(state=State.FAILED)
        assert (row.last_error, row.attempts) == ("KeyError", 1 + len(PAUSES))
        assert row.payload is not None
        assert now - EIGHT < timedelta(minutes=2)

    def test_is_logged_without_a_word_of_what_was_said(self, desk, caplog):
        desk.poison = {"1"}
        come()

        desk.run()

        assert "(user_send_text), try 1: KeyError" in caplog.text
        assert "Thử" not in caplog.text
        assert OA not in caplog.text

    def test_of_what_no_key_opens_is_a_failure_of_one_event(self, desk):
        come()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE zalo_storedevent SET payload = 'x'")
        come(uid="binh", message="2")

        assert desk.run() == HandleReport(handled=1, postponed=1)

        assert desk.seen == ["2"]


class TestTogether:
    def test_handles_many_receipts_at_once(self, desk, django_assert_max_num_queries):
        receipts_come(*map(str, range(150)))

        with django_assert_max_num_queries(25):
            assert desk.run() == HandleReport(handled=150)

        assert [len(share) for share in desk.together] == [150]

    def test_a_bad_one_is_parted_from_the_others(self, desk):
        receipts_come("1", "2", "3")
        desk.poison = {"2"}

        assert desk.run() == HandleReport(postponed=3)
        assert desk.run(EIGHT + 2 * SECOND) == HandleReport(handled=2, postponed=1)

        assert sorted(map(sorted, desk.together)) == [["1"], ["1", "2", "3"], ["2"], ["3"]]


class TestLostWorker:
    def lose(self, **more) -> StoredEvent:
        return StoredEventFactory(state=State.IN_HAND, lease_until=EIGHT + LEASE, **{"attempts": 1, **more})

    def test_has_its_events_to_itself_until_the_lease_is_over(self, desk):
        self.lose()

        assert desk.run(EIGHT + LEASE - SECOND) == HandleReport()

    def test_loses_them_to_others_then(self, desk):
        self.lose()

        assert desk.run(EIGHT + LEASE) == HandleReport(handled=1)

    def test_is_not_followed_by_others_for_ever(self, desk):
        """An event that kills who handles it is given up like one that fails."""
        self.lose(attempts=1 + len(PAUSES))

        assert desk.run(EIGHT + LEASE) == HandleReport()

        row = StoredEvent.objects.get()
        assert (row.state, row.last_error) == (State.FAILED, "worker lost")

    def test_writes_nothing_when_it_comes_back_too_late(self, desk):
        come()

        def slow(event: Event, now: datetime) -> None:
            StoredEvent.objects.update(lease_until=EIGHT + 2 * LEASE, attempts=2)  # a rival has it

        report = handle_waiting(table=Table({"user_send_text": slow}), now=EIGHT)

        assert report == HandleReport()
        assert states() == [State.IN_HAND]
