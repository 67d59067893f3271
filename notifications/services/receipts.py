"""What Zalo tells about messages that have left, whenever it tells it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, Expression, Q, Value, When
from django.db.models.functions import Coalesce

from notifications.models import UNCONFIRMED, Channel, EarlyReceipt, Message, MessageQuerySet, State
from notifications.services import spending
from zalo.clients import Sent

# What Zalo calls a message, at one Official Account.
Told = tuple[str, str]

EARLY_RECEIPTS_KEPT = timedelta(days=1)
# Zalo's yes is the truth as well, even when the lease was lost while we waited for it.
_UNSENT = (State.OWED, State.SENDING, State.EXPIRED, State.FAILED)
# Nothing was noted of a way out, or only that there was none.
_NO_WAY = ("", Channel.INBOX)


def record_sent(
    *, message: Message, channel: Channel, sent: Sent, cost: int | None = None, fault: str = "", now: datetime
) -> None:
    """Note that Zalo accepted a message, and deliver it at once if its receipt was quicker than this note.

    `cost` is None where the price is not known; `fault` is what the office should know of a better way that
    was not open.
    """
    facts = {"oa_id": message.agency.oa_id, "provider_id": sent.message_id, "sent_at": now}
    how = {"channel": channel, "cost": cost, "last_error": fault}
    row = Message.objects.filter(pk=message.pk, tracking_id=message.tracking_id)
    quicker = row.filter(state=State.DELIVERED, provider_id="")
    with transaction.atomic():
        noted = row.filter(state__in=_UNSENT).update(state=State.SENT, lease_until=None, **facts, **how)
        noted = noted or quicker.filter(channel__in=_NO_WAY).update(**facts, **how)
        if noted:
            spending.count(message, channel=channel, cost=cost, now=now)
        else:  # its receipt counted it already
            quicker.update(**facts)
    early = EarlyReceipt.objects.filter(oa_id=message.agency.oa_id, provider_id=sent.message_id).first()
    if early:
        _deliver(row, delivered_at=Value(early.delivered_at))


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Zalo's word that a message reached the person's phone. `tracking_id` is "" for all but messages to
    phone numbers; `provider_id` is what Zalo calls the message.
    """

    oa_id: str
    provider_id: str
    tracking_id: str
    delivered_at: datetime


def record_receipts(*, receipts: Iterable[Receipt], now: datetime) -> int:
    """Note that messages reached people's phones, in a few statements however many; gives how many that did.

    What was known, or is not ours, changes nothing. A message without our tracking id is found by Zalo's own,
    which we may not have written down yet: the receipt is then committed first, and whoever writes the id
    looks for it, so that one of the two always sees the other. Must not stand in a transaction.
    """
    told, tracked = dict[Told, datetime](), dict[str, datetime]()
    for receipt in sorted(receipts, key=lambda receipt: receipt.delivered_at):
        if receipt.tracking_id:
            tracked.setdefault(receipt.tracking_id, receipt.delivered_at)
        elif receipt.provider_id:
            told.setdefault((receipt.oa_id, receipt.provider_id), receipt.delivered_at)
    delivered = _deliver_tracked(tracked) + _deliver_told(told)
    early = told.keys() - _settled(told) if told else set()
    if not early:
        return delivered
    rows = [
        EarlyReceipt(oa_id=oa_id, provider_id=provider_id, delivered_at=told[oa_id, provider_id], seen_at=now)
        for oa_id, provider_id in sorted(early)
    ]
    with transaction.atomic(durable=True):
        EarlyReceipt.objects.bulk_create(rows, ignore_conflicts=True)
    return delivered + _deliver_told({key: told[key] for key in early})


@transaction.atomic
def _deliver_tracked(tracked: Mapping[str, datetime]) -> int:
    if not tracked:
        return 0
    times = [When(tracking_id=tracking_id, then=Value(at)) for tracking_id, at in tracked.items()]
    rows = Message.objects.filter(tracking_id__in=list(tracked))
    return _deliver(_in_order(rows), delivered_at=Case(*times))


@transaction.atomic
def _deliver_told(told: Mapping[Told, datetime]) -> int:
    if not told:
        return 0
    times = [When(oa_id=oa, provider_id=name, then=Value(at)) for (oa, name), at in told.items()]
    return _deliver(_in_order(_named(told)), delivered_at=Case(*times))


def _settled(told: Iterable[Told]) -> set[Told]:
    rows = _named(told).exclude(state__in=UNCONFIRMED)
    return set(rows.values_list("oa_id", "provider_id"))


def _named(told: Iterable[Told]) -> MessageQuerySet:
    """The messages that Zalo calls so, each at its own Official Account."""
    by_oa: dict[str, list[str]] = {}
    for oa_id, provider_id in told:
        by_oa.setdefault(oa_id, []).append(provider_id)
    named = [Q(oa_id=oa_id, provider_id__in=ids) for oa_id, ids in by_oa.items()]
    # The second condition is the index's own: without it PostgreSQL could not use the index.
    return Message.objects.filter(Q(*named, _connector=Q.OR), ~Q(provider_id=""))


def _in_order(rows: MessageQuerySet) -> MessageQuerySet:
    """The same rows, locked by their keys: "received" and "seen" of the same messages may come together."""
    locked = rows.filter(state__in=UNCONFIRMED).order_by("pk").select_for_update(no_key=True)
    return Message.objects.filter(pk__in=locked.values("pk"))


def _deliver(rows: MessageQuerySet, *, delivered_at: Expression) -> int:
    """A receipt is the truth about messages, whatever we believed. Of what was taken back nobody asks.

    What was never noted as sent counts as sent by this, where its way is known.
    """
    rows = rows.filter(state__in=UNCONFIRMED)
    unnoted = list(rows.filter(sent_at=None).exclude(channel__in=_NO_WAY).order_by("agency_id", "pk"))
    delivered = rows.update(
        state=State.DELIVERED,
        delivered_at=delivered_at,
        sent_at=Coalesce("sent_at", delivered_at),
        lease_until=None,
        last_error=Case(When(last_error__contains=" Unfit ", then="last_error"), default=Value("")),
    )
    for message in unnoted:
        channel = Channel(message.channel)
        spending.count(message, channel=channel, cost=message.cost, now=message.due_at)
    return delivered
