"""Declaring at home: begun, saved word by word, handed in, taken back.

A draft belongs to the account that began it. Whoever writes names the revision they have read, so that two
devices never write over each other's words unseen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.errors import SignedOut
from accounts.identity import namesake_key, person_key
from accounts.models import Citizen, Officer
from accounts.notice import CURRENT_NOTICE
from accounts.relations import Relation
from agencies.models import Agency
from agencies.services.working_days import working_day_after
from core import codes
from core.db import violated
from core.errors import FieldError, Invalid, NotAllowedNow, NotFound, StaleVersion
from core.text import search_key
from core.time import at, local_date
from dossiers.errors import AlreadyDeclared, TooManyDrafts
from dossiers.form_definitions.drafts import draft_faults, merged
from dossiers.models import Correction, Dossier, Exemption, Reason, Situation, Submission, Version
from dossiers.services import filling
from dossiers.services.asked_papers import drop_unasked
from dossiers.services.guide import place_for
from dossiers.services.moving import move_on, refuse_unless_editable
from dossiers.services.versions import law_on
from dossiers.states import Status
from dossiers.wordings import CURRENT_ON_BEHALF, CURRENT_TRUTH

CODE_LENGTH = 7
CODE_TRIES = 20
MOST_DRAFTS = 20
SECOND_CLICK = timedelta(minutes=1)
# Of the office's own making: no law says how soon a declaration from home is looked at.
REVIEW_DAYS = 2


@dataclass(frozen=True, kw_only=True)
class Start:
    """What a declaration begins with. `procedure` is its code at this office or its key; `relation` is to the
    account; `card` is the newest card the person was given, `ward` where they live, `SET:CODE`. A birth date
    that was asked for on the way is not asked for again.
    """

    agency: Agency
    procedure: str
    situation: Situation
    relation: Relation
    card: str = ""
    exemptions: Sequence[str] = ()
    ward: str = ""
    is_unregistered: bool = False
    birth_date: str = ""


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What is written into a draft; None leaves a thing as it is. Of `data` only the fields named change."""

    data: Mapping[str, Any] | None = None
    extra_data: Mapping[str, Any] | None = None
    card: str | None = None
    exemptions: Sequence[str] | None = None
    ward: str | None = None
    is_unregistered: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Declared:
    """What was declared along with the form: the notice read, the truth said, being asked by the person."""

    notice: str
    is_true: bool
    on_behalf: bool = False


@transaction.atomic
def begin(*, start: Start, citizen: Citizen, now: datetime) -> Dossier:
    """Begin a draft by the law of the agency's day, with what the portal knows already filled in.

    :raises NotAllowedNow: the agency takes nothing any more
    :raises SignedOut: the account was erased meanwhile
    :raises Invalid: no such procedure here today, not for this reason or without a form, or no such exemption
    :raises TooManyDrafts: the account has as many unfinished ones as one may have
    """
    _refuse_closed(start.agency)
    if not Citizen.objects.live().filter(pk=citizen.pk).locked():
        raise SignedOut
    if Dossier.objects.of(citizen).filter(status=Status.DRAFT).count() >= MOST_DRAFTS:
        raise TooManyDrafts(limit=MOST_DRAFTS)
    law_day = start.agency.law_day(now=now)
    version = _version_asked(start, law_day)
    _refuse_unknown_exemptions(start.exemptions)
    dossier = Dossier(
        agency=start.agency,
        citizen=citizen,
        relation=start.relation,
        version=version,
        law_day=law_day,
        situation=start.situation,
        card=start.card,
        exemptions=list(start.exemptions),
        ward=start.ward,
        is_unregistered=start.is_unregistered,
        created_at=now,
        touched_at=now,
    )
    known = _known_beforehand(dossier) | {"birth_date": start.birth_date}
    dossier.data = filling.dumped(merged(filling.form_of(dossier), {}, known))
    _insert_with_code(dossier)
    return dossier


