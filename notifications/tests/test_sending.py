from datetime import timedelta

import pytest

from accounts.models import ZaloContact
from accounts.tests.factories import EIGHT
from notifications.kinds import Kind
from notifications.models import Channel, Message, MessageText, State
from notifications.services import send_due, set_text, sweep, withdraw_messages
from notifications.tests.factories import FOUR, MessageFactory, by_chat, by_every_way, by_phone, give_template
from zalo.errors import (
    AfterQuietHours,
    BackOff,
    Bug,
    NeedsConsent,
    NeedsHuman,
    OutcomeUnknown,
    Tomorrow,
    TryNextChannel,
)

pytestmark = pytest.mark.django_db

SEVEN_TOMORROW = FOUR + timedelta(hours=15)
SECOND = timedelta(seconds=1)


def again(message: Message) -> Message:
    message.refresh_from_db()
    return message


def tally(report) -> tuple[int, int, int]:
    return (report.sent, report.failed, report.postponed)


class TestSendDue:
    def test_sends_what_is_due_and_nothing_else(self, wire):
        due = by_chat()
        by_chat(due_at=FOUR + timedelta(minutes=1))
        by_chat(state=State.WITHDRAWN)

        report = send_due(now=FOUR)

        assert tally(report) == (1, 0, 0)
        assert wire.codes == [due.about]
        assert again(due).state == State.SENT

    def test_writes_down_how_it_went_out(self, wire):
        message = by_phone(last_error="TEMPLATE_PHONE BackOff -32")

        send_due(now=FOUR)

        row = again(message)
        assert (row.channel, row.oa_id) == (Channel.TEMPLATE_PHONE, message.agency.oa_id)
        assert row.provider_id == f"zalo-{message.tracking_id}"
        assert (row.attempts, row.lease_until, row.last_error) == (1, None, "")
        assert FOUR <= row.sent_at < FOUR + 5 * SECOND

    def test_sends_nothing_twice(self, wire):
        by_chat()
        send_due(now=FOUR)

        assert tally(send_due(now=FOUR)) == (0, 0, 0)

        assert len(wire.letters) == 1

    def test_sends_reminders_first_then_what_is_due_longest(self, wire):
        early = by_chat(confirmation=True, due_at=FOUR - 3 * SECOND)
        earlier = by_chat(confirmation=True, due_at=FOUR - 5 * SECOND)
        reminder = by_chat(due_at=FOUR - SECOND)

        send_due(now=FOUR)

        assert wire.codes == [reminder.about, earlier.about, early.about]

    def test_sends_more_than_one_batch(self, wire):
        for _ in range(12):
            by_chat()

        assert tally(send_due(now=FOUR)) == (12, 0, 0)

    def test_stops_at_its_limit(self, wire):
        for _ in range(8):
            by_chat()

        assert tally(send_due(now=FOUR, limit=7)) == (7, 0, 0)

    def test_keeps_to_what_it_is_asked_about(self, wire):
        wanted = by_chat()
        by_chat()

        send_due(now=FOUR, only_about=[wanted.about])

        assert wire.codes == [wanted.about]

    def test_catches_up_after_a_long_silence(self, wire):
        late = by_chat(due_at=FOUR - timedelta(days=2))

        send_due(now=EIGHT)

        assert again(late).state == State.SENT

    def test_never_sends_what_makes_no_sense_any_more(self, wire):
        message = by_chat(expires_at=EIGHT)

        assert tally(send_due(now=EIGHT)) == (0, 0, 0)
        sweep(now=EIGHT)

        assert wire.letters == []
        assert again(message).state == State.EXPIRED

    def test_asks_again_right_before_the_wire(self, wire, monkeypatch):
        """The first of the batch is so slow that the second is past its time when its turn comes."""
        slow = by_chat(due_at=FOUR - SECOND)
        past = by_chat()
        wire.answers[Channel.CS] = lambda _: Message.objects.filter(pk=past.pk).update(expires_at=FOUR)

        report = send_due(now=FOUR)

        assert wire.codes == [slow.about]
        assert tally(report) == (1, 1, 0)
        assert again(past).state == State.EXPIRED

    def test_does_not_send_what_is_taken_back_between_claim_and_wire(self, wire):
        by_chat(due_at=FOUR - SECOND)
        cancelled = by_chat()
        wire.answers[Channel.CS] = lambda _: withdraw_messages(about=[cancelled.about], now=FOUR)

        send_due(now=FOUR)

        assert cancelled.about not in wire.codes
        assert again(cancelled).state == State.EXPIRED

    def test_leaves_a_message_whose_lease_is_nearly_over_to_the_sweep(self, wire):
        by_chat(due_at=FOUR - SECOND)
        waiting = by_chat()
        soon = FOUR + timedelta(seconds=20)
        wire.answers[Channel.CS] = lambda _: Message.objects.filter(pk=waiting.pk).update(lease_until=soon)

        send_due(now=FOUR)

        assert waiting.about not in wire.codes
        assert again(waiting).state == State.SENDING

    def test_is_not_held_up_by_a_bug_of_ours(self, wire, caplog):
        broken = by_chat(due_at=FOUR - SECOND)
        sound = by_chat()
        Message.objects.filter(pk=broken.pk).update(context=["not", "a", "mapping"])

        assert tally(send_due(now=FOUR)) == (1, 1, 0)

        assert again(broken).state == State.FAILED
        assert again(broken).last_error.startswith("bug ")
        assert again(sound).state == State.SENT
        assert str(broken.public_id) in caplog.text

    def test_costs_a_fixed_number_of_statements_a_message(self, wire, django_assert_max_num_queries):
        for _ in range(5):
            by_chat()

        # 12 for the batch and the look whether there is another; 9 for each message, and 4 more for the first
        # that its person gets on the day and its agency sends in the month.
        with django_assert_max_num_queries(12 + 5 * 13):
            send_due(now=FOUR)


