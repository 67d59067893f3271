"""Dossiers of invented people, declared and decided on by the use cases, for officers to look at."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx

from accounts.models import Citizen, Officer
from accounts.notice import CURRENT_NOTICE
from agencies.models import Agency
from booking.services.people import NewPerson
from cccd_portal.demo.accounts import sign_in
from cccd_portal.demo.people import families
from dossiers.models import CardKind, Dossier, Situation
from dossiers.services import afterwards, declaring, reviewing
from dossiers.services.declaring import Changes, Declared, Start
from dossiers.services.reviewing import Asked
from dossiers.states import Status

# How far the demo's dossiers are, at each of the offices that have some.
STANDING = (
    *(Status.SUBMITTED, Status.SUBMITTED, Status.SUBMITTED, Status.CHECKING, Status.NEEDS_CORRECTION),
    *(Status.ACCEPTED, Status.ACCEPTED, Status.TAKEN_IN, Status.READY),
)
WITH_DOSSIERS = ("cong-an-quan-4", "cong-an-phuong-ban-thach")


def load(*, zalo: httpx.Client, now: datetime) -> None:
    """Let some families declare where nobody has yet and an officer is there to decide."""
    for agency in Agency.objects.filter(slug__in=WITH_DOSSIERS).order_by("pk"):
        officer = officer_of(agency)
        if officer is None or Dossier.objects.filter(agency=agency).exists():
            continue
        crowd = families(len(STANDING), largest=1)
        for family, status in zip(crowd, STANDING, strict=True):
            citizen = sign_in(family, zalo, now=now)
            dossier = submitted(family.people[0], agency=agency, citizen=citizen, now=now)
            _bring_to(status, dossier, officer=officer, now=now)


def officer_of(agency: Agency) -> Officer | None:
    """Who decides about the demo's dossiers; nobody where officers were not loaded."""
    return Officer.objects.filter(username=f"head.{agency.slug}").first()


def with_dossiers(
    people: Sequence[NewPerson], *, agency: Agency, citizen: Citizen, officer: Officer, now: datetime
) -> list[NewPerson]:
    """The same people, each with a dossier that was accepted."""
    dossiers = [submitted(person, agency=agency, citizen=citizen, now=now) for person in people]
    for dossier in dossiers:
        _bring_to(Status.ACCEPTED, dossier, officer=officer, now=now)
    return [
        replace(person, dossier=dossier.public_id) for person, dossier in zip(people, dossiers, strict=True)
    ]


def submitted(person: NewPerson, *, agency: Agency, citizen: Citizen, now: datetime) -> Dossier:
    """Declare for a grown-up who changes an older card, and hand it in."""
    start = Start(
        agency=agency,
        procedure="cap-doi",
        situation=Situation.WANTS_NEW_CARD,
        relation=person.relation,
        card=CardKind.CMND if agency.law_date else CardKind.CCCD,
    )
    draft = declaring.begin(start=start, citizen=citizen, now=now)
    saved = declaring.save(
        public_id=draft.public_id,
        citizen=citizen,
        revision=draft.revision,
        changes=Changes(data=_form_of(person, draft)),
        now=now,
    )
    declared = Declared(notice=CURRENT_NOTICE.version, is_true=True, on_behalf=True)
    return declaring.submit(public_id=saved.public_id, citizen=citizen, declared=declared, now=now)


def _form_of(person: NewPerson, draft: Dossier) -> dict[str, Any]:
    who = person.details
    said = {"full_name": who.full_name, "birth_date": who.birth_date, "sex": who.sex}
    address = draft.agency.address or draft.agency.name
    if draft.version.form == "cc01_2021":
        return {
            **said,
            "id_number": who.personal_id,
            "ethnicity": "Kinh",
            "religion": "Không",
            "nationality": "Việt Nam",
            "marital_status": "single",
            "birth_registration_place": "TP Tam Kỳ, Quảng Nam",
            "home_town": "TP Tam Kỳ, Quảng Nam",
            "permanent_residence": address,
            "current_residence": address,
        }
    return {**said, "personal_id": who.personal_id, "residence_kind": "permanent", "residence": address}


def _bring_to(status: Status, dossier: Dossier, *, officer: Officer, now: datetime) -> None:
    """Have an officer do what leads from handed in to a status."""
    if status == Status.SUBMITTED:
        return
    reviewing.take_up(dossier=dossier, revision=dossier.revision, officer=officer, now=now)
    if status == Status.CHECKING:
        return
    if status == Status.NEEDS_CORRECTION:
        asked = [Asked(field="birth_date", reason="BIRTH_DATE_DIFFERS")]
        reviewing.ask_corrections(
            dossier=dossier, officer=officer, revision=dossier.revision, asked=asked, now=now
        )
        return
    reviewing.accept(dossier=dossier, officer=officer, revision=dossier.revision, now=now)
    if status in (Status.TAKEN_IN, Status.READY):
        afterwards.take_in(public_id=dossier.public_id, officer=officer, now=now)
    if status == Status.READY:
        afterwards.mark_ready(dossiers=[dossier.pk], officer=officer, now=now)
