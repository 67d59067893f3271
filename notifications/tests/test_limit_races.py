"""Many senders, and not enough left. Each rule is shown to fail without its guard, then to hold with it."""

import threading

import pytest

from accounts.tests.factories import CitizenFactory
from agencies.tests.factories import AgencyFactory
from core.testing import run_together
from core.time import local_date
from notifications.kinds import Kind
from notifications.models import (
    Channel,
    DayCount,
    DayCountQuerySet,
    Message,
    OaQuota,
    OaQuotaQuerySet,
    Spending,
    State,
)
from notifications.services import send_due
from notifications.tests.factories import FOUR, MessageFactory, by_chat, by_phone

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = local_date(FOUR)
SIDES = 4


class Unguarded:
    """Reads what is left, lets the others read as well, and writes what it thinks then."""

    def __init__(self, sides: int) -> None:
        self.all_have_read = threading.Barrier(sides)

    def take_for_person(self, rows: DayCountQuerySet, *, citizen, day, limit: int) -> bool:
        row, _ = rows.get_or_create(citizen=citizen, day=day)
        self.all_have_read.wait(timeout=10)
        if row.sent >= limit:
            return False
        DayCount.objects.filter(pk=row.pk).update(sent=row.sent + 1)
        return True

    def take_of_quota(self, rows: OaQuotaQuerySet, *, oa_id: str, day, leaving: int) -> bool:
        row = rows.get(oa_id=oa_id, day=day)
        self.all_have_read.wait(timeout=10)
        if row.remaining <= leaving:
            return False
        OaQuota.objects.filter(pk=row.pk).update(remaining=row.remaining - 1)
        return True


def take_for_person(citizen, *, limit: int) -> int:
    """How many of the sides may send to this person."""
    take = lambda: DayCount.objects.take(citizen=citizen, day=TODAY, limit=limit)  # noqa: E731 - once per side
    return run_together([take] * SIDES).count(True)


def take_of_quota(oa_id: str, *, leaving: int) -> int:
    take = lambda: OaQuota.objects.take(oa_id=oa_id, day=TODAY, leaving=leaving)  # noqa: E731 - once per side
    return run_together([take] * SIDES).count(True)


class TestPersonLimit:
    def test_without_the_guard_a_person_gets_too_many(self, monkeypatch):
        """Keeps the tests below honest: if this passes no more, they prove nothing."""
        citizen = CitizenFactory()
        DayCount.objects.create(citizen=citizen, day=TODAY, sent=1)
        unguarded = Unguarded(SIDES)
        monkeypatch.setattr(
            DayCountQuerySet, "take", lambda rows, **asked: unguarded.take_for_person(rows, **asked)
        )

        assert take_for_person(citizen, limit=2) > 1

    def test_the_last_message_of_the_day_goes_to_one_sender(self):
        for _ in range(10):
            citizen = CitizenFactory()
            DayCount.objects.create(citizen=citizen, day=TODAY, sent=1)

            assert take_for_person(citizen, limit=2) == 1

            assert DayCount.objects.get(citizen=citizen).sent == 2

    def test_the_first_of_the_day_are_counted_on_one_row(self):
        for _ in range(10):
            citizen = CitizenFactory()

            assert take_for_person(citizen, limit=3) == 3

            assert DayCount.objects.get(citizen=citizen).sent == 3

    def test_no_number_of_senders_passes_the_limit(self, wire, settings):
        settings.MESSAGES_PER_PERSON_A_DAY = 5
        first = by_chat()
        same = {"agency": first.agency, "recipient": first.recipient}
        MessageFactory.create_batch(29, **same)

        reports = run_together([lambda: send_due(now=FOUR)] * SIDES)

        assert sum(report.sent for report in reports) == len(wire.letters) == 5
        assert Message.objects.owed().count() == 25


class TestQuota:
    def quota(self, remaining: int) -> str:
        oa_id = AgencyFactory().oa_id
        OaQuota.objects.create(oa_id=oa_id, day=TODAY, remaining=remaining, seen_at=FOUR)
        return oa_id

    def test_without_the_guard_more_leave_than_there_are(self, monkeypatch):
        """Keeps the tests below honest."""
        unguarded = Unguarded(SIDES)
        monkeypatch.setattr(
            OaQuotaQuerySet, "take", lambda rows, **asked: unguarded.take_of_quota(rows, **asked)
        )

        assert take_of_quota(self.quota(6), leaving=5) > 1

    def test_the_last_one_goes_to_one_sender(self):
        for _ in range(10):
            oa_id = self.quota(6)

            assert take_of_quota(oa_id, leaving=5) == 1

            assert OaQuota.objects.get(oa_id=oa_id).remaining == 5

    def test_what_reminders_need_is_there_when_their_hour_comes(self, wire):
        first = by_phone(kind=Kind.CHANGED)
        for _ in range(11):
            by_phone(kind=Kind.CHANGED, agency=first.agency)
        for _ in range(8):
            by_phone(agency=first.agency, due_at=FOUR.replace(hour=10))
        OaQuota.objects.create(oa_id=first.agency.oa_id, day=TODAY, remaining=10, seen_at=FOUR)

        run_together([lambda: send_due(now=FOUR)] * SIDES)

        assert Message.objects.filter(kind=Kind.CHANGED, state=State.SENT).count() == 2
        assert OaQuota.objects.get().remaining == 8


class TestSpending:
    def test_counts_each_message_of_many_senders_once(self, wire):
        first = by_chat()
        for _ in range(39):
            by_chat(agency=first.agency)

        run_together([lambda: send_due(now=FOUR)] * SIDES)

        row = Spending.objects.get()
        assert (row.cs, row.sent) == (40, Message.objects.filter(channel=Channel.CS).count())
