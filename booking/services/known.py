"""People whom an account has told of before: they can be booked without being written down again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.identity import faults_of, given_name, person_key
from accounts.models import Citizen
from accounts.relations import Relation
from agencies.models import Agency
from booking import reminders
from booking.models import Person, Release
from booking.services import visits
from booking.services.availability import Company
from booking.services.people import NewPerson, details_of
from core.time import local_date
from dossiers.models import Dossier
from dossiers.services import filling
from dossiers.services.visits import PapersToBring, places_by_procedure
from dossiers.states import Status

# As many as a list holds that is read on a phone; whom an account booked for last, it knows best.
MOST_KNOWN = 9
_DOSSIER, _PERSON = "dossier:", "person:"


@dataclass(frozen=True)
class Known:
    """Somebody whom an account can book for. `key` names the row it is known by and tells nothing of the
    person; `places` is how many of a slot the visit takes.
    """

    key: str
    person: NewPerson
    places: int = visits.USUAL
    dossier: Dossier | None = None

    @property
    def name(self) -> str:
        return given_name(self.person.details.full_name)

    @property
    def relation(self) -> Relation:
        return self.person.relation


def known_to(citizen: Citizen, *, agency: Agency, now: datetime) -> list[Known]:
    """Whom the account can book for at an agency: those with an accepted dossier there, the first accepted
    first; then, where it wants no dossiers, those it booked for anywhere, the last first. Nobody twice, and
    nobody who holds a place of this account or waits for one.
    """
    found = _with_dossiers(visits.ready_of(citizen).filter(agency=agency), agency=agency)
    if not agency.dossier_required:
        rows = _told_of(citizen)
        latest = rows.order_by("person_key", "-pk").distinct("person_key").values("pk")
        by_age = rows.filter(pk__in=latest).order_by("-booking", "position")
        found += _booked_before(by_age, agency=agency, now=now)
    live = set(Person.objects.filter(citizen=citizen, is_live=True).values_list("person_key", flat=True))
    by_person: dict[str, Known] = {}
    for one in found:
        key = person_key(one.person.details, account=str(citizen.pk))
        if key not in live:
            by_person.setdefault(key, one)
    return list(by_person.values())[:MOST_KNOWN]


def named_to(citizen: Citizen, keys: Sequence[str], *, agency: Agency, now: datetime) -> list[Known]:
    """Those of the account with these keys, in their order. Who has got a place meanwhile is among them, and
    refused when booked; who is not known any more is not.
    """
    by_dossier, by_row = list(_ends(keys, _DOSSIER)), list(_ends(keys, _PERSON))
    accepted = Dossier.objects.of(citizen).filter(
        agency=agency, status=Status.ACCEPTED, public_id__in=by_dossier
    )
    found = [
        *_with_dossiers(accepted.select_related("version"), agency=agency),
        *_booked_before(_told_of(citizen).filter(pk__in=by_row), agency=agency, now=now),
    ]
    by_key = {one.key: one for one in found}
    return [by_key[key] for key in keys if key in by_key]


def company_of(people: Sequence[Known]) -> Company:
    return Company([one.places for one in people], [one.person.ward for one in people])


def papers_of(people: Iterable[Known], *, agency: Agency) -> list[tuple[Known, str]]:
    """What each of them brings, in one line: by their dossier, else what the office asks of everybody."""
    papers = PapersToBring()
    said = []
    for one in people:
        birth_date = one.person.details.birth_date
        listed = papers.of(one.dossier, birth_date=birth_date) if one.dossier else []
        said.append((one, reminders.say_to_bring(listed or [agency.papers_to_bring])))
    return said


def _ends(keys: Sequence[str], kind: str) -> Iterator[str]:
    return (key.removeprefix(kind) for key in keys if key.startswith(kind))


def _told_of(citizen: Citizen) -> QuerySet[Person]:
    """The account's people who are not forgotten, nor those whose number an officer gave back."""
    given_back = Release.objects.filter(person__citizen=citizen).values("person__person_key")
    known = Person.objects.filter(citizen=citizen, birth_date__isnull=False).exclude(full_name="")
    return known.exclude(person_key__in=given_back)


def _with_dossiers(rows: Iterable[Dossier], *, agency: Agency) -> list[Known]:
    listed = list(rows)
    places = places_by_procedure(agency) if listed else {}
    return [
        Known(
            key=f"{_DOSSIER}{row.public_id}",
            person=NewPerson(
                details=filling.person_of(filling.data_of(row)),
                relation=Relation(row.relation),
                ward=row.ward,
                dossier=row.public_id,
            ),
            places=places.get(row.version.regulation_id, visits.USUAL),
            dossier=row,
        )
        for row in listed
    ]


def _booked_before(rows: Iterable[Person], *, agency: Agency, now: datetime) -> list[Known]:
    """Those of them who can be taken as they were written down then, by the law of the agency's day."""
    law_day, today = agency.law_day(now=now), local_date(now)
    known = [
        Known(
            key=f"{_PERSON}{row.pk}",
            person=NewPerson(details=details_of(row), relation=Relation(row.relation), ward=row.ward),
        )
        for row in rows
    ]
    return [one for one in known if not faults_of(one.person.details, law_day=law_day, today=today)]