class TestChannels:
    def test_prefers_the_chat_with_somebody_who_has_just_written(self, wire):
        by_every_way()

        send_due(now=FOUR)

        assert wire.ways == [Channel.CS]
        assert "số A031, 08:30 23/11/2026" in wire.letters[0][1].text

    def test_sends_a_template_to_somebody_who_wrote_long_ago(self, wire):
        by_every_way()
        ZaloContact.objects.update(last_interaction_at=FOUR - timedelta(hours=48))

        send_due(now=FOUR)

        assert wire.ways == [Channel.TEMPLATE_UID]
        assert wire.letters[0][1].data["number"] == "A031"

    def test_tries_the_next_at_once_when_one_does_not_take_it(self, wire):
        message = by_every_way()
        wire.refuse(TryNextChannel(-230), Channel.CS)
        wire.refuse(TryNextChannel(-249), Channel.TEMPLATE_UID)

        send_due(now=FOUR)

        assert wire.ways == [Channel.CS, Channel.TEMPLATE_UID, Channel.TEMPLATE_PHONE]
        assert again(message).channel == Channel.TEMPLATE_PHONE

    def test_gives_up_when_none_is_left(self, wire):
        message = by_every_way()
        wire.refuse(TryNextChannel(-118))

        assert tally(send_due(now=FOUR)) == (0, 1, 0)

        assert again(message).state == State.FAILED
        assert again(message).last_error == "TEMPLATE_PHONE TryNextChannel -118"

    def test_shows_whom_nothing_reaches(self, wire):
        message = MessageFactory()

        send_due(now=FOUR)

        assert (again(message).state, again(message).last_error) == (State.FAILED, "no_channel")

    def test_sends_no_template_that_the_agency_does_not_have(self, wire):
        message = by_phone()
        MessageText.objects.update(template_id="")

        send_due(now=FOUR)

        assert again(message).last_error == "no_channel"

    def test_says_it_in_the_agencys_own_words(self, wire):
        message = by_chat()
        set_text(
            agency=message.agency,
            kind=Kind.REMINDER,
            text="{name}, {number}, {time}, {site}, {code}: nhớ đến!",
        )

        send_due(now=FOUR)

        assert wire.letters[0][1].text.endswith(f"{message.about}: nhớ đến!")

        message = by_phone(confirmation=True)
        MessageText.objects.all().delete()
        give_template(MessageFactory(agency=message.agency))

        send_due(now=FOUR)

        assert again(message).last_error == "no_channel"

    def test_uses_a_template_for_its_own_kind_only(self, wire):
        message = by_phone(confirmation=True)
        MessageText.objects.all().delete()
        give_template(MessageFactory(agency=message.agency))

        send_due(now=FOUR)

        assert again(message).last_error == "no_channel"


