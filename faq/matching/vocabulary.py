"""The words of `vocabulary.toml` and the matters of `neighbours.toml`, ready to be looked up."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from core.text import search_key

_FILE = Path(__file__).with_name("vocabulary.toml")
_NEIGHBOURS = Path(__file__).with_name("neighbours.toml")


class Phrases:
    """Things said in one word or several, found in a text of any marking.

    A word typed with marks is found by its marks. One typed without is found only in a phrase of several
    words, or where the word has no marks anyway: `mua` may be to buy, and no rain. Where hardly anything
    else can be meant (`are_awaited`), any word is found without marks.
    """

    def __init__(self, phrases: list[str], *, are_awaited: bool = False) -> None:
        self.marked = frozenset(phrases)
        self.plain = frozenset(
            search_key(phrase)
            for phrase in phrases
            if are_awaited or " " in phrase or phrase == search_key(phrase)
        )
        self.longest = max(len(phrase.split()) for phrase in phrases)

    def spans(self, typed: Sequence[str]) -> list[tuple[int, int]]:
        """Where the phrases stand in the words typed, from the left, the longest first."""
        plain = [search_key(word) for word in typed]
        found: list[tuple[int, int]] = []
        here = 0
        while here < len(typed):
            for length in range(min(self.longest, len(typed) - here), 0, -1):
                if self._stands(typed[here : here + length], plain[here : here + length]):
                    found.append((here, here + length))
                    here += length
                    break
            else:
                here += 1
        return found

    def _stands(self, typed: Sequence[str], plain: Sequence[str]) -> bool:
        return " ".join(typed) in self.marked or (typed == plain and " ".join(plain) in self.plain)


class Vocabulary:
    """`synonyms` gives for a phrase without marks the one name of what it means; `longest_synonym`, how many
    words the longest one has that begins with a word.
    """

    def __init__(self) -> None:
        said = tomllib.loads(_FILE.read_text("utf-8"))
        self.shorthand = {
            short: meant for meant, shorts in said["shorthand"].items() for short in shorts.split()
        }
        self.polite = frozenset(said["polite"]["words"].split())
        self.synonyms = {way: name for name, ways in said["synonyms"].items() for way in phrases_of(ways)}
        self.longest_synonym: dict[str, int] = {}
        for way in self.synonyms:
            first, *others = way.split()
            self.longest_synonym[first] = max(self.longest_synonym.get(first, 0), 1 + len(others))
        cards = phrases_of(said["card"]["words"])
        ways = phrases_of(said["means"]["words"])
        self.card = Phrases(cards)
        self.means = Phrases([way.replace("*", card) for way in ways for card in cards])
        self.office = Phrases(phrases_of(said["office"]["words"]))
        self.elsewhere = Phrases(phrases_of(said["elsewhere"]["words"]))
        self.danger = Phrases(phrases_of(said["danger"]["words"]))
        self.complaint = Phrases(phrases_of(said["complaint"]["words"]))


@cache
def vocabulary() -> Vocabulary:
    return Vocabulary()


@cache
def neighbours() -> list[list[str]]:
    """What others are asked, by matter, in some of the ways in which it is asked."""
    asked = tomllib.loads(_NEIGHBOURS.read_text("utf-8"))["asked"]
    return [phrases_of(ways) for ways in asked.values()]


def phrases_of(text: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in text.split("|") if phrase.strip()]
