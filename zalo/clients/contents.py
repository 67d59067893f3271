"""What a consultation message may hold, in the shapes that Zalo takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from unicodedata import normalize

from django.conf import settings

from zalo.errors import Bug

BUTTONS_AT_MOST = 5
TITLE_AT_MOST = 100
Content = dict[str, Any]


class ButtonType(StrEnum):
    """What a tap does; beside it, what the payload is."""

    OPEN_URL = "oa.open.url"  # {"url": …}
    SAY = "oa.query.show"  # a text of at most 1,000 characters, that comes back as the citizen's own words
    SAY_HIDDEN = "oa.query.hide"  # the same, not shown in the chat
    CALL = "oa.open.phone"  # {"phone_code": "84…"}
    SMS = "oa.open.sms"  # {"content": …, "phone_code": "84…"}


@dataclass(frozen=True, kw_only=True)
class ChatButton:
    """A button under a consultation message."""

    title: str
    type: ButtonType
    payload: str | Mapping[str, str]


def text_message(text: str, *, quote: str = "", buttons: Sequence[ChatButton] = ()) -> Content:
    """Return a text of at most 2,000 characters, in composed form; `quote` is the id of a message.

    :raises Bug: buttons, while `ZALO_OA_BUTTONS` is `off`, or more of them than Zalo takes
    """
    words = normalize("NFC", text)
    message: Content = _with_buttons(words, buttons) if buttons else {"text": words}
    return {**message, "quote_message_id": quote} if quote else message


def image_message(*, url: str = "", attachment_id: str = "", text: str = "") -> Content:
    """Return a picture by its address, `https://`, or by the id of an upload.

    :raises Bug: neither of the two is named, or both
    """
    if bool(url) == bool(attachment_id):
        raise Bug(0, "an image has an address or the id of an upload")
    where = {"url": url} if url else {"attachment_id": attachment_id}
    image = {"media_type": "image", **where}
    message = _template({"template_type": "media", "elements": [image]})
    return {"text": normalize("NFC", text), **message} if text else message


def file_message(*, token: str) -> Content:
    """Return a file by the token of its upload."""
    return {"attachment": {"type": "file", "payload": {"token": token}}}


def details_request(*, title: str, subtitle: str, image_url: str) -> Content:
    """Return a form in which the citizen gives name, phone and address; the answer is `user_submit_info`."""
    element = {
        "title": normalize("NFC", title),
        "subtitle": normalize("NFC", subtitle),
        "image_url": image_url,
    }
    return _template({"template_type": "request_user_info", "elements": [element]})


def _template(payload: Mapping[str, Any]) -> Content:
    return {"attachment": {"type": "template", "payload": payload}}


def _with_buttons(text: str, buttons: Sequence[ChatButton]) -> Content:
    """Put buttons under a text, in the shape that the setting names: Zalo's papers do not agree on one."""
    if len(buttons) > BUTTONS_AT_MOST:
        raise Bug(0, f"at most {BUTTONS_AT_MOST} buttons")
    written = [{"title": one.title, "type": str(one.type), "payload": one.payload} for one in buttons]
    match settings.ZALO_OA_BUTTONS:
        case "buttons_only":
            return {"text": text, **_template({"buttons": written})}
        case "button":
            return {"text": text, **_template({"template_type": "button", "buttons": written})}
        case "list":
            element = {"title": text[:TITLE_AT_MOST], "subtitle": text[TITLE_AT_MOST:] or text}
            return _template({"template_type": "list", "elements": [element], "buttons": written})
    raise Bug(0, "buttons are switched off")
