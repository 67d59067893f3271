"""What somebody has to do for their card: a few questions, and what the law of that day answers.

One source for the page, the API, the chat and the reminders. It never turns anybody away: where no procedure
fits, it says why and still offers the office.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from accounts.birth_dates import BirthDate
from accounts.identity import birth_date_faults
from agencies.models import AdminUnit, Agency
from core.errors import FieldError, Invalid
from core.text import say_number
from core.time import local_date
from dossiers.models import (
    CardTerm,
    Channel,
    Exemption,
    FeeKind,
    Paper,
    Place,
    Reason,
    Situation,
    Version,
    Visit,
)
from dossiers.services.versions import Law, law_on

# Who has no card yet cannot want these of it. (Who lost theirs has none, and yet it is not their first.)
ONLY_WITH_A_CARD = {
    Situation.EXPIRED,
    Situation.WANTS_NEW_CARD,
    Situation.DAMAGED,
    Situation.CHANGED_DATA,
    Situation.ADMIN_UNITS_CHANGED,
}


@dataclass(frozen=True)
class Question:
    """What is asked. `birth_date` as people know it, `1985`, `1985-04` or `1985-04-12`."""

    agency: Agency
    birth_date: str
    situation: Situation
    has_card: bool
    card: str = ""
    exemptions: frozenset[str] = frozenset()
    ward: AdminUnit | None = None


@dataclass(frozen=True)
class Charge:
    """What is expected to be paid, in đồng, at the counter and online; why nothing, if somebody is exempt."""

    counter: int
    online: int
    basis: str
    exemption: Exemption | None = None


@dataclass(frozen=True)
class Answer:
    """What to do. `version` and `reason` are None where no procedure of that day fits."""

    law_day: date
    version: Version | None
    reason: Reason | None
    place: Place | None
    where: list[str]
    papers: list[str] = field(default_factory=list)
    charge: Charge | None = None
    card_valid_until: date | None = None
    is_for_life: bool = False
    born: BirthDate | None = None
    card: str = ""
    why: list[str] = field(default_factory=list)

    @property
    def visit(self) -> str:
        return self.reason.visit if self.reason else Visit.NEEDED

    @property
    def online_url(self) -> str:
        """Where the whole can be done without coming; empty if it cannot."""
        return self.version.online_url if self.version and self.reason and self.reason.is_online else ""


def answer(*, question: Question, law_day: date | None = None, now: datetime) -> Answer:
    """Say what to do, where, with which papers, for how much, and why, by the law of the agency's day, or of
    another one.

    :raises Invalid: a birth date that cannot be, or an exemption that no law ever named
    """
    _refuse_unreadable(question, now=now)
    return answer_by(law_on(law_day or question.agency.law_day(now=now)), question=question)


def answer_by(law: Law, *, question: Question) -> Answer:
    """The same by a law that was read already, to a question that can be read."""
    born = BirthDate.read(question.birth_date)
    age = born.age_on(law.day)
    situation, notes = _situation_of(question)
    version, reason = _find(law, situation=situation, card=question.card, age=age)
    if version is None or reason is None:
        return _nothing_fits(law, question, situation=situation, born=born, notes=notes)
    place = place_for(version, question.agency)
    charge = charge_for(
        law,
        reason,
        declared=question.exemptions,
        unit_kind=question.ward.kind if question.ward else "",
        situation=situation,
        age=age,
    )
    term = (
        next((line for line in law.cards.card_terms.all() if line.is_for_age(age)), None)
        if law.cards
        else None
    )
    return Answer(
        law_day=law.day,
        version=version,
        reason=reason,
        place=place,
        where=_where(question.agency, version),
        papers=[
            *papers_for(version.papers.all(), situation=situation, card=question.card, age=age),
            *proof_for(charge),
        ],
        charge=charge,
        card_valid_until=born.birthday(term.until_age) if term and term.until_age else None,
        is_for_life=bool(term and term.until_age is None),
        born=born,
        card=question.card,
        why=[*notes, *_why(law, reason, place, charge, term, born)],
    )


def place_for(version: Version, agency: Agency) -> Place | None:
    """The line for an office of this level and area; the nearest there is, if its level takes nobody then."""
    lines = sorted(version.places.all(), key=lambda place: (place.level, place.pk))
    of_level = [place for place in lines if place.level == agency.level] or lines
    fitting = [place for place in of_level if place.area in ("", agency.area)]
    return next(iter(fitting or of_level), None)


def usual_charge(law: Law, version: Version) -> Charge | None:
    """What the procedure costs somebody who is not exempt and for whom it costs most."""
    charges = [_amounts(law, reason.fee) for reason in version.reasons.all()]
    return max((charge for charge in charges if charge), key=lambda charge: charge.counter, default=None)


def exemptions_on(day: date) -> list[Exemption]:
    """The exemptions of a day that people say of themselves, in the order of the law."""
    fees = law_on(day).fees
    lines = sorted(fees.exemptions.all(), key=lambda line: (line.position, line.pk)) if fees else []
    return [line for line in lines if line.is_declared]


def _refuse_unreadable(question: Question, *, now: datetime) -> None:
    faults = birth_date_faults(question.birth_date, today=local_date(now))
    if question.exemptions:
        known = set(Exemption.objects.filter(code__in=question.exemptions).values_list("code", flat=True))
        faults += [
            FieldError("exemptions", "invalid_choice", f"Không có đối tượng miễn “{code}”.")
            for code in sorted(question.exemptions - known)
        ]
    if faults:
        raise Invalid(errors=faults)


def _situation_of(question: Question) -> tuple[Situation, list[str]]:
    """The situation as it is: who has no card asks for the first one, whatever else was ticked."""
    if not question.has_card and question.situation in ONLY_WITH_A_CARD:
        return Situation.FIRST, ["Chưa có thẻ nên đây là lần cấp đầu tiên."]
    if question.has_card and question.situation == Situation.FIRST:
        return Situation.WANTS_NEW_CARD, ["Đã có thẻ nên đây là đổi thẻ, không phải cấp lần đầu."]
    return question.situation, []


def _find(law: Law, *, situation: str, card: str, age: int) -> tuple[Version | None, Reason | None]:
    """The reason that fits; one for the very kind of card goes before one for all."""
    fitting = [
        (version, reason)
        for version in law.procedures
        if (reason := reason_for(version, situation=situation, card=card, age=age)) is not None
    ]
    return min(fitting, key=lambda pair: _how_close(pair[1]), default=(None, None))


def reason_for(version: Version, *, situation: str, card: str, age: int) -> Reason | None:
    """The reason of one version that fits."""
    lines = version.reasons.all()
    fitting = [line for line in lines if line.is_for(situation=situation, card=card, age=age)]
    return min(fitting, key=_how_close, default=None)


def _how_close(reason: Reason) -> tuple[bool, int]:
    return (reason.card == "", reason.pk)


def _where(agency: Agency, version: Version) -> list[str]:
    """The office itself first: nobody is sent away from it; then what the law says of places."""
    said = [place.where for place in sorted(version.places.all(), key=lambda line: line.pk)]
    return list(dict.fromkeys([_own_place(agency), *said]))


def _own_place(agency: Agency) -> str:
    return f"{agency.name}, {agency.address}" if agency.address else agency.name


def papers_for(lines: Iterable[Paper], *, situation: str, card: str, age: int) -> list[str]:
    """What somebody brings, of the lines of a version, in the order of the law."""
    in_order = sorted(lines, key=lambda line: (line.position, line.pk))
    return [line.says for line in in_order if line.is_for(situation=situation, card=card, age=age)]


def proof_for(charge: Charge | None) -> list[str]:
    """What somebody brings besides who says to be exempt."""
    exemption = charge.exemption if charge else None
    if exemption is None or not exemption.is_declared:
        return []
    return [f"Để được miễn lệ phí: {exemption.proof or 'giấy tờ chứng minh thuộc diện miễn'}"]


def _amounts(law: Law, kind: str) -> Charge | None:
    if law.fees is None:
        return None
    if kind == FeeKind.NONE:
        return Charge(0, 0, "")
    by_channel = {fee.channel: fee.amount for fee in law.fees.fees.all() if fee.kind == kind}
    counter = by_channel.get(Channel.COUNTER)
    if counter is None:
        return None
    return Charge(counter, by_channel.get(Channel.ONLINE, counter), law.fees.basis)


def charge_for(
    law: Law, reason: Reason, *, declared: frozenset[str], unit_kind: str, situation: str, age: int
) -> Charge | None:
    """What somebody is expected to pay, who `declared` these exemptions and lives in a unit of that kind."""
    full = _amounts(law, reason.fee)
    if full is None or law.fees is None or reason.fee == FeeKind.NONE:
        return full
    for exemption in sorted(law.fees.exemptions.all(), key=lambda line: (line.is_declared, line.position)):
        if exemption.frees(situation=situation, declared=declared, age=age, unit_kind=unit_kind):
            return Charge(0, 0, full.basis, exemption)
    return full


def _why(
    law: Law,
    reason: Reason,
    place: Place | None,
    charge: Charge | None,
    term: CardTerm | None,
    born: BirthDate,
) -> Iterator[str]:
    yield f"{reason.says} ({reason.law})"
    if charge and charge.exemption:
        yield f"Miễn lệ phí: {_lower(charge.exemption.says)} ({charge.exemption.law})"
    elif charge and charge.counter:
        yield f"Lệ phí dự kiến {say_number(charge.counter)} đồng ({charge.basis})"
    if place:
        yield f"Trả thẻ trong {place.working_days} ngày làm việc từ khi nhận đủ hồ sơ."
    if law.cards and term and term.until_age:
        until = born.birthday(term.until_age)
        said = f"{until:%d/%m/%Y}" if born.is_whole else f"năm {until:%Y}"
        yield f"Thẻ cấp ngày {law.day:%d/%m/%Y} dùng đến {said} ({law.cards.basis})"
    elif law.cards and term:
        yield f"Từ đủ {term.from_age} tuổi, thẻ được cấp không thời hạn ({law.cards.basis})"
    if not born.is_whole:
        yield "Chưa biết đủ ngày sinh: tuổi tính từ ngày đầu của năm hoặc tháng đã ghi."


def _nothing_fits(
    law: Law, question: Question, *, situation: str, born: BirthDate, notes: list[str]
) -> Answer:
    """No procedure of that day is for this person: from which day on one is, and the office in any case."""
    later = [
        (reason.from_age, version.basis)
        for version in law.procedures
        for reason in version.reasons.all()
        if reason.situation == situation and reason.from_age > born.age_on(law.day)
    ]
    if later:
        age, basis = min(later)
        first = born.birthday(age)
        says = [
            f"Thẻ được cấp từ đủ {age} tuổi, với người này là từ {first:%d/%m/%Y}.",
            f"Căn cứ: {basis}",
        ]
    else:
        says = ["Chưa xác định được thủ tục cho trường hợp này. Cán bộ của đơn vị xem và hướng dẫn."]
    return Answer(
        law_day=law.day,
        version=None,
        reason=None,
        place=None,
        where=[_own_place(question.agency)],
        why=[*notes, *says],
    )


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
