from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from notifications.kinds import Kind
from notifications.models import Message, MessageText, State
from notifications.tests.factories import FOUR, MessageFactory, MessageTextFactory

pytestmark = pytest.mark.django_db


class TestMessage:
    @pytest.mark.parametrize(
        ("fields", "constraint"),
        [
            ({"state": State.SENDING}, "sending_has_its_lease"),
            ({"lease_until": FOUR}, "sending_has_its_lease"),
            ({"state": State.SENT}, "sent_has_its_time"),
            ({"sent_at": FOUR}, "sent_has_its_time"),
            ({"state": State.DELIVERED, "sent_at": FOUR}, "delivered_has_its_time"),
            ({"state": State.SENT, "sent_at": FOUR, "delivered_at": FOUR}, "delivered_has_its_time"),
        ],
    )
    def test_has_the_times_of_its_state_and_no_others(self, fields, constraint):
        with pytest.raises(IntegrityError, match=constraint):
            MessageFactory(**fields)

    def test_is_there_once(self):
        message = MessageFactory(about="TK7F3KQ")

        with pytest.raises(IntegrityError, match="one_message_per_kind_and_occasion"):
            MessageFactory(about="TK7F3KQ", recipient=message.recipient)

    def test_says_nothing_of_the_person_in_lists_and_logs(self):
        assert str(MessageFactory(about="TK7F3KQ")) == "tin nhắc hẹn TK7F3KQ"

    def test_has_a_tracking_id_that_zalo_takes(self):
        tracking_id = MessageFactory().tracking_id

        assert len(tracking_id) <= 48
        assert tracking_id.isalnum()


class TestNamed:
    @pytest.mark.parametrize(
        "code",
        [
            lambda _: "TK7F3KQ",
            lambda _: "tk7f3kq",
            lambda message: str(message.public_id),
            lambda message: str(message.recipient.public_id).upper(),
            lambda message: message.tracking_id,
            lambda _: "zalo-5",
        ],
        ids=["what it is about", "in small letters", "itself", "its person", "its tracking", "Zalo's"],
    )
    def test_finds_a_message_by_a_code_of(self, code):
        message, _ = MessageFactory(about="TK7F3KQ", provider_id="zalo-5"), MessageFactory()

        assert list(Message.objects.named(code(message))) == [message]

    def test_finds_nothing_by_no_code(self):
        MessageFactory()  # without a code of Zalo's

        assert not Message.objects.named("").exists()


class TestClaim:
    def test_finds_its_messages_by_index_among_many(self):
        """What is due later, or gone long ago, costs a sender nothing."""
        message = MessageFactory()
        same = {"agency": message.agency, "recipient": message.recipient}
        Message.objects.bulk_create(
            [
                *MessageFactory.build_batch(700, **same, due_at=FOUR + timedelta(days=1)),
                *MessageFactory.build_batch(700, **same, delivered=True),
            ]
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE notifications_message")
            cursor.execute("SET LOCAL enable_seqscan = off")  # so few rows may be read through as well

        for kinds in ({"kind": Kind.REMINDER}, {}):
            plan = Message.objects.due(FOUR).filter(**kinds).explain()
            assert "messages_owed" in plan

    def test_holds_up_to_its_limit_for_the_lease(self):
        MessageFactory.create_batch(3)

        claimed = Message.objects.all().claim(limit=2, lease=timedelta(minutes=2), now=FOUR)

        assert {(row.state, row.lease_until, row.attempts) for row in claimed} == {
            (State.SENDING, FOUR + timedelta(minutes=2), 1)
        }
        assert Message.objects.owed().count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_must_not_stand_in_a_transaction(self):
        with pytest.raises(RuntimeError), transaction.atomic():
            Message.objects.all().claim(limit=1, lease=timedelta(minutes=2), now=FOUR)


class TestMessageText:
    def test_cannot_be_saved_by_an_officer_with_a_hole_in_it(self):
        words = MessageTextFactory.build(text="{name}")

        with pytest.raises(ValidationError, match="bắt buộc"):
            words.clean()

    def test_exists_once_per_agency_and_kind(self):
        words = MessageTextFactory()

        with pytest.raises(IntegrityError, match="one_text_per_agency_and_kind"):
            MessageText.objects.create(agency=words.agency, kind=words.kind)
