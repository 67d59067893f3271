"""Events of the Mini App: another console, another signature and another shape than those of an OA.

They tell that a person withdrew their consent in the Mini App (`user.revoke.consent`), or that Zalo has
looked at a version of it (`versions.review.done`).
"""

import hmac
from datetime import datetime
from typing import Any

from django.conf import settings

from zalo.reading import moment_of, text_of
from zalo.signing import miniapp_mac
from zalo.webhooks import FRESHNESS, BadSignature, Event, read_body


def verify_miniapp(raw: bytes, *, signature: str | None, now: datetime) -> Event:
    """Return the event in a webhook's body; `signature` is the header `X-ZEvent-Signature`.

    :raises BadSignature: the body is not a fresh event that Zalo signed for our Mini App
    """
    if not signature:
        raise BadSignature("unsigned")
    body = read_body(raw)
    if not settings.ZALO_MINIAPP_ID or text_of(body.get("appId")) != settings.ZALO_MINIAPP_ID:
        raise BadSignature("other Mini App")
    try:
        expected = miniapp_mac(body=body, api_key=settings.ZALO_MINIAPP_API_KEY)
    except RecursionError as error:  # it can be read, just, and not written again
        raise BadSignature("nested too deeply") from error
    if not hmac.compare_digest(signature.encode(), expected.encode()):
        raise BadSignature("wrong signature")
    event = miniapp_event(body)
    # Letters may wander between neighbouring values under one signature; the time bounds how far.
    if abs(now - event.occurred_at) > FRESHNESS:
        raise BadSignature("not fresh")
    return event


def miniapp_event(body: dict[str, Any]) -> Event:
    """Return the event in a body whose signature was checked.

    :raises BadSignature: it has no time
    """
    occurred_at = moment_of(body.get("timestamp"))
    if occurred_at is None:
        raise BadSignature("no time")
    return Event(
        name=text_of(body.get("event")),
        app_id=text_of(body.get("appId")),
        oa_id=None,
        uid=None,
        app_user_id=text_of(body.get("userId")) or None,
        message_ids=(),
        is_by_phone=False,
        tracking_id=None,
        delivered_at=None,
        occurred_at=occurred_at,
        raw=body,
    )
