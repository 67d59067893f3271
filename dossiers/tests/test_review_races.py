"""Two officers at one dossier: one decision counts, the other officer is told; serials are drawn once."""

import threading
from collections.abc import Callable

import pytest

from accounts.tests.factories import OfficerFactory
from agencies.tests.factories import AgencyFactory
from core.errors import NotAllowedNow
from core.testing import run_together
from dossiers.models import Dossier, DossierEvent, OfficialSerial
from dossiers.services import moving, official_codes, reviewing
from dossiers.services.loading import load_procedures
from dossiers.services.official_codes import give_code
from dossiers.services.reviewing import Asked, accept, ask_corrections, refuse, stop, take_over, take_up
from dossiers.states import Status
from dossiers.tests.counter import cards
from dossiers.tests.declared import NOW, standing
from notifications.models import Message

pytestmark = pytest.mark.django_db(transaction=True)
FURTHER = {
    ask_corrections: {"asked": [Asked(field="residence", reason="ADDRESS_NOT_ENOUGH")]},
    refuse: {"reason": "NOT_THIS_CASE"},
    stop: {"reason": "TWICE", "papers_seen": "CCCD"},
}
RIVALS = [(take_up, take_up), (take_up, stop), (take_over, take_over), (accept, refuse), (accept, stop)]
RIVALS += [(ask_corrections, refuse), (accept, accept), (take_over, accept)]
NAMES = [f"{first.__name__} and {second.__name__}" for first, second in RIVALS]


@pytest.fixture(autouse=True)
def _law(db) -> None:
    load_procedures(now=NOW)


@pytest.fixture
def _writes_over(monkeypatch) -> None:
    """What somebody would write who does not think of rivals: both look before either writes."""
    both_looked = threading.Barrier(2)

    def row_of(dossier: Dossier):
        both_looked.wait(30)
        return Dossier.objects.filter(pk=dossier.pk)

    monkeypatch.setattr(moving, "_as_read", row_of)


def call(use_case: Callable, dossier: Dossier, officer) -> Callable[[], Dossier]:
    """One officer's click, on the dossier as it stands now."""
    mine = Dossier.objects.for_display().get(pk=dossier.pk)
    said = {"dossier": mine, "officer": officer, "revision": mine.revision, "now": NOW}
    return lambda: use_case(**said, **FURTHER.get(use_case, {}))


def clicked(*use_cases: Callable) -> list:
    """Both at the same moment: those who decide are who checks it, those who take over somebody else."""
    checks, officers = OfficerFactory(), [OfficerFactory(), OfficerFactory()]
    waits = take_up in use_cases
    dossier = standing(Status.SUBMITTED if waits else Status.CHECKING, checking_by=None if waits else checks)
    by = [
        officer if case in (take_up, take_over) else checks
        for case, officer in zip(use_cases, officers, strict=True)
    ]
    return run_together([call(case, dossier, who) for case, who in zip(use_cases, by, strict=True)])


@pytest.mark.usefixtures("_writes_over")
@pytest.mark.parametrize("rivals", [(take_up, take_up), (accept, accept), (take_over, take_over)])
def test_without_the_condition_both_think_they_decided(rivals):
    """Keeps the test below honest."""
    outcomes = clicked(*rivals)

    assert [type(outcome) for outcome in outcomes] == [Dossier, Dossier]
    assert DossierEvent.objects.exclude(officer=None).count() == 2


@pytest.mark.parametrize("rivals", RIVALS, ids=NAMES)
def test_one_decides_and_the_other_is_told(rivals):
    outcomes = clicked(*rivals)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Dossier", "NotAllowedNow"]
    won = next(outcome for outcome in outcomes if isinstance(outcome, Dossier))
    held = Dossier.objects.get(pk=won.pk)
    assert (held.status, held.checking_by_id, held.revision) == (
        won.status,
        won.checking_by_id,
        won.revision,
    )
    assert DossierEvent.objects.exclude(officer=None).count() == 1
    assert Message.objects.count() <= 1


def test_a_decision_on_what_was_put_in_front_of_another_does_not_count():
    """An officer who left a page open decides about what has gone on since."""
    first, second = OfficerFactory(), OfficerFactory()
    dossier = standing(Status.CHECKING, checking_by=first)
    seen = dossier.revision
    take_over(dossier=dossier, officer=second, revision=seen, now=NOW)
    take_over(dossier=dossier, officer=first, revision=dossier.revision, now=NOW)

    with pytest.raises(NotAllowedNow):
        reviewing.accept(dossier=dossier, officer=first, revision=seen, now=NOW)


class TestSerials:
    AT_ONCE = 6

    def drawn(self) -> list:
        agency = AgencyFactory(unit_code="G01.899.909", dossier_serial_digits=4)
        rows = cards(self.AT_ONCE, Status.ACCEPTED)
        Dossier.objects.update(agency=agency)
        OfficialSerial.objects.create(agency=agency, day="2026-11-23", last=41)
        return run_together([call(give_code, row, OfficerFactory()) for row in rows])

    def test_without_one_statement_are_drawn_twice(self, monkeypatch):
        """Keeps the test below honest."""
        all_looked = threading.Barrier(self.AT_ONCE)

        def look_and_write(agency, day) -> str:
            row = OfficialSerial.objects.get(agency=agency, day=day)
            all_looked.wait(30)
            OfficialSerial.objects.filter(pk=row.pk).update(last=row.last + 1)
            return f"{agency.unit_code}-{day:%y%m%d}-{row.last + 1:04d}"

        monkeypatch.setattr(official_codes, "_next", look_and_write)
        monkeypatch.setattr(official_codes, "TRIES", 1)

        outcomes = self.drawn()

        assert [type(outcome) for outcome in outcomes].count(Dossier) == 1

    def test_are_drawn_once_each(self):
        codes = sorted(outcome.official_code[-4:] for outcome in self.drawn())

        assert codes == [f"{serial:04d}" for serial in range(42, 42 + self.AT_ONCE)]
