"""Declarations for tests: an office, an account, and what a person fills in. Nobody of these exists."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from accounts.identity import namesake_key, person_key
from accounts.models import Citizen
from accounts.notice import CURRENT_NOTICE
from accounts.relations import Relation
from accounts.tests.factories import CitizenFactory, OfficerFactory
from agencies.models import Agency
from agencies.tests.factories import AgencyFactory
from core import codes
from core.time import local_date
from dossiers.models import Dossier, Situation
from dossiers.services import filling
from dossiers.services.declaring import Changes, Declared, Start, begin, save, submit
from dossiers.states import ALLOWED, Status

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, 9:00 in Việt Nam
APRIL_2021 = date(2021, 4, 20)
DECLARED = Declared(notice=CURRENT_NOTICE.version, is_true=True, on_behalf=True)

DC02_DATA: dict[str, Any] = {
    "full_name": "Trần Văn An",
    "birth_date": "1985-04-12",
    "sex": "male",
    "personal_id": "049085000123",
    "residence_kind": "permanent",
    "residence": "12 Trần Phú, phường Bàn Thạch, Đà Nẵng",
}
CC01_DATA: dict[str, Any] = {
    "full_name": "Trần Văn An",
    "birth_date": "1985-04-12",
    "sex": "male",
    "id_number": "205123456",
    "ethnicity": "Kinh",
    "religion": "Không",
    "nationality": "Việt Nam",
    "marital_status": "single",
    "birth_registration_place": "Xã Tam Thăng, Tam Kỳ, Quảng Nam",
    "home_town": "Tam Thăng, Tam Kỳ, Quảng Nam",
    "permanent_residence": "12 Trần Phú, Phường 12, Quận 4",
    "current_residence": "12 Trần Phú, Phường 12, Quận 4",
}


def begun(
    *,
    agency: Agency | None = None,
    citizen: Citizen | None = None,
    relation: Relation = Relation.SELF,
    situation: Situation = Situation.DAMAGED,
    procedure: str = "cap-lai",
    now: datetime = NOW,
    **start: Any,
) -> Dossier:
    """A draft of today's law unless the agency says otherwise."""
    return begin(
        start=Start(
            agency=agency or AgencyFactory(),
            procedure=procedure,
            situation=situation,
            relation=relation,
            **start,
        ),
        citizen=citizen or CitizenFactory(),
        now=now,
    )


def filled(dossier: Dossier | None = None, *, now: datetime = NOW, **data: Any) -> Dossier:
    """A draft with everything that its form wants; `data` says otherwise."""
    dossier = dossier or begun()
    whole = CC01_DATA if dossier.version.form == "cc01_2021" else DC02_DATA
    assert dossier.citizen is not None
    return save(
        public_id=dossier.public_id,
        citizen=dossier.citizen,
        revision=dossier.revision,
        changes=Changes(data=whole | data),
        now=now,
    )


def submitted(dossier: Dossier | None = None, *, now: datetime = NOW, **data: Any) -> Dossier:
    dossier = filled(dossier, now=now, **data)
    return submit(public_id=dossier.public_id, citizen=dossier.citizen, declared=DECLARED, now=now)


def standing(status: Status, **columns: Any) -> Dossier:
    """A dossier that is in some status already, without the events that led there."""
    dossier = filled()
    person = filling.person_of(filling.data_of(dossier))
    known = {
        "pk": None,
        "public_id": uuid4(),
        "code": f"{dossier.agency.code_prefix}{codes.draw(7)}",
        "status": status,
        "person_key": person_key(person, account=uuid4().hex),
        "namesake_key": namesake_key(person),
        "submitted_at": NOW,
        "due_at": NOW,
        "checking_by": OfficerFactory() if status == Status.CHECKING else None,
        "ended_at": None if ALLOWED[status] else NOW,
    }
    if status in (Status.TAKEN_IN, Status.READY, Status.HANDED_OVER):
        known |= {"taken_in_at": NOW, "return_on": local_date(NOW)}
    draft = dossier.pk
    for name, value in {**known, **columns}.items():
        setattr(dossier, name, value)
    dossier._state.adding = True
    dossier.save(force_insert=True)
    Dossier.objects.filter(pk=draft).delete()
    return dossier
