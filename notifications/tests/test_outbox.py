from datetime import timedelta

import pytest
from django.db import transaction

from accounts.tests.factories import EIGHT, CitizenFactory, ZaloContactFactory
from notifications.errors import MessagePending, MessagePointless
from notifications.kinds import Kind
from notifications.models import NOT_LEFT, Channel, ChatReply, Message, State
from notifications.services import (
    Progress,
    forget_recipient,
    hasten,
    inbox,
    owe_messages,
    progress,
    readdress_messages,
    replace_messages,
    resend,
    withdraw_messages,
)
from notifications.tests.factories import CONTEXT, FOUR, ChatReplyFactory, MessageFactory, new_message

pytestmark = pytest.mark.django_db

LEFT = [state for state in State if state not in NOT_LEFT]
TIMES = {
    State.SENDING: {"lease_until": FOUR + timedelta(minutes=2)},
    State.SENT: {"sent_at": FOUR},
    State.DELIVERED: {"sent_at": FOUR, "delivered_at": FOUR},
}


def in_state(state: State, **fields: object) -> Message:
    return MessageFactory(state=state, **TIMES.get(state, {}), **fields)


class TestOweMessages:
    def test_writes_them_all_in_one_statement(self, django_assert_num_queries):
        messages = [new_message(about=f"TK{number}") for number in range(5)]

        with django_assert_num_queries(1):
            owe_messages(messages=messages, now=FOUR)

        assert set(Message.objects.values_list("state", "about")) == {
            (State.OWED, f"TK{number}") for number in range(5)
        }

    def test_costs_nothing_when_there_is_nothing_to_tell(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            owe_messages(messages=[], now=FOUR)

    def test_owes_twice_what_is_owed_once(self):
        message = new_message()
        owe_messages(messages=[message, message], now=FOUR)

        owe_messages(messages=[message], now=FOUR)

        assert Message.objects.count() == 1

    def test_keeps_two_occasions_apart(self):
        first = new_message(occasion="1")
        moved = new_message(occasion="2", agency=first.agency, recipient=first.recipient)

        owe_messages(messages=[first, moved], now=FOUR)

        assert Message.objects.count() == 2

    def test_refuses_a_message_that_could_not_say_what_it_must(self):
        with pytest.raises(ValueError, match="number"):
            owe_messages(messages=[new_message(context={})], now=FOUR)

    @pytest.mark.django_db(transaction=True)
    def test_needs_the_transaction_of_the_fact(self):
        message = new_message()

        with pytest.raises(RuntimeError):
            owe_messages(messages=[message], now=FOUR)
        with transaction.atomic():
            owe_messages(messages=[message], now=FOUR)

        assert Message.objects.count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_is_undone_with_the_fact(self):
        message = new_message()

        with transaction.atomic():
            owe_messages(messages=[message], now=FOUR)
            transaction.set_rollback(True)

        assert not Message.objects.exists()


class TestReplaceMessages:
    @pytest.mark.parametrize("state", NOT_LEFT)
    def test_gives_new_words_and_times_to_what_has_not_left(self, state):
        old = in_state(state, about="TK7F3KQ", last_error="x", attempts=3)
        later = FOUR + timedelta(hours=1)
        new = new_message(
            agency=old.agency, recipient=old.recipient, context=CONTEXT | {"number": "A032"}, due_at=later
        )

        replace_messages(messages=[new], now=FOUR)

        row = Message.objects.get()
        assert (row.state, row.context["number"], row.due_at) == (State.OWED, "A032", later)
        assert (row.attempts, row.last_error) == (0, "")
        assert row.tracking_id != old.tracking_id

    @pytest.mark.parametrize("state", LEFT)
    def test_leaves_alone_what_has_left(self, state):
        old = in_state(state, about="TK7F3KQ")
        new = new_message(agency=old.agency, recipient=old.recipient, context=CONTEXT | {"number": "A032"})

        replace_messages(messages=[new], now=FOUR)

        row = Message.objects.get()
        assert (row.pk, row.state, row.context["number"]) == (old.pk, state, "A031")

    def test_leaves_alone_other_kinds_occasions_and_people(self):
        old = MessageFactory(about="TK7F3KQ")
        others = [
            MessageFactory(about="TK7F3KQ", agency=old.agency, recipient=old.recipient, kind=Kind.BOOKED),
            MessageFactory(about="TK7F3KQ", agency=old.agency, recipient=old.recipient, occasion="2"),
            MessageFactory(about="TK7F3KQ", agency=old.agency),
        ]

        replace_messages(messages=[new_message(agency=old.agency, recipient=old.recipient)], now=FOUR)

        assert Message.objects.count() == 4
        assert Message.objects.filter(pk__in=[other.pk for other in others]).count() == 3

    def test_costs_three_statements_however_many_there_are(self, django_assert_num_queries):
        there = [MessageFactory() for _ in range(4)]
        messages = [
            new_message(agency=row.agency, recipient=row.recipient, about=row.about) for row in there
        ] + [new_message(about=f"BM{number}") for number in range(4)]

        with django_assert_num_queries(3):
            replace_messages(messages=messages, now=FOUR)

        assert Message.objects.count() == 8


class TestWithdrawMessages:
    def test_takes_back_what_is_owed(self):
        message = MessageFactory()
        MessageFactory()

        assert withdraw_messages(about=[message.about], now=FOUR) == 1

        message.refresh_from_db()
        assert message.state == State.WITHDRAWN
        assert Message.objects.owed().count() == 1

    def test_keeps_to_the_kinds_it_is_given(self):
        confirmation = MessageFactory(confirmation=True, about="TK7F3KQ")
        MessageFactory(about="TK7F3KQ")

        withdraw_messages(about=["TK7F3KQ"], kinds=[Kind.REMINDER], now=FOUR)

        assert Message.objects.owed().get() == confirmation

    def test_takes_the_time_from_what_is_on_its_way(self):
        message = MessageFactory(sending=True)

        withdraw_messages(about=[message.about], now=FOUR)

        message.refresh_from_db()
        assert (message.state, message.expires_at) == (State.SENDING, FOUR)

    @pytest.mark.parametrize("state", [State.SENT, State.DELIVERED, State.FAILED, State.EXPIRED])
    def test_leaves_what_is_over(self, state):
        message = in_state(state)

        assert withdraw_messages(about=[message.about], now=FOUR) == 0

        message.refresh_from_db()
        assert message.state == state


class TestHasten:
    def test_makes_due_at_once_what_is_due_later(self):
        later = MessageFactory(due_at=FOUR + timedelta(hours=1))
        earlier = MessageFactory(due_at=FOUR - timedelta(hours=1))

        hastened = hasten(kind=Kind.REMINDER, about=[later.about, earlier.about], now=FOUR)

        later.refresh_from_db()
        earlier.refresh_from_db()
        assert hastened == 1
        assert (later.due_at, earlier.due_at) == (FOUR, FOUR - timedelta(hours=1))

    def test_leaves_other_kinds(self):
        message = MessageFactory(confirmation=True, due_at=FOUR + timedelta(hours=1))

        assert hasten(kind=Kind.REMINDER, about=[message.about], now=FOUR) == 0


class TestProgress:
    def test_counts_what_has_left_and_what_may_leave_in_time(self):
        rows = [
            MessageFactory(sent=True),
            MessageFactory(delivered=True),
            MessageFactory(sending=True),
            MessageFactory(due_at=FOUR + timedelta(minutes=1)),
            MessageFactory(due_at=FOUR + timedelta(minutes=3)),
            in_state(State.FAILED),
            in_state(State.EXPIRED),
        ]

        so_far = progress(
            kind=Kind.REMINDER, about=[row.about for row in rows], until=FOUR + timedelta(minutes=2)
        )

        assert so_far == Progress(gone=2, under_way=2)

    def test_looks_at_the_latest_about_a_thing_and_at_its_own_kind(self):
        before = MessageFactory(sent=True, about="TK7F3KQ")
        same = {"about": "TK7F3KQ", "agency": before.agency, "recipient": before.recipient}
        MessageFactory(**same, occasion="moved")
        MessageFactory(**same, occasion="moved again", state=State.WITHDRAWN)
        MessageFactory(**same, confirmation=True, sent=True)

        assert progress(kind=Kind.REMINDER, about=["TK7F3KQ"], until=FOUR) == Progress(gone=0, under_way=1)


class TestResend:
    @pytest.mark.parametrize("state", [State.SENT, State.DELIVERED, State.FAILED])
    def test_owes_it_again_at_once(self, state):
        message = in_state(state, attempts=4, last_error="x", due_at=FOUR - timedelta(hours=1))

        row = resend(message=message, now=FOUR)

        row.refresh_from_db()
        assert (row.state, row.due_at, row.attempts, row.last_error) == (State.OWED, FOUR, 0, "")
        assert row.tracking_id != message.tracking_id

    @pytest.mark.parametrize("state", [State.OWED, State.SENDING])
    def test_refuses_what_is_pending(self, state):
        with pytest.raises(MessagePending):
            resend(message=in_state(state), now=FOUR)

    def test_refuses_what_was_taken_back(self):
        with pytest.raises(MessagePointless):
            resend(message=in_state(State.WITHDRAWN), now=FOUR)

    @pytest.mark.parametrize("state", [State.SENT, State.FAILED, State.EXPIRED])
    def test_refuses_what_is_past_its_time(self, state):
        with pytest.raises(MessagePointless):
            resend(message=in_state(state), now=EIGHT + timedelta(hours=1))


class TestForgetRecipient:
    def test_takes_back_what_is_owed_and_forgets_all_words(self):
        citizen = CitizenFactory()
        owed = MessageFactory(recipient=citizen)
        sent = MessageFactory(recipient=citizen, sent=True)
        somebody_elses = MessageFactory()

        assert forget_recipient(recipient=citizen, now=FOUR) == 2

        for row in (owed, sent, somebody_elses):
            row.refresh_from_db()
        assert (owed.state, owed.context) == (State.WITHDRAWN, {})
        assert (sent.state, sent.context) == (State.SENT, {})
        assert somebody_elses.context

    def test_takes_the_answers_in_the_chat_along(self):
        contact = ZaloContactFactory()
        ChatReplyFactory(oa_id=contact.oa_id, uid=contact.uid)
        somebody_elses = ChatReplyFactory(oa_id=contact.oa_id, uid="675059164343092799")

        forget_recipient(recipient=contact.citizen, now=FOUR)

        assert list(ChatReply.objects.all()) == [somebody_elses]

    def test_leaves_nothing_to_send_again(self):
        message = MessageFactory(sent=True)
        forget_recipient(recipient=message.recipient, now=FOUR)

        with pytest.raises(MessagePointless):
            resend(message=message, now=FOUR)


class TestReaddressMessages:
    def test_hands_over_what_is_owed_and_what_can_be_read(self):
        old, new = CitizenFactory.create_batch(2)
        rows = [
            MessageFactory(recipient=old),
            MessageFactory(recipient=old, sent=True),
            MessageFactory(recipient=old, state=State.FAILED, channel=Channel.INBOX),
        ]

        assert readdress_messages(old=old, new=new) == 3

        assert set(inbox(citizen=new, now=FOUR)) == set(rows)

    def test_leaves_what_the_new_account_has_itself(self):
        old, new = CitizenFactory.create_batch(2)
        for citizen in (old, new):
            MessageFactory(recipient=citizen, about="TK7F3KQ")

        assert readdress_messages(old=old, new=new) == 0
