"""Which use case each of Zalo's events calls. The one place where the two meet.

An event is written down when it comes (`take_in`) and handled soon after (`handle_events`), at least once and
in the order in which things happened to one citizen. So a use case that is called here must not mind a second
time, nor an event that comes late: it goes by the event's time. Who writes something new uses `Event.key`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts import services as accounts
from core.db import retry_once
from faq import services as faq
from notifications import services as notifications
from zalo import services as zalo
from zalo.webhooks import Event


def _follow(event: Event, now: datetime) -> None:
    if event.oa_id and event.uid:
        accounts.record_follow(
            oa_id=event.oa_id,
            uid=event.uid,
            app_user_id=event.app_user_id or "",
            follows=event.name == "follow",
            now=event.occurred_at,
        )


def _follows(event: Event, now: datetime) -> None:
    _follow(event, now)
    _greet(event, now)


def _opens_chat(event: Event, now: datetime) -> None:
    _interaction(event, now)
    _greet(event, now)


def _greet(event: Event, now: datetime) -> None:
    """Say what the office does here to somebody who has just come."""
    if event.oa_id and event.uid:
        oa_id, uid, at = event.oa_id, event.uid, event.occurred_at
        retry_once(lambda: faq.greet(oa_id=oa_id, uid=uid, event_key=event.key, occurred_at=at, now=now))
        notifications.send_replies_to(oa_id=oa_id, uid=uid, now=now)


def _interaction(event: Event, now: datetime) -> None:
    if event.oa_id and event.uid:
        accounts.record_interaction(
            oa_id=event.oa_id, uid=event.uid, app_user_id=event.app_user_id or "", now=event.occurred_at
        )


def _writes(event: Event, now: datetime) -> None:
    """Answered and owed in one transaction, then sent at once; what does not leave, the tick sends.

    A one-time code is guessed at before, and sent behind: neither is undone with the answer, or holds it up.
    """
    _interaction(event, now)
    sent = event.name.removeprefix("user_send_")
    if event.oa_id and event.uid and (event.text or sent != "text"):
        oa_id, uid = event.oa_id, event.uid
        key, text, at = event.key, event.text, event.occurred_at
        faq.try_code(oa_id=oa_id, uid=uid, event_key=key, text=text, occurred_at=at, now=now)
        retry_once(
            lambda: faq.answer(
                oa_id=oa_id, uid=uid, event_key=key, text=text, sent=sent, occurred_at=at, now=now
            )
        )
        notifications.send_replies_to(oa_id=oa_id, uid=uid, now=now)
        faq.send_wanted_code(oa_id=oa_id, uid=uid, now=now)


def _office_writes(event: Event, now: datetime) -> None:
    if event.oa_id and event.uid and event.admin_id:
        faq.pause(oa_id=event.oa_id, uid=event.uid, by=event.admin_id, occurred_at=event.occurred_at, now=now)


def _form(event: Event, now: datetime) -> None:
    """What the person typed is proof of nothing: a phone is verified by a code or by Zalo's own word."""
    if event.oa_id and event.uid:
        accounts.record_contact(oa_id=event.oa_id, uid=event.uid, app_user_id=event.app_user_id or "")


def _withdrawal(event: Event, now: datetime) -> None:
    accounts.withdraw_through_zalo(
        oa_id=event.oa_id or "",
        uid=event.uid or "",
        app_user_id=event.app_user_id or "",
        now=event.occurred_at,
    )
    if event.oa_id and event.uid:
        faq.unsubscribe(oa_id=event.oa_id, uid=event.uid, said_at=event.occurred_at)


def _grant_ended(event: Event, now: datetime) -> None:
    if event.oa_id:
        zalo.note_grant_ended(oa_id=event.oa_id, now=event.occurred_at)


def _quota_changed(event: Event, now: datetime) -> None:
    if event.oa_id:
        notifications.forget_quota(oa_id=event.oa_id, as_of=event.occurred_at)


def _template_status(event: Event, now: datetime) -> None:
    zalo.note_template_status(
        oa_id=event.oa_id or "",
        template_id=event.template_id,
        status=event.new_status,
        reason=event.reason,
        at=event.occurred_at,
    )


def _template_quality(event: Event, now: datetime) -> None:
    zalo.note_template_quality(
        oa_id=event.oa_id or "",
        template_id=event.template_id,
        quality=event.new_quality,
        at=event.occurred_at,
    )


def _receipts(events: Sequence[Event], now: datetime) -> None:
    """That a message was seen says that it came."""
    notifications.record_receipts(
        receipts=[
            notifications.Receipt(
                oa_id=event.oa_id or "",
                provider_id=message_id,
                tracking_id=event.tracking_id or "",
                delivered_at=event.delivered_at or event.occurred_at,
            )
            for event in events
            for message_id in event.message_ids
        ],
        now=now,
    )


# To write to an Official Account is to interact with it. A receipt is not.
_WAYS_TO_WRITE = (
    *("text", "image", "gif", "link", "audio", "video", "sticker", "location", "file", "business_card"),
)
_WAYS_OF_THE_OFFICE = ("text", "image", "gif", "list", "file", "sticker", "template")
TABLE = zalo.Table(
    one_by_one={
        "follow": _follows,
        "unfollow": _follow,
        **{f"user_send_{way}": _writes for way in _WAYS_TO_WRITE},
        **{f"oa_send_{way}": _office_writes for way in _WAYS_OF_THE_OFFICE},
        "user_click_chatnow": _opens_chat,
        "user_submit_info": _form,
        "user_withdraw": _withdrawal,
        "user.revoke.consent": _withdrawal,  # of the Mini App
        "permission_revoked": _grant_ended,
        "change_oa_daily_quota": _quota_changed,
        "change_template_status": _template_status,
        "change_template_quality": _template_quality,
    },
    together={
        "user_received_message": _receipts,
        "user_seen_message": _receipts,
    },
)


def take_in(event: Event, *, now: datetime) -> None:
    """Write an event down, once however often Zalo tells it."""
    zalo.store_event(event=event, is_awaited=event.name in TABLE and not _is_echo(event), now=now)


def _is_echo(event: Event) -> bool:
    """Whether the office "wrote" what we ourselves have just sent: no human, no pause, nothing to do."""
    return event.name.startswith("oa_send_") and not event.admin_id


def handle_events(*, now: datetime, stay: timedelta = timedelta(0)) -> zalo.HandleReport:
    """Do what the events ask for that wait, and that come while we `stay`."""
    return zalo.handle_waiting(table=TABLE, now=now, stay=stay)