@transaction.atomic
def begin_once(*, start: Start, citizen: Citizen, now: datetime) -> Dossier:
    """Begin a draft as `begin` does; a second click of the same wish gets the draft of the first one."""
    list(Citizen.objects.filter(pk=citizen.pk).locked())
    untouched = Dossier.objects.of(citizen).filter(status=Status.DRAFT, revision=1)
    same = untouched.filter(
        agency=start.agency, situation=start.situation, relation=start.relation, card=start.card
    )
    first = same.filter(created_at__gt=now - SECOND_CLICK).order_by("pk").first()
    return first or begin(start=start, citizen=citizen, now=now)


@transaction.atomic
def save(*, public_id: UUID, citizen: Citizen, revision: int, changes: Changes, now: datetime) -> Dossier:
    """Keep what was typed so far, right or wrong; what is still missing, `filling.faults` tells.

    What was never handed in goes on by the law of this day; what its form no longer asks is not kept.

    :raises NotFound: no such dossier of this citizen
    :raises NotAllowedNow: it was handed in, or has ended
    :raises StaleVersion: another device wrote since `revision`
    :raises Invalid: something that the form cannot hold, or the procedure is no more
    """
    dossier = locked(public_id, citizen=citizen)
    refuse_unless_editable(dossier)
    if dossier.revision != revision:
        raise StaleVersion
    if dossier.submitted_at is None:
        _take_the_law_of_today(dossier, now=now)
    _lay_over(dossier, changes)
    dossier.full_name = filling.data_of(dossier).get("full_name", "")[:100]
    dossier.search_name = search_key(dossier.full_name)[:100]
    dossier.touched_at = now
    dossier.revision += 1
    dossier.save()
    return dossier


@transaction.atomic
def submit(
    *,
    public_id: UUID,
    citizen: Citizen | None,
    declared: Declared,
    papers_seen_by: Officer | None = None,
    papers_seen: str = "",
    now: datetime,
) -> Dossier:
    """Hand a draft in, or hand it in again after corrections; handed in twice, it is handed in once.

    The first time it takes the law of this day. `papers_seen_by` is an officer at the counter, who takes a
    number whose digits say another sex or birth year, and says which `papers_seen`; `citizen` is then None.

    :raises NotFound: no such dossier of this citizen
    :raises NotAllowedNow: it is past that, or the agency takes nothing any more
    :raises Invalid: with one entry for each wrong or missing field
    :raises AlreadyDeclared: the person has a dossier under way
    """
    dossier = locked(public_id, citizen=citizen)
    if dossier.status in (Status.SUBMITTED, Status.CHECKING):
        return dossier
    refuse_unless_editable(dossier)
    _refuse_closed(dossier.agency)
    today = local_date(now)
    if dossier.submitted_at is None:
        _take_the_law_of_today(dossier, now=now)
    found = filling.faults(dossier, today=today, papers_seen=papers_seen_by is not None)
    found += _faults_of_declaring(dossier, declared, today=today)
    if found:
        raise Invalid(errors=found)
    person = filling.person_of(filling.data_of(dossier))
    account = str(dossier.citizen_id) if dossier.citizen_id else f"dossier {dossier.public_id}"
    by_another = filling.needs_word_of_the_person(dossier, today=today)
    Correction.objects.filter(dossier=dossier, answered_at=None).update(answered_at=now)
    drop_unasked(dossier)
    if filling.extra_form_of(dossier) is None:
        dossier.extra_data = "{}"  # typed before it was known that nobody asks for it
    Submission.objects.create(
        dossier=dossier,
        at=now,
        law_day=dossier.law_day,
        data=dossier.data,
        extra_data=dossier.extra_data,
    )
    try:
        with transaction.atomic():
            return move_on(
                dossier=dossier,
                to=Status.SUBMITTED,
                officer=papers_seen_by,
                note=papers_seen,
                now=now,
                version=dossier.version,
                law_day=dossier.law_day,
                data=dossier.data,
                extra_data=dossier.extra_data,
                person_key=person_key(person, account=account),
                namesake_key=namesake_key(person),
                full_name=person.full_name,
                search_name=search_key(person.full_name)[:100],
                notice_version=declared.notice,
                truth_version=CURRENT_TRUTH.version,
                on_behalf_version=CURRENT_ON_BEHALF.version if by_another else "",
                on_behalf_at=now if by_another else None,
                submitted_at=dossier.submitted_at or now,
                due_at=_due_at(dossier.agency, now=now),
                checking_by=None,
            )
    except IntegrityError as refused:
        if violated(refused) != "one_open_dossier_per_person":
            raise
        raise _already_declared(person_key(person, account=account), citizen=citizen) from refused


