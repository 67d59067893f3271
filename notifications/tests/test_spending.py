"""What messages cost: on the row, and summed by agency and month."""

from datetime import datetime, timedelta

import pytest

from agencies.models import Agency
from core.time import VN
from notifications.models import Channel, Message, Spending, State
from notifications.services import Receipt, record_receipts, resend, send_due
from notifications.services.inbox import open_message
from notifications.tests.factories import FOUR, TEMPLATE, by_chat, by_every_way, by_mini_app, by_phone
from zalo.errors import OutcomeUnknown, TryNextChannel
from zalo.tests.factories import param, template

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mini_app(settings) -> None:
    settings.ZALO_MINIAPP_TEMPLATE_ID = "00126fd75392bacce383"


def priced(message: Message) -> Message:
    """The agency's template is known with its prices."""
    template(
        param("number"),
        oa_id=message.agency.oa_id,
        template_id=TEMPLATE,
        price_uid=110,
        price_phone=120,
    ).save()
    return message


def of(agency: Agency) -> dict[str, int]:
    """What is not zero of the agency's spending."""
    row = Spending.objects.get(agency=agency)
    counted = {name: getattr(row, name) for name in ("inbox", "unpriced", "cost")}
    counted |= {channel.lower(): getattr(row, channel.lower()) for channel in Channel}
    return {name: number for name, number in counted.items() if number}


def again(message: Message) -> Message:
    message.refresh_from_db()
    return message


class TestCost:
    def test_of_a_template_is_the_price_that_zalo_told(self, wire):
        message = priced(by_phone())

        send_due(now=FOUR)

        assert again(message).cost == 120
        assert of(message.agency) == {"template_phone": 1, "cost": 120}

    def test_of_a_template_by_uid_is_another_one(self, wire):
        message = priced(by_every_way())
        wire.refuse(TryNextChannel(-230), Channel.CS)

        send_due(now=FOUR)

        assert (again(message).channel, message.cost) == (Channel.TEMPLATE_UID, 110)
        assert of(message.agency) == {"template_uid": 1, "cost": 110}

    def test_of_the_chat_is_nothing(self, wire):
        message = by_chat()

        send_due(now=FOUR)

        assert again(message).cost == 0
        assert of(message.agency) == {"cs": 1}

    @pytest.mark.parametrize(("make", "channel"), [(by_phone, "template_phone"), (by_mini_app, "miniapp")])
    def test_that_nobody_told_is_counted_as_unknown(self, wire, make, channel):
        message = make()

        send_due(now=FOUR)

        assert again(message).cost is None
        assert of(message.agency) == {channel: 1, "unpriced": 1}

    def test_of_what_nothing_took_is_nothing(self, wire):
        message = priced(by_phone())
        wire.refuse(TryNextChannel(-118))

        send_due(now=FOUR)

        assert (again(message).cost, of(message.agency)) == (0, {"inbox": 1})


class TestSum:
    def test_adds_up_what_the_rows_say(self, wire):
        first = priced(by_phone())
        for make in (by_phone, by_chat, by_every_way, by_chat):
            make(agency=first.agency)

        send_due(now=FOUR)

        rows = Message.objects.filter(agency=first.agency)
        assert of(first.agency) == {"template_phone": 2, "cs": 3, "cost": sum(row.cost for row in rows)}

    def test_counts_what_is_sent_again_again(self, wire):
        message = priced(by_phone())
        send_due(now=FOUR)

        resend(message=again(message), now=FOUR)
        send_due(now=FOUR)

        assert of(message.agency) == {"template_phone": 2, "cost": 240}

    def test_counts_by_the_month_of_viet_nam(self, wire):
        """17:00 UTC of the last day of November is the first of December."""
        midnight = datetime(2026, 12, 1, 7, 30, tzinfo=VN)
        message = by_chat(expires_at=midnight + timedelta(days=1))
        message.recipient.contacts.update(last_interaction_at=midnight - timedelta(hours=1))

        send_due(now=midnight)

        assert f"{Spending.objects.get().month}" == "2026-12-01"

    def test_counts_what_nobody_answered_when_its_receipt_comes(self, wire):
        message = priced(by_phone())
        wire.refuse(OutcomeUnknown(0))
        send_due(now=FOUR)
        assert not Spending.objects.exists()

        for _ in range(2):
            self.receipt(message)

        assert of(message.agency) == {"template_phone": 1, "cost": 120}
        assert again(message).state == State.DELIVERED

    def test_counts_once_what_was_quicker_than_our_note(self, wire):
        message = by_phone()
        wire.answers[Channel.TEMPLATE_PHONE] = lambda _: self.receipt(message)

        send_due(now=FOUR)

        assert (again(message).state, message.channel) == (State.DELIVERED, Channel.TEMPLATE_PHONE)
        assert of(message.agency) == {"template_phone": 1, "unpriced": 1}

    def test_counts_what_was_read_on_the_portal_before_it_was_sent(self, wire):
        message = by_phone()

        open_message(citizen=message.recipient, public_id=message.public_id, now=FOUR)

        assert of(message.agency) == {"inbox": 1}

    def test_counts_nothing_when_what_was_sent_is_read_on_the_portal(self, wire):
        message = by_chat()
        send_due(now=FOUR)

        open_message(citizen=message.recipient, public_id=message.public_id, now=FOUR)

        assert of(message.agency) == {"cs": 1}
        assert again(message).channel == Channel.CS

    def receipt(self, message: Message) -> None:
        receipt = Receipt(
            oa_id=message.agency.oa_id, provider_id="", tracking_id=message.tracking_id, delivered_at=FOUR
        )
        record_receipts(receipts=[receipt], now=FOUR)
