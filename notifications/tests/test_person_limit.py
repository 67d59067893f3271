"""At most so many messages a person a day, whatever goes wrong."""

from datetime import timedelta

import pytest

from accounts.tests.factories import CitizenFactory
from notifications.kinds import Kind
from notifications.models import Channel, DayCount, Message, State
from notifications.services import forget_old_counts, resend, send_due, sweep
from notifications.tests.factories import FOUR, MessageFactory, by_chat, by_phone
from zalo.errors import BackOff, OutcomeUnknown

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
SEVEN_TOMORROW = FOUR + timedelta(hours=15)


@pytest.fixture(autouse=True)
def _three(settings) -> None:
    settings.MESSAGES_PER_PERSON_A_DAY = 3


def several(count: int, **fields: object) -> list[Message]:
    """Messages of one person, in the chat."""
    first = by_chat(**fields)
    same = {"agency": first.agency, "recipient": first.recipient}
    return [first, *(MessageFactory(**same, **fields) for _ in range(count - 1))]


def states() -> list[str]:
    return sorted(Message.objects.values_list("state", flat=True))


class TestPersonLimit:
    def test_holds_the_rest_back_until_the_morning(self, wire):
        several(5, kind=Kind.CHANGED)

        report = send_due(now=FOUR)

        assert (report.sent, report.postponed) == (3, 2)
        held = Message.objects.owed()
        assert {row.due_at for row in held} == {SEVEN_TOMORROW}
        assert {row.error_in_words for row in held} == {
            "đã đủ số tin một ngày cho người này, gửi tiếp sáng mai (mã 0)"
        }

    def test_begins_anew_each_day(self, wire):
        several(5, kind=Kind.CHANGED)
        send_due(now=FOUR)

        assert send_due(now=SEVEN_TOMORROW).sent == 2

        assert sorted(DayCount.objects.values_list("sent", flat=True)) == [2, 3]

    def test_is_each_persons_own(self, wire):
        several(3)
        by_chat()

        assert send_due(now=FOUR).sent == 4

    def test_leaves_to_reminders_what_they_will_need_today(self, wire):
        first, *_ = several(3, kind=Kind.CHANGED)
        same = {"agency": first.agency, "recipient": first.recipient}
        MessageFactory.create_batch(2, **same, due_at=FOUR + timedelta(hours=1))

        assert send_due(now=FOUR).sent == 1
        assert send_due(now=FOUR + timedelta(hours=1)).sent == 2

        reminders = Message.objects.filter(kind=Kind.REMINDER)
        assert {row.state for row in reminders} == {State.SENT}

    def test_holds_for_reminders_as_well(self, wire):
        several(4)

        assert (send_due(now=FOUR).sent, len(wire.letters)) == (3, 3)

    def test_is_visible_where_there_is_no_morning_left(self, wire):
        """It lies in the inbox, and the person is on the list of those to be called."""
        several(4, expires_at=FOUR + timedelta(hours=2))

        assert send_due(now=FOUR).failed == 1

        left = Message.objects.get(state=State.FAILED)
        assert (left.channel, left.last_error) == (Channel.INBOX, "CS EnoughForToday 0")
        assert left.error_in_words == "đã đủ số tin một ngày cho người này (mã 0)"

    def test_keeps_old_news_for_the_inbox(self, wire):
        several(4, kind=Kind.BOOKED, is_shown=True)

        assert send_due(now=FOUR).sent == 4

        assert len(wire.letters) == 3
        assert states() == [State.SENT] * 4

    def test_does_not_count_what_zalo_refused(self, wire):
        several(3)
        wire.refuse(BackOff(-32))
        send_due(now=FOUR)
        wire.answers.clear()

        assert send_due(now=FOUR + timedelta(minutes=1)).sent == 3
        assert DayCount.objects.get().sent == 3

    def test_counts_what_may_have_arrived(self, wire):
        """A Zalo that takes messages and never answers fills nobody's phone."""
        by_chat()
        wire.refuse(OutcomeUnknown(0))

        for minute in range(0, 4 * 60, 2):
            now = FOUR + timedelta(minutes=minute)
            sweep(now=now)
            send_due(now=now)

        assert len(wire.letters) == 3
        assert Message.objects.get().due_at == SEVEN_TOMORROW

    def test_holds_for_what_an_officer_sends_again(self, wire):
        (message,) = several(1)
        for _ in range(5):
            send_due(now=FOUR)
            message.refresh_from_db()
            if message.state == State.SENT:
                resend(message=message, now=FOUR)

        assert len(wire.letters) == 3

    def test_counts_every_channel(self, wire):
        citizen = CitizenFactory(with_phone=True)
        first = by_phone(recipient=citizen)
        for _ in range(3):
            by_phone(recipient=citizen, agency=first.agency)

        assert send_due(now=FOUR).sent == 3

    def test_is_forgotten_after_two_days(self, wire):
        several(1)
        send_due(now=FOUR)

        assert forget_old_counts(now=FOUR + DAY) == 0
        assert forget_old_counts(now=FOUR + 2 * DAY) == 1


class TestCount:
    def test_takes_one_statement_even_for_the_first_of_the_day(self, django_assert_num_queries):
        citizen = CitizenFactory()

        for expected in (True, True, False):
            with django_assert_num_queries(1):
                assert DayCount.objects.take(citizen=citizen, day=FOUR.date(), limit=2) == expected

        assert DayCount.objects.get().sent == 2

    def test_of_nothing_counts_nothing(self):
        assert not DayCount.objects.take(citizen=CitizenFactory(), day=FOUR.date(), limit=0)

        assert not DayCount.objects.exists()
