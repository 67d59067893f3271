"""What became of messages."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import Citizen
from notifications.kinds import Kind
from notifications.models import Channel, Message, State


def fates_of(about: Sequence[str]) -> list[Message]:
    """All that was or will be told about these things, the latest first. One query."""
    return list(Message.objects.about(about).order_by("-created_at", "-pk"))


def told_by_chat(*, recipient: Citizen, oa_id: str, kind: Kind, since: datetime) -> list[Message]:
    """What went to a person in the chat of an Official Account since then, the latest first."""
    left = Message.objects.filter(recipient=recipient, kind=kind, channel=Channel.CS, oa_id=oa_id)
    sent = left.filter(state__in=(State.SENT, State.DELIVERED), sent_at__gte=since)
    return list(sent.order_by("-sent_at", "-pk"))
