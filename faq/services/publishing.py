"""How an answer comes to be read by citizens: one writes it, another reads it, then it is published.

Every change gives the content a new stamp, so that all processes understand and answer by it at once.
"""

from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import Officer
from agencies.models import Agency
from core.errors import FieldError, Invalid
from core.time import say_day
from faq.errors import (
    AlreadyPublished,
    NothingToReview,
    NotReviewed,
    OwnWriting,
    UnknownPlaces,
    WouldLeaveAGap,
)
from faq.models import Answer, Question
from faq.services.editions import content_changed
from faq.services.filling import unknown_places

ONE_DAY = timedelta(days=1)


@transaction.atomic
def write_answer(
    *,
    question: Question,
    agency: Agency | None,
    says: str,
    basis: str,
    confidence: str,
    valid_from: date,
    valid_to: date | None,
    by: Officer,
    now: datetime,
) -> Answer:
    """Begin a draft; citizens see nothing of it.

    :raises UnknownPlaces: it has a place that nothing could ever fill
    :raises Invalid: its last day is before its first
    """
    _refuse_unfit(says, valid_from=valid_from, valid_to=valid_to)
    return Answer.objects.create(
        question=question,
        agency=agency,
        says=says,
        basis=basis,
        confidence=confidence,
        valid_from=valid_from,
        valid_to=valid_to,
        written_by=by,
        written_at=now,
    )


@transaction.atomic
def rewrite_answer(
    *,
    answer: Answer,
    says: str,
    basis: str,
    confidence: str,
    valid_from: date,
    valid_to: date | None,
    by: Officer,
    now: datetime,
) -> Answer:
    """Change what was not published yet; it is a draft again, whoever had read it.

    :raises AlreadyPublished: citizens have read it
    :raises UnknownPlaces: it has a place that nothing could ever fill
    :raises Invalid: its last day is before its first
    """
    _refuse_unfit(says, valid_from=valid_from, valid_to=valid_to)
    held = _hold(answer)
    if held.state not in (Answer.State.DRAFT, Answer.State.REVIEWED):
        raise AlreadyPublished
    held.says, held.basis, held.confidence = says, basis, confidence
    held.valid_from, held.valid_to = valid_from, valid_to
    held.state, held.reviewed_by, held.reviewed_at = Answer.State.DRAFT, None, None
    held.written_by, held.written_at = by, now
    held.save()
    return held


@transaction.atomic
def review_answer(*, answer: Answer, by: Officer, now: datetime) -> Answer:
    """Say that a draft is right.

    :raises NothingToReview: it is no draft
    :raises OwnWriting: whoever wrote it asks
    """
    held = _hold(answer)
    if held.state != Answer.State.DRAFT:
        raise NothingToReview
    if held.written_by_id == by.pk:
        raise OwnWriting
    held.state, held.reviewed_by, held.reviewed_at = Answer.State.REVIEWED, by, now
    held.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    return held


@transaction.atomic
def publish_answer(*, answer: Answer, by: Officer, now: datetime) -> Answer:
    """Let citizens read it from now on, for the days of its law. What it comes after ends the day before, and
    what it covers is replaced.

    :raises NotReviewed: nobody has read it yet
    :raises WouldLeaveAGap: an answer of the same office goes on after it ends
    """
    held = _hold(answer)
    if held.state != Answer.State.REVIEWED:
        raise NotReviewed
    for other in _overlapping(held):
        if held.valid_to and (other.valid_to is None or other.valid_to > held.valid_to):
            raise WouldLeaveAGap(until=say_day(other.valid_to) if other.valid_to else "không giới hạn")
        if other.valid_from < held.valid_from:
            Answer.objects.filter(pk=other.pk).update(valid_to=held.valid_from - ONE_DAY)
        else:
            Answer.objects.filter(pk=other.pk).update(state=Answer.State.REPLACED)
    held.state, held.published_by, held.published_at = Answer.State.PUBLISHED, by, now
    held.save(update_fields=["state", "published_by", "published_at"])
    content_changed()
    return held


def strangers_in(says: str) -> str:
    """The places of a text that nothing could ever fill, as they stand there; empty for none."""
    return ", ".join(f"{{{{{name}}}}}" for name in unknown_places(says))


def next_after(answer: Answer) -> Answer | None:
    """What took the place of a published answer, or ended it; None while nothing has."""
    if answer.published_at is None:
        return None
    later = Answer.objects.filter(
        question=answer.question_id, agency=answer.agency_id, published_at__gte=answer.published_at
    ).exclude(pk=answer.pk)
    if answer.state == Answer.State.REPLACED:
        later = later.filter(valid_from__lte=answer.valid_from)
    elif answer.valid_to is not None:
        later = later.filter(valid_from=answer.valid_to + ONE_DAY)
    else:
        return None
    return later.order_by("published_at", "pk").first()


def _hold(answer: Answer) -> Answer:
    """The answer as it is, its question locked: who publishes answers of one question takes turns."""
    Question.objects.select_for_update(of=("self",), no_key=True).get(pk=answer.question_id)
    return Answer.objects.select_for_update(of=("self",), no_key=True).get(pk=answer.pk)


def _overlapping(answer: Answer) -> list[Answer]:
    others = Answer.objects.filter(
        question=answer.question_id, agency=answer.agency_id, state=Answer.State.PUBLISHED
    ).order_by("valid_from")
    return [
        other
        for other in others
        if (other.valid_to is None or other.valid_to >= answer.valid_from)
        and (answer.valid_to is None or other.valid_from <= answer.valid_to)
    ]


def _refuse_unfit(says: str, *, valid_from: date, valid_to: date | None) -> None:
    strangers = strangers_in(says)
    if strangers:
        raise UnknownPlaces(names=strangers)
    if valid_to and valid_to < valid_from:
        message = "Ngày cuối không được trước ngày đầu."
        raise Invalid(errors=[FieldError("valid_to", "invalid", message)])
