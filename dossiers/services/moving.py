"""The one way in which dossiers get from one status to another: a conditional write, and its event."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import Officer
from core.db import violated
from core.errors import NotAllowedNow
from dossiers import messages
from dossiers.models import Dossier, DossierEvent
from dossiers.models.dossiers import DossierQuerySet
from dossiers.states import ALLOWED, EDITABLE, ENDED, Status

CHANGED_MEANWHILE = "hồ sơ vừa được người khác xử lý, tải lại để xem"
# A trigger of the room above, which knows of places.
HAS_A_PLACE = "no_place_for_an_ended_dossier"


@transaction.atomic
def move_on(
    *,
    dossier: Dossier,
    to: Status,
    officer: Officer | None = None,
    reason: str = "",
    words: str = "",
    basis: str = "",
    note: str = "",
    now: datetime,
    **changes: Any,
) -> Dossier:
    """Take a dossier to another status if it is still as it was read, and write down that it happened.

    `changes` are further columns. `words` are for the person, without personal data, `note` for officers;
    `officer` is None where the citizen did it. Whoever comes second finds it changed: of two decisions one
    counts. What was owed to the person about the dossier and has not left is taken back: it is no longer so.

    :raises NotAllowedNow: it is not (any more) in a status from which this one may follow, or its person has
        a place, which `booking.services.dossiers` gives up with it
    """
    held = Status(dossier.status)
    if to not in ALLOWED[held]:
        raise NotAllowedNow(reason=f"hồ sơ {held.label}")
    changes |= {"status": to, "touched_at": now, "ended_at": now if to in ENDED else None}
    event = {"officer": officer, "reason": reason, "words": words, "basis": basis, "note": note}
    _write(dossier, changes, event, now=now)
    messages.withdraw([dossier], now=now)
    return dossier


@transaction.atomic
def stay(
    *,
    dossier: Dossier,
    officer: Officer | None = None,
    reason: str = "",
    words: str = "",
    note: str = "",
    now: datetime,
    **changes: Any,
) -> Dossier:
    """Change columns of a dossier that keeps its status, if it is still as it was read, with an event.

    :raises NotAllowedNow: somebody else has written meanwhile
    """
    event = {"officer": officer, "reason": reason, "words": words, "note": note}
    return _write(dossier, changes | {"touched_at": now}, event, now=now)


def _write(dossier: Dossier, changes: dict[str, Any], event: dict[str, Any], *, now: datetime) -> Dossier:
    held = Status(dossier.status)
    try:
        is_as_read = _as_read(dossier).update(revision=F("revision") + 1, **changes)
    except IntegrityError as refused:
        if violated(refused) != HAS_A_PLACE:
            raise
        raise NotAllowedNow(reason="người này đang có lịch hẹn; hủy lịch hẹn trước") from refused
    if not is_as_read:
        raise NotAllowedNow(reason=CHANGED_MEANWHILE)
    for name, value in changes.items():
        setattr(dossier, name, value)
    dossier.revision += 1
    DossierEvent.objects.create(dossier=dossier, at=now, from_status=held, to_status=dossier.status, **event)
    return dossier


def _as_read(dossier: Dossier) -> DossierQuerySet:
    """Its row, if nobody has written since."""
    return Dossier.objects.filter(pk=dossier.pk, status=dossier.status, revision=dossier.revision)


@transaction.atomic
def move_all_on(
    *,
    dossiers: Sequence[int],
    held: Status,
    to: Status,
    officer: Officer | None = None,
    words: str = "",
    reason: str = "",
    now: datetime,
    **changes: Any,
) -> list[Dossier]:
    """Take all of these that are in `held` to another status, each with its event, and give them back.

    Of two who do so at the same moment, the second waits and finds none left. Three statements, however many.
    """
    if to not in ALLOWED[held]:
        raise NotAllowedNow(reason=f"hồ sơ {held.label}")
    rows = hold(Dossier.objects.filter(pk__in=dossiers, status=held))
    changes |= {"status": to, "touched_at": now, "ended_at": now if to in ENDED else None}
    Dossier.objects.filter(pk__in=[row.pk for row in rows]).update(revision=F("revision") + 1, **changes)
    for row in rows:
        for name, value in changes.items():
            setattr(row, name, value)
        row.revision += 1
    said = {"at": now, "from_status": held, "to_status": to, "reason": reason, "words": words}
    DossierEvent.objects.bulk_create(DossierEvent(dossier=row, officer=officer, **said) for row in rows)
    return rows


def hold(rows: DossierQuerySet) -> list[Dossier]:
    """Lock rows until the transaction ends, always in the order of their keys."""
    locked = rows.select_for_update(of=("self",), no_key=True)
    return list(locked.for_display().without_forms().order_by("pk"))


def refuse_unless_editable(dossier: Dossier) -> None:
    """:raises NotAllowedNow: it was handed in, or has ended"""
    if dossier.status not in EDITABLE:
        raise NotAllowedNow(reason=f"hồ sơ {Status(dossier.status).label}")
