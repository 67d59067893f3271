"""How well what people type is understood: on the shipped wordings, each left out in turn, on texts that are
no wordings, and on questions that are none of ours.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.text import search_key
from faq.matching import index as matching
from faq.matching.index import Entry, Index
from faq.matching.judging import Kind, judge
from faq.matching.words import typed_words
from faq.shipped import ShippedQuestion, shipped_topics

ASKED = Path(__file__).with_name("asked")
Matcher = Callable[[str], Sequence[str]]
Maker = Callable[[Sequence[Entry]], Matcher]


def shipped_questions() -> list[ShippedQuestion]:
    return [question for topic in shipped_topics() for question in topic.questions]


def entry_of(question: ShippedQuestion) -> Entry:
    return Entry(question.key, (question.asks, *question.heard, *question.also), question.answers[-1].says)


def entries() -> list[Entry]:
    return [entry_of(question) for question in shipped_questions()]


def unseen() -> list[tuple[str, str]]:
    """Texts with the key that answers them, none of them a wording; what they missed was mended."""
    return _with_keys("unseen.txt")


def held() -> list[tuple[str, str]]:
    """The same, but nothing was ever mended after them: never look at which of them are missed."""
    return _with_keys("held.txt")


def elsewhere() -> list[str]:
    """Texts that are none of ours; after these as well the lists were mended."""
    return (ASKED / "elsewhere.txt").read_text("utf-8").splitlines()


def held_elsewhere() -> list[str]:
    """The same, but nothing was ever mended after them."""
    return (ASKED / "held_elsewhere.txt").read_text("utf-8").splitlines()


def held_later() -> list[tuple[str, str]]:
    """Held back as well, and written without a look at wordings or lists: half of 180, as chance chose."""
    return _with_keys("held_later.txt")


def held_later_elsewhere() -> list[str]:
    """The same of what is none of ours: half of 120."""
    return (ASKED / "held_later_elsewhere.txt").read_text("utf-8").splitlines()


def _with_keys(name: str) -> list[tuple[str, str]]:
    lines = (ASKED / name).read_text("utf-8").splitlines()
    return [(text, key) for key, text in (line.split(": ", 1) for line in lines if line)]


def without(all_entries: Sequence[Entry], key: str, wording: str) -> list[Entry]:
    return [
        replace(entry, wordings=tuple(said for said in entry.wordings if said != wording))
        if entry.key == key
        else entry
        for entry in all_entries
    ]


@dataclass(frozen=True)
class Hits:
    """How many of the texts found their key first, and among the first three."""

    first: int
    among_three: int
    texts: int

    @property
    def first_share(self) -> float:
        return self.first / self.texts

    @property
    def three_share(self) -> float:
        return self.among_three / self.texts


def count(asked: Iterator[tuple[str, str, Matcher]]) -> Hits:
    first = among_three = texts = 0
    for text, key, matcher in asked:
        found = list(matcher(text))[:3]
        texts += 1
        first += found[:1] == [key]
        among_three += key in found
    return Hits(first, among_three, texts)


def leave_one_out(make: Maker, *, only_heard: bool) -> Hits:
    """Each wording is asked of a matcher made without it. As exact as it is slow."""
    whole = entries()

    def asked() -> Iterator[tuple[str, str, Matcher]]:
        for question in shipped_questions():
            for wording in question.heard if only_heard else (*question.heard, *question.also):
                yield wording, question.key, make(without(whole, question.key, wording))

    return count(asked())


def leave_one_each_out(make: Maker, *, only_heard: bool, most_rounds: int | None = None) -> Hits:
    """The first wording of every question is left out and asked, then the second …: a matcher for each round,
    and each of them knows one wording less of every question than leaving one out would.
    """
    said = {
        question.key: question.heard if only_heard else (*question.heard, *question.also)
        for question in shipped_questions()
    }
    rounds = max(len(wordings) for wordings in said.values())

    def asked() -> Iterator[tuple[str, str, Matcher]]:
        for place in range(rounds if most_rounds is None else most_rounds):
            left_out = {key: wordings[place] for key, wordings in said.items() if place < len(wordings)}
            matcher = make(
                [
                    replace(
                        entry,
                        wordings=tuple(said for said in entry.wordings if said != left_out.get(entry.key)),
                    )
                    for entry in entries()
                ]
            )
            for key, wording in left_out.items():
                yield wording, key, matcher

    return count(asked())


def ours(known: Sequence[Entry]) -> Matcher:
    """The matcher of the portal."""
    made: Index = matching.build(known)
    keys = frozenset(made.keys)
    return lambda text: judge(made, text, among=keys).keys


def by_runs_of_letters(known: Sequence[Entry]) -> Matcher:
    """The plain one: the wording with most runs of three letters in common."""
    return _nearest(known, lambda text: set(_runs(text)))


def by_words(known: Sequence[Entry]) -> Matcher:
    return _nearest(known, lambda text: set(search_key(" ".join(typed_words(text))).split()))


def _nearest(known: Sequence[Entry], parts: Callable[[str], set[str]]) -> Matcher:
    table = [(entry.key, parts(wording)) for entry in known for wording in entry.wordings]

    def matcher(text: str) -> list[str]:
        said = parts(text)
        best: dict[str, float] = {}
        for key, other in table:
            common = len(said & other)
            likeness = common / (len(said) + len(other) - common or 1)
            best[key] = max(best.get(key, 0.0), likeness)
        return sorted(best, key=lambda key: -best[key])

    return matcher


def _runs(text: str) -> list[str]:
    plain = f" {search_key(' '.join(typed_words(text)))} "
    return [plain[start : start + 3] for start in range(len(plain) - 2)]


def by_bm25(known: Sequence[Entry]) -> Matcher:
    """What search engines do: a question is one document, of all its wordings and its answer."""
    documents = [
        (entry.key, Counter(search_key(" ".join([*entry.wordings, entry.answer])).split())) for entry in known
    ]
    having = Counter(word for _, words in documents for word in words)
    usual = sum(words.total() for _, words in documents) / len(documents)

    def matcher(text: str) -> list[str]:
        said = search_key(" ".join(typed_words(text))).split()
        points: dict[str, float] = {}
        for key, words in documents:
            length = 0.25 + 0.75 * words.total() / usual
            points[key] = sum(
                math.log(1 + (len(documents) - having[word] + 0.5) / (having[word] + 0.5))
                * words[word]
                * 2.2
                / (words[word] + 1.2 * length)
                for word in said
            )
        return sorted(points, key=lambda key: -points[key])

    return matcher


def by_rare_letters(known: Sequence[Entry]) -> Matcher:
    """TF-IDF of runs of letters: the wording with the smallest angle."""
    having = Counter(
        run for entry in known for run in {run for said in entry.wordings for run in _runs(said)}
    )

    def vector(text: str) -> dict[str, float]:
        said = {
            run: n * math.log((1 + len(known)) / (0.5 + having[run]))
            for run, n in Counter(_runs(text)).items()
        }
        length = math.sqrt(sum(amount**2 for amount in said.values())) or 1.0
        return {run: amount / length for run, amount in said.items()}

    table = [(entry.key, vector(wording)) for entry in known for wording in entry.wordings]

    def matcher(text: str) -> list[str]:
        said = vector(text)
        best: dict[str, float] = {}
        for key, other in table:
            best[key] = max(
                best.get(key, 0.0), sum(amount * other.get(run, 0.0) for run, amount in said.items())
            )
        return sorted(best, key=lambda key: -best[key])

    return matcher


def kinds(texts: Sequence[str]) -> Counter[Kind]:
    """What the portal's matcher makes of texts."""
    made = matching.build(entries())
    return Counter(judge(made, text, among=frozenset(made.keys)).kind for text in texts)
