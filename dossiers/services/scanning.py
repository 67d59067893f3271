"""The QR code of a card, read into the fields of a form.

The code of the card with a chip holds `number|old number|NAME|ddmmyyyy|sex|address|ddmmyyyy`; that of the
card of 2024 may hold more or less, and what a phone makes of either may be anything. So pieces are known by
what they look like, in their order, and what is not known is left alone. Nothing of it is believed: it fills
fields as typing would.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.birth_dates import BirthDate
from accounts.identity import FEMALE, MALE, name_faults, tidy_name
from accounts.models import Citizen
from core.errors import NotAllowedNow, StaleVersion
from dossiers.errors import UnreadableCard
from dossiers.form_definitions.shape import Field, Form
from dossiers.models import Dossier
from dossiers.services import filling
from dossiers.services.declaring import Changes, locked, save
from dossiers.states import Status

LONGEST = 1024
_NUMBER, _OLD_NUMBER = re.compile(r"[0-9]{12}"), re.compile(r"[0-9]{9}")
# As printed in the code: day, month and year; 00 for what is not known.
_DATE = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")
_SEXES = {"nam": MALE, "nữ": FEMALE, "nu": FEMALE}
# What a field of a form is filled with, the first that the form has.
_FIELDS = {
    "personal_id": ("personal_id", "id_number"),
    "full_name": ("full_name",),
    "birth_date": ("birth_date",),
    "sex": ("sex",),
    "residence": ("residence", "permanent_residence"),
}


@dataclass(frozen=True, kw_only=True)
class Card:
    """What could be read; None for what could not. `birth_date` as people know it, `1985-04-12` or `1985`."""

    personal_id: str
    old_id: str | None = None
    full_name: str | None = None
    birth_date: str | None = None
    sex: str | None = None
    residence: str | None = None


@dataclass(frozen=True)
class Difference:
    """A field that says something else than the card, and was left as it was."""

    field: str
    typed: Any
    on_card: Any


@dataclass(frozen=True)
class Scanned:
    """What became of a scan: the dossier as it is now, the fields filled, and those that differ."""

    dossier: Dossier
    filled: tuple[str, ...]
    differing: tuple[Difference, ...]


def read_card(text: str) -> Card:
    """Read what a scanner made of a card's code.

    :raises UnreadableCard: it is no card's: too long, or without an identity number to begin with
    """
    if len(text) > LONGEST:
        raise UnreadableCard
    number, *rest = [_tidied(piece) for piece in _mended(text).split("|")]
    if not rest or not _NUMBER.fullmatch(number):
        raise UnreadableCard
    return Card(personal_id=number, **_known(rest))


@transaction.atomic
def scan(
    *, public_id: UUID, citizen: Citizen, revision: int, text: str, overwrite: bool = False, now: datetime
) -> Scanned:
    """Fill the empty fields of a draft from a card, and with `overwrite` those that say something else, too.

    :raises UnreadableCard: it is no card's code
    :raises NotFound: no such dossier of this citizen
    :raises NotAllowedNow: it was handed in, or has ended
    :raises StaleVersion: another device wrote since `revision`
    """
    card = read_card(text)
    dossier = locked(public_id, citizen=citizen)
    if not dossier.is_editable:
        raise NotAllowedNow(reason=f"hồ sơ {Status(dossier.status).label}")
    if dossier.revision != revision:
        raise StaleVersion
    on_card, typed = fields_of(card, filling.form_of(dossier)), filling.data_of(dossier)
    new = {key: value for key, value in on_card.items() if overwrite or key not in typed}
    new = {key: value for key, value in new.items() if typed.get(key) != value}
    differing = tuple(
        Difference(key, typed[key], value)
        for key, value in on_card.items()
        if key in typed and key not in new and typed[key] != value
    )
    if new:
        changes = Changes(data=new)
        dossier = save(public_id=public_id, citizen=citizen, revision=revision, changes=changes, now=now)
    return Scanned(dossier, tuple(new), differing)


def fields_of(card: Card, form: Form) -> dict[str, str]:
    """What of a card the form asks for and takes, by its fields."""
    asked: Mapping[str, Any] = {part.key: part for part in form.parts}
    found = {}
    for said, keys in _FIELDS.items():
        value, key = getattr(card, said), next((key for key in keys if key in asked), None)
        if value is None or key is None or not isinstance(asked[key], Field):
            continue
        if not list(asked[key].faults(value, key)):
            found[key] = value
    return found


def _mended(text: str) -> str:
    """The letters as they were meant: some scanners hand over the bytes of UTF-8 as if each were a letter."""
    for read_as in ("latin-1", "cp1252"):
        try:
            text = text.encode(read_as).decode("utf-8")
        except UnicodeError:
            continue
        break
    return unicodedata.normalize("NFC", text.removeprefix("\ufeff"))


def _tidied(piece: str) -> str:
    readable = "".join(" " if unicodedata.category(mark)[0] in "CZ" else mark for mark in piece)
    return " ".join(readable.split())


def _known(pieces: Sequence[str]) -> dict[str, str]:
    """Take the pieces in their order, each for the first thing it looks like that is not known yet."""
    known: dict[str, str] = {}
    for piece in pieces:
        for name, value in _readings(piece, known):
            if name not in known:
                known[name] = value
                break
    known.pop("issued_on", None)
    return known


def _readings(piece: str, known: Mapping[str, str]) -> list[tuple[str, str]]:
    if not piece:
        return []
    if _OLD_NUMBER.fullmatch(piece):
        return [("old_id", piece)]
    if day := _date(piece):
        return [("birth_date", day), ("issued_on", day)]
    if piece.lower() in _SEXES:
        return [("sex", _SEXES[piece.lower()])]
    name = tidy_name(piece)
    # After the birth date comes no name of the person any more: the 2024 card may name the parents.
    if "birth_date" not in known and not name_faults(name):
        return [("full_name", name)]
    return [("residence", piece)] if "sex" in known and any(map(str.isalpha, piece)) else []


def _date(piece: str) -> str | None:
    found = _DATE.fullmatch(piece)
    if not found:
        return None
    day, month, year = (int(part) for part in found.groups())
    try:
        return str(BirthDate.read(str(BirthDate(year, month or None, (day or None) if month else None))))
    except ValueError:
        return None
