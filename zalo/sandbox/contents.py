"""What a consultation message may hold: words, pictures, files, stickers, a form, buttons."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from zalo.sandbox.people import Oa
from zalo.sandbox.protocol import Refused
from zalo.sandbox.world import World

LONGEST_TEXT = 2_000
MOST_BUTTONS = MOST_ELEMENTS = 5
NOT_SUPPORTED = (-233, "message type is invalid or not support")
# What the payload of a button of each type must hold; None: a text.
BUTTON_PAYLOADS: dict[str, tuple[str, ...] | None] = {
    "oa.open.url": ("url",),
    "oa.query.show": None,
    "oa.query.hide": None,
    "oa.open.phone": ("phone_code",),
    "oa.open.sms": ("content", "phone_code"),
}


@dataclass(frozen=True, kw_only=True)
class Content:
    """A message, read. `kind` is the word of its echo, `oa_send_<kind>`; `extras` is all but the text."""

    kind: str
    text: str
    extras: dict[str, Any] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """What a reader without pictures sees."""
        return self.text or f"[{self.kind}]"


def read_content(world: World, oa: Oa, message: dict[str, Any]) -> Content:
    """Read the `message` of a call.

    :raises Refused: no kind that there is, or it breaks a rule of its kind
    """
    attachment = message.get("attachment")
    text = _text(message, "text", most=LONGEST_TEXT) if "text" in message or attachment is None else ""
    quoted = message.get("quote_message_id")
    extras = {} if quoted is None else {"quote": _quoted(world, oa, quoted)}
    if attachment is None:
        return Content(kind="text", text=text, extras=extras)
    payload = attachment.get("payload") if isinstance(attachment, dict) else None
    if not isinstance(payload, dict):
        raise Refused(*NOT_SUPPORTED)
    if attachment.get("type") == "file":
        return Content(
            kind="file",
            text=text,
            extras={**extras, "file": _upload(world, oa, payload.get("token"), {"file"})},
        )
    kind = str(payload.get("template_type") or "buttons_only")
    read = _READERS.get(kind)
    if attachment.get("type") != "template" or read is None:
        raise Refused(*NOT_SUPPORTED)
    word, more = read(world, oa, payload)
    return Content(kind=word, text=text, extras={**extras, **more})


def _media(world: World, oa: Oa, payload: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    (element,) = _elements(payload, most=1)
    kind = element.get("media_type")
    if kind not in ("image", "gif", "sticker"):
        raise Refused(*NOT_SUPPORTED)
    url, attachment_id = element.get("url"), element.get("attachment_id")
    if kind == "gif" and not (element.get("width") and element.get("height")):
        raise Refused(-201, "width or height is invalid!")
    if kind == "sticker":
        return "sticker", {"sticker": _some(attachment_id, "attachment_id")}
    if (url is None) == (attachment_id is None):
        raise Refused(-201, "url or attachment_id is invalid!")
    if url is not None:
        return kind, {"image": {"url": _web_address(url)}}
    return kind, {"image": _upload(world, oa, attachment_id, {kind})}


def _details(_: World, __: Oa, payload: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    (element,) = _elements(payload, most=1)
    title, subtitle = _text(element, "title", most=100), _text(element, "subtitle", most=500)
    picture = _web_address(element.get("image_url"))
    return "request_user_info", {"asks_details": {"title": title, "subtitle": subtitle, "image_url": picture}}


def _buttons_only(world: World, _: Oa, payload: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    _need_flag(world)
    if "elements" in payload:
        raise Refused(*NOT_SUPPORTED)
    return "text", {"buttons": _buttons(payload.get("buttons"))}


def _list(world: World, _: Oa, payload: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    _need_flag(world)
    elements = [
        {name: str(element[name]) for name in ("title", "subtitle", "image_url") if element.get(name)}
        for element in _elements(payload, most=MOST_ELEMENTS)
    ]
    buttons = _buttons(payload["buttons"]) if payload.get("buttons") else []
    return "list", {"list": elements, "buttons": buttons}


_READERS: dict[str, Callable[[World, Oa, dict[str, Any]], tuple[str, dict[str, Any]]]] = {
    "media": _media,
    "request_user_info": _details,
    "buttons_only": _buttons_only,
    "button": _buttons_only,
    "list": _list,
}


def _need_flag(world: World) -> None:
    """Zalo's papers disagree about buttons on v3, so they are taken only where a test asks for them."""
    if not world.faults.oa_buttons:
        raise Refused(*NOT_SUPPORTED)


def _buttons(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_BUTTONS:
        raise Refused(-201, "buttons is invalid!")
    return [_button(one) for one in value]


def _button(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or value.get("type") not in BUTTON_PAYLOADS:
        raise Refused(-201, "buttons is invalid!")
    payload, needed = value.get("payload"), BUTTON_PAYLOADS[value["type"]]
    is_text = needed is None and isinstance(payload, str) and 0 < len(payload) <= 1_000
    is_object = needed is not None and isinstance(payload, dict) and all(payload.get(name) for name in needed)
    if not (is_text or is_object):
        raise Refused(-201, "payload is invalid!")
    return {"title": _text(value, "title", most=100), "type": value["type"], "payload": payload}


def _elements(payload: dict[str, Any], *, most: int) -> list[dict[str, Any]]:
    elements = payload.get("elements")
    if not isinstance(elements, list) or not 0 < len(elements) <= most:
        raise Refused(-201, "elements is invalid!")
    if not all(isinstance(element, dict) for element in elements):
        raise Refused(-201, "elements is invalid!")
    return elements


def _quoted(world: World, oa: Oa, message_id: Any) -> str:
    found = world.mailbox.get(message_id)
    if found is None or found.oa_id != oa.oa_id:
        raise Refused(-201, "quote_message_id is invalid!")
    return found.rendered


def _upload(world: World, oa: Oa, attachment_id: Any, kinds: set[str]) -> dict[str, Any]:
    found = world.uploads.get(_some(attachment_id, "attachment_id"))
    if found is None or found.oa_id != oa.oa_id or found.kind not in kinds or found.ends_at <= world.now():
        raise Refused(-100, "attachment_id was expired")
    return {"url": f"/_sandbox/uploads/{attachment_id}", "name": found.name, "size": len(found.content)}


def _text(holder: dict[str, Any], name: str, *, most: int) -> str:
    value = _some(holder.get(name), name)
    if len(value) > most:
        raise Refused(-210, f"Parameter exceeds allowable limit: {name}")
    return value


def _some(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise Refused(-201, f"{name} is invalid!")
    return value


def _web_address(value: Any) -> str:
    if not isinstance(value, str) or not value.startswith(("https://", "http://")):
        raise Refused(-201, "url is invalid!")
    return value
