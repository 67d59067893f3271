"""What people type, brought to one form: without marks and shorthand, one name for one thing.

Nothing here knows a question. What a text is made of is given as features, each with a weight: words and
pairs of words, what they mean, words as they were marked, ages, and runs of letters for what is misspelt.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, zip_longest

from core.text import search_key
from faq.matching.vocabulary import vocabulary

# Nobody is read further than this.
LONGEST = 2000
# A story is read in pieces of at most so many words, each beginning in the middle of the one before.
PIECE = 16
_TYPED = re.compile(r"[^\W_]+")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_ENDS = re.compile(r"[?.!;\n]+")
_AGED = re.compile(r"([0-9]{1,3})(?:t|tuoi)")
# Ages between which the law of cards changes, and what they are called in features.
_AGES = ((6, "duoi 6"), (14, "6 den 13"), (18, "14 den 17"), (58, "nguoi lon"), (130, "tu 58"))
WEIGHTS = {
    "word": 1.0,
    "pair": 0.7,
    "meaning": 1.5,
    "meanings": 0.7,
    "marked": 0.7,
    "age": 1.8,
    "letters": 0.35,
}
Features = dict[str, float]


@dataclass(frozen=True)
class Word:
    """A word without marks; `marked` is how it was typed, where that had marks."""

    plain: str
    marked: str = ""


def typed_words(text: str) -> list[str]:
    """The words as typed, in small letters."""
    return _TYPED.findall(unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text[:LONGEST]).lower()))


def read(typed: Sequence[str]) -> list[Word]:
    """The words that say something, shorthand written out."""
    return [word for one in typed for word in _read_one(one)]


@lru_cache(maxsize=2**14)
def _read_one(typed: str) -> tuple[Word, ...]:
    known = vocabulary()
    if typed in known.polite:
        return ()
    short = _DRAWN_OUT.sub(r"\1", typed)
    meant = known.shorthand.get(short)
    if meant:
        return tuple(Word(part) for part in meant.split())
    plain = search_key(short)
    return (Word(plain, short if short != plain else ""),)


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence, as far as people end theirs."""
    found = [typed_words(sentence) for sentence in _ENDS.split(text[:LONGEST])]
    return [words for words in found if words]


def windows(words: list[str]) -> list[list[str]]:
    """A long sentence in pieces that overlap; a short one as it is."""
    if len(words) <= PIECE:
        return [words]
    return [words[start : start + PIECE] for start in range(0, len(words) - PIECE // 2, PIECE // 2)]


def features(typed: Sequence[str]) -> Features:
    """What a text is made of, each with its weight."""
    words = read(typed)
    plain = [word.plain for word in words]
    meant = list(_meanings(plain))
    named = {
        "word": plain,
        "pair": [f"{one} {two}" for one, two in pairwise(plain)],
        "meaning": meant,
        "meanings": [f"{one} {two}" for one, two in pairwise(meant)],
        "marked": [word.marked for word in words if word.marked],
        "age": _ages(plain),
        "letters": _runs(f" {' '.join(plain)} "),
    }
    said: Features = {}
    for kind, names in named.items():
        weight = WEIGHTS[kind]
        for name in names:
            feature = f"{kind} {name}"
            said[feature] = said.get(feature, 0.0) + weight
    return said


def _meanings(plain: Sequence[str]) -> Iterator[str]:
    """The words, what can be said in several ways by its one name; the longest way that fits."""
    known = vocabulary()
    here = 0
    while here < len(plain):
        longest = known.longest_synonym.get(plain[here], 0)
        for length in range(min(longest, len(plain) - here), 0, -1):
            name = known.synonyms.get(" ".join(plain[here : here + length]))
            if name:
                yield f"={name}"
                here += length
                break
        else:
            yield plain[here]
            here += 1


def _ages(plain: Sequence[str]) -> Iterator[str]:
    for word, after in zip_longest(plain, plain[1:], fillvalue=""):
        told = _AGED.fullmatch(word) or (
            _AGED.fullmatch(f"{word}{after}") if after in ("t", "tuoi") else None
        )
        if told:
            yield "tuoi"
            yield next((name for limit, name in _AGES if int(told[1]) < limit), "tuoi")


def _runs(text: str) -> Iterator[str]:
    for size in (3, 4):
        for start in range(len(text) - size + 1):
            yield text[start : start + size]
