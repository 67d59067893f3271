"""Events are written down once, read again as they were, and forgotten."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection

from zalo.errors import EventNotFailed
from zalo.models import StoredEvent
from zalo.services import forget_old_events, retry_event, store_event
from zalo.services.events import EVENTS_KEPT, read_stored
from zalo.tests.factories import EIGHT, OA, UID, StoredEventFactory, told
from zalo.webhooks import read_again

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
SAID = {"msg_id": "b2db3895fe26797f2030", "text": "Xin chào, tôi là Nguyễn Thị Thử"}


def store(event, *, is_awaited=True) -> bool:
    return store_event(event=event, is_awaited=is_awaited, now=EIGHT)


class TestKey:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (told(message={"msg_id": "a"}), told(message={"msg_id": "b"})),
            (told("user_received_message"), told("user_seen_message")),
            (
                told("user_seen_message", message={"msg_ids": ["a", "b"]}),
                told("user_seen_message", message={"msg_ids": ["a"]}),
            ),
            (told("follow", follower={"id": "1"}), told("unfollow", follower={"id": "1"})),
            (told("follow", follower={"id": "1"}), told("follow", follower={"id": "2"})),
            (told("follow", follower={"id": "1"}), told("follow", follower={"id": "1"}, at=EIGHT + SECOND)),
            (
                told("follow", follower={"id": "1"}, oa_id="1"),
                told("follow", follower={"id": "1"}, oa_id="2"),
            ),
            (
                told("change_template_status", sender=None, template_id="1"),
                told("change_template_status", sender=None, template_id="2"),
            ),
            (told("new", sender=None, group="1"), told("new", sender=None, group="2")),
            (
                told("user_reacted_message", message={"msg_id": "a", "react_icon": "/-heart"}),
                told("user_reacted_message", message={"msg_id": "a"}, at=EIGHT + SECOND),
            ),
        ],
    )
    def test_tells_two_events_apart(self, one, other):
        assert one.key != other.key

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (told(message={"msg_id": "a"}), told(message={"msg_id": "a"}, at=EIGHT + SECOND)),
            (told("follow", follower={"id": "1"}), told("follow", follower={"id": "1"}, source="oa_profile")),
            (told("new", sender=None, a=1, b=2), told("new", sender=None, b=2, a=1)),
        ],
    )
    def test_is_the_same_for_one_event_told_twice(self, one, other):
        assert one.key == other.key

    def test_says_nothing_about_the_person(self):
        receipt = told("user_received_message", recipient={"id": "84905123456"}, message={"tracking_id": "t"})

        assert "84905123456" not in receipt.key + receipt.line


class TestLine:
    def test_is_the_citizens_at_one_official_account(self):
        assert told().line == told("follow", sender=None, follower={"id": UID}, oa_id=OA).line
        assert told().line != told(uid="1").line
        assert told().line != told(recipient={"id": "another"}).line

    @pytest.mark.parametrize("name", ["user_received_message", "user_seen_message"])
    def test_has_no_receipts_in_it(self, name):
        receipt = told(name, sender={"id": OA}, recipient={"id": UID}, message={"msg_id": "a"})

        assert receipt.line == receipt.key


class TestStoreEvent:
    def test_keeps_what_was_said_until_it_is_handled_and_nobody_can_read_it(self):
        event = told(message=SAID)

        store(event)

        row = StoredEvent.objects.get()
        assert (row.key, row.line, row.state) == (event.key, event.line, StoredEvent.State.WAITING)
        assert read_stored([row]) == [event]
        with connection.cursor() as cursor:
            cursor.execute("SELECT s::text FROM zalo_storedevent AS s")
            (written,) = cursor.fetchone()
        assert "Xin ch" not in written
        assert UID not in written

    def test_keeps_that_a_receipt_was_by_phone(self):
        body = told("user_received_message", recipient={"id": "84905123456"}).raw
        event = read_again(body, server="ZNS")
        store(event)

        (read,) = read_stored([StoredEvent.objects.get()])
        assert read.is_by_phone

    def test_writes_an_event_once_by_one_statement(self, django_assert_num_queries):
        assert store(told(message=SAID))

        with django_assert_num_queries(1):
            assert not store(told(message=SAID))

        assert StoredEvent.objects.count() == 1

    def test_keeps_nothing_of_what_nobody_waits_for(self):
        store(told("oa_send_text", message=SAID), is_awaited=False)

        row = StoredEvent.objects.get()
        assert (row.state, row.payload) == (StoredEvent.State.LET_GO, None)

    @pytest.mark.parametrize(
        "strange",
        [
            {"event_name": "a\x00b\ud800c" + "d" * 100},
            {"event_name": ["follow"]},
            {"oa_id": "9" * 1000},
            {"sender": {"id": "\ud800"}},
            {"message": {"msg_id": "\x00"}},
            {"message": {"text": "\ud800\x00"}},
            {"user_id_by_app": "1" * 5000},
        ],
    )
    def test_takes_whatever_zalo_says(self, strange):
        event = told(**strange)

        store(event)

        assert read_stored([StoredEvent.objects.get()]) == [event]


class TestRetryEvent:
    def test_lets_an_event_be_handled_again_with_all_its_tries(self):
        event = StoredEventFactory(failed=True)

        retry_event(event=event, now=EIGHT + SECOND)

        event.refresh_from_db()
        assert (event.state, event.attempts) == (StoredEvent.State.WAITING, 0)
        assert event.due_at == EIGHT + SECOND

    @pytest.mark.parametrize("how", [{}, {"done": True}])
    def test_refuses_what_did_not_fail(self, how):
        with pytest.raises(EventNotFailed):
            retry_event(event=StoredEventFactory(**how), now=EIGHT)


class TestForgetOldEvents:
    def test_deletes_what_can_come_again_no_more(self, monkeypatch):
        monkeypatch.setattr("zalo.services.events.DELETED_AT_ONCE", 2)
        StoredEventFactory.create_batch(3, done=True)
        StoredEventFactory(failed=True)
        waiting = StoredEventFactory()
        later = StoredEventFactory(done=True, received_at=EIGHT + SECOND)

        assert forget_old_events(now=EIGHT + EVENTS_KEPT + SECOND) == 4

        assert set(StoredEvent.objects.all()) == {waiting, later}

    def test_keeps_a_week_as_zalo_asks(self):
        StoredEventFactory(done=True)

        assert forget_old_events(now=EIGHT + timedelta(days=7)) == 0


class TestConstraints:
    @pytest.mark.parametrize(
        ("name", "row"),
        [
            ("finished_event_holds_nothing", {"state": "DONE", "finished_at": EIGHT}),
            ("finished_event_holds_nothing", {"payload": None}),
            ("event_in_hand_has_its_lease", {"state": "IN_HAND"}),
            ("failed_event_says_why", {"state": "FAILED"}),
        ],
    )
    def test_refuse_what_must_not_be(self, name, row):
        with pytest.raises(IntegrityError, match=name):
            StoredEventFactory(**row)

    def test_refuse_two_events_of_a_citizen_in_hand(self):
        in_hand = {"state": "IN_HAND", "lease_until": EIGHT, "line": "an"}
        StoredEventFactory(**in_hand)

        with pytest.raises(IntegrityError, match="one_event_of_a_line_in_hand"):
            StoredEventFactory(**in_hand)
