"""What nobody should type in a chat, taken out before the rest is read: numbers of cards, one-time codes.

Phone numbers may stand: somebody may be asked for one. Nothing of what is taken out is kept.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

# A number of CMND has nine digits, one of a card twelve.
SHORTEST_NUMBER = 9
_ADDRESS = re.compile(r"https?://\S+|(?<!\S)[^\s@]+@\S+")
# Digits, however they are spaced: `049 185 012 345`, `049.185.012345`.
_RUN = re.compile(r"[0-9](?:[ \n.,_–—-]{0,3}[0-9])*")
_PHONE = re.compile(r"0[0-9]{9}|02[0-9]{9}|84[0-9]{9,10}")
# Written with dots as well: a day, and an amount of money.
_DAY_OR_AMOUNT = re.compile(
    r"(?<![0-9])(?:[0-3]?[0-9][./-][01]?[0-9][./-](?:19|20)[0-9]{2}|[1-9][0-9]{1,2}[.,]000)(?![0-9]|[.,][0-9])"
)
# The letter for the digit, as on a typewriter: `O49185012345`.
_LETTER_O = re.compile(r"(?<=[0-9])[oO](?=[0-9])|(?<![^\W_])[oO](?=[0-9])")
_SIX = r"[0-9]{3}[ .-]?[0-9]{3}(?![0-9])"
_CALLED_A_CODE = (
    r"\b(?:otp|m[aã])(?: (?:otp|x[aá]c|th[uự]c|nh[aậ]n|minh|s[oố]|l[aà]|c[uủ]a|t[oô]i|em|m[iì]nh|n[aà]y|"
    r"đ[aâ]y)){0,6}[ :=.]{0,6}"
)
_CODE = re.compile(rf"\A\W*(?P<alone>{_SIX})\W*\Z|{_CALLED_A_CODE}(?P<called>{_SIX})", re.IGNORECASE)


class Secret(Enum):
    NUMBER = auto()
    CODE = auto()


@dataclass(frozen=True)
class Cleared:
    """A text without what was `found` in it."""

    text: str = field(repr=False)
    found: frozenset[Secret]


def clear(text: str, *, awaits_code: bool) -> Cleared:
    """Take the numbers of cards out of a text, and one-time codes unless one is awaited."""
    plain = unicodedata.normalize("NFKC", text)
    numbers = list(_numbers(_LETTER_O.sub("0", _blotted(_DAY_OR_AMOUNT, _blotted(_ADDRESS, plain)))))
    kept = _without(plain, numbers)
    codes = [] if awaits_code else [code.span(code.lastgroup or 0) for code in _CODE.finditer(kept)]
    found = {Secret.NUMBER: numbers, Secret.CODE: codes}
    return Cleared(
        text=re.sub(r"[^\S\n]+", " ", _without(kept, codes)).strip(),
        found=frozenset(secret for secret, spans in found.items() if spans),
    )


def _numbers(text: str) -> Iterable[tuple[int, int]]:
    """Where digits stand that are too many for anything but a number of somebody, phones left aside."""
    for run in _RUN.finditer(text):
        parts = re.findall("[0-9]+", run[0])
        if _PHONE.fullmatch("".join(parts)):
            continue
        if sum(len(part) for part in parts if not _PHONE.fullmatch(part)) >= SHORTEST_NUMBER:
            yield run.span()


def _blotted(pattern: re.Pattern[str], text: str) -> str:
    """The text with as many crosses in place of what is no number."""
    return pattern.sub(lambda found: "x" * len(found[0]), text)


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return text