@transaction.atomic
def withdraw(*, public_id: UUID, citizen: Citizen, now: datetime) -> Dossier:
    """Take a dossier back; the person may be declared anew at once. What was typed is kept for a while.

    :raises NotFound: no such dossier of this citizen
    :raises NotAllowedNow: the office has taken the person in, or it has ended
    """
    dossier = locked(public_id, citizen=citizen)
    return move_on(dossier=dossier, to=Status.WITHDRAWN, checking_by=None, now=now)


def locked(public_id: UUID, *, citizen: Citizen | None) -> Dossier:
    """The dossier, locked until the transaction ends; a citizen's only if it is their own.

    :raises NotFound: no such dossier, or another citizen's
    """
    rows = Dossier.objects.filter(public_id=public_id)
    if citizen is not None:
        rows = rows.of(citizen)
    held = rows.select_for_update(of=("self",), no_key=True).for_display()
    # A lock that had to wait while another device took the next law on finds the new version not among the
    # rows joined before, and so finds nothing: the second look does.
    found = held.first() or held.first()
    if found is None:
        raise NotFound
    return found


def _refuse_closed(agency: Agency) -> None:
    if not agency.is_active:
        raise NotAllowedNow(reason=f"{agency.name} đã ngừng nhận hồ sơ qua cổng")


def _version_asked(start: Start, law_day: date) -> Version:
    for version in law_on(law_day).procedures:
        place = place_for(version, start.agency)
        if start.procedure in (version.regulation.key, place.code if place else ""):
            _refuse_other_reasons(version.reasons.all(), start.situation)
            if not version.form:
                fault = FieldError("procedure", "no_form", "Thủ tục này không phải khai trước.")
                raise Invalid(errors=[fault])
            return version
    fault = FieldError("procedure", "does_not_exist", "Đơn vị không có thủ tục này vào ngày áp dụng.")
    raise Invalid(errors=[fault])


def _refuse_other_reasons(reasons: Iterable[Reason], situation: str) -> None:
    if not any(reason.situation == situation for reason in reasons):
        fault = FieldError("reason", "invalid_choice", "Thủ tục này không làm vì lý do đó.")
        raise Invalid(errors=[fault])


def _refuse_unknown_exemptions(said: Sequence[str]) -> None:
    known = set(Exemption.objects.filter(code__in=said).values_list("code", flat=True))
    if unknown := sorted(set(said) - known):
        words = f"Không có đối tượng miễn “{unknown[0]}”."
        raise Invalid(errors=[FieldError("exemptions", "invalid_choice", words)])


def _known_beforehand(dossier: Dossier) -> dict[str, Any]:
    """What the form asks and the portal knows: to whom it goes, and what for."""
    return {
        "addressed_to": dossier.agency.name,
        "requests": ["card"],
        "request": dossier.version.regulation.kind.lower(),
    }


