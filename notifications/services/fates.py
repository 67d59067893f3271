"""What became of messages."""

from collections.abc import Sequence

from notifications.models import Message


def fates_of(about: Sequence[str]) -> list[Message]:
    """All that was or will be told about these things, the latest first. One query."""
    return list(Message.objects.about(about).order_by("-created_at", "-pk"))
