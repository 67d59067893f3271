"""What is left of a dossier once its person is forgotten, and that nothing of the person is."""

import json
import threading

import pytest
from django.apps import apps
from django.db import IntegrityError

from accounts.tests.factories import CitizenFactory, OfficerFactory
from agencies.tests.factories import AgencyFactory
from core.crypto import EncryptedTextField
from core.errors import NotAllowedNow, NotFound
from core.testing import run_together
from dossiers import messages
from dossiers.models import Correction, Dossier, DossierEvent, HandOver, Submission
from dossiers.services import declaring, erasing
from dossiers.services.erasing import erase, forget
from dossiers.services.loading import load_procedures
from dossiers.services.owners import knows, let_go, readdress
from dossiers.states import ENDED, OPEN, WITHDRAWABLE, Status
from dossiers.tests.declared import APRIL_2021, NOW, begun, filled, standing, submitted
from notifications.models import Message

WITH_THE_OFFICE = (Status.TAKEN_IN, Status.READY)
# What tables below a dossier keep of its person, encrypted: each is emptied or deleted by `forget`.
FORGOTTEN_BELOW = {"Attachment.key", "HandOver.note", "Submission.data", "Submission.extra_data"}


def erased(dossier, **said):
    return erase(public_id=dossier.public_id, citizen=dossier.citizen, now=NOW, **said)


def type_on(dossier):
    return declaring.save(
        public_id=dossier.public_id,
        citizen=dossier.citizen,
        revision=dossier.revision,
        changes=declaring.Changes(data={"residence": "Quận 4"}),
        now=NOW,
    )


def names_nobody(dossier) -> bool:
    dossier.refresh_from_db()
    kept = (dossier.full_name, dossier.search_name, dossier.person_key, dossier.namesake_key, dossier.ward)
    return not any(kept) and (dossier.data, dossier.extra_data, dossier.exemptions) == ("{}", "{}", [])


@pytest.mark.usefixtures("law")
class TestErase:
    @pytest.mark.parametrize("status", [status for status in Status if status not in WITH_THE_OFFICE])
    def test_forgets_the_person_and_keeps_the_count(self, status):
        dossier = standing(status, exemptions=["disabled"], ward="2025:20353")

        erased(dossier)

        assert names_nobody(dossier)
        assert dossier.status == (Status.WITHDRAWN if status in WITHDRAWABLE else status)
        assert (dossier.forgotten_at, dossier.citizen) == (NOW, None)
        assert dossier.code

    @pytest.mark.parametrize("status", WITH_THE_OFFICE)
    def test_leaves_what_the_office_needs_for_the_card(self, status):
        dossier = standing(status)

        with pytest.raises(NotAllowedNow):
            erased(dossier)

        assert not names_nobody(dossier)

    def test_keeps_what_happened_without_words_about_anybody(self):
        dossier = submitted()
        Correction.objects.create(
            dossier=dossier, field="full_name", reason="name", words="Không phải An", asked_at=NOW
        )
        messages.tell_accepted(dossier, now=NOW)

        erased(dossier)

        assert list(dossier.events.order_by("pk").values_list("to_status", flat=True)) == [
            "SUBMITTED",
            "WITHDRAWN",
        ]
        assert Correction.objects.get().words == ""
        assert Message.objects.get().context == {}
        assert "Trần" not in json.dumps(list(DossierEvent.objects.values_list("words", flat=True)))

    def test_forgets_who_fetched_the_card(self):
        dossier = standing(Status.HANDED_OVER)
        HandOver.objects.create(
            dossier=dossier, collector="OTHER", note="Lê Thị Hạnh, con", officer=OfficerFactory(), at=NOW
        )

        erased(dossier)

        assert HandOver.objects.get().note == ""

    def test_knows_every_table_that_keeps_something_of_the_person(self):
        below = {relation.related_model for relation in Dossier._meta.related_objects}
        mine = {model for model in below if model in apps.get_app_config("dossiers").get_models()}
        kept = {
            f"{model.__name__}.{field.name}"
            for model in mine
            for field in model._meta.get_fields()
            if isinstance(field, EncryptedTextField)
        }

        assert kept == FORGOTTEN_BELOW

    def test_is_for_its_owner(self):
        dossier = submitted()

        with pytest.raises(NotFound):
            erase(public_id=dossier.public_id, citizen=CitizenFactory(), now=NOW)

    def test_frees_the_person_to_be_declared_anew(self):
        erased(submitted())

        assert submitted().status == Status.SUBMITTED


@pytest.mark.usefixtures("law")
class TestForget:
    def test_leaves_alone_what_is_under_way(self):
        under_way, over = begun(), standing(Status.REFUSED)

        assert forget([under_way.pk, over.pk], now=NOW) == 1

        under_way.refresh_from_db()
        assert under_way.forgotten_at is None
        assert under_way.data != "{}"

    def test_twice_is_once(self):
        dossier = standing(Status.REFUSED)

        assert [forget([dossier.pk], now=NOW) for _ in range(2)] == [1, 0]

    def test_costs_no_more_for_more(self, django_assert_max_num_queries):
        many = [erased_later.pk for erased_later in (_refused(number) for number in range(5))]

        with django_assert_max_num_queries(10):
            assert forget(many, now=NOW) == 5


