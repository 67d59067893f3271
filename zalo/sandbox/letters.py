"""The events that Zalo tells the portal: their bodies, and how they are signed."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zalo.sandbox.config import Config
from zalo.sandbox.identifiers import uid_of
from zalo.sandbox.mailbox import Message
from zalo.sandbox.people import Citizen
from zalo.signing import oa_mac

# Kinds of content that have an echo of their own name; all others are echoed as templates.
ECHOED = ("text", "image", "gif", "list", "file", "sticker")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One event. `server` is the header that tells chat from template messages."""

    body: dict[str, Any] = field(repr=False)
    server: str = "OA OpenAPI"
    retries: int = 0
    # The Mini App's product: another address, another signature.
    is_of_miniapp: bool = False
    # Signed wrongly on purpose.
    is_forged: bool = False

    @property
    def name(self) -> str:
        return str(self.body.get("event") or self.body.get("event_name"))

    @property
    def is_receipt(self) -> bool:
        return self.name in ("user_received_message", "user_seen_message")


def follow(citizen: Citizen, *, oa_id: str, at: datetime, name: str = "follow") -> Letter:
    return _of_oa(
        name,
        at,
        oa_id=oa_id,
        follower={"id": uid_of(citizen.user_id, oa_id)},
        source="oa_profile",
        user_id_by_app=citizen.user_id,
    )


def written(message: Message, *, kind: str, at: datetime) -> Letter:
    """A citizen wrote; `extras` of the message may hold attachments and the id of what is quoted."""
    told: dict[str, Any] = {"msg_id": message.id}
    if message.text is not None:
        told["text"] = message.text
    for name in ("attachments", "quote_msg_id"):
        if name in message.extras:
            told[name] = message.extras[name]
    return _by_citizen(f"user_send_{kind}", at, oa_id=message.oa_id, citizen=message.citizen, message=told)


def tapped(citizen: Citizen, name: str, *, oa_id: str, at: datetime) -> Letter:
    """`user_click_chatnow`, `user_withdraw`: about a citizen, with no message."""
    uid = uid_of(citizen.user_id, oa_id)
    return _of_oa(name, at, oa_id=oa_id, user_id=uid, user_id_by_app=citizen.user_id)


def submitted(citizen: Citizen, info: dict[str, Any], *, oa_id: str, at: datetime) -> Letter:
    return _by_citizen("user_submit_info", at, oa_id=oa_id, citizen=citizen, info=info)


def chat_receipt(message: Message, *, at: datetime) -> Letter:
    return _to_citizen("user_received_message", at, message, {"msg_id": message.id})


def seen(messages: list[Message], *, at: datetime) -> Letter:
    """All of one citizen and one OA."""
    return _to_citizen("user_seen_message", at, messages[0], {"msg_ids": [one.id for one in messages]})


def phone_receipt(message: Message, *, at: datetime) -> Letter:
    told = {"delivery_time": milliseconds(at), "msg_id": message.id, "tracking_id": message.tracking_id}
    to = {"id": message.extras.get("told", message.phone)}
    return _event(
        "user_received_message", at, "ZNS", sender={"id": message.oa_id}, recipient=to, message=told
    )


def echo(message: Message, message_id: str, *, kind: str, admin_id: str | None, at: datetime) -> Letter:
    name = f"oa_send_{kind if kind in ECHOED else 'template'}"
    told = {"msg_id": message_id} | ({} if message.text is None else {"text": message.text})
    return _to_citizen(name, at, message, told, admin_id=admin_id)


def of_account(name: str, *, at: datetime, **told: Any) -> Letter:
    """About an OA or a template: `change_template_status`, `change_oa_daily_quota`, `permission_revoked` …"""
    return _of_oa(name, at, **told)


def revoked_in_miniapp(citizen: Citizen, *, miniapp_id: str, at: datetime) -> Letter:
    """Its time is a number, unlike in all other events."""
    body = {
        "event": "user.revoke.consent",
        "appId": miniapp_id,
        "userId": citizen.user_id,
        "timestamp": int(milliseconds(at)),
    }
    return Letter(body=body, is_of_miniapp=True)


def _by_citizen(name: str, at: datetime, *, oa_id: str, citizen: Citizen, **told: Any) -> Letter:
    sides: dict[str, Any] = {"sender": {"id": uid_of(citizen.user_id, oa_id)}, "recipient": {"id": oa_id}}
    return _event(name, at, **sides, user_id_by_app=citizen.user_id, **told)


def _to_citizen(
    name: str, at: datetime, message: Message, told: dict[str, Any], *, admin_id: str | None = None
) -> Letter:
    sender = {"id": message.oa_id} | ({} if admin_id is None else {"admin_id": admin_id})
    to = {"id": message.uid}
    return _event(name, at, sender=sender, recipient=to, user_id_by_app=message.citizen.user_id, message=told)


def _of_oa(name: str, at: datetime, **told: Any) -> Letter:
    return _event(name, at, **told)


def _event(name: str, at: datetime, server: str = "OA OpenAPI", **told: Any) -> Letter:
    return Letter(body={**told, "event_name": name, "timestamp": milliseconds(at)}, server=server)


def milliseconds(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))


def seal(letter: Letter, config: Config) -> tuple[bytes, dict[str, str]]:
    """Return the bytes of an event and the headers that Zalo would send with them."""
    body = letter.body if letter.is_of_miniapp else {"app_id": config.app_id, **letter.body}
    raw = _json(body).encode()
    if letter.is_of_miniapp:
        signature = miniapp_signature(body, config.miniapp_api_key)
    else:
        mac = oa_mac(app_id=config.app_id, raw=raw, timestamp=body["timestamp"], secret=config.webhook_secret)
        signature = f"mac={mac}"
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "ZaloWebhook",
        "X-ZEvent-Signature": _spoilt(signature) if letter.is_forged else signature,
    }
    if not letter.is_of_miniapp:
        headers["X-ZEvent-Server"] = letter.server
    if letter.retries:
        headers["num_retry"] = str(letter.retries)
    return raw, headers


def miniapp_signature(body: dict[str, Any], key: str) -> str:
    """Return the digest of a Mini App's event: of its values by the order of their names, then the key."""
    values = (value if isinstance(value, str) else _json(value) for _, value in sorted(body.items()))
    return hashlib.sha256(("".join(values) + key).encode()).hexdigest()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _spoilt(signature: str) -> str:
    return signature[:-1] + ("0" if signature[-1] != "0" else "1")
