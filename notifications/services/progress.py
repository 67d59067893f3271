"""How far the sending of some messages has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from notifications.kinds import Kind
from notifications.models import Message, State


@dataclass(frozen=True)
class Progress:
    """About how many things the message has left the house, and about how many it still may in time."""

    gone: int
    under_way: int


def progress(*, kind: Kind, about: Sequence[str], until: datetime) -> Progress:
    """Count how far the messages of one kind about these things are; what is due after `until` is left out.

    Of several about one thing, as after a change of the hour, the latest counts.
    """
    rows = Message.objects.about(about).filter(kind=kind).exclude(state=State.WITHDRAWN).order_by("pk")
    latest = {thing: (state, due_at) for thing, state, due_at in rows.values_list("about", "state", "due_at")}
    return Progress(
        gone=sum(state in (State.SENT, State.DELIVERED) for state, _ in latest.values()),
        under_way=sum(
            state == State.SENDING or (state == State.OWED and due_at <= until)
            for state, due_at in latest.values()
        ),
    )
