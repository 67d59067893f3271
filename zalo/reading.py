"""Zalo's JSON, read with patience: a number may be a text, a part may be missing."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any


def as_int(value: object) -> int | None:
    """Return a number that Zalo may send as a number or as a string; None for anything else."""
    try:
        return int(str(value))
    except ValueError:
        return None


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
