"""What officers make of questions: new ones, ways of asking them, and what they do with what was missed.

Every change gives the content a new stamp, so that all processes understand by it at once.
"""

from datetime import date, datetime
from itertools import count

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from accounts.models import Officer
from agencies.models import Agency
from core.text import search_key
from faq.errors import AlreadyAsked, MissIsGone, NothingAsked
from faq.models import Miss, Question, Topic, Wording
from faq.services import publishing
from faq.services.editions import content_changed
from faq.services.loading import wording_key

LONGEST_KEY = 50
LONGEST_WORDING = 200


@transaction.atomic
def save_topic(*, topic: Topic) -> Topic:
    """Write a topic as it was filled in; all processes list it so at once."""
    topic.save()
    content_changed()
    return topic


@transaction.atomic
def new_question(*, agency: Agency | None, topic: Topic, asks: str) -> Question:
    """Add a question of one office, or of all; nobody reads it before an answer is published.

    :raises NothingAsked: there is nothing in it that could be asked
    :raises AlreadyAsked: the office has a question in these words
    """
    tidy = _tidy(asks)
    others = Question.objects.filter(agency=agency).values_list("asks", flat=True)
    if wording_key(tidy) in map(wording_key, others):
        raise AlreadyAsked
    last = topic.questions.aggregate(last=Max("position"))["last"]
    facts = {"topic": topic, "agency": agency, "asks": tidy, "position": 0 if last is None else last + 1}
    question = _with_its_key(tidy, facts)
    content_changed()
    return question


@transaction.atomic
def rewrite_question(*, question: Question, topic: Topic, asks: str) -> Question:
    """Put a question in other words or under another topic; its key stays.

    :raises NothingAsked: there is nothing in it that could be asked
    """
    question.topic, question.asks = topic, _tidy(asks)
    question.save(update_fields=["topic", "asks"])
    content_changed()
    return question


@transaction.atomic
def add_wording(*, question: Question, text: str) -> Wording:
    """Let a question be asked in one way more; one that it has already stays one.

    :raises NothingAsked: there is nothing in it that could be asked
    """
    tidy = _tidy(text)
    wording, is_new = Wording.objects.get_or_create(
        question=question, text_key=wording_key(tidy), defaults={"text": tidy}
    )
    if is_new:
        content_changed()
    return wording


@transaction.atomic
def remove_wording(*, wording: Wording) -> None:
    """Let a question be asked in one way less."""
    wording.delete()
    content_changed()


@transaction.atomic
def answer_miss(*, miss: Miss, question: Question, text: str = "") -> Wording:
    """Let what was not understood be understood as this question from now on; the miss is done with.

    `text` is what becomes of its words, without names; the words themselves if empty.

    :raises MissIsGone: somebody was quicker
    :raises NothingAsked: there is nothing in it that could be asked
    """
    held = _take(miss)
    wording = add_wording(question=question, text=text or held.text)
    held.delete()
    return wording


@transaction.atomic
def ask_what_was_missed(
    *,
    miss: Miss,
    agency: Agency | None,
    topic: Topic,
    asks: str,
    wording: str,
    says: str,
    basis: str,
    confidence: str,
    valid_from: date,
    by: Officer,
    now: datetime,
) -> Question:
    """Make a question of what was not understood, with its words as one way of asking and with a draft of the
    answer, which is then reviewed and published as any other.

    :raises MissIsGone: somebody was quicker
    :raises NothingAsked: there is nothing in it that could be asked
    :raises AlreadyAsked: the office has a question in these words
    :raises UnknownPlaces: the answer has a place that nothing could ever fill
    """
    held = _take(miss)
    question = new_question(agency=agency, topic=topic, asks=asks)
    publishing.write_answer(
        question=question,
        agency=agency,
        says=says,
        basis=basis,
        confidence=confidence,
        valid_from=valid_from,
        valid_to=None,
        by=by,
        now=now,
    )
    add_wording(question=question, text=wording)
    held.delete()
    return question


@transaction.atomic
def dismiss_miss(*, miss: Miss) -> Miss:
    """Say that a text is none of the office's business: its words are forgotten, and who asks the same again
    is counted in no list. What is left, a hash, goes when it was not asked for 90 days.

    :raises MissIsGone: somebody was quicker
    """
    held = _take(miss)
    held.text, held.is_dismissed = "", True
    held.save(update_fields=["text", "is_dismissed"])
    return held


def _take(miss: Miss) -> Miss:
    held = Miss.objects.open().select_for_update(of=("self",)).filter(pk=miss.pk).first()
    if held is None:
        raise MissIsGone
    return held


def _tidy(text: str) -> str:
    tidy = " ".join(text.split())[:LONGEST_WORDING]
    if not wording_key(tidy).strip(" ?!.…"):
        raise NothingAsked
    return tidy


def _with_its_key(asks: str, facts: dict[str, object]) -> Question:
    """Keys of the house have `_` between words, those that are made here have `-`: what is shipped later has
    its own.
    """
    words = slugify(search_key(asks))[: LONGEST_KEY + 1]
    stem = (words.rpartition("-")[0] if len(words) > LONGEST_KEY else words) or "cau-hoi"
    for number in count(1):
        key = stem if number == 1 else f"{stem}-{number}"
        question, is_new = Question.objects.get_or_create(key=key, defaults=facts)
        if is_new:
            return question
    raise AssertionError("there is always a next number")
