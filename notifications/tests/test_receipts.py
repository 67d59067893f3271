from datetime import timedelta

import pytest
from django.db import connection

from core.testing import run_together
from notifications.models import Channel, EarlyReceipt, Message, State
from notifications.services import (
    Receipt,
    receipts,
    record_receipts,
    replace_messages,
    send_due,
    sweep,
    withdraw_messages,
)
from notifications.tests.factories import FOUR, MessageFactory, by_chat, by_phone, new_message
from zalo.clients import Sent
from zalo.errors import OutcomeUnknown

pytestmark = pytest.mark.django_db

OA = "3674338702778449434"
LATER = FOUR + timedelta(seconds=4)


def receipt(message: Message, *, provider_id: str = "", tracking_id: str = "", at=LATER) -> Receipt:
    oa_id = message.agency.oa_id
    return Receipt(oa_id=oa_id, provider_id=provider_id, tracking_id=tracking_id, delivered_at=at)


def receipt_of(message: Message, *, at=LATER, **told: str) -> bool:
    return record_receipts(receipts=[receipt(message, at=at, **told)], now=at) == 1


def by_id(message: Message, at=LATER) -> bool:
    """The receipt of a chat message: it knows only what Zalo calls the message."""
    return receipt_of(message, provider_id=f"zalo-{message.tracking_id}", at=at)


def by_tracking_id(message: Message, at=LATER) -> bool:
    return receipt_of(message, provider_id="z", tracking_id=message.tracking_id, at=at)


def again(message: Message) -> Message:
    message.refresh_from_db()
    return message


