"""What became of messages."""

from collections.abc import Sequence
from uuid import UUID

from notifications.models import Message


def fates_of(about: Sequence[str]) -> list[Message]:
    """All that was or will be told about these things, the latest first. One query."""
    return list(Message.objects.about(about).order_by("-created_at", "-pk"))


def message_about(public_id: UUID, *, about: str) -> Message | None:
    """The message of this id, if it is about this thing."""
    return Message.objects.filter(public_id=public_id, about=about).first()
