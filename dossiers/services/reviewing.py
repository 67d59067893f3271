"""What officers decide about a dossier that was handed in. Each step names the revision that the officer has
read: of two decisions one counts, and nobody decides what they have not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Officer
from accounts.notice import CURRENT_NOTICE
from core.errors import FieldError, Invalid, NotAllowedNow
from core.text import without_numbers
from dossiers import messages
from dossiers.models import Correction, Dossier
from dossiers.reasons import CORRECTION_OF, OTHER, REFUSALS, STOPS, Ending, ending
from dossiers.services import declaring
from dossiers.services.declaring import Declared
from dossiers.services.moving import CHANGED_MEANWHILE, move_on, refuse_unless_editable, stay
from dossiers.services.reading import BESIDE_FORMS, returnable_of
from dossiers.states import Status

MOST_CORRECTIONS = 60
LONGEST_WORDS = 150
LONGEST_NOTE = 200
LONGEST_SAID = 500
TAKEN_OVER, PUT_BACK = "TAKEN_OVER", "PUT_BACK"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One field that is sent back: its path, the code of the reason, and further words if need be."""

    field: str
    reason: str
    words: str = ""


def take_up(*, dossier: Dossier, officer: Officer, revision: int, now: datetime) -> Dossier:
    """Begin to check a dossier; from now on it is this officer's.

    :raises NotAllowedNow: somebody else has it, or it does not wait any more
    """
    _refuse_unless_seen(dossier, revision)
    return move_on(dossier=dossier, to=Status.CHECKING, officer=officer, checking_by=officer, now=now)


def take_over(*, dossier: Dossier, officer: Officer, revision: int, now: datetime) -> Dossier:
    """Go on with what another officer checks; it stays on record who did.

    :raises NotAllowedNow: nobody checks it, or somebody else has just taken it
    """
    _refuse_unless_seen(dossier, revision)
    if dossier.status != Status.CHECKING or dossier.checking_by_id == officer.pk:
        raise NotAllowedNow(reason="không có đồng nghiệp nào đang kiểm tra hồ sơ này")
    return stay(dossier=dossier, officer=officer, reason=TAKEN_OVER, checking_by=officer, now=now)


def put_back(*, dossier: Dossier, officer: Officer, revision: int, now: datetime) -> Dossier:
    """Give a dossier back to those that wait, where it keeps its due time.

    :raises NotAllowedNow: it is not this officer's
    """
    _refuse_unless_own(dossier, officer, revision)
    return move_on(
        dossier=dossier, to=Status.SUBMITTED, officer=officer, reason=PUT_BACK, checking_by=None, now=now
    )


@transaction.atomic
def accept(*, dossier: Dossier, officer: Officer, revision: int, now: datetime) -> Dossier:
    """Find a dossier in order; its person is told to come.

    :raises NotAllowedNow: it is not this officer's
    """
    _refuse_unless_own(dossier, officer, revision)
    move_on(dossier=dossier, to=Status.ACCEPTED, officer=officer, checking_by=None, decided_at=now, now=now)
    messages.tell_accepted(dossier, now=now)
    return dossier


@transaction.atomic
def ask_corrections(
    *, dossier: Dossier, officer: Officer, revision: int, asked: Sequence[Asked], now: datetime
) -> Dossier:
    """Send fields back to whoever declared, each with its reason in plain words; all other fields stay.

    :raises Invalid: no field, one that is not there, a reason that is none, or no words where they are needed
    :raises NotAllowedNow: it is not this officer's
    """
    _refuse_unless_own_or_accepted(dossier, officer, revision)
    of_forms = {line.path: line.label for section in returnable_of(dossier) for line in section.lines}
    labels = of_forms | BESIDE_FORMS
    if found := _faults_of_asking(asked, labels):
        raise Invalid(errors=found)
    fields = list(dict.fromkeys(one.field for one in asked))
    words = f"Cần bổ sung: {'; '.join(labels[field] for field in fields)}."
    if len(words) > LONGEST_SAID:
        words = f"Cần bổ sung {len(fields)} mục."
    move_on(
        dossier=dossier,
        to=Status.NEEDS_CORRECTION,
        officer=officer,
        words=words,
        checking_by=None,
        decided_at=None,
        now=now,
    )
    Correction.objects.bulk_create(
        Correction(dossier=dossier, field=one.field, reason=one.reason, words=_words_of(one), asked_at=now)
        for one in asked
    )
    messages.tell_returned(dossier, items=len(fields), now=now)
    return dossier


@transaction.atomic
def refuse(
    *,
    dossier: Dossier,
    officer: Officer,
    revision: int,
    reason: str,
    basis: str = "",
    words: str = "",
    now: datetime,
) -> Dossier:
    """Refuse a dossier, with the article of the law; the person can be declared anew.

    `basis` may be empty where the reason names an article by itself.

    :raises Invalid: no such reason, no words for another one, no article
    :raises NotAllowedNow: it is not this officer's
    """
    _refuse_unless_own_or_accepted(dossier, officer, revision)
    why = _ending(reason, REFUSALS, words)
    basis = basis.strip() or why.law.get(dossier.version.regime, "")
    if not basis:
        raise Invalid(errors=[FieldError("basis", "required", "Ghi điều, khoản làm căn cứ.")])
    said = _said(why, words)
    move_on(
        dossier=dossier,
        to=Status.REFUSED,
        officer=officer,
        reason=reason,
        words=f"{said}.",
        basis=basis[:LONGEST_NOTE],
        checking_by=None,
        decided_at=now,
        now=now,
    )
    messages.tell_refused(dossier, reason=said, now=now)
    return dossier


