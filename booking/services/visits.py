"""People who come with a dossier: whether it is theirs and accepted, and how long their visit takes."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from accounts.identity import PersonDetails, namesake_key, person_key
from accounts.models import Citizen
from agencies.models import Agency
from booking.models import Appointment, Person
from core.codes import tidy_code
from core.errors import FieldError, Invalid
from dossiers.models import Dossier
from dossiers.services import filling
from dossiers.services.visits import places_by_procedure
from dossiers.states import Status

Asked = Sequence[tuple[PersonDetails, UUID | None]]
USUAL = 1


def hold(asked: Asked, *, agency: Agency, citizen: Citizen | None) -> list[Dossier | None]:
    """The dossiers with which people come, in their order, held as they are until the transaction ends: none
    is taken back while a place is given for it. Costs nothing where nobody has one.

    Where `citizen` is None, an officer asks, for anybody who has a dossier at the agency.

    :raises Invalid: no such dossier of theirs here, not accepted, or about somebody else
    """
    wanted = [dossier for _, dossier in asked if dossier is not None]
    if not wanted:
        return [None] * len(asked)
    rows = Dossier.objects.filter(public_id__in=wanted, agency=agency)
    if citizen is not None:
        rows = rows.of(citizen)
    held = rows.select_for_update(of=("self",), no_key=True).select_related("version").order_by("pk")
    found = {row.public_id: row for row in held}
    faults = [
        FieldError(f"people[{position}].dossier", code, words)
        for position, (details, dossier) in enumerate(asked)
        if dossier is not None
        for code, words in _faults_of(found.get(dossier), details)
    ]
    if faults:
        raise Invalid(errors=faults)
    return [found[dossier] if dossier is not None else None for _, dossier in asked]


def _faults_of(dossier: Dossier | None, details: PersonDetails) -> list[tuple[str, str]]:
    if dossier is None:
        return [("does_not_exist", "Không có hồ sơ này ở đơn vị.")]
    if words := fault_of_state(dossier):
        return [("not_accepted", words)]
    if not _is_about(dossier, details):
        words = f"Hồ sơ {dossier.code} khai cho người khác: họ tên, ngày sinh hoặc số định danh không giống."
        return [("other_person", words)]
    return []


def _is_about(dossier: Dossier, details: PersonDetails) -> bool:
    declared = filling.person_of(filling.data_of(dossier))
    return (person_key(declared, account=""), namesake_key(declared)) == (
        person_key(details, account=""),
        namesake_key(details),
    )


def find(code: str, *, agencies: Collection[int]) -> Dossier | None:
    """The dossier with this code at one of these agencies, whatever its state; for officers."""
    if not code:
        return None
    rows = Dossier.objects.filter(code=tidy_code(code), agency__in=agencies, forgotten_at=None)
    return rows.exclude(status=Status.DRAFT).select_related("version").first()


def fault_of_state(dossier: Dossier) -> str:
    """Why nobody can be booked for a dossier as it stands; empty if somebody can."""
    if dossier.status == Status.ACCEPTED:
        return ""
    return f"Hồ sơ {dossier.code} {Status(dossier.status).label}. Chỉ hẹn được khi hồ sơ đã duyệt."


def ready_of(citizen: Citizen) -> QuerySet[Dossier]:
    """The dossiers of an account whose people may be booked: accepted, at an office that is open, and without
    a place so far. The first to be accepted first.
    """
    placed = Person.objects.filter(dossier=OuterRef("pk"), is_live=True)
    accepted = Dossier.objects.of(citizen).filter(status=Status.ACCEPTED, agency__is_active=True)
    return accepted.filter(~Exists(placed)).select_related("agency", "version").order_by("decided_at", "pk")


@dataclass(frozen=True)
class Visit:
    """Somebody is expected with a dossier; without an appointment as long as the office has to give one."""

    appointment: Appointment | None


def visits_for(dossiers: Iterable[Dossier]) -> dict[int, Visit]:
    """Who is expected, by the key of the dossier: only with accepted ones. One statement, or none."""
    accepted = [dossier.pk for dossier in dossiers if dossier.status == Status.ACCEPTED]
    if not accepted:
        return {}
    people = Person.objects.filter(dossier__in=accepted, is_live=True)
    sealed = ("full_name", "personal_id", "old_id", "birth_date")
    shown = people.defer(*sealed).select_related("appointment__slot", "appointment__day__site")
    return {
        person.dossier_id: Visit(getattr(person, "appointment", None))
        for person in shown
        if person.dossier_id
    }


def sizes_of(people: Sequence[Person], *, agency: Agency) -> list[int]:
    """How many places of a slot each of these people takes, as their agency says of their procedures.

    Their dossiers' versions must be read along. One statement, none where nobody has a dossier.
    """
    if not any(person.dossier_id for person in people):
        return [USUAL] * len(people)
    places = places_by_procedure(agency)
    return [
        places.get(person.dossier.version.regulation_id, USUAL) if person.dossier else USUAL
        for person in people
    ]
