"""What Zalo tells us: written down once, forgotten when it has served."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from zalo.errors import EventNotFailed
from zalo.miniapp_webhooks import miniapp_event
from zalo.models import StoredEvent
from zalo.webhooks import Event, read_again

# Zalo may tell an event again for two hours, and asks to remember its id for a week.
EVENTS_KEPT = timedelta(days=8)
DELETED_AT_ONCE = 10_000


def store_event(*, event: Event, is_awaited: bool, now: datetime) -> bool:
    """Write an event down to be handled; false if it is there already. One statement.

    What nobody waits for is written down without what it says.
    """
    states = StoredEvent.State
    row = StoredEvent(
        key=event.key,
        line=event.line,
        name=_plain(event.name, 60),
        oa_id=_plain(event.oa_id or "", 30),
        payload=json.dumps({"body": event.raw, "server": event.server}) if is_awaited else None,
        state=states.WAITING if is_awaited else states.LET_GO,
        occurred_at=event.occurred_at,
        received_at=now,
        due_at=now,
        finished_at=None if is_awaited else now,
    )
    return StoredEvent.objects.write_once(row)


def read_stored(rows: Sequence[StoredEvent]) -> list[Event]:
    """Return the events that rows were written for. They must not be finished."""
    payloads = dict(StoredEvent.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "payload"))
    told = [json.loads(payloads[row.pk] or "") for row in rows]
    return [_read(each["body"], server=each["server"]) for each in told]


@transaction.atomic
def retry_event(*, event: StoredEvent, now: datetime) -> None:
    """Let an event that was given up be handled once more.

    :raises EventNotFailed: it was not given up, or somebody was faster
    """
    failed = StoredEvent.objects.filter(pk=event.pk, state=StoredEvent.State.FAILED)
    if not failed.update(state=StoredEvent.State.WAITING, attempts=0, due_at=now):
        raise EventNotFailed


def forget_old_events(*, now: datetime) -> int:
    """Delete what is over and can come again no more, what was given up as well; gives how many rows."""
    over = StoredEvent.objects.filter(received_at__lt=now - EVENTS_KEPT)
    over = over.exclude(pk__in=StoredEvent.objects.unfinished().values("pk"))
    deleted = 0
    while some := over.order_by("received_at").values_list("pk", flat=True)[:DELETED_AT_ONCE]:
        deleted += StoredEvent.objects.filter(pk__in=list(some)).delete()[0]
    return deleted


def _read(body: dict[str, Any], *, server: str | None) -> Event:
    # The two kinds differ in their words for everything.
    is_of_the_mini_app = "event" in body and "app_id" not in body
    return miniapp_event(body) if is_of_the_mini_app else read_again(body, server=server)


def _plain(text: str, limit: int) -> str:
    """What a column can hold of a word of Zalo's, whatever it is."""
    return "".join(letter for letter in text if letter.isascii() and letter.isprintable())[:limit]
