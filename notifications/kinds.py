"""The kinds of message, and what a text of each kind says.

A text is plain words with `{placeholders}`. A piece in square brackets falls away as long as one of its
placeholders has no value: `[Số thứ tự {number}.]`. Values that are always there stand outside brackets,
values that may be missing inside, so a text never shows a hole.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import models

from accounts.identity import given_name
from core.time import say_time
from notifications.errors import PlaceholderMisplaced, PlaceholderMissing, UnknownPlaceholder, UnreadableText


class Kind(models.TextChoices):
    BOOKED = "BOOKED", "đã đặt lịch"
    REGISTERED = "REGISTERED", "đã đăng ký"
    REMINDER = "REMINDER", "nhắc hẹn"
    LEFT_OVER = "LEFT_OVER", "chưa xếp được"
    CHANGED = "CHANGED", "đổi lịch"
    CANCELLED = "CANCELLED", "hủy lịch"
    DOSSIER_RETURNED = "DOSSIER_RETURNED", "hồ sơ cần bổ sung"
    DOSSIER_ACCEPTED = "DOSSIER_ACCEPTED", "hồ sơ đã duyệt"
    DOSSIER_REFUSED = "DOSSIER_REFUSED", "hồ sơ không được tiếp nhận"
    DOSSIER_STOPPED = "DOSSIER_STOPPED", "hồ sơ đã dừng"
    CARD_READY = "CARD_READY", "đã có thẻ"
    CARD_LATE = "CARD_LATE", "xin lỗi, hẹn lại ngày trả thẻ"

    @property
    def wire(self) -> str:
        """The name outside the database: in file names, lists and logs."""
        return self.value.lower()


@dataclass(frozen=True)
class Placeholders:
    """What a text of one kind may say. `always` and `once_known` must be said; `maybe` may be."""

    always: frozenset[str]
    once_known: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()

    @property
    def allowed(self) -> frozenset[str]:
        return self.always | self.once_known | self.maybe


ABOUT_DOSSIERS = frozenset(
    {
        *(Kind.DOSSIER_RETURNED, Kind.DOSSIER_ACCEPTED, Kind.DOSSIER_REFUSED, Kind.DOSSIER_STOPPED),
        *(Kind.CARD_READY, Kind.CARD_LATE),
    }
)
APPOINTMENT = frozenset({"name", "code", "site", "time"})
VISIT = frozenset({"early", "bring", "address"})
DOSSIER = frozenset({"name", "code", "office"})

PLACEHOLDERS: Mapping[Kind, Placeholders] = {
    Kind.BOOKED: Placeholders(APPOINTMENT, frozenset({"number"}), VISIT | {"number_at"}),
    Kind.REMINDER: Placeholders(APPOINTMENT | {"number"}, maybe=VISIT),
    Kind.CHANGED: Placeholders(APPOINTMENT, frozenset({"number"}), VISIT | {"number_at", "reason"}),
    Kind.CANCELLED: Placeholders(APPOINTMENT, frozenset({"number"}), frozenset({"reason"})),
    Kind.REGISTERED: Placeholders(frozenset({"people", "from", "to"}), maybe=frozenset({"name", "site"})),
    Kind.LEFT_OVER: Placeholders(frozenset({"fact"}), maybe=frozenset({"next_day", "advice"})),
    Kind.DOSSIER_RETURNED: Placeholders(DOSSIER | {"items"}),
    Kind.DOSSIER_ACCEPTED: Placeholders(DOSSIER, maybe=frozenset({"advice"})),
    Kind.DOSSIER_REFUSED: Placeholders(DOSSIER, maybe=frozenset({"reason"})),
    Kind.DOSSIER_STOPPED: Placeholders(DOSSIER, maybe=frozenset({"reason"})),
    Kind.CARD_READY: Placeholders(DOSSIER, maybe=frozenset({"address", "bring"})),
    Kind.CARD_LATE: Placeholders(DOSSIER | {"promised", "return_on"}, maybe=frozenset({"reason"})),
}

# What a kind asks in the chat besides, whatever the words of the agency; `faq` understands the answer.
QUESTIONS: Mapping[Kind, str] = {
    Kind.REMINDER: "Trả lời 1 để báo sẽ đến, 2 để đổi giờ, 3 để hủy.",
}

# How many characters Zalo's template parameters take, by what each value is registered as (zalo.md §4.3).
LIMITS: Mapping[str, int] = {
    "name": 30,
    "code": 30,
    "number": 30,
    "site": 200,
    "address": 200,
    "bring": 200,
    "reason": 200,
    "advice": 200,
    "time": 20,
    "number_at": 20,
    "from": 20,
    "to": 20,
    "fact": 200,
    "next_day": 20,
    "early": 5,
    "people": 5,
    "office": 200,
    "items": 5,
    "promised": 20,
    "return_on": 20,
}
# A template's parameters are all required: what is not known yet is said so, instead of leaving it out.
NOT_KNOWN_YET = "báo sau"

_PIECE = re.compile(r"\[([^\[\]]*)\]")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def appointment_context(
    *,
    full_name: str,
    code: str,
    site: str,
    starts_at: datetime,
    number: str = "",
    number_at: datetime | None = None,
    early_minutes: int = 0,
    bring: str = "",
    address: str = "",
    reason: str = "",
) -> dict[str, str]:
    """Put into words what every message about an appointment says; times become those of Việt Nam.

    `number_at` is when the number will be told; it is left out once `number` is there.
    """
    values = {
        "name": given_name(full_name),
        "code": code,
        "site": site,
        "time": say_time(starts_at),
        "number": number,
        "number_at": say_time(number_at) if number_at and not number else "",
        "early": str(early_minutes) if early_minutes else "",
        "bring": bring,
        "address": address,
        "reason": reason,
    }
    return {name: value for name, value in values.items() if value}


def fitting(kind: Kind, context: Mapping[str, str]) -> dict[str, str]:
    """Make values fit to be sent: known to the kind, NFC, within the limits, none of them empty.

    :raises ValueError: a value that this kind always needs is missing (a bug of the caller)
    """
    table = PLACEHOLDERS[kind]
    values = {name: _shortened(name, text) for name, text in context.items() if name in table.allowed}
    values = {name: text for name, text in values.items() if text}
    if missing := table.always - values.keys():
        raise ValueError(f"A {kind.wire} message needs {', '.join(sorted(missing))}")
    return values


def _shortened(name: str, text: str) -> str:
    whole = " ".join(unicodedata.normalize("NFC", str(text)).split())
    limit = LIMITS[name]
    return whole if len(whole) <= limit else whole[: limit - 1].rstrip() + "…"


def template_data(kind: Kind, context: Mapping[str, str]) -> dict[str, str]:
    """Give the parameters for an approved template: every value as text, none that must be said left out."""
    unknown = dict.fromkeys(PLACEHOLDERS[kind].once_known, NOT_KNOWN_YET)
    return {**unknown, **context}


def check_text(kind: Kind, text: str) -> None:
    """Refuse a text that could not be filled in, or that keeps quiet about what must be said.

    :raises UnreadableText: a bracket or brace has no partner, or brackets stand in brackets
    :raises UnknownPlaceholder: a placeholder that this kind has no value for
    :raises PlaceholderMissing: a mandatory one is not said at all
    :raises PlaceholderMisplaced: one that is always known is in brackets, or one that may be missing is not
    """
    table = PLACEHOLDERS[kind]
    outside = _PIECE.sub("", text)
    if re.search(r"[{}\[\]]", _PLACEHOLDER.sub("", outside)) or re.search(
        r"[{}]", _PLACEHOLDER.sub("", text)
    ):
        raise UnreadableText
    plain = set(_PLACEHOLDER.findall(outside))
    droppable = {name for piece in _PIECE.findall(text) for name in _PLACEHOLDER.findall(piece)}
    if unknown := (plain | droppable) - table.allowed:
        raise UnknownPlaceholder(unknown=_listed(unknown), allowed=_listed(table.allowed))
    if missing := (table.always | table.once_known) - plain - droppable:
        raise PlaceholderMissing(missing=_listed(missing))
    if misplaced := (table.always - plain) | (plain - table.always):
        raise PlaceholderMisplaced(misplaced=_listed(misplaced))


def _listed(names: frozenset[str] | set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))


def render(text: str, context: Mapping[str, str]) -> str:
    """Fill a text that `check_text` accepted."""

    def piece(match: re.Match[str]) -> str:
        known = all(name in context for name in _PLACEHOLDER.findall(match[1]))
        return match[1] if known else ""

    kept = _PIECE.sub(piece, text)
    return _PLACEHOLDER.sub(lambda match: context.get(match[1], ""), kept).strip()


@cache
def default_text(kind: Kind) -> str:
    """The words of the house for a kind, where an agency has none of its own."""
    return (
        Path(settings.BASE_DIR, "templates", "notifications", f"{kind.wire}.txt").read_text("utf-8").strip()
    )
