"""The papers of a dossier as PDF on A4: its form, receipt, request to correct, refusal and apology.

The whole identity number stands on the person's own form only; the other papers show its last three digits,
for they are carried around and laid on counters, where the code finds the dossier. What an office does not
know stays a dotted line to be filled in by hand.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from accounts.identity import masked_number
from core.errors import NotAllowedNow
from core.time import local_date, say_time
from dossiers.errors import TooManyPapers
from dossiers.models import Dossier, DossierEvent
from dossiers.services import filling
from dossiers.services.papers import letters, press
from dossiers.services.papers.forms import form_paper, label_at, say_birth_date
from dossiers.services.papers.shapes import FormPaper, Paper
from dossiers.services.reading import BESIDE_FORMS
from dossiers.states import Status
from dossiers.wordings import CURRENT_TRUTH, TRUTH

MOST = 300


def form_pdf(dossier: Dossier) -> bytes:
    """The form of a `for_display` row as it was declared, and the one for who is not in the database yet.

    :raises NotAllowedNow: what was declared has been erased
    """
    return press.pdf(list(_forms(dossier)), title=f"Tờ khai {dossier.code}", at=dossier.touched_at)


def forms_pdf(dossiers: Iterable[Dossier]) -> bytes:
    """The forms of many, such as a day's, in one file and in the order given; from `for_display`.

    :raises TooManyPapers: more than one file may hold
    :raises NotAllowedNow: there is none, or one was erased
    """
    chosen = list(dossiers)
    if not chosen:
        raise NotAllowedNow(reason="chưa chọn hồ sơ nào để in")
    if len(chosen) > MOST:
        raise TooManyPapers(limit=MOST)
    papers: list[Paper] = [paper for dossier in chosen for paper in _forms(dossier)]
    latest = max(dossier.touched_at for dossier in chosen)
    return press.pdf(papers, title=f"{len(chosen)} tờ khai", at=latest)


def receipt_pdf(
    dossier: Dossier,
    *,
    handed_in: str = "",
    fee: int | None = None,
    fee_receipt: str = "",
    return_to: str = "",
) -> bytes:
    """The slip by which the card is fetched: CC02, where the law of 2014 holds CC03. `fee` 0 is none to pay.

    :raises NotAllowedNow: the person was not taken in yet
    """
    taken_in = dossier.events.filter(from_status=Status.ACCEPTED, to_status=Status.TAKEN_IN)
    event = taken_in.select_related("officer").order_by("pk").last()
    if dossier.taken_in_at is None:
        raise NotAllowedNow(reason="hồ sơ chưa được thu nhận")
    paper = letters.receipt(
        _matter(dossier),
        taken_in_on=local_date(dossier.taken_in_at),
        handed_in=handed_in,
        fee=fee,
        fee_receipt=fee_receipt,
        return_on=dossier.return_on,
        return_to=return_to,
        officer=_officer(event),
    )
    return press.pdf([paper], title=f"Giấy hẹn {dossier.code}", at=dossier.taken_in_at)


def correction_pdf(dossier: Dossier, *, reply_by: date | None = None) -> bytes:
    """What was sent back and is not mended yet, item by item.

    :raises NotAllowedNow: nothing is to be corrected
    """
    standing = list(dossier.corrections.filter(answered_at=None).order_by("pk"))
    if not standing:
        raise NotAllowedNow(reason="hồ sơ không có mục nào cần bổ sung")
    asked_at = max(correction.asked_at for correction in standing)
    paper = letters.correction(
        _matter(dossier),
        on=local_date(asked_at),
        lines=tuple((_item(dossier, correction.field), correction.words) for correction in standing),
        reply_by=reply_by,
        officer=_officer(_latest(dossier, Status.NEEDS_CORRECTION)),
    )
    return press.pdf([paper], title=f"Yêu cầu bổ sung {dossier.code}", at=asked_at)


def refusal_pdf(dossier: Dossier) -> bytes:
    """That the dossier is refused, why and by which law: CC03, where the law of 2014 holds the slip of then.

    :raises NotAllowedNow: it was not refused
    """
    event = _latest(dossier, Status.REFUSED)
    if dossier.status != Status.REFUSED or event is None:
        raise NotAllowedNow(reason="hồ sơ không bị từ chối")
    paper = letters.refusal(
        _matter(dossier),
        on=local_date(event.at),
        reason=event.words,
        basis=event.basis or dossier.version.basis,
        officer="",
    )
    return press.pdf([paper], title=f"Từ chối {dossier.code}", at=event.at)


def apology_pdf(dossier: Dossier, *, return_on: date, reason: str, promised: date, now: datetime) -> bytes:
    """That the card is late, and on which day it is promised now; `promised` is the day of before.

    :raises NotAllowedNow: nobody waits for a card of it
    """
    if dossier.status not in (Status.TAKEN_IN, Status.READY):
        raise NotAllowedNow(reason="hồ sơ không đang chờ thẻ")
    paper = letters.apology(
        _matter(dossier),
        on=local_date(now),
        promised=promised,
        return_on=return_on,
        reason=reason,
        officer="",
    )
    return press.pdf([paper], title=f"Xin lỗi và hẹn lại {dossier.code}", at=now)


def _forms(dossier: Dossier) -> Iterator[FormPaper]:
    _refuse_forgotten(dossier)
    said = {wording.version: wording.text for wording in TRUTH}
    common = {
        "code": dossier.code,
        "state": _state(dossier),
        "oath": said.get(dossier.truth_version, CURRENT_TRUTH.text),
        "footer": (
            f"In từ cổng của {dossier.agency.name}, không thay giấy tiếp nhận hồ sơ. "
            f"Mã tờ khai {dossier.code}, bản ghi lúc {say_time(dossier.touched_at)}."
        ),
    }
    yield form_paper(filling.form_of(dossier), filling.data_of(dossier), **common)
    if extra := filling.extra_form_of(dossier):
        yield form_paper(extra, filling.extra_data_of(dossier), **common)


def _state(dossier: Dossier) -> str:
    if dossier.submitted_at is None:
        return "Bản nháp, chưa nộp"
    handed_in = f"Nộp trên cổng lúc {say_time(dossier.submitted_at)}"
    over = dossier.status in (Status.REFUSED, Status.WITHDRAWN, Status.STOPPED)
    return f"{handed_in}, {Status(dossier.status).label}" if over else handed_in


def _refuse_forgotten(dossier: Dossier) -> None:
    if dossier.forgotten_at is not None:
        raise NotAllowedNow(reason=f"thông tin của hồ sơ {dossier.code} đã được xóa")


def _matter(dossier: Dossier) -> letters.Matter:
    _refuse_forgotten(dossier)
    data, agency = filling.data_of(dossier), dossier.agency
    procedure = dossier.version.name or dossier.version.regulation.name
    return letters.Matter(
        code=dossier.code,
        official_code=dossier.official_code,
        office=agency.name,
        above=agency.parent.name if agency.parent else "",
        address=agency.address,
        hotline=agency.hotline,
        full_name=dossier.full_name,
        birth_date=say_birth_date(data.get("birth_date", "")),
        number=masked_number(data.get("personal_id") or data.get("id_number")) or "",
        procedure=f"{procedure} ({dossier.get_situation_display().lower()})",
        regime=dossier.version.regime,
    )


def _item(dossier: Dossier, path: str) -> str:
    """What is to be corrected, as the form calls it."""
    extra = filling.extra_form_of(dossier)
    if extra and path.startswith(filling.EXTRA):
        return f"{label_at(extra, path.removeprefix(filling.EXTRA))} (tờ khai thêm)"
    return BESIDE_FORMS.get(path) or label_at(filling.form_of(dossier), path)


def _latest(dossier: Dossier, status: Status) -> DossierEvent | None:
    """The last time it came to a status."""
    came = dossier.events.filter(to_status=status).select_related("officer")
    return came.order_by("pk").last()


def _officer(event: DossierEvent | None) -> str:
    return event.officer.get_full_name() if event and event.officer else ""
