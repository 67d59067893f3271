"""What Zalo tells about messages that have left, whenever it tells it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce

from notifications.models import Channel, EarlyReceipt, Message, MessageQuerySet, State
from zalo.clients import Sent

EARLY_RECEIPTS_KEPT = timedelta(days=1)
# A receipt is the truth about a message, whatever we believed. Of one that was taken back nobody asks.
_UNCONFIRMED = (State.OWED, State.SENDING, State.SENT, State.FAILED, State.EXPIRED)
# Zalo's yes is the truth as well, even when the lease was lost while we waited for it.
_UNSENT = (State.OWED, State.SENDING, State.EXPIRED)


def record_sent(*, message: Message, channel: Channel, sent: Sent, now: datetime) -> None:
    """Note that Zalo accepted a message, and deliver it at once if its receipt was quicker than this note."""
    facts = {
        "channel": channel,
        "oa_id": message.agency.oa_id,
        "provider_id": sent.message_id,
        "sent_at": now,
        "last_error": "",
    }
    row = Message.objects.filter(pk=message.pk, tracking_id=message.tracking_id)
    if not row.filter(state__in=_UNSENT).update(state=State.SENT, lease_until=None, **facts):
        row.filter(state=State.DELIVERED, provider_id="").update(**facts)
    early = EarlyReceipt.objects.filter(oa_id=message.agency.oa_id, provider_id=sent.message_id).first()
    if early:
        _deliver(row, delivered_at=early.delivered_at)


def record_receipt(
    *, oa_id: str, provider_id: str, tracking_id: str, delivered_at: datetime, now: datetime
) -> bool:
    """Note that a message reached the person's phone; false if that was known, or the message is not ours.

    `tracking_id` is "" for all but messages to phone numbers. Those are found by Zalo's own id, which we may
    not have written down yet: the receipt is then committed first, and whoever writes the id looks for it, so
    that one of the two always sees the other. Must not stand in a transaction.
    """
    if tracking_id:
        return _deliver(Message.objects.filter(tracking_id=tracking_id), delivered_at=delivered_at)
    ours = Message.objects.filter(oa_id=oa_id, provider_id=provider_id)
    if not provider_id or ours.filter(state=State.DELIVERED).exists():
        return False
    if _deliver(ours, delivered_at=delivered_at):
        return True
    receipt = EarlyReceipt(oa_id=oa_id, provider_id=provider_id, delivered_at=delivered_at, seen_at=now)
    with transaction.atomic(durable=True):
        EarlyReceipt.objects.bulk_create([receipt], ignore_conflicts=True)
    return _deliver(ours, delivered_at=delivered_at)


def _deliver(rows: MessageQuerySet, *, delivered_at: datetime) -> bool:
    delivered = rows.filter(state__in=_UNCONFIRMED).update(
        state=State.DELIVERED,
        delivered_at=delivered_at,
        sent_at=Coalesce("sent_at", Value(delivered_at)),
        lease_until=None,
        last_error="",
    )
    return delivered > 0
