"""What must be written at Zalo's own consoles before an agency can be connected."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse


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
