"""A text of a citizen becomes an answer, a few choices, or an honest none; it is kept only if missed."""

import threading
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from agencies.models import Agency
from core.errors import NotFound
from faq import words
from faq.matching.index import Entry, Index, build
from faq.matching.judging import MOST_CHOICES, Kind, alarm, judge, nearest
from faq.matching.words import typed_words
from faq.models import Answer, Feedback, Question
from faq.services.editions import current_stamp
from faq.services.misses import remember_miss, without_figures
from faq.services.reading import Book, Said

MOST_FOUND = 10


@dataclass(frozen=True)
class Reply:
    """`choices` best first, at most three; with an answer, the first is its own. `notice` is said where there
    are none.
    """

    kind: Kind
    answer: Said | None = None
    choices: list[Said] = field(default_factory=list)
    notice: str = ""


class _Held:
    """The index of this process, with the stamp of the content it was made of."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: tuple[uuid.UUID | None, Index] | None = None

    def current(self) -> Index:
        stamp = current_stamp()
        made = self._made
        if made is None or made[0] != stamp:
            with self._lock:
                made = self._made
                if made is None or made[0] != stamp:
                    # The stamp was read first: content newer than it is indexed at the next question.
                    made = self._made = (stamp, make_index())
        return made[1]


_held = _Held()


def ask(*, agency: Agency, text: str, now: datetime) -> Reply:
    """Answer a text with what the office says today, by the law of its day."""
    book = Book(agency, now=now)
    verdict = judge(_held.current(), text, among=book.keys)
    choices = book.of(verdict.keys)
    kind = verdict.kind
    if verdict.keys and not choices:
        kind = Kind.UNKNOWN
    if kind in (Kind.UNKNOWN, Kind.CHOICES):
        remember_miss(agency=agency, text=text, was_offered=kind == Kind.CHOICES, now=now)
    if kind == Kind.ANSWER and choices[0].key == verdict.keys[0]:
        return Reply(kind, answer=choices[0], choices=choices)
    if choices:
        return Reply(Kind.CHOICES, choices=choices)
    return Reply(kind, notice=_notice(kind, agency))


def _notice(kind: Kind, agency: Agency) -> str:
    if kind == Kind.DANGER:
        return words.in_danger()
    if kind == Kind.COMPLAINT:
        return words.where_to_complain(agency)
    return words.greeting() if kind == Kind.GREETING else words.not_understood(agency)


def search(*, book: Book, text: str) -> list[Said]:
    """What fits some words, best first; everything for none."""
    return book.of(find(text, among=book.keys)) if text.strip() else book.all()


def find(text: str, *, among: Collection[str]) -> list[str]:
    """The questions that fit some words, best first."""
    return nearest(_held.current(), text, among=among, most=MOST_FOUND)


def likest(text: str, *, among: Collection[str], most: int = MOST_CHOICES) -> list[str]:
    """The questions that have most in common with a text, best first, however little it is."""
    index = _held.current()
    scores = index.scores(typed_words(text))
    found = ((float(score), key) for score, key in zip(scores, index.keys, strict=True) if key in among)
    best = sorted((pair for pair in found if pair[0] > 0), key=lambda pair: -pair[0])[:most]
    return [key for _, key in best]


def make_index() -> Index:
    """An index of all questions of all offices; whose may be heard is said when it is asked."""
    latest: dict[int, str] = {}
    published = Answer.objects.filter(state=Answer.State.PUBLISHED)
    for question, says in published.order_by("valid_from", "pk").values_list("question_id", "says"):
        latest[question] = says
    questions = Question.objects.prefetch_related("wordings").order_by("pk")
    return build(
        [
            Entry(
                question.key,
                (question.asks, *sorted(wording.text for wording in question.wordings.all())),
                latest.get(question.pk, ""),
            )
            for question in questions
        ]
    )


@transaction.atomic
def give_feedback(*, key: str, agency: Agency | None, is_helpful: bool, comment: str, now: datetime) -> None:
    """Keep whether an answer helped, and what was said of it, without figures.

    :raises NotFound: there is no such question
    """
    question = Question.objects.filter(key=key).first()
    if question is None:
        raise NotFound
    Feedback.objects.create(
        question=question,
        agency=agency,
        is_helpful=is_helpful,
        comment=without_figures(comment),
        given_at=now,
    )


def notice_for(agency: Agency, text: str) -> str:
    """What is said first to somebody in danger, or with a complaint; empty for everybody else."""
    kind = alarm(text)
    return _notice(kind, agency) if kind else ""