@transaction.atomic
def stop(
    *,
    dossier: Dossier,
    officer: Officer,
    revision: int,
    reason: str,
    papers_seen: str,
    words: str = "",
    now: datetime,
) -> Dossier:
    """End a dossier that was declared wrongly, by who has seen the person's papers. From then on the person
    can be declared anew, by themselves.

    :raises Invalid: no such reason, no words for another one, no papers
    :raises NotAllowedNow: it has ended, or the card is there already
    """
    _refuse_unless_seen(dossier, revision)
    why = _ending(reason, STOPS, words)
    if not papers_seen.strip():
        raise Invalid(errors=[FieldError("papers_seen", "required", "Ghi giấy tờ đã xem.")])
    said = _said(why, words)
    move_on(
        dossier=dossier,
        to=Status.STOPPED,
        officer=officer,
        reason=reason,
        words=f"{said}.",
        note=without_numbers(papers_seen.strip())[:LONGEST_NOTE],
        checking_by=None,
        now=now,
    )
    messages.tell_stopped([dossier], reason=said, now=now)
    return dossier


@transaction.atomic
def submit_at_the_counter(
    *, dossier: Dossier, officer: Officer, papers_seen: str, on_behalf: bool, now: datetime
) -> Dossier:
    """Hand in what was declared at home, before whoever declared it, with the papers on the counter: a number
    whose digits say another sex or birth year is taken then.

    :raises Invalid: something else is wrong, field by field, or no papers were named
    :raises NotAllowedNow: it was handed in already, or has ended
    :raises AlreadyDeclared: the person has a dossier under way
    """
    if not papers_seen.strip():
        raise Invalid(errors=[FieldError("papers_seen", "required", "Ghi giấy tờ đã xem.")])
    # A citizen's second click may find it handed in; an officer's name stands only under what they handed in.
    refuse_unless_editable(declaring.locked(dossier.public_id, citizen=None))
    return declaring.submit(
        public_id=dossier.public_id,
        citizen=None,
        declared=Declared(notice=CURRENT_NOTICE.version, is_true=True, on_behalf=on_behalf),
        papers_seen_by=officer,
        papers_seen=without_numbers(papers_seen.strip())[:LONGEST_NOTE],
        now=now,
    )


def _refuse_unless_seen(dossier: Dossier, revision: int) -> None:
    if dossier.revision != revision:
        raise NotAllowedNow(reason=CHANGED_MEANWHILE)


def _refuse_unless_own(dossier: Dossier, officer: Officer, revision: int) -> None:
    _refuse_unless_seen(dossier, revision)
    if dossier.status != Status.CHECKING:
        raise NotAllowedNow(reason=f"hồ sơ {Status(dossier.status).label}, nhận kiểm tra trước")
    if dossier.checking_by_id != officer.pk:
        raise NotAllowedNow(reason="đồng nghiệp đang kiểm tra hồ sơ này, nhận thay trước")


def _refuse_unless_own_or_accepted(dossier: Dossier, officer: Officer, revision: int) -> None:
    """What the counter sees of somebody who came may change what was decided from afar."""
    if dossier.status == Status.ACCEPTED:
        _refuse_unless_seen(dossier, revision)
    else:
        _refuse_unless_own(dossier, officer, revision)


def _faults_of_asking(asked: Sequence[Asked], labels: dict[str, str]) -> list[FieldError]:
    if not asked:
        return [FieldError("", "required", "Chọn ít nhất một mục cần bổ sung.")]
    if len(asked) > MOST_CORRECTIONS:
        return [FieldError("", "too_many", f"Nhiều nhất {MOST_CORRECTIONS} mục một lần.")]
    found, seen = [], set()
    for one in asked:
        if one.field not in labels:
            found.append(FieldError(one.field, "unknown", "Hồ sơ không có mục này."))
        elif one.reason not in CORRECTION_OF:
            found.append(FieldError(one.field, "invalid_choice", f"{labels[one.field]}: chọn lý do."))
        elif one.reason == OTHER and not one.words.strip():
            found.append(FieldError(one.field, "required", f"{labels[one.field]}: ghi lý do khác."))
        elif (one.field, one.reason) in seen:
            found.append(FieldError(one.field, "twice", f"{labels[one.field]}: lý do này ghi hai lần."))
        seen.add((one.field, one.reason))
    return found


def _words_of(one: Asked) -> str:
    further = without_numbers(one.words.strip())[:LONGEST_WORDS]
    return f"{CORRECTION_OF[one.reason].says} {further}".strip()


def _ending(code: str, endings: Sequence[Ending], words: str) -> Ending:
    found = ending(code, endings)
    if found is None:
        raise Invalid(errors=[FieldError("reason", "invalid_choice", "Chọn lý do.")])
    if found.code == OTHER and not words.strip():
        raise Invalid(errors=[FieldError("words", "required", "Ghi lý do.")])
    return found


def _said(why: Ending, words: str) -> str:
    """Why, for the person: without personal data and without a full stop."""
    further = without_numbers(words.strip())[:LONGEST_WORDS].rstrip(".")
    return ". ".join(part for part in (why.says, further) if part)
