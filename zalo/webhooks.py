"""Zalo's events: told apart from forgeries, and read into one small shape.

Zalo signs the raw bytes, so they must come here untouched. Events come at least once and in any order, up to
two hours late; whoever handles one must not mind a second.
"""

import hmac
import json
import logging
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from unicodedata import normalize

from django.conf import settings

from core.crypto import keyed_hash
from zalo.reading import items_of, text_of
from zalo.signing import oa_mac

log = logging.getLogger(__name__)

# Zalo delivers again for about 1 h 50 min, with the body, and so the time, of the first try.
FRESHNESS = timedelta(hours=2)
_MILLISECONDS = re.compile(r"[0-9]{1,14}")
# In these the OA is the sender although a citizen did something.
_RECEIPTS = ("user_received_message", "user_seen_message")
# These happen once to a message, so that its id tells them apart; a reaction may change, and come again.
_ABOUT_ONE_MESSAGE = ("user_send_", "anonymous_send_", "oa_send_", *_RECEIPTS)


class BadSignature(Exception):
    """This did not come from Zalo for our app, or not lately. `why` is a word for the log."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, kw_only=True)
class Event:
    """What happened. `uid` is the citizen as this OA knows them, `app_user_id` as our app does."""

    name: str
    app_id: str
    oa_id: str | None
    uid: str | None
    app_user_id: str | None
    message_ids: tuple[str, ...]
    # A template message that went to a phone number: `tracking_id` is ours, `uid` is None.
    is_by_phone: bool
    tracking_id: str | None
    delivered_at: datetime | None
    occurred_at: datetime
    raw: dict[str, Any] = field(repr=False)
    # The header `X-ZEvent-Server`: with it and `raw` the event can be read again.
    server: str | None = None

    @property
    def text(self) -> str:
        """What was written, in composed form; empty where it was something else."""
        return normalize("NFC", _text(self.raw, "message", "text") or "")

    @property
    def quoted_id(self) -> str:
        """The message that this one refers to."""
        return _text(self.raw, "message", "quote_msg_id") or ""

    @property
    def attachments(self) -> tuple[str, ...]:
        """The kinds of what was sent beside text: `image`, `location`, `file`, …"""
        message = self.raw.get("message")
        sent = items_of(message.get("attachments")) if isinstance(message, dict) else []
        return tuple(text_of(one.get("type")) for one in sent)

    @property
    def admin_id(self) -> str:
        """Who of the OA wrote by hand in Zalo's own console; empty where a program did, ours included."""
        return _text(self.raw, "sender", "admin_id") or ""

    @property
    def template_id(self) -> str:
        return _text(self.raw, "template_id") or ""

    @property
    def new_status(self) -> str:
        """What a template's status is from now on."""
        return _text(self.raw, "status", "new_status") or _text(self.raw, "status") or ""

    @property
    def new_quality(self) -> str:
        """How a template is rated from now on."""
        return _text(self.raw, "quality", "new_quality") or _text(self.raw, "quality") or ""

    @property
    def reason(self) -> str:
        return _text(self.raw, "reason") or ""

    @property
    def key(self) -> str:
        """What tells this event from all others, and is the same however often Zalo tells it."""
        subject: object = self.uid or self.app_user_id or self.template_id
        if self.message_ids and self.name.startswith(_ABOUT_ONE_MESSAGE):
            return _digest("event", self.name, self.oa_id, sorted(self.message_ids))
        about = [self.message_ids, subject] if self.message_ids or subject else self.raw
        return _digest("event", self.name, self.oa_id, self.occurred_at.isoformat(), about)

    @property
    def line(self) -> str:
        """Events of one line happen one after the other: those of a citizen at an Official Account.

        A receipt stands in no line: whatever else happened, its message has arrived.
        """
        if self.uid is None or self.name in _RECEIPTS:
            return self.key
        return _digest("line", self.oa_id, self.uid)


