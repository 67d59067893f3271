"""What the counter does with an approved dossier: the person taken in, the card come, given out, or late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.models import Officer
from agencies.models import Agency
from agencies.services.calendar import read_calendar
from agencies.services.working_days import is_working_day, working_day_after
from core.errors import FieldError, Invalid, NotAllowedNow
from core.text import without_numbers
from core.time import local_date
from dossiers import messages
from dossiers.models import Apology, Dossier, DossierEvent, HandOver
from dossiers.models.dossiers import DossierQuerySet
from dossiers.services import fees
from dossiers.services.declaring import locked
from dossiers.services.guide import place_for
from dossiers.services.moving import hold, move_all_on, move_on
from dossiers.states import Status
from notifications import services as notifications
from notifications.kinds import Kind

# A new day that is promised: in how many working days, if the officer says none; and in how many at most.
LATER_BY = 5
LATEST_IN = timedelta(days=90)
MOST_APOLOGIES = 300
LATE = "LATE"


@dataclass(frozen=True)
class Preview:
    """What an apology would say to one person. `is_told` is false where there is no account to tell."""

    dossier: Dossier
    promised: date
    text: str
    is_told: bool


@dataclass(frozen=True)
class TakenBack:
    """A card that was not there after all, and whether its person may have heard that it was."""

    dossier: Dossier
    may_have_heard: bool


def day_of_return(dossier: Dossier, *, now: datetime) -> date:
    """The day on which the card is to be had: so many working days as the law of its day gives the office.

    :raises NotAllowedNow: that law gives none
    """
    place = place_for(dossier.version, dossier.agency)
    if place is None:
        raise NotAllowedNow(reason="thủ tục này chưa có số ngày làm việc")
    return working_day_after(local_date(now), days=place.working_days, agency=dossier.agency)


@transaction.atomic
def take_in(*, public_id: UUID, officer: Officer, now: datetime) -> Dossier:
    """The person was there, photo and fingerprints are taken: say when the card is to be had, for how much.

    :raises NotFound: no such dossier
    :raises NotAllowedNow: it is not approved, or the person was taken in already
    """
    dossier = locked(public_id, citizen=None)
    if dossier.status != Status.ACCEPTED:
        raise NotAllowedNow(reason=f"hồ sơ {Status(dossier.status).label}")
    return_on = day_of_return(dossier, now=now)
    return move_on(
        dossier=dossier,
        to=Status.TAKEN_IN,
        officer=officer,
        words=f"Hẹn trả thẻ ngày {return_on:%d/%m/%Y}.",
        now=now,
        taken_in_at=now,
        return_on=return_on,
        fee=fees.fee_at(dossier),
    )


@transaction.atomic
def mark_ready(*, dossiers: Sequence[int], officer: Officer, now: datetime) -> list[Dossier]:
    """Note that these cards are there, and tell their people: each once, whoever else sends the same list.

    What does not wait for its card (any more) is left as it is; gives those that did.
    """
    ready = move_all_on(
        dossiers=dossiers, held=Status.TAKEN_IN, to=Status.READY, officer=officer, now=now, ready_at=now
    )
    messages.tell_ready(ready, now=now)
    return ready


@transaction.atomic
def take_back_ready(*, public_id: UUID, officer: Officer, now: datetime) -> TakenBack:
    """The card was among those that came by mistake: it is waited for again. What has not left is not told.

    :raises NotFound: no such dossier
    :raises NotAllowedNow: it is not marked as there, or was given out
    """
    dossier = locked(public_id, citizen=None)
    if dossier.status != Status.READY:
        raise NotAllowedNow(reason=f"hồ sơ {Status(dossier.status).label}")
    words = "Thẻ chưa có: lần báo trước là nhầm."
    move_on(dossier=dossier, to=Status.TAKEN_IN, officer=officer, words=words, now=now, ready_at=None)
    told = [message for message in notifications.fates_of([dossier.code]) if message.kind == Kind.CARD_READY]
    return TakenBack(dossier, may_have_heard=any(message.attempts or message.sent_at for message in told))


@transaction.atomic
def hand_over(
    *, public_id: UUID, collector: HandOver.Collector, note: str = "", officer: Officer, now: datetime
) -> Dossier:
    """Note that the card was given out, and to whom.

    :raises NotFound: no such dossier
    :raises NotAllowedNow: the card is not there, or was given out already
    :raises Invalid: somebody else came, and it is not said who and with which papers
    """
    note = note.strip()
    if collector == HandOver.Collector.OTHER and not note:
        words = "Ghi người nhận thay là ai, giấy tờ đã xem."
        raise Invalid(errors=[FieldError("note", "required", words)])
    dossier = locked(public_id, citizen=None)
    move_on(
        dossier=dossier,
        to=Status.HANDED_OVER,
        officer=officer,
        reason=collector,
        words=f"Đã trả thẻ cho {collector.label}.",
        now=now,
        handed_over_at=now,
    )
    note = without_numbers(note) if collector == HandOver.Collector.OTHER else ""
    HandOver.objects.create(dossier=dossier, collector=collector, note=note, officer=officer, at=now)
    return dossier


# --- Late cards -------------------------------------------------------------------------------------------


def later_day(agency: Agency, *, now: datetime) -> date:
    """The new day that is proposed for cards that are late."""
    return working_day_after(local_date(now), days=LATER_BY, agency=agency)


def preview_apologies(
    *, cards: DossierQuerySet, promised: Mapping[int, date], return_on: date, reason: str, now: datetime
) -> list[Preview]:
    """What apologies would say, word for word; those of `cards` that are still late. Nothing is sent.

    :raises Invalid: a day that nobody can be promised, or too many at once
    """
    _refuse_too_many(promised)
    rows = _still_late(cards.filter(pk__in=promised).for_display(), promised, now=now)
    reason = _reason(reason)
    _refuse_impossible(rows, return_on, now=now)
    contexts = [
        messages.late_context(row, promised=promised[row.pk], return_on=return_on, reason=reason)
        for row in rows
    ]
    texts: dict[int, str] = {}
    for agency in {row.agency for row in rows}:
        its = [(row, context) for row, context in zip(rows, contexts, strict=True) if row.agency == agency]
        said = notifications.texts_for(
            agency=agency, kind=Kind.CARD_LATE, contexts=[context for _, context in its]
        )
        texts |= {row.pk: text for (row, _), text in zip(its, said, strict=True)}
    return [Preview(row, promised[row.pk], texts[row.pk], is_told=row.citizen_id is not None) for row in rows]


@transaction.atomic
def apologise(
    *,
    cards: DossierQuerySet,
    promised: Mapping[int, date],
    return_on: date,
    reason: str = "",
    officer: Officer,
    now: datetime,
) -> list[Dossier]:
    """Say sorry for late cards and promise another day. `promised` is, for each, the day that the officer has
    seen: whose card came meanwhile, or was promised anew by somebody else, is left out. Gives those told.

    :raises Invalid: a day that nobody can be promised, or too many at once
    """
    _refuse_too_many(promised)
    rows = _still_late(hold(cards.filter(pk__in=promised)), promised, now=now)
    _refuse_impossible(rows, return_on, now=now)
    reason = _reason(reason)
    Apology.objects.bulk_create(
        Apology(
            dossier=row,
            promised=promised[row.pk],
            return_on=return_on,
            reason=reason,
            officer=officer,
            at=now,
        )
        for row in rows
    )
    Dossier.objects.filter(pk__in=[row.pk for row in rows]).update(
        return_on=return_on, touched_at=now, revision=F("revision") + 1
    )
    words = f"Xin lỗi vì thẻ chưa kịp có. Hẹn lại ngày {return_on:%d/%m/%Y}."
    said = {"at": now, "from_status": Status.TAKEN_IN, "to_status": Status.TAKEN_IN, "reason": LATE}
    DossierEvent.objects.bulk_create(
        DossierEvent(dossier=row, officer=officer, words=words, **said) for row in rows
    )
    for row in rows:
        row.return_on, row.touched_at, row.revision = return_on, now, row.revision + 1
    messages.tell_late(rows, promised=promised, reason=reason, now=now)
    return rows


def _refuse_too_many(promised: Mapping[int, date]) -> None:
    if len(promised) > MOST_APOLOGIES:
        words = f"Nhiều nhất {MOST_APOLOGIES} hồ sơ một lần."
        raise Invalid(errors=[FieldError("", "too_many", words)])


def _still_late(
    rows: Sequence[Dossier] | DossierQuerySet, promised: Mapping[int, date], *, now: datetime
) -> list[Dossier]:
    return [
        row
        for row in rows
        if row.status == Status.TAKEN_IN
        and row.return_on == promised[row.pk]
        and row.return_on < local_date(now)
    ]


def _refuse_impossible(rows: Sequence[Dossier], return_on: date, *, now: datetime) -> None:
    today = local_date(now)
    if not today < return_on <= today + LATEST_IN:
        words = f"Chọn một ngày sau hôm nay, trong {LATEST_IN.days} ngày tới."
        raise Invalid(errors=[FieldError("return_on", "out_of_range", words)])
    calendar = read_calendar(first=return_on, last=return_on)
    for agency in {row.agency for row in rows}:
        if not is_working_day(calendar, agency=agency, on=return_on):
            words = f"Ngày {return_on:%d/%m/%Y} không phải ngày làm việc của {agency.name}."
            raise Invalid(errors=[FieldError("return_on", "day_off", words)])


def _reason(said: str) -> str:
    return without_numbers(said.strip().rstrip("."))[:200]
