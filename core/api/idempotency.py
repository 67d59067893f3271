"""`Idempotency-Key`: a repeat of a request gets the first answer, and nothing is made twice.

The key is claimed by a row that is committed before the work begins; the answer is written into it in the
work's own transaction. So a crash in between leaves either both or neither, and a claim that was left
behind is taken over after a minute.
"""

import functools
import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.db import retry_once
from core.errors import DomainError, FieldError, Invalid
from core.models import StoredAnswer

KEPT = timedelta(hours=24)
GIVEN_UP = timedelta(minutes=1)
LONGEST = 80


class IdempotencyMismatch(DomainError):
    code = "idempotency_mismatch"
    message = "Khóa Idempotency-Key này đã dùng cho một yêu cầu khác."


class IdempotencyInProgress(DomainError):
    code = "idempotency_in_progress"
    message = "Yêu cầu này đang được xử lý. Thử lại sau {retry_after} giây."

    def __init__(self) -> None:
        super().__init__(retry_after=2)


def idempotent(create: Callable[..., Response]) -> Callable[..., Response]:
    """Let a creating view be repeated under its `Idempotency-Key`, once retried on a deadlock."""

    @functools.wraps(create)
    def wrapper(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return retry_once(lambda: create(view, request, *args, **kwargs))
        if len(key) > LONGEST:
            raise Invalid(errors=[FieldError("Idempotency-Key", "max_length", f"Tối đa {LONGEST} ký tự.")])
        now = timezone.now()  # noqa: TID251 - this is an edge
        owner, fingerprint = str(request.user.pk), _fingerprint(request)
        stored = _claim(owner=owner, key=key, fingerprint=fingerprint, now=now)
        if stored.status is not None:
            return Response(stored.body, status=stored.status, headers={"Idempotent-Replayed": "true"})
        try:
            return retry_once(lambda: _answer_and_store(stored, create, view, request, *args, **kwargs))
        except BaseException:
            StoredAnswer.objects.filter(pk=stored.pk, status=None).delete()
            raise

    return wrapper


@transaction.atomic
def _answer_and_store(
    stored: StoredAnswer, create: Callable[..., Response], *args: Any, **kwargs: Any
) -> Response:
    response = create(*args, **kwargs)
    body = json.loads(JSONRenderer().render(response.data))
    StoredAnswer.objects.filter(pk=stored.pk).update(status=response.status_code, body=body)
    return response


def _fingerprint(request: Request) -> str:
    canonical = json.dumps(request.data, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{request.method} {request.path}\n{canonical}".encode()).hexdigest()


def _claim(*, owner: str, key: str, fingerprint: str, now: datetime) -> StoredAnswer:
    """Give the row of this key: a new one to be worked on, or an old one that holds its answer.

    :raises IdempotencyMismatch: the key was used for another request
    :raises IdempotencyInProgress: the first one has not answered yet
    """
    try:
        with transaction.atomic():
            return StoredAnswer.objects.create(owner=owner, key=key, fingerprint=fingerprint, begun_at=now)
    except IntegrityError:
        pass
    over = Q(status=None, begun_at__lt=now - GIVEN_UP) | Q(begun_at__lt=now - KEPT)
    taken_over = StoredAnswer.objects.filter(over, owner=owner, key=key).update(
        fingerprint=fingerprint, status=None, body=None, begun_at=now
    )
    stored = StoredAnswer.objects.filter(owner=owner, key=key).first()
    if stored is None or (stored.status is None and not taken_over and stored.fingerprint == fingerprint):
        raise IdempotencyInProgress
    if stored.fingerprint != fingerprint:
        raise IdempotencyMismatch
    return stored


def forget_old_answers(*, now: datetime) -> int:
    """Delete answers older than a day; gives how many."""
    return StoredAnswer.objects.filter(begun_at__lt=now - KEPT).delete()[0]
