"""A text of a citizen becomes an answer, a few choices, or an honest none; it is kept only if missed."""

import threading
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from agencies.models import Agency
from core.errors import NotFound
from faq import words
from faq.matching.forks import Fork, forks, pick_by_text
from faq.matching.index import Entry, Index, build
from faq.matching.judging import Kind, alarm, judge, nearest
from faq.models import Answer, Feedback, Question
from faq.services.editions import current_stamp
from faq.services.misses import remember_miss, without_figures
from faq.services.reading import Book, Said

MOST_FOUND = 10
# A question with a single answer to it is none.
LEAST_BRANCHES = 2


@dataclass(frozen=True)
class Choice:
    """One of several questions that somebody may have meant, and its short name in a list."""

    key: str
    asks: str
    label: str


@dataclass(frozen=True)
class Reply:
    """`choices` best first, at most three; with an answer, the first is its own. `notice` is said where there
    are none.

    Where they differ by one fact, `clarifies` asks for it, and `labels` has the short answers to that;
    otherwise the labels are what is asked. `fork` is the key by which `pick` knows the fact.
    """

    kind: Kind
    answer: Said | None = None
    choices: list[Said] = field(default_factory=list)
    notice: str = ""
    clarifies: str = ""
    labels: list[str] = field(default_factory=list)
    fork: str = ""

    @property
    def offered(self) -> list[Choice]:
        pairs = zip(self.choices, self.labels, strict=True)
        return [Choice(said.key, said.asks, label) for said, label in pairs]


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


def ask(*, agency: Agency, text: str, may_keep: bool = True, now: datetime) -> Reply:
    """Answer a text with what the office says today, by the law of its day; what was missed is kept, unless
    it may not be.
    """
    reply = understand(agency=agency, book=Book(agency, now=now), text=text)
    if may_keep and reply.kind in (Kind.UNKNOWN, Kind.CHOICES):
        remember_miss(agency=agency, text=text, was_offered=reply.kind == Kind.CHOICES, now=now)
    return reply


def understand(*, agency: Agency, book: Book, text: str) -> Reply:
    """What is said to a text. Nothing is kept of it."""
    verdict = judge(_held.current(), text, among=book.keys)
    choices = book.of(verdict.keys)
    kind = verdict.kind
    if verdict.keys and not choices:
        kind = Kind.UNKNOWN
    if kind == Kind.ANSWER and choices[0].key == verdict.keys[0]:
        return Reply(kind, answer=choices[0], choices=choices, labels=[said.asks for said in choices])
    if choices:
        return _offer(choices, verdict.fork)
    return Reply(kind, notice=_notice(kind, agency))


def _offer(choices: list[Said], fork: Fork | None) -> Reply:
    """Choices, with the question between them if the office answers two branches of it."""
    labels = fork.labels() if fork else {}
    if fork is None or sum(said.key in labels for said in choices) < LEAST_BRANCHES:
        return Reply(Kind.CHOICES, choices=choices, labels=[said.asks for said in choices])
    return Reply(
        Kind.CHOICES,
        choices=choices,
        clarifies=fork.asks,
        labels=[labels.get(said.key, said.asks) for said in choices],
        fork=fork.key,
    )


def offer_again(choices: list[Said], *, fork: str) -> Reply:
    """The choices once more, as they were offered."""
    return _offer(choices, forks().get(fork))


def pick(*, choices: Sequence[Said], fork: str, text: str) -> Said | None:
    """Which of the choices that were offered a text names; None if it asks something new."""
    known = forks().get(fork)
    labels = known.labels() if known else {}
    shown = {said.key: f"{labels.get(said.key, '')} {said.asks}" for said in choices}
    picked = pick_by_text(shown, text, fork=known)
    return next((said for said in choices if said.key == picked), None)


def _notice(kind: Kind, agency: Agency) -> str:
    if kind == Kind.DANGER:
        return words.in_danger()
    if kind == Kind.COMPLAINT:
        return words.where_to_complain(agency)
    return words.greeting() if kind == Kind.GREETING else words.not_understood(agency)


def search(*, book: Book, text: str) -> list[Said]:
    """What fits some words, best first; everything for none."""
    return book.of(find(text, among=book.keys)) if text.strip() else book.all()


def find(text: str, *, among: Collection[str], most: int = MOST_FOUND) -> list[str]:
    """The questions that fit a text, best first: none that is far from it, or for what others do."""
    return find_for_each([(text, among)], most=most)[0]


def find_for_each(asked: Iterable[tuple[str, Collection[str]]], *, most: int) -> list[list[str]]:
    """The same for several texts, each among its own questions; the content is looked at once."""
    index = _held.current()
    return [nearest(index, text, among=among, most=most) for text, among in asked]


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
