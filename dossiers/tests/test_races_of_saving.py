"""One citizen, two devices, one moment: nobody's words are written over unseen."""

import threading

import pytest

from core.errors import StaleVersion
from core.testing import run_together
from dossiers.models import Dossier
from dossiers.services import declaring, filling
from dossiers.services.declaring import Changes
from dossiers.services.loading import load_procedures
from dossiers.tests.declared import NOW, begun

pytestmark = pytest.mark.django_db(transaction=True)


def save_from_two_sides() -> tuple[Dossier, list[object]]:
    load_procedures(now=NOW)
    dossier = begun()
    said = [{"full_name": "Trần Văn An"}, {"residence": "Đà Nẵng"}]

    def save(data):
        changes = Changes(data=data)
        known = {"public_id": dossier.public_id, "citizen": dossier.citizen, "revision": dossier.revision}
        return declaring.save(**known, changes=changes, now=NOW)

    outcomes = run_together([lambda data=data: save(data) for data in said])
    dossier.refresh_from_db()
    return dossier, outcomes


def test_without_the_lock_the_words_of_one_are_lost(monkeypatch):
    """Keeps the test below honest: both have read before either writes."""
    both_looked = threading.Barrier(2)

    def unlocked(public_id, *, citizen):
        dossier = Dossier.objects.for_display().get(public_id=public_id)
        both_looked.wait(30)
        return dossier

    monkeypatch.setattr(declaring, "locked", unlocked)

    dossier, outcomes = save_from_two_sides()

    assert not any(isinstance(outcome, StaleVersion) for outcome in outcomes)
    assert len(filling.data_of(dossier).keys() & {"full_name", "residence"}) == 1


def test_the_second_one_is_told_and_the_first_ones_words_stay():
    dossier, outcomes = save_from_two_sides()

    assert {type(outcome) for outcome in outcomes} == {Dossier, StaleVersion}
    assert dossier.revision == 2
    assert len(filling.data_of(dossier).keys() & {"full_name", "residence"}) == 1
