"""What must be written at Zalo's own consoles before an agency can be connected, and what is wrong after."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from zalo.services import REVOKED


@dataclass(frozen=True)
class ConsoleAddresses:
    """Addresses of ours that Zalo compares to the letter."""

    oa_callback: str
    sign_in_callback: str
    webhook: str
    host: str


def console_addresses() -> ConsoleAddresses:
    base = settings.PUBLIC_BASE_URL
    return ConsoleAddresses(
        oa_callback=base + reverse("admin:agencies_zaloconnection_callback"),
        sign_in_callback=base + reverse("zalo-callback"),
        webhook=base + reverse("zalo-webhook"),
        host=urlsplit(base).netloc,
    )


# By the first word of what the rows of an account keep of an error; its code is told behind.
_TROUBLES = {
    "BackOff": "Zalo đang bận",
    "OutcomeUnknown": "Zalo không trả lời",
    "TokenRejected": "Zalo không nhận mã truy cập",
    "NeedsConsent": "người quản trị Official Account phải cấp lại quyền",
    "NeedsHuman": "Zalo chưa cho làm việc này; xem lại phần Việc phải làm trước",
}
_REVOKED = "quyền đã bị thu hồi ở Zalo"


def say_trouble(error: str) -> str:
    """What is wrong with an account, for who can do something about it; empty where there is nothing."""
    if not error:
        return ""
    if error == REVOKED:
        return _REVOKED
    kind, _, code = error.partition(" ")
    return f"{_TROUBLES.get(kind, 'Zalo báo lỗi, báo kỹ thuật')} (mã {code})"
