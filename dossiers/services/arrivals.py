"""A list of codes of cards that came, read from what was scanned, pasted or handed in as a spreadsheet."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.errors import FieldError, Invalid
from core.sheets import first_column
from core.text import say_number
from dossiers.models import Dossier
from dossiers.models.dossiers import DossierQuerySet
from dossiers.states import Status

MOST_CODES = 2_000
LONGEST_CODE = 40
UNKNOWN = "không có hồ sơ nào mang mã này"
ELSEWHERE = "hồ sơ của đơn vị khác"
TWICE = "đã có ở dòng {line}"
_SEPARATORS = re.compile(r"[\t;,|]")


@dataclass(frozen=True)
class Entry:
    """A code of a list, and the line on which people find it."""

    line: int
    code: str


@dataclass(frozen=True)
class Unmatched:
    """A line that means no card that is waited for, and why."""

    line: int
    code: str
    why: str


@dataclass(frozen=True)
class Found:
    """What a list of codes means. `matched` are in its order."""

    matched: list[Dossier]
    unmatched: list[Unmatched]


def read_codes(text: str) -> list[Entry]:
    """The codes of what was scanned or pasted: one a line, the first thing on it.

    :raises Invalid: none, or more than one list may hold
    """
    return _entries((number, line) for number, line in enumerate(text.splitlines(), start=1))


def read_codes_of_sheet(content: bytes) -> list[Entry]:
    """The codes in the first column of a spreadsheet; a heading above them is a line like any other.

    :raises SheetRefused: it cannot be read
    :raises Invalid: none, or more than one list may hold
    """
    return _entries(first_column(content))


def find_ready(*, entries: Sequence[Entry], cards: DossierQuerySet) -> Found:
    """Look up a list of codes among the cards that an officer may see: four statements, however long it is.

    Codes of ours and those of the state's systems alike.
    """
    codes = {entry.code for entry in entries}
    known = _by_code(cards.for_display().without_forms(), codes)
    elsewhere = set(_by_code(Dossier.objects.without_forms(), codes - known.keys()))
    matched: list[Dossier] = []
    unmatched: list[Unmatched] = []
    line_of: dict[int, int] = {}
    for entry in entries:
        card = known.get(entry.code)
        if card is None:
            why = ELSEWHERE if entry.code in elsewhere else UNKNOWN
        elif card.pk in line_of:
            why = TWICE.format(line=line_of[card.pk])
        elif card.status != Status.TAKEN_IN:
            why = f"hồ sơ {Status(card.status).label}"
        else:
            line_of[card.pk] = entry.line
            matched.append(card)
            continue
        unmatched.append(Unmatched(entry.line, entry.code, why))
    return Found(matched, unmatched)


def _by_code(cards: DossierQuerySet, codes: Iterable[str]) -> dict[str, Dossier]:
    """By the code under which each was asked for. A statement for each kind of code, each with its index."""
    wanted = list(codes)
    ours = {card.code: card for card in cards.filter(code__in=wanted)}
    official = cards.filter(official_code__in=wanted).exclude(official_code="")
    return ours | {card.official_code: card for card in official}


def _entries(lines: Iterable[tuple[int, str]]) -> list[Entry]:
    found = []
    for number, line in lines:
        if code := _tidy(line):
            found.append(Entry(number, code))
        if len(found) > MOST_CODES:
            words = f"Nhiều nhất {say_number(MOST_CODES)} mã một lần."
            raise Invalid(errors=[FieldError("codes", "too_many", words)])
    if not found:
        raise Invalid(errors=[FieldError("codes", "required", "Quét, dán hoặc tải lên ít nhất một mã.")])
    return found


def _tidy(line: str) -> str:
    """What stands first on a line, as codes are written."""
    first = _SEPARATORS.split(line.strip())[0]
    return "".join(first.split()).strip("\"'").upper()[:LONGEST_CODE]
