"""Questions that differ by one fact: what is asked to find it out, and what somebody's answer to that means.

`forks.toml` has them. Where a text leaves the fact open, asking for it says more than titles that look alike.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from faq.matching.vocabulary import Phrases, phrases_of
from faq.matching.words import read, typed_words

_FILE = Path(__file__).with_name("forks.toml")
# Who says more words than these while a list is open asks something new.
LONGEST_FACT = 6
TWO = 2
_AGED = re.compile(r"([0-9]{1,3}) ?(?:t|tuổi|tuoi)\b")


@dataclass(frozen=True)
class Branch:
    """One answer to the fork: the question that it leads to, and how it is called in a list."""

    question: str
    label: str
    said: Phrases
    ages: range

    def words_told(self, typed: list[str]) -> int:
        """How many words in a row tell this branch; 0 if none do."""
        aged = _AGED.search(" ".join(typed))
        told = [end - start for start, end in self.said.spans(typed)]
        return max([*told, 2 if aged and int(aged[1]) in self.ages else 0])


@dataclass(frozen=True)
class Fork:
    """What is asked, and the answers to it."""

    key: str
    asks: str
    must_be_told: bool
    branches: tuple[Branch, ...]

    @property
    def questions(self) -> list[str]:
        return [branch.question for branch in self.branches]

    def parts(self, questions: Collection[str], *, likeliest: str) -> bool:
        return set(questions) <= set(self.questions) or (self.must_be_told and likeliest in self.questions)

    @property
    def is_of_ages(self) -> bool:
        return any(branch.ages for branch in self.branches)

    def labels(self) -> dict[str, str]:
        """By the key of the question."""
        return {branch.question: branch.label for branch in self.branches}

    def told_by(self, typed: list[str]) -> str:
        """The question of the one branch that the words tell; empty for none or several.

        Of ways that lie in one another the longest counts: who says `chưa có số` does not say `có`.
        """
        told = {branch.question: branch.words_told(typed) for branch in self.branches}
        most = max(told.values())
        longest = [question for question, words in told.items() if words == most]
        return longest[0] if most and len(longest) == 1 else ""


@cache
def forks() -> Mapping[str, Fork]:
    """By their keys, in the order of the file."""
    said = tomllib.loads(_FILE.read_text("utf-8"))["fork"]
    return {
        fork["key"]: Fork(
            fork["key"], fork["asks"], fork.get("must_be_told", False), _branches(fork["branch"])
        )
        for fork in said
    }


def _branches(said: Iterable[Mapping[str, Any]]) -> tuple[Branch, ...]:
    return tuple(
        Branch(
            branch["question"],
            branch["label"],
            Phrases([" ".join(typed_words(branch["label"])), *phrases_of(branch["said"])], are_awaited=True),
            _years(*branch.get("ages", ())),
        )
        for branch in said
    )


def _years(first: int = 0, last: int = -1) -> range:
    return range(first, last + 1)


def fork_between(keys: Sequence[str]) -> Fork | None:
    """The fork at which the two likeliest questions part, or the likeliest and any other of one that must
    be told; None if they do not differ by one fact.
    """
    first = frozenset(keys[:2])
    if len(first) < TWO:
        return None
    return next((fork for fork in forks().values() if fork.parts(first, likeliest=keys[0])), None)


def pick_by_text(choices: Mapping[str, str], text: str, *, fork: Fork | None = None) -> str:
    """The question that a text picks from a list that is open; empty if it is none, or asks something new.

    `choices` has what stands in the list by the key of its question. A text picks by the fact that was asked
    for, or by words of its own that only one entry of the list has.
    """
    typed = typed_words(text)
    said = [word.plain for word in read(typed)]
    if not typed or len(said) > LONGEST_FACT:
        return ""
    told = fork.told_by(typed) if fork else ""
    if told in choices:
        return told
    having = [key for key, shown in choices.items() if said and set(said) <= _words_of(shown)]
    return having[0] if len(having) == 1 else ""


def _words_of(text: str) -> set[str]:
    return {word.plain for word in read(typed_words(text))}
