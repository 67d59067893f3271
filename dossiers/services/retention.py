"""Dossiers that nobody goes on with, and people of those long over, as the data notice promises. At most a
thousand at a time.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from core.db import nobody_elses
from dossiers import messages
from dossiers.models import Dossier, DossierEvent
from dossiers.models.dossiers import DossierQuerySet
from dossiers.services.erasing import forget
from dossiers.services.moving import move_all_on
from dossiers.states import Status

DRAFTS_KEPT = timedelta(days=30)
UNTOUCHED_KEPT = timedelta(days=90)
ENDED_KEPT = timedelta(days=90)
HANDED_OVER_KEPT = timedelta(days=365)
BATCH = 1000
# Why a dossier is stopped of which nobody has heard.
UNTOUCHED = {
    Status.NEEDS_CORRECTION: "90 ngày chưa bổ sung",
    Status.ACCEPTED: "90 ngày chưa đến làm thẻ",
}


@transaction.atomic
def delete_old_drafts(*, now: datetime) -> int:
    """Delete drafts that nobody has written in for 30 days, with all that was typed; gives how many."""
    old = Dossier.objects.filter(status=Status.DRAFT, touched_at__lt=now - DRAFTS_KEPT)
    held = list(nobody_elses(old).order_by("pk").values_list("pk", flat=True)[:BATCH])
    old.filter(pk__in=held).delete()
    return len(held)


def untouched(*, now: datetime) -> DossierQuerySet:
    """Those that wait for the person since 90 days: to be mended, or to come."""
    return Dossier.objects.filter(status__in=UNTOUCHED, touched_at__lt=now - UNTOUCHED_KEPT)


@transaction.atomic
def stop(*, dossiers: Sequence[int], served: frozenset[int] = frozenset(), now: datetime) -> int:
    """Stop dossiers that wait for the person; their people are told, but for those who were `served` and of
    whom the office wrote down no more. Gives how many were stopped.
    """
    stopped = 0
    for held, why in UNTOUCHED.items():
        rows = move_all_on(
            dossiers=dossiers,
            held=held,
            to=Status.STOPPED,
            words=f"Dừng: {why}.",
            reason=DossierEvent.UNTOUCHED,
            now=now,
        )
        messages.tell_stopped([row for row in rows if row.pk not in served], reason=why, now=now)
        stopped += len(rows)
    return stopped


def forget_ended(*, now: datetime) -> int:
    """Forget the people of dossiers that ended without a card, after 90 days, and of all others a year after
    the card was given out; gives how many.
    """
    without = Q(status__in=(Status.WITHDRAWN, Status.REFUSED, Status.STOPPED), ended_at__lt=now - ENDED_KEPT)
    given_out = Q(status=Status.HANDED_OVER, ended_at__lt=now - HANDED_OVER_KEPT)
    over = Dossier.objects.filter(without | given_out, forgotten_at=None).order_by("pk")
    return forget(list(over.values_list("pk", flat=True)[:BATCH]), now=now)