def verify(raw: bytes, *, signature: str | None, now: datetime, server: str | None = None) -> Event:
    """Return the event in a webhook's body.

    `signature` is the header `X-ZEvent-Signature`, `server` the header `X-ZEvent-Server`.

    :raises BadSignature: the body is not a fresh event that Zalo signed for our app
    """
    if not signature:
        raise BadSignature("unsigned")
    body = read_body(raw)
    app_id, timestamp = _text(body, "app_id"), _text(body, "timestamp")
    if not app_id or app_id != settings.ZALO_APP_ID:
        raise BadSignature("other app")
    if not timestamp or not _MILLISECONDS.fullmatch(timestamp):
        raise BadSignature("no time")
    if not _is_ours(signature.removeprefix("mac="), app_id=app_id, raw=raw, timestamp=timestamp):
        raise BadSignature("wrong signature")
    occurred_at = _moment(timestamp)
    if abs(now - occurred_at) > FRESHNESS:
        raise BadSignature("not fresh")
    return _event(body, app_id=app_id, occurred_at=occurred_at, server=server)


def _is_ours(mac: str, *, app_id: str, raw: bytes, timestamp: str) -> bool:
    """Say whether one of our secrets signs so; the log tells if it is another than the first."""
    secrets = [settings.ZALO_OA_WEBHOOK_SECRET, *filter(None, settings.ZALO_OA_WEBHOOK_FALLBACK_SECRETS)]
    for number, secret in enumerate(secrets):
        expected = oa_mac(app_id=app_id, raw=raw, timestamp=timestamp, secret=secret)
        if hmac.compare_digest(mac.encode(), expected.encode()):
            if number:
                log.warning("A webhook was signed with fallback secret %d", number)
            return True
    return False


def read_again(body: dict[str, Any], *, server: str | None) -> Event:
    """Return the event in a body that was verified when it came."""
    occurred_at = _moment(_text(body, "timestamp") or "")
    return _event(body, app_id=_text(body, "app_id") or "", occurred_at=occurred_at, server=server)


def read_body(raw: bytes) -> dict[str, Any]:
    """:raises BadSignature: these bytes are no JSON object"""
    try:
        body = json.loads(raw.decode())
    except (ValueError, RecursionError) as error:
        raise BadSignature("not json") from error
    if not isinstance(body, dict):
        raise BadSignature("not an object")
    return body


def _event(body: dict[str, Any], *, app_id: str, occurred_at: datetime, server: str | None) -> Event:
    name = _text(body, "event_name") or ""
    tracking_id = _text(body, "message", "tracking_id")
    by_phone = name == "user_received_message" and (server == "ZNS" or tracking_id is not None)
    ours, theirs = ("sender", "recipient") if _is_from_oa(name) else ("recipient", "sender")
    uid = _text(body, "follower", "id") or _text(body, "user_id") or _text(body, theirs, "id")
    delivered = _text(body, "message", "delivery_time") or ""
    return Event(
        name=name,
        app_id=app_id,
        oa_id=_text(body, "oa_id") or _text(body, "oaId") or _text(body, ours, "id"),
        uid=None if by_phone else uid,  # else it would be a phone number
        app_user_id=_text(body, "user_id_by_app"),
        message_ids=_message_ids(body.get("message")),
        is_by_phone=by_phone,
        tracking_id=tracking_id,
        delivered_at=_delivered_at(name, delivered, occurred_at),
        occurred_at=occurred_at,
        raw=body,
        server=server,
    )


def _is_from_oa(name: str) -> bool:
    return name in _RECEIPTS or name.startswith("oa_")


def _delivered_at(name: str, delivered: str, occurred_at: datetime) -> datetime | None:
    if name != "user_received_message":
        return None
    return _moment(delivered) if _MILLISECONDS.fullmatch(delivered) else occurred_at


def _message_ids(message: object) -> tuple[str, ...]:
    if not isinstance(message, dict):
        return ()
    many = message.get("msg_ids")
    found = many if isinstance(many, list) else [message.get("msg_id")]
    return tuple(str(one) for one in found if isinstance(one, str | int))


def _moment(milliseconds: str) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, tz=UTC)


def _digest(purpose: str, *parts: object) -> str:
    # Some parts name a person, in events to phones by the number. ASCII: half a character is no error here.
    return keyed_hash(f"zalo {purpose}", json.dumps(parts, sort_keys=True))


def _text(body: object, *path: str) -> str | None:
    """Return the string or number at a path, as text; None where there is none."""
    for key in path:
        body = body.get(key) if isinstance(body, dict) else None
    return str(body) if isinstance(body, str | int) else None
