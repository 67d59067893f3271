"""A citizen's messages as the portal itself shows them. Who has one here is told when they open it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Citizen
from core.errors import NotFound
from notifications.channels import in_words, title_of
from notifications.kinds import Kind
from notifications.models import UNCONFIRMED, Channel, Message, MessageText, State
from notifications.models.messages import MessageQuerySet
from notifications.services import spending


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A message as its person reads it."""

    message: Message
    title: str
    text: str = field(repr=False)
    # It still matters, and nobody knows whether it reached its person.
    is_new: bool


def inbox(*, citizen: Citizen, now: datetime) -> MessageQuerySet:
    """The rows of what a citizen may read, the newest first; `put_into_words` gives their words."""
    return Message.objects.inbox_of(citizen, now=now)


def unread(*, citizen: Citizen, now: datetime) -> int:
    """How many messages a citizen has that may not have reached them."""
    return inbox(citizen=citizen, now=now).unread().filter(expires_at__gt=now).count()


def put_into_words(messages: Sequence[Message], *, now: datetime) -> list[Reading]:
    """Put messages into the words of their agencies: one statement, however many they are."""
    texts = MessageText.objects.by_agency_and_kind(messages)
    return [
        Reading(
            message=message,
            title=title_of(Kind(message.kind)),
            text=in_words(message, texts.get((message.agency_id, message.kind))),
            is_new=message.state in UNCONFIRMED and message.expires_at > now,
        )
        for message in messages
    ]


@transaction.atomic
def open_message(*, citizen: Citizen, public_id: UUID, now: datetime) -> Message:
    """Note that the person opened a message: it has reached them, by whatever way. Again is harmless.

    It counts as received from when it was sent, or lay in the inbox, because what was decided after that is
    not in it.

    :raises NotFound: no such message, or it is another person's
    """
    mine = Message.objects.inbox_of(citizen, now=now).filter(public_id=public_id)
    message = mine.select_for_update(of=("self",), no_key=True).first()
    if message is None:
        raise NotFound
    if message.state not in UNCONFIRMED:
        return message
    is_counted = message.channel == Channel.INBOX
    if message.sent_at is None:
        message.sent_at = min(message.due_at, now)
        message.channel, message.cost = Channel.INBOX, 0
    message.state, message.lease_until = State.DELIVERED, None
    message.delivered_at, message.opened_at = message.sent_at, now
    message.save(
        update_fields=["state", "lease_until", "sent_at", "delivered_at", "opened_at", "channel", "cost"]
    )
    if message.channel == Channel.INBOX and not is_counted:
        spending.count(message, channel=Channel.INBOX, cost=0, now=now)
    return message
