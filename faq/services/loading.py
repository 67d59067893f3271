"""Bringing the questions and answers of `faq/data/` into the database, each once."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection, transaction

from core.text import search_key
from faq.models import Answer, LoadedItem, Question, Topic, Wording
from faq.services.editions import content_changed
from faq.shipped import DATA, ShippedAnswer, ShippedQuestion, ShippedTopic, shipped_topics

# Two programs that load at the same time take turns.
LOCK = 7_200_062
ONE_DAY = timedelta(days=1)


@transaction.atomic
def load_faq(*, now: datetime, folder: Path = DATA) -> list[str]:
    """Add every topic, question, wording and answer that was never loaded, and say which; running it again
    does nothing.

    What was loaded earlier, and changed or taken away by officers since, stays as they left it; an answer of
    theirs for the same days stands.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    known = set(LoadedItem.objects.values_list("key", flat=True))
    loaded: list[str] = []
    for topic in shipped_topics(folder):
        loaded += _load_topic(topic, known, now=now)
    if loaded:
        LoadedItem.objects.bulk_create(LoadedItem(key=key, loaded_at=now) for key in loaded)
        content_changed()
    return loaded


def _load_topic(topic: ShippedTopic, known: set[str], *, now: datetime) -> Iterator[str]:
    facts = {"name": topic.name, "position": topic.position}
    key = f"topic:{topic.key}"
    if key not in known:
        Topic.objects.get_or_create(key=topic.key, defaults=facts)
        yield key
    row = Topic.objects.filter(key=topic.key).first()
    if row is None:  # officers did away with it
        return
    for position, question in enumerate(topic.questions):
        yield from _load_question(row, question, position, known, now=now)


def _load_question(
    topic: Topic, question: ShippedQuestion, position: int, known: set[str], *, now: datetime
) -> Iterator[str]:
    key = f"question:{question.key}"
    if key not in known:
        facts = {"topic": topic, "asks": question.asks, "position": position}
        Question.objects.get_or_create(key=question.key, defaults=facts)
        yield key
    row = Question.objects.filter(key=question.key, agency=None).first()
    if row is None:
        return
    yield from _load_wordings(row, (*question.heard, *question.also), known)
    for answer in question.answers:
        key = f"answer:{question.key}:{answer.valid_from:%Y-%m-%d}"
        if key not in known:
            _load_answer(row, answer, now=now)
            yield key


def _load_wordings(question: Question, wordings: Iterable[str], known: set[str]) -> list[str]:
    fresh = {wording_key(text): text for text in wordings}
    keys = {text_key: f"wording:{question.key}:{_short(text_key)}" for text_key in fresh}
    wanted = [text_key for text_key in fresh if keys[text_key] not in known]
    Wording.objects.bulk_create(
        (Wording(question=question, text=fresh[text_key], text_key=text_key) for text_key in wanted),
        ignore_conflicts=True,
    )
    return [keys[text_key] for text_key in wanted]


def wording_key(text: str) -> str:
    """A wording as it is compared with others."""
    return search_key(text)[:200]


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _load_answer(question: Question, answer: ShippedAnswer, *, now: datetime) -> None:
    of_all = Answer.objects.filter(question=question, agency=None, state=Answer.State.PUBLISHED)
    if answer.valid_to:
        of_all = of_all.filter(valid_from__lte=answer.valid_to)
    overlapping = [row for row in of_all if row.valid_to is None or row.valid_to >= answer.valid_from]
    if any(row.published_by_id or row.valid_from >= answer.valid_from for row in overlapping):
        return
    for row in overlapping:
        Answer.objects.filter(pk=row.pk).update(valid_to=answer.valid_from - ONE_DAY)
    Answer.objects.create(
        question=question,
        valid_from=answer.valid_from,
        valid_to=answer.valid_to,
        says=answer.says,
        basis=answer.basis,
        confidence=answer.confidence,
        state=Answer.State.PUBLISHED,
        written_at=now,
        published_at=now,
    )
