"""Which question a text is nearest to: arithmetic over the questions and the ways in which they are asked.

A text is a vector of its features, rare ones weighing more. How well a question fits is what its likest
wording, all its wordings together, and its answer have in common with the text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from faq.matching.vocabulary import neighbours
from faq.matching.words import features, typed_words

Scores = NDArray[np.float32]
Places = NDArray[np.int64]
Amounts = NDArray[np.float64]
RARENESS = 0.85
# What all wordings together, and the answer, weigh beside the likest wording.
TOGETHER, ANSWER = 2.0, 0.8
# So many texts, of some kilobytes each, are not taken apart again: more than a thousand questions have.
REMEMBERED = 2**15


@dataclass(frozen=True)
class Entry:
    """A question with the ways in which it is asked, and what is answered."""

    key: str
    wordings: Sequence[str]
    answer: str = ""


@dataclass(frozen=True)
class _Table:
    """Rows of features turned round: for each feature the rows that have it, and how much of it."""

    starts: Places
    rows: NDArray[np.int32]
    amounts: NDArray[np.float32]
    size: int

    @classmethod
    def of(cls, rows: Places, columns: Places, amounts: Amounts, *, size: int, width: int) -> "_Table":
        """The three stand side by side; no row has a column twice."""
        order = np.argsort(columns, kind="stable")
        starts = np.searchsorted(columns[order], np.arange(width + 1))
        return cls(starts, rows[order].astype(np.int32), amounts[order].astype(np.float32), size)

    def likeness(self, columns: Sequence[int], amounts: Sequence[float]) -> Scores:
        found = np.zeros(self.size, dtype=np.float32)
        for column, amount in zip(columns, amounts, strict=True):
            here = slice(self.starts[column], self.starts[column + 1])
            found[self.rows[here]] += amount * self.amounts[here]
        return found


@dataclass(frozen=True)
class Index:
    """Ready to be asked. `keys` in the order of the scores; behind ours stand the matters of others.

    Features are known by their hashes, which are those of this process.
    """

    keys: tuple[str, ...]
    columns: Mapping[int, int]
    rareness: Amounts
    unknown: float
    first_wording: Places
    wordings: _Table
    questions: _Table

    def scores(self, typed: Sequence[str]) -> Scores:
        """How well each question fits the words; 0 for nothing in common."""
        return self.compared(typed)[0]

    def is_telling(self, typed: Sequence[str]) -> bool:
        """Whether one of the words at least is not in every second question: `làm thẻ` says nothing yet."""
        single = (hash(name) for name in features(typed) if name.startswith(("word ", "meaning ")))
        known = [self.columns[feature] for feature in single if feature in self.columns]
        return bool(known) and float(self.rareness[known].max()) > float(np.log(2)) ** RARENESS

    def compared(self, typed: Sequence[str]) -> tuple[Scores, float]:
        """How well each question fits the words, and how well the likest of what others are asked does."""
        said = {hash(name): weight for name, weight in features(typed).items()}
        known = {self.columns[feature]: weight for feature, weight in said.items() if feature in self.columns}
        columns = list(known)
        amounts = [weight * float(self.rareness[column]) for column, weight in known.items()]
        strange = sum(
            (weight * self.unknown) ** 2 for feature, weight in said.items() if feature not in self.columns
        )
        length = float(np.sqrt(sum(amount**2 for amount in amounts) + strange)) or 1.0
        amounts = [amount / length for amount in amounts]
        likest = np.maximum.reduceat(self.wordings.likeness(columns, amounts), self.first_wording)
        found = likest + self.questions.likeness(columns, amounts)
        ours = len(self.keys)
        return found[:ours], float(found[ours:].max())


def build(entries: Sequence[Entry]) -> Index:
    """Make an index of questions, each with one wording or more, beside what others are asked."""
    said = [*entries, *(Entry("", wordings) for wordings in neighbours())]
    counts = [len(entry.wordings) for entry in said]
    wordings, size = sum(counts), len(said)
    texts = [_features_of(text) for entry in said for text in entry.wordings]
    texts += [_features_of(entry.answer) for entry in said]
    # A cell is one feature of one text.
    text_of = np.repeat(np.arange(len(texts)), [len(features) for features, _ in texts])
    names, columns = np.unique(np.concatenate([features for features, _ in texts]), return_inverse=True)
    width = len(names)
    question_of = np.concatenate([np.repeat(np.arange(size), counts), np.arange(size)])[text_of]
    pairs, pair_of = np.unique(question_of * width + columns, return_inverse=True)
    is_wording = text_of < wordings

    asked_in = np.bincount(pair_of[is_wording], minlength=len(pairs)) > 0
    having = np.bincount((pairs % width)[asked_in], minlength=width)
    rareness = np.log((1 + size) / (0.5 + having)).clip(0) ** RARENESS
    weights: Amounts = np.concatenate([weights for _, weights in texts])
    cells = _of_length_one(weights * rareness[columns], text_of)
    together = _sums(pair_of[is_wording], cells[is_wording], size=len(pairs))
    answered = _sums(pair_of[~is_wording], cells[~is_wording], size=len(pairs))
    whole = TOGETHER * _of_length_one(together, pairs // width) + ANSWER * answered
    return Index(
        keys=tuple(entry.key for entry in entries),
        columns={name: column for column, name in enumerate(names.tolist())},
        rareness=rareness,
        unknown=float(np.log((1 + size) / 0.5)) ** RARENESS,
        first_wording=np.cumsum([0, *counts])[:-1],
        wordings=_Table.of(
            text_of[is_wording], columns[is_wording], cells[is_wording], size=wordings, width=width
        ),
        questions=_Table.of(pairs // width, pairs % width, whole, size=size, width=width),
    )


@lru_cache(maxsize=REMEMBERED)
def _features_of(text: str) -> tuple[Places, Amounts]:
    """The features of a text by their hashes, and their weights.

    Remembered, because a change of the content is a change of one or two of its texts.
    """
    said = features(typed_words(text))
    return (
        np.fromiter(map(hash, said), dtype=np.int64, count=len(said)),
        np.fromiter(said.values(), dtype=np.float64, count=len(said)),
    )


def _sums(places: Places, amounts: Amounts, *, size: int) -> Amounts:
    return np.bincount(places, weights=amounts, minlength=size).astype(np.float64)


def _of_length_one(amounts: Amounts, rows: Places) -> Amounts:
    """Each amount as a part of its row, the rows made equally long."""
    lengths = np.sqrt(np.bincount(rows, weights=amounts**2))
    return amounts / np.where(lengths > 0, lengths, 1.0)[rows]
