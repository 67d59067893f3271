"""From a text to what is said to it: one question when sure, up to three when not, or honestly none."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray

from core.text import search_key
from faq.matching.index import Index, Scores
from faq.matching.vocabulary import vocabulary
from faq.matching.words import read, sentences, typed_words, windows

MOST_CHOICES = 3
# What fits less well is not offered; what fits so well, and so much better than the next, is the answer.
OFFERED, SURE, AHEAD = 0.3, 1.0, 1.12
# What a text about something else must reach if it names the card too; how far behind the best one may be.
DESPITE, BEHIND = 1.3, 0.2
# What is as near as this is asked in the very words of a question of ours, whatever others do.
ITS_VERY_WORDS = 1.8
# A part of a text says a little less than the whole.
OF_A_PIECE = 0.94
# A sentence of so few words asks nothing by itself.
SHORT = 2


class Kind(Enum):
    ANSWER = auto()
    CHOICES = auto()
    UNKNOWN = auto()
    DANGER = auto()
    COMPLAINT = auto()
    GREETING = auto()


@dataclass(frozen=True)
class Verdict:
    """What a text was understood as; the keys best first, at most three."""

    kind: Kind
    keys: tuple[str, ...] = ()


def judge(index: Index, text: str, *, among: Collection[str]) -> Verdict:
    """Understand a text by the questions that have an answer here and now."""
    typed = typed_words(text)
    alarming = _alarm(typed)
    if alarming is not None:
        return Verdict(alarming)
    if not read(typed):
        return Verdict(Kind.GREETING if typed else Kind.UNKNOWN)
    open_here = np.array([key in among for key in index.keys], dtype=bool)
    if not open_here.any():
        return Verdict(Kind.UNKNOWN)
    scores = _Scored(index, open_here)
    asked = sentences(text)
    if len(asked) > 1 and len(several := _several(scores, asked)) > 1:
        return Verdict(Kind.CHOICES, several)
    total = scores.total(typed, asked)
    return Verdict(Kind.UNKNOWN) if total is None else _verdict(index, total)


def alarm(text: str) -> Kind | None:
    """Danger or a complaint, which is told from words alone; None for everything else."""
    return _alarm(typed_words(text))


def _alarm(typed: list[str]) -> Kind | None:
    known = vocabulary()
    if known.danger.spans(typed):
        return Kind.DANGER
    return Kind.COMPLAINT if known.complaint.spans(typed) else None


def nearest(index: Index, text: str, *, among: Collection[str], most: int) -> list[str]:
    """The questions that a search for some words finds, best first."""
    typed = typed_words(text)
    open_here = np.array([key in among for key in index.keys], dtype=bool)
    if not read(typed) or not open_here.any():
        return []
    total = _Scored(index, open_here).total(typed, sentences(text))
    if total is None:
        return []
    order = np.argsort(-total, kind="stable")[:most]
    least = max(OFFERED, BEHIND * float(total[order[0]]))
    return [index.keys[place] for place in order if total[place] >= least]


@dataclass(frozen=True)
class _Scored:
    """The scores of the questions that are answered here."""

    index: Index
    open_here: NDArray[np.bool_]

    def of(self, typed: Sequence[str]) -> Scores:
        return np.where(self.open_here, self.index.scores(typed), np.float32(-1))

    def total(self, typed: list[str], asked: Sequence[list[str]]) -> Scores | None:
        """By the whole text or by the part of it that fits best; None if all of it is for others."""
        found = self.of(typed)
        said = [] if _is_for_others(self.index, typed, found) else [found]
        for part in (window for sentence in asked for window in windows(sentence)):
            if part != typed and len(part) > SHORT:
                found = self.of(part) * np.float32(OF_A_PIECE)
                said += [] if _is_for_others(self.index, part, found) else [found]
        return np.max(said, axis=0) if said else None


def _several(scores: _Scored, asked: Sequence[list[str]]) -> tuple[str, ...]:
    """The questions of a text that asks several: those of which a sentence of its own is sure."""
    each = [(sentence, scores.of(sentence)) for sentence in asked if len(sentence) > SHORT and read(sentence)]
    sure = [
        _verdict(scores.index, found)
        for sentence, found in each
        if not _is_for_others(scores.index, sentence, found)
    ]
    return tuple(dict.fromkeys(said.keys[0] for said in sure if said.kind == Kind.ANSWER))[:MOST_CHOICES]


def _verdict(index: Index, scores: Scores) -> Verdict:
    order = np.argsort(-scores, kind="stable")[:MOST_CHOICES]
    best = float(scores[order[0]])
    if best < OFFERED:
        return Verdict(Kind.UNKNOWN)
    keys = tuple(index.keys[place] for place in order if scores[place] >= BEHIND * best)
    next_best = float(scores[order[1]]) if len(order) > 1 else 0.0
    is_sure = best >= SURE and best >= AHEAD * next_best
    return Verdict(Kind.ANSWER if is_sure else Kind.CHOICES, keys)


def _is_for_others(index: Index, typed: list[str], scores: Scores) -> bool:
    """Whether the text is about what others do: it names that, and nothing of ours, or ours only as well."""
    known = vocabulary()
    elsewhere = known.elsewhere.spans(typed)
    if not elsewhere:
        return False
    taken = {place for start, end in elsewhere for place in range(start, end)}
    ours = [span for span in known.office.spans(_written_out(typed)) if not taken & set(range(*span))]
    best = int(np.argmax(scores))
    names_it = any(_plain(typed[start:end]) <= index.words[index.keys[best]] for start, end in elsewhere)
    if not ours:
        return not (names_it and float(scores[best]) >= ITS_VERY_WORDS)
    return not names_it and float(scores[best]) < DESPITE


def _plain(typed: Sequence[str]) -> set[str]:
    return {search_key(word) for word in typed}


def _written_out(typed: Sequence[str]) -> list[str]:
    """Shorthand of one word as that word, so that places stay; of several as one of ours if it is."""
    shorthand = vocabulary().shorthand
    ours = {"can cuoc": "cccd", "dinh danh dien tu": "vneid"}
    return [ours.get(shorthand.get(word, ""), word) for word in typed]
