"""What people type, brought to one form: without marks and shorthand, one name for one thing.

Nothing here knows a question. What a text is made of is given as features, each with a weight: words and
pairs of words, what they mean, words as they were marked, ages, and runs of letters for what is misspelt.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
_PAUSES = re.compile(r"[?.!;\n,:]+")
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
    known = vocabulary()
    words: list[Word] = []
    for word in typed:
        if word in known.polite:
            continue
        short = _DRAWN_OUT.sub(r"\1", word)
        meant = known.shorthand.get(short)
        if meant:
            words += [Word(part) for part in meant.split()]
        else:
            plain = search_key(short)
            words.append(Word(plain, short if short != plain else ""))
    return words


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence, as far as people end theirs."""
    found = [typed_words(sentence) for sentence in _ENDS.split(text[:LONGEST])]
    return [words for words in found if words]


def clauses(text: str) -> list[list[str]]:
    """The words between one pause and the next; none for a text without any."""
    found = [typed_words(clause) for clause in _PAUSES.split(text[:LONGEST])]
    return [words for words in found if words] if len(found) > 1 else []


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
    said: Counter[tuple[str, str]] = Counter()
    said.update(("word", word) for word in plain)
    said.update(("pair", f"{one} {two}") for one, two in pairwise(plain))
    said.update(("meaning", meaning) for meaning in meant)
    said.update(("meanings", f"{one} {two}") for one, two in pairwise(meant))
    said.update(("marked", word.marked) for word in words if word.marked)
    said.update(("age", age) for age in _ages(plain))
    said.update(("letters", run) for run in _runs(f" {' '.join(plain)} "))
    return {f"{kind} {name}": WEIGHTS[kind] * count for (kind, name), count in said.items()}


def _meanings(plain: Sequence[str]) -> Iterator[str]:
    """The words, what can be said in several ways by its one name; the longest way that fits."""
    known = vocabulary()
    here = 0
    while here < len(plain):
        for length in range(min(known.longest_synonym, len(plain) - here), 0, -1):
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
