"""What one office answers at one moment: its own answers, those of the offices above it, or the house's."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from agencies.models import Agency
from core.errors import NotFound
from faq.models import Answer, Question
from faq.services.editions import current_stamp
from faq.services.filling import Facts, fill, lineage

# Offices live by today's law, and some for a trial by that of another day.
MOST_DAYS_KEPT = 10
TO_CONFIRM = "Cần xác nhận tại đơn vị."


@dataclass(frozen=True)
class Said:
    """A question as an office answers it: every place filled, by the law of its day."""

    key: str
    asks: str
    says: str
    topic_key: str
    topic: str
    basis: str
    is_confirmed: bool


@dataclass(frozen=True)
class TopicOfBook:
    key: str
    name: str
    answers: list[Said]

    @property
    def questions(self) -> int:
        return len(self.answers)


class Book:
    """The questions that an office answers, in the order of topics. Answers are filled when they are read."""

    def __init__(self, agency: Agency, *, now: datetime) -> None:
        self._facts = Facts(agency, now=now)
        self._answers = _answers(agency, now=now)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self._answers)

    @property
    def topic_names(self) -> Mapping[str, str]:
        """The topics of these questions by their keys, in their order."""
        topics = (answer.question.topic for answer in self._answers.values())
        return {topic.key: topic.name for topic in topics}

    def read(self, key: str) -> Said | None:
        """None for what this office does not answer, or cannot for want of what stands in it."""
        answer = self._answers.get(key)
        says = fill(answer.says, self._facts) if answer else ""
        if answer is None or not says:
            return None
        return Said(
            key=key,
            asks=answer.question.asks,
            says=says,
            topic_key=answer.question.topic.key,
            topic=answer.question.topic.name,
            basis=answer.basis,
            is_confirmed=answer.is_confirmed,
        )

    def of(self, keys: Sequence[str]) -> list[Said]:
        found = (self.read(key) for key in keys)
        return [said for said in found if said is not None]

    def all(self, *, topic: str = "") -> list[Said]:
        return self.of(
            [key for key, answer in self._answers.items() if topic in ("", answer.question.topic.key)]
        )

    def topics(self) -> list["TopicOfBook"]:
        """The topics of which something is answered here, in their order, with the questions of each."""
        found: dict[str, TopicOfBook] = {}
        for said in self.all():
            topic = found.setdefault(said.topic_key, TopicOfBook(said.topic_key, said.topic, []))
            topic.answers.append(said)
        return list(found.values())

    def one(self, key: str) -> Said:
        """:raises NotFound: this office does not answer that"""
        said = self.read(key)
        if said is None:
            raise NotFound
        return said


class _Published:
    """What this process has read of the published answers, by the day of the law, with the content's stamp.

    Rows only, with their places open: what fills them is looked up each time.
    """

    def __init__(self) -> None:
        self._kept: tuple[uuid.UUID | None, dict[date, list[Answer]]] = (None, {})

    def on(self, day: date) -> list[Answer]:
        # The stamp is read first: what is newer than it is read anew next time.
        stamp = current_stamp()
        kept, by_day = self._kept
        if stamp is None or kept != stamp or len(by_day) > MOST_DAYS_KEPT:
            by_day = {}
            self._kept = stamp, by_day
        if day not in by_day:
            rows = Answer.objects.on(day).select_related("question__topic")
            by_day[day] = list(
                rows.order_by("question__topic__position", "question__position", "question_id", "pk")
            )
        return by_day[day]


_published = _Published()


def _answers(agency: Agency, *, now: datetime) -> Mapping[str, Answer]:
    """By key, in the order in which they are listed: the nearest office's answer for the day of its law."""
    chain = [office.pk for office in lineage(agency)]
    nearness = {office: place for place, office in enumerate(chain)}
    found: dict[str, Answer] = {}
    for row in _published.on(agency.law_day(now=now)):
        if not _is_for(row.question, row, nearness):
            continue
        before = found.get(row.question.key)
        if before is None or _distance(row, nearness) < _distance(before, nearness):
            found[row.question.key] = row
    return found


def _is_for(question: Question, answer: Answer, nearness: Mapping[int, int]) -> bool:
    return all(office is None or office in nearness for office in (question.agency_id, answer.agency_id))


def _distance(answer: Answer, nearness: Mapping[int, int]) -> int:
    return len(nearness) if answer.agency_id is None else nearness[answer.agency_id]
