"""What an office knows beforehand of a visit for a dossier: how long it takes, what is to be brought."""

from datetime import date

from accounts.birth_dates import BirthDate
from agencies.models import Agency
from dossiers.models import Dossier, Paper, VisitLength
from dossiers.services.fees import charge_of
from dossiers.services.guide import papers_for, proof_for
from dossiers.services.versions import Law, law_on


def places_by_procedure(agency: Agency) -> dict[int, int]:
    """How many places of a slot a person takes, by the key of the procedure; what is not in it takes one."""
    return dict(VisitLength.objects.filter(agency=agency).values_list("regulation", "places"))


class PapersToBring:
    """What people with a dossier bring, each for their own case, by the law under which it was handed in.

    Ask one of these for all people of a list: what is read for one serves the next.
    """

    def __init__(self) -> None:
        self._lines: dict[int, list[Paper]] = {}
        self._laws: dict[date, Law] = {}

    def of(self, dossier: Dossier, *, birth_date: str) -> list[str]:
        """The papers of one person, in the order of the law."""
        age = BirthDate.read(birth_date).age_on(dossier.law_day)
        lines = self._lines_of(dossier.version_id)
        papers = papers_for(lines, situation=dossier.situation, card=dossier.card, age=age)
        return [*papers, *self._proof(dossier, birth_date=birth_date)] if dossier.exemptions else papers

    def _lines_of(self, version: int) -> list[Paper]:
        if version not in self._lines:
            self._lines[version] = list(Paper.objects.filter(version=version).order_by("position", "pk"))
        return self._lines[version]

    def _proof(self, dossier: Dossier, *, birth_date: str) -> list[str]:
        if dossier.law_day not in self._laws:
            self._laws[dossier.law_day] = law_on(dossier.law_day)
        law = self._laws[dossier.law_day]
        return proof_for(charge_of(dossier, birth_date=birth_date, law=law))
