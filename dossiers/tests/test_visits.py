"""How long a visit takes at an office, and what is brought to it."""

import pytest
from django.db import IntegrityError, transaction

from agencies.tests.factories import AgencyFactory
from dossiers.models import CardKind, Regulation, Situation, VisitLength
from dossiers.services.guide import Question, answer
from dossiers.services.visits import PapersToBring, places_by_procedure
from dossiers.tests.declared import NOW, begun
from dossiers.tests.factories import VisitLengthFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


class TestPlacesByProcedure:
    def test_are_the_offices_own(self):
        mine = VisitLengthFactory(places=3)
        VisitLengthFactory(places=2)

        assert places_by_procedure(mine.agency) == {mine.regulation_id: 3}

    @pytest.mark.parametrize("places", [0, 7])
    def test_are_one_to_six(self, places):
        with pytest.raises(IntegrityError, match="a_visit_takes_one_to_six_places"), transaction.atomic():
            VisitLengthFactory(places=places)

    def test_are_said_once_for_a_procedure(self):
        row = VisitLengthFactory()

        with pytest.raises(IntegrityError, match="one_visit_length_per_agency_and_procedure"):
            VisitLength.objects.create(agency=row.agency, regulation=row.regulation)

    def test_are_of_procedures_only(self):
        offered = VisitLength._meta.get_field("regulation").get_limit_choices_to()

        found = set(Regulation.objects.filter(**offered).values_list("key", flat=True))
        assert found == {"cap-tu-14", "cap-duoi-14", "cap-doi", "cap-lai"}


class TestPapersToBring:
    """The same as the guide says to somebody of that age, situation and card."""

    @pytest.mark.parametrize(
        ("era", "procedure", "situation", "card", "exemptions"),
        [
            ({}, "cap-lai", Situation.DAMAGED, CardKind.CCCD, ()),
            ({}, "cap-lai", Situation.LOST, CardKind.CCCD, ("poor_household",)),
            ({"of_2021": True}, "cap-doi", Situation.EXPIRED, CardKind.CMND, ()),
            ({"of_2021": True}, "cap-doi", Situation.EXPIRED, CardKind.CMND, ("war_invalid",)),
        ],
    )
    def test_are_those_of_the_guide(self, era, procedure, situation, card, exemptions):
        agency = AgencyFactory(**era)
        dossier = begun(
            agency=agency, procedure=procedure, situation=situation, card=card, exemptions=exemptions
        )
        question = Question(
            agency=agency,
            birth_date="1985-04-12",
            situation=situation,
            has_card=True,
            card=card,
            exemptions=frozenset(exemptions),
        )

        papers = PapersToBring().of(dossier, birth_date="1985-04-12")

        assert papers == answer(question=question, now=NOW).papers
        assert papers

    def test_read_a_version_once(self, django_assert_num_queries):
        dossier = begun()
        papers = PapersToBring()

        with django_assert_num_queries(1):
            assert papers.of(dossier, birth_date="1985") == papers.of(dossier, birth_date="1985")
