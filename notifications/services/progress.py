"""How far the sending of some messages has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from notifications.kinds import Kind
from notifications.models import Message, State


@dataclass(frozen=True)
class Progress:
    """`gone` left the house; `under_way` are being sent, or will be tried before the moment asked for."""

    gone: int
    under_way: int


def progress(*, kind: Kind, about: Sequence[str], until: datetime) -> Progress:
    """Count how many messages of one kind about these things have left, and how many will by `until`."""
    rows = Message.objects.about(about).filter(kind=kind)
    soon = rows.filter(state=State.SENDING) | rows.filter(state=State.OWED, due_at__lte=until)
    return Progress(gone=rows.filter(state__in=(State.SENT, State.DELIVERED)).count(), under_way=soon.count())