class TestRecordReceipts:
    @pytest.mark.parametrize(("send", "told"), [(by_chat, by_id), (by_phone, by_tracking_id)])
    def test_closes_a_message_that_was_sent(self, wire, send, told):
        message = send()
        send_due(now=FOUR)

        assert told(message)

        assert (again(message).state, message.delivered_at) == (State.DELIVERED, LATER)
        assert FOUR <= message.sent_at < LATER

    @pytest.mark.parametrize(("send", "told"), [(by_chat, by_id), (by_phone, by_tracking_id)])
    def test_may_come_before_our_own_note(self, wire, send, told):
        message = send()
        channel = Channel.CS if send is by_chat else Channel.TEMPLATE_PHONE
        wire.answers[channel] = lambda _: told(message)

        assert send_due(now=FOUR).sent == 1

        assert (again(message).state, message.delivered_at) == (State.DELIVERED, LATER)
        assert (message.channel, message.provider_id) == (channel, f"zalo-{message.tracking_id}")

    @pytest.mark.parametrize(("send", "told"), [(by_chat, by_id), (by_phone, by_tracking_id)])
    def test_changes_nothing_the_second_time(self, wire, send, told):
        message = send()
        send_due(now=FOUR)
        told(message)

        assert not told(message, at=LATER + timedelta(hours=1))

        assert again(message).delivered_at == LATER

    def test_saves_the_second_sending_of_what_nobody_knew_about(self, wire):
        message = by_phone()
        wire.refuse(OutcomeUnknown(0))
        send_due(now=FOUR)

        assert by_tracking_id(message)
        sweep(now=FOUR + timedelta(minutes=3))

        assert send_due(now=FOUR + timedelta(minutes=3)).sent == 0
        assert again(message).state == State.DELIVERED

    @pytest.mark.parametrize("state", [State.OWED, State.FAILED, State.EXPIRED])
    def test_is_believed_whatever_we_thought(self, state):
        message = MessageFactory(state=state, attempts=1, last_error="TEMPLATE_PHONE OutcomeUnknown 0")

        assert by_tracking_id(message)

        assert (again(message).state, message.last_error) == (State.DELIVERED, "")

    def test_of_what_was_taken_back_changes_nothing(self):
        message = MessageFactory()
        withdraw_messages(about=[message.about], now=FOUR)

        assert not by_tracking_id(message)

        assert again(message).state == State.WITHDRAWN

    def test_of_old_words_says_nothing_about_new_ones(self):
        old = MessageFactory(about="TK7F3KQ", attempts=1)
        replace_messages(messages=[new_message(agency=old.agency, recipient=old.recipient)], now=FOUR)

        assert not by_tracking_id(old)

        assert Message.objects.get().state == State.OWED

    def test_of_another_official_account_is_not_ours(self, wire):
        message = by_chat()
        send_due(now=FOUR)

        receipt = Receipt(
            oa_id="other", provider_id=f"zalo-{message.tracking_id}", tracking_id="", delivered_at=LATER
        )
        assert record_receipts(receipts=[receipt], now=LATER) == 0

        assert again(message).state == State.SENT

    def test_of_many_messages_are_noted_by_a_few_statements(self, django_assert_max_num_queries):
        chat = [MessageFactory(sent=True, oa_id=OA, provider_id=f"z-{n}") for n in range(30)]
        phone = [MessageFactory(sent=True) for _ in range(30)]
        told = [
            *(
                Receipt(oa_id=OA, provider_id=row.provider_id, tracking_id="", delivered_at=LATER)
                for row in chat
            ),
            *(
                Receipt(oa_id=OA, provider_id="p", tracking_id=row.tracking_id, delivered_at=LATER)
                for row in phone
            ),
            Receipt(oa_id=OA, provider_id="unknown", tracking_id="", delivered_at=LATER),
        ]

        # Eight of them begin and end a savepoint, three look for what nobody had noted as sent.
        with django_assert_max_num_queries(16):
            assert record_receipts(receipts=told, now=LATER) == 60

        assert EarlyReceipt.objects.get().provider_id == "unknown"

    def test_of_each_message_says_when_that_one_came(self):
        first, second = (MessageFactory(sent=True, oa_id=OA, provider_id=f"z-{n}") for n in range(2))
        later = LATER + timedelta(minutes=1)
        told = [("z-1", later), ("z-0", later), ("z-0", LATER)]

        record_receipts(
            receipts=[
                Receipt(oa_id=OA, provider_id=name, tracking_id="", delivered_at=at) for name, at in told
            ],
            now=later,
        )

        assert (again(first).delivered_at, again(second).delivered_at) == (LATER, later)

    def test_that_nobody_can_place_is_kept_for_a_day(self):
        message = MessageFactory()
        assert not receipt_of(message, provider_id="unknown")
        assert not receipt_of(message, provider_id="unknown")

        sweep(now=LATER + timedelta(hours=23))
        assert EarlyReceipt.objects.count() == 1
        sweep(now=LATER + timedelta(hours=24))
        assert not EarlyReceipt.objects.exists()

    @pytest.mark.parametrize("unknown", [{"tracking_id": "an-otp-of-accounts"}, {}])
    def test_that_is_none_of_ours_is_not_kept(self, unknown):
        assert not receipt_of(MessageFactory(), **unknown)

        assert not EarlyReceipt.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_finds_its_message_when_our_note_is_written_after_its_first_look(self):
        """The rival runs between two statements of the receipt, where nothing but a second look helps."""
        message = by_chat(sending=True)
        sent = Sent(message_id=f"zalo-{message.tracking_id}", sent_at=FOUR, quota_remaining=None)

        def note_before_insert(execute, sql, params, many, context):
            if sql.startswith('INSERT INTO "notifications_earlyreceipt"'):
                receipts.record_sent(message=message, channel=Channel.CS, sent=sent, now=FOUR)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note_before_insert):
            assert by_id(message)

        assert again(message).state == State.DELIVERED

    @pytest.mark.django_db(transaction=True)
    def test_finds_its_message_however_it_falls_between_our_steps(self):
        for _ in range(20):
            message = by_chat(sending=True)
            sent = Sent(message_id=f"zalo-{message.tracking_id}", sent_at=FOUR, quota_remaining=None)

            outcomes = run_together(
                [
                    lambda message=message: by_id(message),
                    lambda message=message, sent=sent: receipts.record_sent(
                        message=message, channel=Channel.CS, sent=sent, now=FOUR
                    ),
                ]
            )

            assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
            assert again(message).state == State.DELIVERED
