"""What goes to Zalo, and what is made of its answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unicodedata import normalize


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A message that Zalo accepted. `quota_remaining` is the OA's, None where Zalo did not say."""

    message_id: str
    sent_at: datetime
    quota_remaining: int | None


def data_of(body: dict[str, Any]) -> dict[str, Any]:
    """Return the object under `data`, an empty one where there is none."""
    found = body.get("data")
    return found if isinstance(found, dict) else {}


def composed(values: dict[str, str]) -> dict[str, str]:
    """Return the values in composed form: Zalo counts the length of a decomposed one too high."""
    return {key: normalize("NFC", value) for key, value in values.items()}
