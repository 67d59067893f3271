"""Two workers, one sending. Each rule is shown to fail without its guard, then to hold with it."""

import threading
from datetime import timedelta

import pytest

from accounts.tests.factories import EIGHT, OfficerFactory
from agencies.tests.factories import AgencyFactory
from core.testing import run_together
from faq.errors import SentBefore
from faq.models import Announcement, AnnouncementQuerySet, Delivery, DeliveryQuerySet
from faq.services import broadcasting
from faq.services.broadcasting import send_due_announcements
from faq.tests.factories import AnnouncementFactory, subscriber_of
from zalo.sandbox.testing import running_sandbox
from zalo.services import seed_tokens

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 6


@pytest.fixture
def agency():
    return AgencyFactory()


@pytest.fixture
def announcement(agency):
    """On its way to six people."""
    row = AnnouncementFactory(agency=agency)
    for _ in range(PEOPLE):
        subscriber_of(agency)
    broadcasting.start(announcement=row, by=OfficerFactory(), now=EIGHT)
    return row


def send() -> int:
    return send_due_announcements(now=EIGHT)


def without_locks(monkeypatch) -> None:
    for rows in (AnnouncementQuerySet, DeliveryQuerySet):
        monkeypatch.setattr(rows, "select_for_update", lambda self, **_: self)


class TestTwoWorkers:
    def test_without_the_locks_tell_the_same_person(self, announcement, wire, monkeypatch):
        """Keeps the test below honest: both have chosen before either writes."""
        without_locks(monkeypatch)
        both_have_chosen, write = threading.Barrier(2), broadcasting._try

        def write_after_both(delivery, *, now):
            both_have_chosen.wait(timeout=10)
            return write(delivery, now=now)

        monkeypatch.setattr(broadcasting, "_try", write_after_both)

        run_together([send, send])

        told = [uid for uid, _ in wire.said]
        assert len(told) > len(set(told))

    def test_tell_each_person_once(self, announcement, wire):
        outcomes = run_together([send, send, send])
        send()

        told = [uid for uid, _ in wire.said]
        assert len(told) == len(set(told)) == PEOPLE
        assert sum(outcomes) == PEOPLE
        assert Announcement.objects.get().sending == "DONE"

    def test_without_the_locks_send_more_in_a_minute_than_may(
        self, announcement, wire, monkeypatch, settings
    ):
        """Keeps the test below honest."""
        settings.ANNOUNCEMENTS_A_MINUTE = 1
        without_locks(monkeypatch)
        both_have_counted, count = threading.Barrier(2), broadcasting._has_enough

        def count_together(oa_id, *, now):
            enough = count(oa_id, now=now)
            if not enough:
                both_have_counted.wait(timeout=10)
            return enough

        monkeypatch.setattr(broadcasting, "_has_enough", count_together)

        run_together([send, send])

        assert len(wire.said) == 2

    def test_keep_together_to_what_may_leave_in_a_minute(self, announcement, wire, settings):
        settings.ANNOUNCEMENTS_A_MINUTE = 2

        assert sum(run_together([send, send, send])) == 2


class TestStop:
    def test_after_it_nobody_is_told(self, announcement, wire):
        """Stopped while one is on the wire: that one arrives, no other begins."""
        on_the_wire, stopped = threading.Event(), threading.Event()

        def wait_for_the_stop(_text):
            on_the_wire.set()
            stopped.wait(timeout=10)

        wire.to_replies = wait_for_the_stop

        def stop() -> int:
            on_the_wire.wait(timeout=10)
            left_out = broadcasting.stop(announcement=announcement, now=EIGHT)
            stopped.set()
            return left_out

        assert run_together([send, stop]) == [1, PEOPLE - 1]

        assert send() == 0
        states = Delivery.objects.order_by("state").values_list("state", flat=True)
        assert list(states) == ["LEFT_OUT"] * (PEOPLE - 1) + ["SENT"]


class TestTwoOfficers:
    def begin(self, announcement) -> object:
        return broadcasting.start(announcement=announcement, by=OfficerFactory(), now=EIGHT)

    def test_without_the_lock_the_key_of_the_rows_still_owes_it_once(self, agency, wire, monkeypatch):
        monkeypatch.setattr(AnnouncementQuerySet, "select_for_update", lambda self, **_: self)
        both_have_looked, owe = threading.Barrier(2), broadcasting._owe

        def owe_together(*args, **said):
            both_have_looked.wait(timeout=10)
            return owe(*args, **said)

        monkeypatch.setattr(broadcasting, "_owe", owe_together)
        row = AnnouncementFactory(agency=agency)
        subscriber_of(agency)

        run_together([lambda: self.begin(row)] * 2)

        assert Delivery.objects.count() == 1

    def test_one_of_them_begins(self, agency):
        row = AnnouncementFactory(agency=agency)
        subscriber_of(agency)

        outcomes = run_together([lambda: self.begin(row)] * 2)

        assert sorted(type(outcome).__name__ for outcome in outcomes) == [SentBefore.__name__, "int"]


def test_arrives_at_zalo(settings):
    """The whole way, once, by HTTP."""
    with running_sandbox() as sandbox:
        for name, value in sandbox.settings.items():
            setattr(settings, name, value)
        agency = AgencyFactory()
        pair = sandbox.oa(agency.oa_id)
        tokens = {name: pair[name] for name in ("access_token", "refresh_token")}
        seed_tokens(oa_id=agency.oa_id, **tokens, expires_in=90_000, now=EIGHT)
        person = sandbox.citizen(phone=None)
        subscriber_of(agency, uid=person["oa_users"][agency.oa_id])
        row = AnnouncementFactory(agency=agency, title="Tăng ca tối nay")
        broadcasting.start(announcement=row, by=OfficerFactory(), now=EIGHT)

        assert send() == 1

        (arrived,) = sandbox.messages(oa_id=agency.oa_id)
        assert "Tăng ca tối nay" in arrived["text"]
        assert send_due_announcements(now=EIGHT + timedelta(minutes=1)) == 0
