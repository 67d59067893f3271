"""What goes to Zalo and what comes back. Answers are read with patience: a number may be a text."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from unicodedata import normalize

from zalo.wire import as_int


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


def items_of(found: object) -> list[dict[str, Any]]:
    """Return the objects of a list, none where there is no list."""
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def text_of(found: object) -> str:
    """Return a text or a number as text, an empty one for anything else."""
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""


def amount_of(found: object) -> int | None:
    """Return a whole amount that is not negative; Zalo writes `200`, `"200"` or `"200.0"`."""
    try:
        number = Decimal(text_of(found) if not isinstance(found, float) else str(found))
    except InvalidOperation:
        return None
    return round(number) if number.is_finite() and 0 <= number < 10**9 else None


def moment_of(milliseconds: object) -> datetime | None:
    """Return the moment that Zalo counts in milliseconds, None where it did not."""
    number = as_int(milliseconds)
    if not number or not 0 < number < 10**14:
        return None
    return datetime.fromtimestamp(number / 1000, tz=UTC)


def composed(values: dict[str, str]) -> dict[str, str]:
    """Return the values in composed form: Zalo counts the length of a decomposed one too high."""
    return {key: normalize("NFC", value) for key, value in values.items()}
