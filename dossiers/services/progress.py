"""The steps of a dossier, as the person reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.time import say_day, say_time
from dossiers.models import Dossier
from dossiers.states import Status

# The step that a dossier stands at, by its status; those that went another way stand at none.
AT_STEP: Mapping[Status, int] = {
    Status.DRAFT: 0,
    Status.SUBMITTED: 1,
    Status.CHECKING: 1,
    Status.NEEDS_CORRECTION: 1,
    Status.ACCEPTED: 2,
    Status.TAKEN_IN: 3,
    Status.READY: 4,
    Status.HANDED_OVER: 5,
}


@dataclass(frozen=True)
class Step:
    """One step. `state` is done, now or later; `note` says until when, if that is known."""

    words: str
    state: str
    at: datetime | None = None
    note: str = ""


def steps_of(dossier: Dossier) -> list[Step]:
    """The way from handing in to the card; nothing for a dossier that ended on another one."""
    reached = AT_STEP.get(Status(dossier.status))
    if reached is None:
        return []
    expected = f"hẹn trả {say_day(dossier.return_on)}" if dossier.return_on else ""
    known = [
        ("Nộp tờ khai", dossier.submitted_at, ""),
        ("Cán bộ kiểm tra", dossier.decided_at, _until(dossier)),
        ("Đến làm thẻ", dossier.taken_in_at, ""),
        ("In thẻ", dossier.ready_at, expected),
        ("Nhận thẻ", dossier.handed_over_at, ""),
    ]
    return [
        Step(
            words=words,
            state="done" if number < reached else "now" if number == reached else "later",
            at=at if number < reached else None,
            note=note if number == reached else "",
        )
        for number, (words, at, note) in enumerate(known)
    ]


def _until(dossier: Dossier) -> str:
    if dossier.status == Status.NEEDS_CORRECTION:
        return "chờ ông/bà bổ sung"
    return f"trước {say_time(dossier.due_at)}" if dossier.due_at else ""