class TestRefusals:
    """The table of outcomes: what each class of Zalo's errors means for the row."""

    def test_back_off_doubles_the_pause_up_to_ten_minutes(self, wire):
        message = by_chat()
        wire.refuse(BackOff(-32))
        now, pauses = FOUR, []

        for _ in range(8):
            assert tally(send_due(now=now)) == (0, 0, 1)
            pauses.append((again(message).due_at - now).total_seconds())
            now = message.due_at

        assert message.last_error == "CS BackOff -32"
        assert [round(pause / pauses[0], 1) for pause in pauses] == pytest.approx(
            [1, 2, 4, 8, 16, 32, 40, 40], rel=0.05
        )
        assert 12 <= pauses[0] <= 19

    def test_does_not_try_again_before_the_pause_is_over(self, wire):
        by_chat()
        wire.refuse(BackOff(-32))
        send_due(now=FOUR)

        assert tally(send_due(now=FOUR + 5 * SECOND)) == (0, 0, 0)

    def test_gives_up_when_the_next_try_would_come_too_late(self, wire):
        message = by_chat(expires_at=FOUR + 5 * SECOND)
        wire.refuse(BackOff(-32))

        assert tally(send_due(now=FOUR)) == (0, 1, 0)

        assert again(message).state == State.FAILED

    @pytest.mark.parametrize("error", [Tomorrow(-144), AfterQuietHours(-133)])
    def test_waits_for_the_morning(self, wire, error):
        message = by_phone()
        wire.refuse(error)

        assert tally(send_due(now=FOUR)) == (0, 0, 1)

        assert (again(message).state, message.due_at) == (State.OWED, SEVEN_TOMORROW)

    @pytest.mark.parametrize("error", [Tomorrow(-211), AfterQuietHours(-234)])
    def test_takes_another_channel_when_the_morning_is_too_late(self, wire, error):
        message = by_every_way(expires_at=SEVEN_TOMORROW)
        wire.refuse(error, Channel.CS, Channel.TEMPLATE_UID)

        send_due(now=FOUR)

        assert again(message).channel == Channel.TEMPLATE_PHONE

    def test_fails_when_the_morning_is_too_late_everywhere(self, wire):
        message = by_phone(expires_at=SEVEN_TOMORROW)
        wire.refuse(Tomorrow(-144))

        send_due(now=FOUR)

        assert again(message).state == State.FAILED

    @pytest.mark.parametrize("error", [NeedsHuman(-135), NeedsConsent(-14014)])
    def test_asks_for_somebody_and_tries_every_ten_minutes(self, wire, error):
        message = by_phone()
        wire.refuse(error)

        assert tally(send_due(now=FOUR)) == (0, 0, 1)

        ten_minutes = timedelta(minutes=10)
        assert ten_minutes <= again(message).due_at - FOUR < ten_minutes + 5 * SECOND
        assert message.last_error == f"TEMPLATE_PHONE {type(error).__name__} {error.code}"

    def test_has_failed_when_its_time_is_over_and_nobody_came(self, wire):
        message = by_phone()
        wire.refuse(NeedsHuman(-135))
        send_due(now=FOUR)

        sweep(now=message.expires_at)

        assert again(message).state == State.FAILED

    def test_is_told_at_once_when_we_sent_what_zalo_does_not_take(self, wire, caplog):
        message = by_every_way()
        wire.refuse(Bug(-210), Channel.CS)

        assert tally(send_due(now=FOUR)) == (0, 1, 0)

        assert again(message).state == State.FAILED
        assert "CS Bug -210" in caplog.text

    def test_keeps_the_lease_when_nobody_knows_whether_it_went_out(self, wire):
        message = by_chat()
        wire.refuse(OutcomeUnknown(0))

        assert tally(send_due(now=FOUR)) == (0, 0, 1)

        assert again(message).state == State.SENDING
        assert message.last_error == "CS OutcomeUnknown 0"

    def test_sends_it_again_once_that_lease_is_over(self, wire):
        message = by_chat()
        wire.refuse(OutcomeUnknown(0))
        send_due(now=FOUR)
        wire.answers.clear()
        later = FOUR + timedelta(minutes=3)

        assert tally(send_due(now=later)) == (0, 0, 0)
        sweep(now=later)
        assert tally(send_due(now=later)) == (1, 0, 0)

        assert (again(message).state, message.attempts) == (State.SENT, 2)
        assert len({letter.tracking_id for _, letter in wire.letters}) == 1

    def test_tries_ever_more_seldom_while_zalo_takes_messages_and_never_answers(self, wire):
        by_chat()
        wire.refuse(OutcomeUnknown(0))

        for minute in range(0, 5 * 60, 2):
            now = FOUR + timedelta(minutes=minute)
            sweep(now=now)
            send_due(now=now)

        assert len(wire.letters) == 9  # after 2, 4, 8, 16, 32 minutes, then every hour

    def test_keeps_a_yes_that_came_after_the_lease_was_lost(self, wire):
        message = by_chat()
        wire.answers[Channel.CS] = lambda _: sweep(now=FOUR + timedelta(minutes=3))

        assert tally(send_due(now=FOUR)) == (1, 0, 0)

        assert again(message).state == State.SENT

    def test_keeps_a_yes_that_came_after_the_message_was_given_up(self, wire):
        message = by_chat(last_error="CS BackOff -32")
        wire.answers[Channel.CS] = lambda _: sweep(now=message.expires_at)

        send_due(now=FOUR)

        assert (again(message).state, message.last_error) == (State.SENT, "")

    def test_does_not_undo_what_another_sender_wrote_meanwhile(self, wire):
        message = by_chat()

        def lost_to_another(_):
            Message.objects.filter(pk=message.pk).update(attempts=2)
            raise BackOff(-32)

        wire.answers[Channel.CS] = lost_to_another

        assert tally(send_due(now=FOUR)) == (0, 0, 0)

        assert again(message).state == State.SENDING
