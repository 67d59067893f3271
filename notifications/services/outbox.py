"""Writing down what is owed, and taking it back. Nothing here goes to the wire."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Case, Exists, OuterRef, Value, When
from django.db.models.functions import Least

from accounts.models import Citizen
from agencies.models import Agency
from notifications.errors import MessagePending, MessagePointless
from notifications.kinds import Kind, fitting
from notifications.models import NOT_LEFT, DayCount, Message, MessageQuerySet, State, new_tracking_id
from notifications.services import opt_outs, replies


@dataclass(frozen=True, kw_only=True)
class NewMessage:
    """Something to tell: from `due_at` on, outside quiet hours, and never from `expires_at` on.

    `about` is the code of the thing told about; `occasion` tells two messages of one kind about it apart.
    `context` holds the values of the text's placeholders, see `notifications.kinds`.
    """

    agency: Agency
    recipient: Citizen
    kind: Kind
    about: str
    context: dict[str, str]
    due_at: datetime
    expires_at: datetime
    occasion: str = ""
    # Said on the screen on which it came to be: then it goes by no template that is paid for.
    is_shown: bool = False

    @property
    def key(self) -> tuple[str, str, str, int]:
        return (self.about, self.kind.value, self.occasion, self.recipient.pk)


def owe_messages(*, messages: Sequence[NewMessage], now: datetime) -> None:
    """Write messages down in the transaction of the fact they tell, in one statement.

    A message that is there already (same kind, thing, occasion and person) is left as it is.

    :raises RuntimeError: there is no transaction (a bug: a message would outlive the fact, or get lost)
    :raises ValueError: a value that the kind needs is missing (a bug as well)
    """
    _insist_on_a_transaction()
    # In the order of the key: two transactions that owe the same messages wait for each other, and no more.
    in_order = sorted(messages, key=lambda message: message.key)
    Message.objects.bulk_create([_row(message, now=now) for message in in_order], ignore_conflicts=True)


def replace_messages(*, messages: Sequence[NewMessage], now: datetime) -> None:
    """Write messages down; one that is there already and has not left gives way to the new words and times.

    A message that is being sent or was sent stays as it is. Three statements, however many messages.

    :raises RuntimeError: there is no transaction (a bug)
    :raises ValueError: a value that the kind needs is missing (a bug)
    """
    _insist_on_a_transaction()
    wanted = {message.key for message in messages}
    there = Message.objects.about([key[0] for key in wanted]).filter(state__in=NOT_LEFT)
    locked = there.select_for_update(no_key=True).order_by("about", "kind", "occasion", "recipient_id")
    rows = locked.values_list("about", "kind", "occasion", "recipient_id", "pk")
    Message.objects.filter(pk__in=[pk for *key, pk in rows if tuple(key) in wanted]).delete()
    owe_messages(messages=messages, now=now)


def withdraw_messages(*, about: Sequence[str], kinds: Sequence[Kind] | None = None, now: datetime) -> int:
    """Take back what has not left, and return how many messages that were.

    What a sender has in hand just now counts as well: it may still arrive, but is not tried again.
    """
    rows = Message.objects.about(about)
    if kinds is not None:
        rows = rows.filter(kind__in=kinds)
    return _withdraw(rows, now=now)


def hasten(*, kind: Kind, about: Sequence[str], now: datetime) -> int:
    """Make owed messages due at once, and return how many were due later."""
    return Message.objects.about(about).owed().filter(kind=kind, due_at__gt=now).update(due_at=now)


@transaction.atomic
def resend(*, message: Message, now: datetime) -> Message:
    """Send a message once more, because the person says it never came, or a fault is mended.

    :raises MessagePending: it is waiting or on its way already
    :raises MessagePointless: its time is over, or it was taken back
    """
    row = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    if row.state in (State.OWED, State.SENDING):
        raise MessagePending
    if row.state == State.WITHDRAWN or row.expires_at <= now or not row.context:
        raise MessagePointless
    row.state, row.due_at, row.attempts = State.OWED, now, 0
    row.sent_at = row.delivered_at = row.opened_at = row.cost = None
    row.last_error = row.provider_id = row.channel = ""
    row.tracking_id = new_tracking_id()
    row.save(
        update_fields=[
            *(
                "state",
                "due_at",
                "attempts",
                "sent_at",
                "delivered_at",
                "opened_at",
                "cost",
                "channel",
                "last_error",
                "provider_id",
                "tracking_id",
            )
        ]
    )
    return row


def forget_recipient(*, recipient: Citizen, now: datetime) -> int:
    """Take back what a person is owed and forget the words of all they were told; for an erased account.

    Returns how many messages lost their words.
    """
    rows = Message.objects.filter(recipient=recipient)
    _withdraw(rows, now=now)
    DayCount.objects.filter(citizen=recipient).delete()
    opt_outs.forget(recipient)
    replies.forget_person(recipient)
    return rows.exclude(context={}).update(context={})


def forget_words(*, about: Sequence[str]) -> int:
    """Forget what was told about things that are long over, and return how many messages lost their words."""
    over = Message.objects.about(about).exclude(state__in=(State.OWED, State.SENDING))
    return over.exclude(context={}).update(context={})


def readdress_messages(*, old: Citizen, new: Citizen) -> int:
    """Hand the messages of one account over to the account it became part of, and return how many that were.

    Those that have left as well: they are read under "Tin của tôi", and a number in the chat answers them.
    """
    same = Message.objects.filter(
        recipient=new, about=OuterRef("about"), kind=OuterRef("kind"), occasion=OuterRef("occasion")
    )
    return Message.objects.filter(recipient=old).exclude(Exists(same)).update(recipient=new)


def _withdraw(rows: MessageQuerySet, *, now: datetime) -> int:
    # One statement: between two of them a row could be claimed, or given back, and be missed by both.
    return rows.filter(state__in=(State.OWED, State.SENDING)).update(
        expires_at=Case(
            When(state=State.SENDING, then=Least("expires_at", Value(now))), default="expires_at"
        ),
        state=Case(When(state=State.OWED, then=Value(State.WITHDRAWN)), default="state"),
    )


def _insist_on_a_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("Messages are owed in the transaction of the fact that they tell.")


def _row(message: NewMessage, *, now: datetime) -> Message:
    return Message(
        agency=message.agency,
        recipient=message.recipient,
        kind=message.kind,
        about=message.about,
        occasion=message.occasion,
        context=fitting(message.kind, message.context),
        due_at=message.due_at,
        expires_at=message.expires_at,
        is_shown=message.is_shown,
        created_at=now,
    )
