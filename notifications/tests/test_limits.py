"""When nothing may be sent, and to whom the day's quota belongs."""

from datetime import timedelta

import pytest

from notifications.hours import end_of_quiet_hours
from notifications.kinds import Kind
from notifications.models import Channel, Message, OaQuota, State
from notifications.services import send_due
from notifications.tests.factories import FOUR, MessageFactory, by_chat, by_every_way, by_phone
from zalo.errors import BackOff

pytestmark = pytest.mark.django_db

NINE_IN_THE_EVENING = FOUR + timedelta(hours=5)
SEVEN_TOMORROW = FOUR + timedelta(hours=15)
SECOND = timedelta(seconds=1)


def again(message: Message) -> Message:
    message.refresh_from_db()
    return message


def tally(report) -> tuple[int, int, int]:
    return (report.sent, report.failed, report.postponed)


class TestQuietHours:
    @pytest.mark.parametrize(
        ("hours_after_four", "is_sent"),
        [(4.9, True), (5, False), (10, False), (14.9, False), (15, True)],
    )
    def test_are_kept(self, wire, hours_after_four, is_sent):
        message = by_chat()

        send_due(now=FOUR + timedelta(hours=hours_after_four))

        assert (again(message).state == State.SENT) == is_sent

    def test_can_be_ignored_by_an_officers_command(self, wire):
        message = by_chat()

        send_due(now=NINE_IN_THE_EVENING, ignore_quiet_hours=True)

        assert again(message).state == State.SENT

    def test_can_be_off(self, wire, settings):
        settings.QUIET_HOURS = False
        message = by_chat()

        send_due(now=NINE_IN_THE_EVENING)

        assert again(message).state == State.SENT

    def test_that_begin_in_mid_run_stop_what_is_claimed(self, wire, monkeypatch):
        quick, late = by_chat(due_at=FOUR - SECOND), by_chat()
        answers = iter([True, True, True, False])
        monkeypatch.setattr(
            "notifications.services.delivery.is_quiet", lambda _: not next(answers, False), raising=True
        )

        report = send_due(now=NINE_IN_THE_EVENING - SECOND)

        assert wire.codes == [quick.about]
        assert tally(report) == (1, 0, 1)
        assert (again(late).state, late.due_at) == (State.OWED, SEVEN_TOMORROW)
        assert late.last_error == "CS QuietHoursBegan 0"

    @pytest.mark.parametrize(
        ("hours_after_four", "expected"),
        [
            (0, SEVEN_TOMORROW),
            (6, SEVEN_TOMORROW),
            (12, SEVEN_TOMORROW),
            (15, SEVEN_TOMORROW + timedelta(days=1)),
        ],
    )
    def test_end_at_seven(self, hours_after_four, expected):
        assert end_of_quiet_hours(FOUR + timedelta(hours=hours_after_four)) == expected


class TestQuota:
    """Reminders have the OA's daily quota of templates before anything else."""

    def know(self, message: Message, remaining: int) -> None:
        OaQuota.objects.create(oa_id=message.agency.oa_id, day=FOUR.date(), remaining=remaining, seen_at=FOUR)

    def left(self) -> int:
        return OaQuota.objects.get().remaining

    def test_is_noted_from_zalos_answers(self, wire):
        by_phone()
        wire.quota = 499

        send_due(now=FOUR)

        assert self.left() == 499

    def test_is_the_lowest_that_was_told_today(self, wire):
        message = by_phone()
        self.know(message, 400)
        wire.quota = 450

        send_due(now=FOUR)

        assert self.left() == 400

    def test_of_the_chat_is_another_one(self, wire):
        by_chat()
        wire.quota = 3

        send_due(now=FOUR)

        assert not OaQuota.objects.exists()

    def test_is_kept_for_reminders_that_are_still_owed_today(self, wire):
        confirmation = by_phone(confirmation=True)
        MessageFactory(agency=confirmation.agency, due_at=FOUR + timedelta(hours=1))
        self.know(confirmation, 1)

        assert tally(send_due(now=FOUR)) == (0, 0, 1)

        assert wire.letters == []
        assert (again(confirmation).state, confirmation.due_at) == (State.OWED, SEVEN_TOMORROW)
        assert confirmation.last_error == "TEMPLATE_PHONE KeptForReminders 0"

    def test_is_free_for_others_beyond_the_reminders(self, wire):
        confirmation = by_phone(confirmation=True)
        MessageFactory(agency=confirmation.agency, due_at=FOUR + timedelta(hours=1))
        self.know(confirmation, 2)

        assert tally(send_due(now=FOUR)) == (1, 0, 0)

        assert self.left() == 1

    def test_is_not_kept_for_reminders_of_tomorrow_or_of_another_office(self, wire):
        confirmation = by_phone(confirmation=True)
        MessageFactory(agency=confirmation.agency, due_at=FOUR + timedelta(days=1))
        MessageFactory(due_at=FOUR + timedelta(hours=1))
        self.know(confirmation, 1)

        assert tally(send_due(now=FOUR)) == (1, 0, 0)

    def test_does_not_hold_back_the_chat(self, wire):
        confirmation = by_every_way(confirmation=True)
        MessageFactory(agency=confirmation.agency, due_at=FOUR + timedelta(hours=1))
        self.know(confirmation, 0)

        send_due(now=FOUR)

        assert wire.ways == [Channel.CS]

    def test_does_not_hold_back_reminders(self, wire):
        reminder = by_phone()
        self.know(reminder, 0)

        assert tally(send_due(now=FOUR)) == (1, 0, 0)

    def test_comes_back_from_a_message_that_did_not_leave(self, wire):
        confirmation = by_phone(confirmation=True)
        self.know(confirmation, 10)
        wire.refuse(BackOff(-32))

        send_due(now=FOUR)

        assert self.left() == 10

    def test_of_today_leaves_enough_for_every_reminder(self, wire):
        """Confirmations of the day and reminders of 16:00 share a quota that is smaller than their sum."""
        first = by_phone(confirmation=True, due_at=FOUR - timedelta(hours=3))
        for _ in range(5):
            by_phone(confirmation=True, agency=first.agency, due_at=FOUR - timedelta(hours=3))
            by_phone(agency=first.agency)
        self.know(first, 8)

        send_due(now=FOUR - timedelta(hours=2))
        send_due(now=FOUR)

        assert set(Message.objects.filter(kind=Kind.REMINDER).values_list("state", flat=True)) == {State.SENT}
        assert Message.objects.filter(kind=Kind.BOOKED, state=State.SENT).count() == 3
