"""What an officer looks at before deciding: the digits of the numbers, who else there is, whether the
procedure fits, and what changed. Nothing of it decides by itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from accounts.birth_dates import BirthDate
from accounts.numbers import doubts_about, read_number
from agencies.models import AdminUnit
from core.text import say_money
from core.time import local_date, say_day
from dossiers.models import Correction, Dossier, DossierEvent, Situation, Submission
from dossiers.models.dossiers import DossierQuerySet
from dossiers.services import filling
from dossiers.services.guide import Answer, Question, answer_by
from dossiers.services.reading import Line, Section, labels_of, lines_of, sections_of
from dossiers.services.versions import Law, law_on
from dossiers.states import EDITABLE, ENDED, Status

MOST_OTHERS = 10
# What a draft begins with, and nobody declares: another office, another procedure.
KNOWN_BEFOREHAND = ("addressed_to", "requests", "request")


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. What `is_fine` needs no second look."""

    title: str
    is_fine: bool
    says: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """One field that two declarations fill in differently, as far as it may be shown."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """What differs from an earlier declaration; `title` says from which."""

    title: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Inspection:
    """All of it. `others` are dossiers that the officer may open: of the same person, then of namesakes."""

    sections: list[Section]
    checks: list[Check]
    comparisons: list[Comparison]
    same_person: list[Dossier]
    namesakes: list[Dossier]
    corrections: list[Correction]
    events: list[DossierEvent]


def inspect(dossier: Dossier, *, mine: DossierQuerySet, today: date) -> Inspection:
    """Look a dossier over. `mine` are those that the officer may see; of others only their number is told."""
    others = Dossier.objects.filter(submitted_at__isnull=False, forgotten_at=None).exclude(pk=dossier.pk)
    same = others.filter(person_key=dossier.person_key) if dossier.person_key else others.none()
    alike = others.filter(namesake_key=dossier.namesake_key) if dossier.namesake_key else others.none()
    alike = alike.exclude(person_key=dossier.person_key)
    same_person, namesakes = _seen(same, mine), _seen(alike, mine)
    events = list(dossier.events.select_related("officer").order_by("pk"))
    return Inspection(
        sections=sections_of(dossier),
        checks=[
            _structure(dossier, events, today=today),
            _duplicates(same, same_person),
            _namesakes(alike, namesakes),
            *_eligibility(dossier),
        ],
        comparisons=[*_since_last_time(dossier), *_from_another(dossier, same_person)],
        same_person=same_person,
        namesakes=namesakes,
        corrections=_named(dossier),
        events=events,
    )


def numbers_of(dossier: Dossier) -> list[Line]:
    """Every number on the forms, whole: for who has a reason and is put on record."""
    return [line for line in lines_of(dossier) if line.is_number and line.whole]


def _named(dossier: Dossier) -> list[Correction]:
    """What was sent back and not mended yet, each with the name of its field."""
    labels = labels_of(dossier)
    standing = list(dossier.corrections.filter(answered_at=None).order_by("pk"))
    for correction in standing:
        correction.label = labels.get(correction.field, correction.field)  # type: ignore[attr-defined]
    return standing


def _seen(rows: DossierQuerySet, mine: DossierQuerySet) -> list[Dossier]:
    there = rows.filter(pk__in=mine.values("pk")).select_related("agency", "version__regulation")
    return list(there.order_by("-pk")[:MOST_OTHERS])


def _structure(dossier: Dossier, events: Sequence[DossierEvent], *, today: date) -> Check:
    """Faults first, then what deserves a second look."""
    # Not by who only put it back among those that wait.
    handed_in = [row for row in events if row.to_status == Status.SUBMITTED and row.from_status in EDITABLE]
    was_seen = bool(handed_in) and handed_in[-1].officer_id is not None
    labels = labels_of(dossier)
    faults = filling.faults(dossier, today=today, papers_seen=was_seen)
    says = [f"{labels.get(fault.field, fault.field)}: {fault.message}" for fault in faults]
    for line in numbers_of(dossier):
        says += [f"{line.label}: {doubt}" for doubt in doubts_about(line.whole, today=today)]
    is_fine = not says
    if was_seen:
        says.append("Nộp tại quầy, cán bộ đã xem giấy tờ.")
    if is_fine and (read := read_number(filling.number_of(filling.data_of(dossier)) or "")):
        province = f", khai sinh: {read.province} (tên tỉnh trước 1/7/2025)" if read.province else ""
        says.append(f"Số định danh khớp năm sinh và giới tính{province}.")
    return Check("Cấu trúc tờ khai và các số", is_fine, tuple(says or ["Đủ và đúng dạng."]))


def _duplicates(rows: DossierQuerySet, seen: Sequence[Dossier]) -> Check:
    count = rows.count()
    if not count:
        return Check("Trùng người", is_fine=True, says=("Không có hồ sơ nào khác của người này.",))
    elsewhere = _elsewhere(count, seen)
    says = [f"{row.code}: {Status(row.status).label}, nộp {_day_of(row)}." for row in seen]
    is_fine = not rows.exclude(status__in=ENDED).exists()
    return Check("Trùng người", is_fine, (*says, *elsewhere))


def _namesakes(rows: DossierQuerySet, seen: Sequence[Dossier]) -> Check:
    count = rows.count()
    if not count:
        return Check("Trùng tên và ngày sinh", is_fine=True, says=("Không có.",))
    says = [f"{row.code}: {Status(row.status).label}, nộp {_day_of(row)}." for row in seen]
    words = "Cùng họ tên và ngày sinh nhưng khác số: xem kỹ có phải một người không."
    return Check("Trùng tên và ngày sinh", is_fine=False, says=(words, *says, *_elsewhere(count, seen)))


def _elsewhere(count: int, seen: Sequence[Dossier]) -> list[str]:
    more = count - len(seen)
    return [f"Thêm {more} hồ sơ, có thể ở đơn vị khác."] if more > 0 else []


def _day_of(row: Dossier) -> str:
    return f"{local_date(row.submitted_at):%d/%m/%Y}" if row.submitted_at else ""


def _eligibility(dossier: Dossier) -> Iterator[Check]:
    """Whether the procedure is the one for this person, what it costs and how long it takes."""
    try:
        BirthDate.read(filling.data_of(dossier).get("birth_date", ""))
    except ValueError:
        return
    law = law_on(dossier.law_day)
    found = answer_by(law, question=_question(dossier))
    fits = found.version is not None and found.version.pk == dossier.version_id
    name = dossier.version.name or str(dossier.version.regulation)
    if fits:
        says = (f"{name}: đúng thủ tục theo pháp luật ngày {say_day(dossier.law_day)}.", *found.why[:1])
    elif found.version is not None:
        says = (f"Đã chọn {name}; theo tuổi, thẻ và việc đã khai thì là {found.version.name}.", *found.why)
    else:
        says = tuple(found.why)
    yield Check("Thủ tục", fits, says)
    yield from _fee(dossier, law, found)
    if found.place:
        visit = "có thể làm trực tuyến" if found.online_url else "phải đến để thu nhận"
        says = (f"Trả thẻ trong {found.place.working_days} ngày làm việc từ ngày thu nhận; {visit}.",)
        yield Check("Thời hạn", is_fine=True, says=says)


def _fee(dossier: Dossier, law: Law, found: Answer) -> Iterator[Check]:
    if found.charge is None:
        return
    exemption = found.charge.exemption
    lines = law.fees.exemptions.all() if law.fees else []
    named = [line.says for line in lines if line.code in dossier.exemptions]
    asked = (f"Đã xin miễn: {'; '.join(named)}.",) if named else ()
    if exemption is None:
        said = f"Dự kiến {say_money(found.charge.counter)}" if found.charge.counter else "Không thu"
        words = f"{said} ({found.charge.basis})." if found.charge.basis else f"{said}."
        yield Check("Lệ phí", is_fine=not dossier.exemptions, says=(words, *asked))
        return
    proof = f" Giấy chứng minh: {exemption.proof}." if exemption.is_declared and exemption.proof else ""
    words = f"Miễn: {exemption.says} ({exemption.law}).{proof}"
    yield Check("Lệ phí", is_fine=not exemption.is_declared, says=(words, *asked))


def _question(dossier: Dossier) -> Question:
    unit_set, _, code = dossier.ward.partition(":")
    ward = AdminUnit.objects.filter(set=unit_set, code=code).first() if code else None
    return Question(
        agency=dossier.agency,
        birth_date=filling.data_of(dossier)["birth_date"],
        situation=Situation(dossier.situation),
        has_card=dossier.situation != Situation.FIRST,
        card=dossier.card,
        exemptions=frozenset(dossier.exemptions),
        ward=ward,
    )


def _since_last_time(dossier: Dossier) -> Iterator[Comparison]:
    """What was mended since it was last handed in."""
    for after, before in pairwise(Submission.objects.filter(dossier=dossier).order_by("-pk")[:2]):
        title = f"Sửa gì so với lần nộp trước ({local_date(before.at):%d/%m/%Y})"
        was, is_now = lines_of(dossier, as_handed_in=before), lines_of(dossier, as_handed_in=after)
        yield Comparison(title, tuple(_differences(was, is_now)))


def _from_another(dossier: Dossier, same_person: Sequence[Dossier]) -> Iterator[Comparison]:
    """What the newest other dossier of the person says otherwise."""
    for other in same_person[:1]:
        title = f"Khác gì so với hồ sơ {other.code}"
        yield Comparison(title, tuple(_differences(lines_of(other), lines_of(dossier))))


def _differences(before: Iterable[Line], after: Iterable[Line]) -> Iterator[Difference]:
    """Field by field, of those that both forms have."""
    was = {line.path: line for line in before}
    for line in after:
        old = was.get(line.path)
        if old is not None and old.whole != line.whole and line.path not in KNOWN_BEFOREHAND:
            yield Difference(line.label, old.shown or "(để trống)", line.shown or "(để trống)")
