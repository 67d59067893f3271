"""How the names of places are folded for searching, and how people type and shorten them."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.text import tidy_name

_APOSTROPHE = re.compile(r"['’]\s*")
_WORD = re.compile(r"(?:[a-z0-9đ][\u0300-\u036f]*)+")  # of text in NFD
_MARKS = re.compile(r"[\u0300-\u036f]")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_NUMBERED = re.compile(r"([pq])([0-9]+)")
_KINDS = ("phuong", "xa", "thi tran", "dac khu", "quan", "huyen", "thi xa", "thanh pho", "tinh")
_SHORT = {
    "p": "phuong",
    "q": "quan",
    "x": "xa",
    "h": "huyen",
    "tp": "thanh pho",
    "tx": "thi xa",
    "tt": "thi tran",
    "hcm": "ho chi minh",
    "tphcm": "thanh pho ho chi minh",
    "hn": "ha noi",
}


def place_key(text: str) -> str:
    """The words of a place's name without marks and signs, numbers without zeros before them.

    `phuong 1 quan 4` of `Phường 01, Quận 4`; `ea hleo` of `Ea H'Leo`.
    """
    return _without_marks(toned_key(text))


def toned_key(text: str) -> str:
    """As `place_key`, but with the marks, each tone at the end of its word: `hoà` and `hòa` are one."""
    plain = _APOSTROPHE.sub("", unicodedata.normalize("NFD", tidy_name(text).lower()))
    return " ".join(map(_toned, _WORD.findall(plain)))


def _toned(word: str) -> str:
    if word.isdecimal():
        return word.lstrip("0") or "0"
    return _TONES.sub("", word) + "".join(_TONES.findall(word))


def _without_marks(key: str) -> str:
    return _MARKS.sub("", key).replace("đ", "d")


def path_key(name: str, upper: str, other_names: Sequence[str] = ()) -> str:
    """What is searched of a place: its own name and the `upper` key, and the same by each other name.

    `phuong 13 quan 4 | phuong 12 quan 4` of `Phường 13` in `quan 4`, which is also `Phường 12`.
    """
    return " | ".join(f"{place_key(own)} {upper}".strip() for own in (name, *other_names))


@dataclass(frozen=True)
class Sought:
    """What somebody typed to find a place, with short forms written out.

    `key` is all of it; `kind` the kind that stands first, `PHUONG`, or nothing; `beginnings` are those of
    the rest, word by word up to the whole; `toned` the same with marks, if any were typed.
    """

    key: str
    kind: str
    beginnings: tuple[str, ...]
    toned: tuple[str, ...]


def read_sought(text: str) -> Sought:
    """Read what was typed: `P12, Q.4` is `phuong 12 quan 4`.

    One letter alone at the end is left as it is, because it may be a word that is still being typed.
    """
    toned = list(_spelled_out(toned_key(text).split()))
    words = [_without_marks(word) for word in toned]
    key = " ".join(words)
    kind = next((kind for kind in _KINDS if key.startswith(f"{kind} ")), "")
    first = len(kind.split())
    return Sought(
        key=key,
        kind=kind.upper().replace(" ", "_"),
        beginnings=_beginnings(words[first:]),
        toned=_beginnings(toned[first:]) if toned != words else (),
    )


def is_only_a_kind(key: str) -> bool:
    """Whether `key` tells no place from another: `phuong`, or a single letter."""
    return key in _KINDS or len(key) == 1


def _spelled_out(words: Sequence[str]) -> Iterator[str]:
    for at, word in enumerate(words):
        if numbered := _NUMBERED.fullmatch(word):
            yield from (_SHORT[numbered[1]], numbered[2].lstrip("0") or "0")
        elif len(word) == 1 and at == len(words) - 1:
            yield word
        else:
            yield from _SHORT.get(word, word).split()


def _beginnings(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join(words[:end]) for end in range(1, len(words) + 1))
