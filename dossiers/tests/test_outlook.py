"""What is expected of one dossier: by its own law, whatever is in force by now."""

import pytest

from dossiers.models import Dossier
from dossiers.services.outlook import outlook_of
from dossiers.tests.declared import APRIL_2021, NOW, begun, submitted

pytestmark = pytest.mark.usefixtures("law")


def looked_up(dossier: Dossier) -> Dossier:
    return Dossier.objects.for_display().get(pk=dossier.pk)


def test_stays_by_the_law_of_the_day_of_handing_in():
    dossier = submitted()
    expected = outlook_of(looked_up(dossier), now=NOW)
    dossier.agency.law_date = APRIL_2021
    dossier.agency.save(update_fields=["law_date"])

    found = outlook_of(looked_up(dossier), now=NOW)

    assert found == expected
    assert found.law_day == dossier.law_day


def test_of_a_draft_goes_with_the_law_of_the_agencys_day():
    draft = begun(birth_date="1985-04-12")
    draft.agency.law_date = APRIL_2021
    draft.agency.save(update_fields=["law_date"])

    # What was damaged was exchanged by the law of 2014: another procedure than the one that was begun.
    assert outlook_of(looked_up(draft), now=NOW) is None
