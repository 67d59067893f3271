"""From a text to what is said to it: one question when sure, up to three when not, or honestly none."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray

from faq.matching.forks import Fork, fork_between
from faq.matching.index import Index, Scores
from faq.matching.vocabulary import Phrases, vocabulary
from faq.matching.words import read, sentences, typed_words, windows

MOST_CHOICES = 3
# What fits less well is not offered; what fits so well, and so much better than the next, is the answer.
OFFERED, SURE, AHEAD = 0.4, 1.0, 1.12
# How near a matter of others must be, beside our likest, to take a text; and one that names what is ours.
NEARER, NEARER_DESPITE = 1.0, 1.2
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
    """What a text was understood as; the keys best first, at most three.

    `fork` is the one fact by which the best of several differ, if the text leaves it open.
    """

    kind: Kind
    keys: tuple[str, ...] = ()
    fork: Fork | None = None


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
    total = scores.total(text)
    if total is None:
        return Verdict(Kind.UNKNOWN)
    verdict = _verdict(index, total)
    if verdict.kind == Kind.ANSWER and not index.is_telling(typed):
        verdict = replace(verdict, kind=Kind.CHOICES)
    return _parted(verdict, typed, among=among)


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
    total = _Scored(index, open_here).total(text)
    if total is None:
        return []
    order = np.argsort(-total, kind="stable")[:most]
    return [index.keys[place] for place in order if total[place] >= OFFERED]


@dataclass(frozen=True)
class _Scored:
    """The scores of the questions that are answered here."""

    index: Index
    open_here: NDArray[np.bool_]

    def of(self, typed: Sequence[str]) -> Scores | None:
        """None for what is for others."""
        found, theirs = self.index.compared(typed)
        ours = np.where(self.open_here, found, np.float32(-1))
        return None if _is_for_others(typed, float(ours.max()), theirs) else ours

    def total(self, text: str) -> Scores | None:
        """By the whole text or by the part of it that fits best; None if all of it is for others."""
        typed = typed_words(text)
        whole = self.of(typed)
        said = [] if whole is None else [whole]
        for part in (piece for sentence in sentences(text) for piece in windows(sentence)):
            if part != typed and len(part) > SHORT:
                found = self.of(part)
                said += [] if found is None else [found * np.float32(OF_A_PIECE)]
        return np.max(said, axis=0) if said else None


def _several(scores: _Scored, asked: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The questions of a text that asks several: those of which a sentence of its own is sure."""
    each = [scores.of(sentence) for sentence in asked if len(sentence) > SHORT and read(sentence)]
    sure = [_verdict(scores.index, found) for found in each if found is not None]
    return tuple(dict.fromkeys(said.keys[0] for said in sure if said.kind == Kind.ANSWER))[:MOST_CHOICES]


def _verdict(index: Index, scores: Scores) -> Verdict:
    order = np.argsort(-scores, kind="stable")[:MOST_CHOICES]
    best = float(scores[order[0]])
    if best < OFFERED:
        return Verdict(Kind.UNKNOWN)
    keys = tuple(index.keys[place] for place in order if scores[place] > 0)
    next_best = float(scores[order[1]]) if len(order) > 1 else 0.0
    is_sure = best >= SURE and best >= AHEAD * next_best
    return Verdict(Kind.ANSWER if is_sure else Kind.CHOICES, keys)


def _parted(verdict: Verdict, typed: list[str], *, among: Collection[str]) -> Verdict:
    """Questions that differ by one fact: by what the text tells of it, or with the question that is left.

    An age that tells against the likest of them makes that one unsure.
    """
    fork = fork_between(verdict.keys)
    if fork is None or (verdict.kind == Kind.ANSWER and not fork.is_of_ages):
        return verdict
    told = fork.told_by(typed)
    if told in verdict.keys[1:]:
        keys = tuple(sorted(verdict.keys, key=lambda key: key != told))
        return Verdict(Kind.CHOICES, keys)
    if told or (verdict.kind == Kind.ANSWER and not fork.must_be_told):
        return verdict
    branches = [key for key in fork.questions if key in among]
    likest = [key for key in verdict.keys if key in branches or not fork.must_be_told]
    offered = tuple(dict.fromkeys([*likest, *branches, *verdict.keys]))
    return Verdict(Kind.CHOICES, offered[:MOST_CHOICES], fork)


def _is_for_others(typed: Sequence[str], best: float, theirs: float) -> bool:
    """Whether the text is about what others do: it is nearer to what they are asked, or it names that and
    nothing of ours.
    """
    if _names_ours(typed):
        return theirs >= NEARER_DESPITE * best
    if theirs >= NEARER * best:
        return True
    return best < ITS_VERY_WORDS and bool(vocabulary().elsewhere.spans(typed))


def _names_ours(typed: Sequence[str]) -> bool:
    """Whether the card is named, for its own sake, or what the office does."""
    return _is_named(vocabulary().card, typed) or _is_named(vocabulary().office, typed)


def _is_named(things: Phrases, typed: Sequence[str]) -> bool:
    """Whether one of the things stands in the words, and is no part of something else."""
    known, written_out = vocabulary(), _written_out(typed)
    taken = _places(known.elsewhere.spans(typed)) | _places(known.means.spans(written_out))
    return not _places(things.spans(written_out)) <= taken


def _places(spans: Sequence[tuple[int, int]]) -> set[int]:
    return {place for start, end in spans for place in range(start, end)}


def _written_out(typed: Sequence[str]) -> list[str]:
    """Shorthand of one word as that word, so that places stay; of several as one of ours if it is."""
    shorthand = vocabulary().shorthand
    ours = {"can cuoc": "cccd", "dinh danh dien tu": "vneid"}
    return [ours.get(shorthand.get(word, ""), word) for word in typed]
