"""Forgetting the person of a dossier. Code, status and what happened stay, because counts must stay true."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.models import Citizen
from core.errors import NotAllowedNow
from dossiers.models import Attachment, Correction, Dossier, HandOver, Submission
from dossiers.services.declaring import locked
from dossiers.services.moving import move_on
from dossiers.states import ENDED, WITHDRAWABLE, Status
from notifications import services as notifications

# Exemptions tell of health and poverty; the form, of everything.
FORGOTTEN: dict[str, Any] = {
    "citizen": None,
    "data": "{}",
    "extra_data": "{}",
    "exemptions": [],
    "ward": "",
    "full_name": "",
    "search_name": "",
    "person_key": "",
    "namesake_key": "",
}


@transaction.atomic
def erase(*, public_id: UUID, citizen: Citizen | None, words: str = "", now: datetime) -> Dossier:
    """Forget the person of a dossier for good; one that is still under way is taken back first.

    `words` go with that step. Where `citizen` is None, the person themselves asks.

    :raises NotFound: no such dossier of this citizen
    :raises NotAllowedNow: the office has taken the person in, and no card was handed over yet
    """
    dossier = locked(public_id, citizen=citizen)
    if dossier.status in WITHDRAWABLE:
        dossier = move_on(dossier=dossier, to=Status.WITHDRAWN, words=words, checking_by=None, now=now)
    elif dossier.status not in ENDED:
        raise NotAllowedNow(reason=f"hồ sơ {Status(dossier.status).label}, đơn vị cần để trả thẻ")
    forget([dossier.pk], now=now)
    dossier.refresh_from_db()
    return dossier


@transaction.atomic
def forget(dossiers: Sequence[int], *, now: datetime) -> int:
    """Forget the people of dossiers that have ended, with every word about them; gives how many that were.

    A handful of statements, however many. What is under way is left alone.
    """
    rows = Dossier.objects.filter(pk__in=dossiers, status__in=ENDED, forgotten_at=None)
    known = dict(rows.select_for_update(no_key=True).order_by("pk").values_list("pk", "code"))
    codes = sorted(known.values())
    Dossier.objects.filter(pk__in=known).update(**FORGOTTEN, forgotten_at=now, revision=F("revision") + 1)
    Correction.objects.filter(dossier__in=known).update(words="")
    HandOver.objects.filter(dossier__in=known).update(note="")
    Submission.objects.filter(dossier__in=known).delete()
    # Nobody can open their files any more; the sweep takes them away.
    Attachment.objects.filter(dossier__in=known).delete()
    notifications.withdraw_messages(about=codes, now=now)
    notifications.forget_words(about=codes)
    return len(known)
