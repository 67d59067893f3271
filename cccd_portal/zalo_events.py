"""Which use case each of Zalo's events calls. The one place where the two meet."""

from collections.abc import Callable, Mapping
from datetime import datetime

from accounts import services as accounts
from notifications import services as notifications
from zalo.webhooks import Event


def _follow(event: Event, now: datetime) -> None:  # noqa: ARG001 - one signature for all
    if event.oa_id and event.uid:
        accounts.record_follow(
            oa_id=event.oa_id,
            uid=event.uid,
            app_user_id=event.app_user_id or "",
            follows=event.name == "follow",
            now=event.occurred_at,
        )


def _received(event: Event, now: datetime) -> None:
    for message_id in event.message_ids:
        notifications.record_receipt(
            oa_id=event.oa_id or "",
            provider_id=message_id,
            tracking_id=event.tracking_id or "",
            delivered_at=event.delivered_at or event.occurred_at,
            now=now,
        )


HANDLERS: Mapping[str, Callable[[Event, datetime], None]] = {
    "follow": _follow,
    "unfollow": _follow,
    "user_received_message": _received,
}


def handle(event: Event, *, now: datetime) -> None:
    """Do what an event asks for; events that nobody waits for are let go."""
    handler = HANDLERS.get(event.name)
    if handler is not None:
        handler(event, now)