def _refused(number: int) -> Dossier:
    return standing(Status.REFUSED, person_key=f"{number}")


@pytest.mark.usefixtures("law")
class TestLetGo:
    def test_ends_what_it_can_and_leaves_the_card_to_the_office(self):
        citizen = CitizenFactory()
        dossiers = {
            status: standing(status, citizen=citizen, person_key=status if status in OPEN else "")
            for status in Status
        }
        strangers = standing(Status.SUBMITTED, person_key="a stranger's")

        let_go(citizen=citizen, now=NOW)

        for status, dossier in dossiers.items():
            dossier.refresh_from_db()
            assert dossier.citizen is None
            assert (dossier.forgotten_at is None) == (status in WITH_THE_OFFICE)
            assert dossier.status in (*ENDED, *WITH_THE_OFFICE)
        strangers.refresh_from_db()
        assert (strangers.status, strangers.forgotten_at) == (Status.SUBMITTED, None)


@pytest.mark.usefixtures("law")
class TestReaddress:
    def test_moves_every_dossier(self):
        old, new = CitizenFactory(), CitizenFactory()
        theirs = [begun(citizen=old), submitted(begun(citizen=old))]

        readdress(old=old, new=new)

        assert set(Dossier.objects.of(new)) == set(theirs)

    def test_knows_who_has_no_number_by_the_new_account(self, agency_of_2021):
        old, new = CitizenFactory(), CitizenFactory()
        dossier = declared_without_number(agency_of_2021, citizen=old)
        as_if_of_new = declared_without_number(agency_of_2021, citizen=new)
        key = as_if_of_new.person_key
        erase(public_id=as_if_of_new.public_id, citizen=new, now=NOW)

        readdress(old=old, new=new)

        dossier.refresh_from_db()
        assert dossier.person_key == key

    def test_takes_along_what_is_half_corrected(self, law):
        dossier = standing(Status.NEEDS_CORRECTION)
        as_handed_in = dossier.person_key
        Submission.objects.create(dossier=dossier, at=NOW, law_day=NOW.date(), data=dossier.data)
        declaring.save(
            public_id=dossier.public_id,
            citizen=dossier.citizen,
            revision=dossier.revision,
            changes=declaring.Changes(data={"birth_date": None, "personal_id": None}),
            now=NOW,
        )
        new = CitizenFactory()

        readdress(old=dossier.citizen, new=new)

        dossier.refresh_from_db()
        assert (dossier.citizen, dossier.person_key) == (new, as_handed_in)

    def test_keeps_both_where_both_declared_the_same_person(self, agency_of_2021):
        old, new = CitizenFactory(), CitizenFactory()
        for citizen in (old, new):
            declared_without_number(agency_of_2021, citizen=citizen)

        readdress(old=old, new=new)

        assert Dossier.objects.open().of(new).count() == 2


class TestKnows:
    def test_somebody_who_was_declared(self, law):
        citizen = filled().citizen

        assert knows(citizen=citizen, birth_year=1985, id_last4="0123")
        assert not knows(citizen=citizen, birth_year=1985, id_last4="0124")
        assert not knows(citizen=citizen, birth_year=1986, id_last4="0123")
        assert not knows(citizen=begun().citizen, birth_year=1985, id_last4="0123")


@pytest.fixture
def agency_of_2021(law):
    return AgencyFactory(law_date=APRIL_2021)


def declared_without_number(agency, *, citizen):
    draft = begun(agency=agency, citizen=citizen, procedure="cap-tu-14", situation="FIRST")
    return submitted(draft, id_number=None)


@pytest.mark.django_db(transaction=True)
class TestAtOneMoment:
    """Two devices: on one somebody still types, on the other the dossier is erased."""

    def test_the_person_is_forgotten_whoever_was_first(self):
        load_procedures(now=NOW)
        for _ in range(3):
            dossier = filled()

            _, erasing_came_to = run_together(
                [lambda one=dossier: type_on(one), lambda one=dossier: erased(one)]
            )

            assert isinstance(erasing_came_to, Dossier)
            assert names_nobody(dossier)

    def test_without_the_lock_what_was_typed_comes_back_or_one_is_thrown_out(self, monkeypatch):
        """Keeps the test above honest."""

        both_looked = threading.Barrier(2)

        def unlocked(public_id, *, citizen):
            dossier = Dossier.objects.for_display().get(public_id=public_id)
            both_looked.wait(30)
            return dossier

        monkeypatch.setattr(declaring, "locked", unlocked)
        monkeypatch.setattr(erasing, "locked", unlocked)
        load_procedures(now=NOW)
        dossier = begun()

        outcomes = run_together([lambda: type_on(dossier), lambda: erased(dossier)])

        assert any(isinstance(outcome, IntegrityError | NotAllowedNow) for outcome in outcomes)
