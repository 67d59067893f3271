"""Which papers a dossier may bring along as files. No other is taken: what nobody asked for, nobody keeps.

The lines of the law say in words what is to be brought to the counter, and are nobody's to change for this.
So the cases stand here, in one table. None is needed to hand a dossier in: papers can be shown instead. A
lost or damaged card asks for nothing, and nothing for a picture of a card: sensitive by law, and of no use.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from accounts.birth_dates import BirthDate
from accounts.relations import Relation
from core.errors import FieldError, Invalid
from dossiers.models import Attachment, Correction, Dossier, Situation
from dossiers.reasons import ATTACHMENTS, OTHER
from dossiers.services import filling
from dossiers.services.moving import refuse_unless_editable

Kind = Attachment.Kind
# What an officer asks for who sends a dossier back for these reasons, whatever the case.
_MISSING: Mapping[str, Attachment.Kind] = {
    "REPRESENTATIVE_PROOF_MISSING": Kind.REPRESENTATION,
    "EXEMPTION_PROOF_MISSING": Kind.EXEMPTION,
}
# And who says only in free words which paper it is.
_SOME_PAPER = ((ATTACHMENTS, "PAPER_MISSING"), (ATTACHMENTS, OTHER))


@dataclass(frozen=True)
class Asked:
    """A kind of paper that this dossier asks for; `hint` says which papers serve."""

    kind: Attachment.Kind
    hint: str

    @property
    def name(self) -> str:
        return str(self.kind.label)


def _is_represented(dossier: Dossier) -> bool:
    if dossier.relation == Relation.WARD:
        return True
    try:
        born = BirthDate.read(filling.data_of(dossier).get("birth_date", ""))
    except ValueError:  # not typed yet
        return dossier.relation != Relation.SELF
    return born.age_on(dossier.law_day) < filling.CHILD


_CASES: tuple[tuple[Asked, Callable[[Dossier], bool]], ...] = (
    (
        Asked(Kind.REPRESENTATION, "Giấy khai sinh của trẻ, quyết định công nhận giám hộ."),
        _is_represented,
    ),
    (
        Asked(Kind.IDENTITY, "Giấy khai sinh hoặc giấy tờ pháp lý khác có họ tên, ngày sinh."),
        lambda dossier: dossier.is_unregistered,
    ),
    (
        Asked(Kind.CHANGED_DATA, "Quyết định cải chính hộ tịch, giấy khai sinh ghi thông tin mới."),
        lambda dossier: dossier.situation == Situation.CHANGED_DATA,
    ),
    (
        Asked(Kind.NATIONALITY, "Quyết định hoặc giấy xác nhận trở lại quốc tịch Việt Nam."),
        lambda dossier: dossier.situation == Situation.REGAINED_NATIONALITY,
    ),
    (
        Asked(Kind.EXEMPTION, "Giấy xác nhận, giấy chứng nhận của đối tượng đã chọn khi xin miễn."),
        lambda dossier: bool(dossier.exemptions),
    ),
)


def asked_papers(dossier: Dossier) -> list[Asked]:
    """What the case asks for, and what an officer asked for since."""
    sent_back = set(Correction.objects.filter(dossier=dossier).values_list("field", "reason"))
    wanted = {_MISSING[reason] for _, reason in sent_back if reason in _MISSING}
    if sent_back.intersection(_SOME_PAPER):
        wanted.add(Kind.IDENTITY)
    return [asked for asked, is_case in _CASES if asked.kind in wanted or is_case(dossier)]


def refuse_unasked(dossier: Dossier, kind: Attachment.Kind) -> None:
    """Refuse what need not be drawn, or locked, to be refused.

    :raises NotAllowedNow: the dossier was handed in, or has ended
    :raises Invalid: a kind that it does not ask for
    """
    refuse_unless_editable(dossier)
    asked = asked_papers(dossier)
    if kind not in [one.kind for one in asked]:
        raise Invalid(errors=[FieldError("kind", "not_asked", _not_asked(asked))])


def _not_asked(asked: Sequence[Asked]) -> str:
    if not asked:
        return "Hồ sơ này không cần gửi giấy tờ nào trước. Giấy tờ cần mang theo được ghi ở phần chuẩn bị."
    names = "; ".join(one.name[:1].lower() + one.name[1:] for one in asked)
    return f"Hồ sơ này không cần loại giấy tờ đó. Giấy tờ có thể gửi: {names}."


def drop_unasked(dossier: Dossier) -> int:
    """Let go of what the dossier, as it is now, does not ask for; gives how many."""
    asked = [asked.kind for asked in asked_papers(dossier)]
    return Attachment.objects.filter(dossier=dossier).exclude(kind__in=asked).delete()[0]