def _lay_over(dossier: Dossier, changes: Changes) -> None:
    for name in ("card", "ward", "is_unregistered"):
        if (said := getattr(changes, name)) is not None:
            setattr(dossier, name, said)
    if changes.exemptions is not None:
        _refuse_unknown_exemptions(changes.exemptions)
        dossier.exemptions = list(changes.exemptions)
    form, extra = filling.form_of(dossier), filling.extra_form_of(dossier)
    found = draft_faults(form, changes.data) if changes.data is not None else []
    if changes.extra_data is not None:
        beside = (
            draft_faults(extra, changes.extra_data)
            if extra
            else [FieldError("", "unknown", "Hồ sơ này không có tờ khai thêm.")]
        )
        found += [replace(fault, field=f"{filling.EXTRA}{fault.field}".rstrip(".")) for fault in beside]
    if found:
        raise Invalid(errors=found)
    if changes.data is not None:
        dossier.data = filling.dumped(merged(form, filling.data_of(dossier), changes.data))
    if changes.extra_data is not None and extra:
        dossier.extra_data = filling.dumped(merged(extra, filling.extra_data_of(dossier), changes.extra_data))


def version_today(dossier: Dossier, *, now: datetime) -> Version | None:
    """The version by which a draft goes on today; None if its procedure is no more, or asks for no form."""
    day = dossier.agency.law_day(now=now)
    if day == dossier.law_day:
        return dossier.version
    versions = Version.objects.on(day).select_related("regulation")
    return versions.filter(regulation=dossier.version.regulation_id).exclude(form="").first()


def _take_the_law_of_today(dossier: Dossier, *, now: datetime) -> None:
    """Put the version of the day in the place of the one under which the draft was begun.

    :raises Invalid: the procedure is no more
    """
    day = dossier.agency.law_day(now=now)
    if day == dossier.law_day:
        return
    version = version_today(dossier, now=now)
    if version is None:
        words = "Thủ tục này không còn. Khai lại theo thủ tục mới."
        raise Invalid(errors=[FieldError("procedure", "does_not_exist", words)])
    dossier.version, dossier.law_day = version, day
    known = _known_beforehand(dossier) | filling.data_of(dossier)
    dossier.data = filling.dumped(merged(filling.form_of(dossier), known, {}))


def _faults_of_declaring(dossier: Dossier, declared: Declared, *, today: date) -> list[FieldError]:
    found = []
    if declared.notice != CURRENT_NOTICE.version:
        words = f"Cần đọc và đồng ý thông báo dữ liệu bản {CURRENT_NOTICE.version}."
        found.append(FieldError("accept.notice", "outdated", words))
    if not declared.is_true:
        found.append(FieldError("declared_true", "required", "Cần cam đoan đã khai đúng sự thật."))
    if not declared.on_behalf and filling.needs_word_of_the_person(dossier, today=today):
        words = "Cần xác nhận đã được người này nhờ khai."
        found.append(FieldError("accept.on_behalf", "required", words))
    return found


def _due_at(agency: Agency, *, now: datetime) -> datetime:
    """By when an officer looks at it: some working days later, at the hour at which the office reminds."""
    day = working_day_after(local_date(now), days=REVIEW_DAYS, agency=agency)
    return at(day, agency.reminder_at)


def _already_declared(key: str, *, citizen: Citizen | None) -> AlreadyDeclared:
    """Say that the person has one: to who declared it which one, to a stranger only that there is one."""
    own = Dossier.objects.open().filter(person_key=key, citizen=citizen, citizen__isnull=False).first()
    if own is None:
        return AlreadyDeclared(sentence=AlreadyDeclared.stranger)
    sentence = AlreadyDeclared.own.format(name=own.full_name, code=own.code)
    return AlreadyDeclared(sentence=sentence, existing={"id": str(own.public_id), "code": own.code})


def _insert_with_code(dossier: Dossier) -> None:
    """Insert under a fresh code; one that is in use is drawn again."""
    for tries_left in reversed(range(CODE_TRIES)):
        dossier.code = f"{dossier.agency.code_prefix}{codes.draw(CODE_LENGTH)}"
        try:
            with transaction.atomic():
                dossier.save(force_insert=True)
        except IntegrityError as refused:
            if violated(refused) != "one_dossier_per_code" or not tries_left:
                raise
        else:
            return
