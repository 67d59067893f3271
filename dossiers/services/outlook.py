"""What is expected of a dossier: papers, fee, days, whether the person has to come."""

from datetime import datetime

from agencies.models import AdminUnit
from core.errors import Invalid
from dossiers.models import Dossier, Situation
from dossiers.services import filling
from dossiers.services.guide import Answer, Question, answer


def outlook_of(dossier: Dossier, *, now: datetime) -> Answer | None:
    """What the guide says of this person, by the law under which the dossier goes.

    None while the birth date cannot be read, and where the guide would send the person to another procedure.
    """
    unit_set, _, code = dossier.ward.partition(":")
    question = Question(
        agency=dossier.agency,
        birth_date=filling.data_of(dossier).get("birth_date", ""),
        situation=Situation(dossier.situation),
        has_card=dossier.situation != Situation.FIRST,
        card=dossier.card,
        exemptions=frozenset(dossier.exemptions),
        ward=AdminUnit.objects.filter(set=unit_set, code=code).first() if code else None,
    )
    try:
        law_day = dossier.law_day if dossier.submitted_at else None
        found = answer(question=question, law_day=law_day, now=now)
    except Invalid:
        return None
    fits = found.version is not None and found.version.regulation_id == dossier.version.regulation_id
    return found if fits else None
