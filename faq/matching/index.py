"""Which question a text is nearest to: arithmetic over the questions and the ways in which they are asked.

A text is a vector of its features, rare ones weighing more. How well a question fits is what its likest
wording, all its wordings together, and its answer have in common with the text.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.text import search_key
from faq.matching.vocabulary import neighbours
from faq.matching.words import Features, features, typed_words

Scores = NDArray[np.float32]
RARENESS = 0.85
# What all wordings together, and the answer, weigh beside the likest wording.
TOGETHER, ANSWER = 2.0, 0.8


@dataclass(frozen=True)
class Entry:
    """A question with the ways in which it is asked, and what is answered."""

    key: str
    wordings: Sequence[str]
    answer: str = ""


@dataclass(frozen=True)
class _Table:
    """Rows of features turned round: for each feature the rows that have it, and how much of it."""

    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    amounts: NDArray[np.float32]
    size: int

    def likeness(self, columns: Sequence[int], amounts: Sequence[float]) -> Scores:
        found = np.zeros(self.size, dtype=np.float32)
        for column, amount in zip(columns, amounts, strict=True):
            here = slice(self.starts[column], self.starts[column + 1])
            found[self.rows[here]] += amount * self.amounts[here]
        return found


@dataclass(frozen=True)
class Index:
    """Ready to be asked. `keys` in the order of the scores; behind ours stand the matters of others."""

    keys: tuple[str, ...]
    columns: Mapping[str, int]
    rareness: NDArray[np.float32]
    unknown: float
    first_wording: NDArray[np.int64]
    wordings: _Table
    questions: _Table
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def scores(self, typed: Sequence[str]) -> Scores:
        """How well each question fits the words; 0 for nothing in common."""
        return self.compared(typed)[0]

    def is_telling(self, typed: Sequence[str]) -> bool:
        """Whether one of the words at least is not in every second question: `làm thẻ` says nothing yet."""
        single = (name for name in features(typed) if name.startswith(("word ", "meaning ")))
        known = [self.columns[name] for name in single if name in self.columns]
        return bool(known) and float(self.rareness[known].max()) > float(np.log(2)) ** RARENESS

    def compared(self, typed: Sequence[str]) -> tuple[Scores, float]:
        """How well each question fits the words, and how well the likest of what others are asked does."""
        said = features(typed)
        known = {self.columns[name]: weight for name, weight in said.items() if name in self.columns}
        columns = list(known)
        amounts = [weight * float(self.rareness[column]) for column, weight in known.items()]
        strange = sum(
            (weight * self.unknown) ** 2 for name, weight in said.items() if name not in self.columns
        )
        length = float(np.sqrt(sum(amount**2 for amount in amounts) + strange)) or 1.0
        amounts = [amount / length for amount in amounts]
        likest = np.maximum.reduceat(self.wordings.likeness(columns, amounts), self.first_wording)
        found = likest + self.questions.likeness(columns, amounts)
        ours = len(self.keys)
        return found[:ours], float(found[ours:].max())


def build(entries: Sequence[Entry]) -> Index:
    """Make an index of questions, each with one wording or more, beside what others are asked."""
    all_entries = [*entries, *(Entry("", wordings) for wordings in neighbours())]
    said = [[_features_of(wording) for wording in entry.wordings] for entry in all_entries]
    answered = [_features_of(entry.answer) for entry in all_entries]
    columns: dict[str, int] = {}
    for one in [*(wording for wordings in said for wording in wordings), *answered]:
        for name in one:
            columns.setdefault(name, len(columns))
    rareness = _rareness(said, columns)
    rows = [_vector(wording, columns, rareness) for wordings in said for wording in wordings]
    first = np.cumsum([0, *(len(wordings) for wordings in said)])
    whole = [
        _add(
            (TOGETHER, _unit(_add(*((1.0, row) for row in rows[start:end])))),
            (ANSWER, _vector(answer, columns, rareness)),
        )
        for (start, end), answer in zip(pairwise(first), answered, strict=True)
    ]
    return Index(
        keys=tuple(entry.key for entry in entries),
        columns=columns,
        rareness=rareness,
        unknown=float(np.log((1 + len(all_entries)) / 0.5)) ** RARENESS,
        first_wording=first[:-1],
        wordings=_turned(rows, len(columns)),
        questions=_turned(whole, len(columns)),
        words={
            entry.key: frozenset(typed_words(search_key(" ".join([*entry.wordings, entry.answer]))))
            for entry in entries
        },
    )


Row = dict[int, float]


@lru_cache(maxsize=2048)
def _features_of(text: str) -> Features:
    """Remembered, because a change of the content is a change of one or two of its texts."""
    return features(typed_words(text))


def _rareness(said: Sequence[Sequence[Features]], columns: Mapping[str, int]) -> NDArray[np.float32]:
    """By how many questions have a feature, in however many wordings."""
    having = np.zeros(len(columns), dtype=np.float32)
    for wordings in said:
        having[[columns[name] for name in {name for wording in wordings for name in wording}]] += 1
    rare = np.log((1 + len(said)) / (0.5 + having)).clip(0)
    return (rare**RARENESS).astype(np.float32)


def _vector(said: Features, columns: Mapping[str, int], rareness: NDArray[np.float32]) -> Row:
    return _unit({columns[name]: weight * float(rareness[columns[name]]) for name, weight in said.items()})


def _unit(row: Row) -> Row:
    length = sum(amount**2 for amount in row.values()) ** 0.5 or 1.0
    return {column: amount / length for column, amount in row.items()}


def _add(*rows: tuple[float, Row]) -> Row:
    total: Row = {}
    for factor, row in rows:
        for column, amount in row.items():
            total[column] = total.get(column, 0.0) + factor * amount
    return total


def _turned(rows: Iterable[Row], width: int) -> _Table:
    rows = list(rows)
    flat_columns = np.array([column for row in rows for column in row], dtype=np.int64)
    flat_rows = np.array([place for place, row in enumerate(rows) for _ in row], dtype=np.int32)
    flat_amounts = np.array([amount for row in rows for amount in row.values()], dtype=np.float32)
    order = np.argsort(flat_columns, kind="stable")
    starts = np.searchsorted(flat_columns[order], np.arange(width + 1))
    return _Table(starts, flat_rows[order], flat_amounts[order], len(rows))
