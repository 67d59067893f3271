"""A declaration from the first word to handing it in, and what it is refused for."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import SignedOut
from accounts.models import Citizen
from accounts.relations import Relation
from accounts.services import erase_account
from accounts.tests.factories import CitizenFactory, OfficerFactory
from agencies.models import Agency
from agencies.tests.factories import AgencyFactory
from core.db import violated
from core.errors import Invalid, NotAllowedNow, NotFound, StaleVersion
from core.time import local_date
from dossiers.errors import AlreadyDeclared, TooManyDrafts
from dossiers.models import Dossier, DossierEvent, Situation
from dossiers.services import declaring, filling
from dossiers.services.declaring import Changes, Declared, Start, begin_once, save, submit, withdraw
from dossiers.services.inspecting import inspect
from dossiers.services.moving import move_on
from dossiers.states import ALLOWED, Status
from dossiers.tests.declared import APRIL_2021, CC01_DATA, DECLARED, NOW, begun, filled, standing, submitted

pytestmark = pytest.mark.usefixtures("law")
DC01_FIELDS = (
    *("full_name", "birth_date", "sex", "ethnicity", "religion", "nationality", "marital_status"),
    *("birth_registration_place", "home_town", "current_residence"),
)


def changed(dossier, *, revision=None, citizen=None, **data):
    return save(
        public_id=dossier.public_id,
        citizen=citizen or dossier.citizen,
        revision=dossier.revision if revision is None else revision,
        changes=Changes(data=data),
        now=NOW,
    )


def faults_of(refusal):
    return {(error.field, error.code) for error in refusal.value.errors}


class TestBeginning:
    def test_takes_the_form_of_the_day_and_fills_in_what_is_known(self):
        dossier = begun(agency=AgencyFactory(name="Công an phường Bàn Thạch"))

        assert dossier.version.form == "dc02"
        assert filling.data_of(dossier) == {
            "addressed_to": "Công an phường Bàn Thạch",
            "requests": ["card"],
        }
        assert (dossier.status, dossier.law_day) == (Status.DRAFT, local_date(NOW))

    def test_takes_the_form_of_2021_where_its_law_holds(self):
        dossier = begun(agency=AgencyFactory(law_date=APRIL_2021), procedure="cap-doi")

        assert dossier.version.form == "cc01_2021"
        assert filling.data_of(dossier) == {"request": "exchange"}

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"procedure": "9.999999"}, "procedure"),
            ({"situation": Situation.FIRST}, "reason"),
            ({"exemptions": ["nobody"]}, "exemptions"),
        ],
    )
    def test_refuses_what_the_office_does_not_do(self, said, field):
        with pytest.raises(Invalid) as refusal:
            begun(**said)

        assert [error.field for error in refusal.value.errors] == [field]
        assert not Dossier.objects.exists()

    def test_keeps_a_birth_date_that_was_asked_on_the_way(self):
        assert filling.data_of(begun(birth_date="1985"))["birth_date"] == "1985"

    def test_is_refused_where_the_procedure_has_no_form(self):
        between_the_forms = AgencyFactory(law_date=date(2022, 5, 1))

        with pytest.raises(Invalid) as refusal:
            begun(agency=between_the_forms, procedure="cap-doi")

        assert faults_of(refusal) == {("procedure", "no_form")}

    def test_is_refused_by_a_closed_office(self):
        with pytest.raises(NotAllowedNow):
            begun(agency=AgencyFactory(is_active=False))

    def test_is_refused_to_an_account_that_is_no_more(self):
        citizen = CitizenFactory()
        erase_account(citizen=Citizen.objects.get(pk=citizen.pk), now=NOW)

        with pytest.raises(SignedOut):
            begun(citizen=citizen)

        assert not Dossier.objects.exists()

    def test_has_an_end_somewhere(self, monkeypatch):
        monkeypatch.setattr(declaring, "MOST_DRAFTS", 2)
        citizen = CitizenFactory()
        for _ in range(2):
            begun(citizen=citizen)

        with pytest.raises(TooManyDrafts):
            begun(citizen=citizen)

    def test_draws_a_code_anew_that_is_in_use(self, monkeypatch):
        monkeypatch.setattr(declaring, "CODE_LENGTH", 1)
        agency = AgencyFactory()

        drawn = {begun(agency=agency).code for _ in range(8)}

        assert len(drawn) == 8

    def test_gives_a_second_click_the_draft_of_the_first(self):
        citizen, office = CitizenFactory(), AgencyFactory()
        wish = {"agency": office, "procedure": "cap-lai", "situation": Situation.DAMAGED}
        mine, mothers = (Start(**wish, relation=who) for who in (Relation.SELF, Relation.MOTHER))

        first = begin_once(start=mine, citizen=citizen, now=NOW)

        assert begin_once(start=mine, citizen=citizen, now=NOW + timedelta(seconds=5)).pk == first.pk
        assert begin_once(start=mothers, citizen=citizen, now=NOW).pk != first.pk
        assert begin_once(start=mine, citizen=CitizenFactory(), now=NOW).pk != first.pk
        assert begin_once(start=mine, citizen=citizen, now=NOW + timedelta(minutes=2)).pk != first.pk
        changed(first, full_name="Trần Văn An")
        assert begin_once(start=mine, citizen=citizen, now=NOW).pk != first.pk


class TestSaving:
    def test_keeps_half_a_word_and_tidies_it(self):
        dossier = changed(begun(), full_name="  trần   văn An ", personal_id="049 085 0001", residence=None)

        assert filling.data_of(dossier)["full_name"] == "trần văn An"
        assert filling.data_of(dossier)["personal_id"] == "0490850001"
        assert (dossier.full_name, dossier.search_name) == ("trần văn An", "tran van an")

    def test_changes_only_what_is_named(self):
        dossier = changed(changed(begun(), full_name="Trần Văn An"), sex="male")

        assert {"full_name": "Trần Văn An", "sex": "male"}.items() <= filling.data_of(dossier).items()
        assert "sex" not in filling.data_of(changed(dossier, sex=None))

    def test_does_not_write_over_another_device(self):
        dossier = begun()
        changed(dossier, full_name="Trần Văn An")

        with pytest.raises(StaleVersion):
            changed(dossier, revision=1, full_name="Trần Văn Bình")

        dossier.refresh_from_db()
        assert dossier.full_name == "Trần Văn An"

    @pytest.mark.parametrize(
        ("data", "field"),
        [
            ({"ethnicity": "Kinh"}, "ethnicity"),  # DC02 must not even keep it
            ({"full_name": 5}, "full_name"),
            ({"full_name": "a" * 401}, "full_name"),
            ({"representative": "Trần Văn Ba"}, "representative"),
            ({"representative": {"nationality": "Việt Nam"}}, "representative.nationality"),
            ({"requests": ["card"] * 10}, "requests"),
        ],
    )
    def test_refuses_what_no_form_could_hold(self, data, field):
        dossier = begun()

        with pytest.raises(Invalid) as refusal:
            changed(dossier, **data)

        assert [error.field for error in refusal.value.errors] == [field]
        dossier.refresh_from_db()
        assert dossier.revision == 1

    def test_goes_on_by_the_form_of_the_day(self):
        dossier = filled(begun(agency=AgencyFactory(law_date=APRIL_2021), procedure="cap-doi"))
        Agency.objects.update(law_date=None)

        dossier = changed(dossier, personal_id="049085000123")

        assert (dossier.version.form, dossier.law_day) == ("dc02", local_date(NOW))
        data = filling.data_of(dossier)
        assert {"full_name": "Trần Văn An", "requests": ["card"]}.items() <= data.items()
        assert "ethnicity" not in data

    def test_is_over_where_the_procedure_is_no_more(self):
        dossier = begun()
        Agency.objects.update(law_date=date(2015, 1, 1))

        with pytest.raises(Invalid) as refusal:
            changed(dossier, full_name="Trần Văn An")

        assert faults_of(refusal) == {("procedure", "does_not_exist")}

    def test_is_for_its_owner(self):
        with pytest.raises(NotFound):
            changed(begun(), citizen=CitizenFactory(), full_name="Trần Văn An")

    def test_is_over_once_it_was_handed_in(self):
        with pytest.raises(NotAllowedNow):
            changed(submitted(), full_name="Trần Văn Bình")


class TestHandingIn:
    def test_knows_the_person_by_law_day_and_due_time(self):
        dossier = submitted()

        assert dossier.status == Status.SUBMITTED
        assert dossier.full_name == "Trần Văn An"
        assert local_date(dossier.due_at) == date(2026, 11, 25)
        event = DossierEvent.objects.get()
        assert (event.from_status, event.to_status, event.officer) == ("DRAFT", "SUBMITTED", None)

    def test_is_refused_by_a_closed_office(self):
        dossier = filled()
        Agency.objects.update(is_active=False)

        with pytest.raises(NotAllowedNow):
            submit(public_id=dossier.public_id, citizen=dossier.citizen, declared=DECLARED, now=NOW)

    def test_keeps_no_further_form_that_nobody_asks_for(self):
        draft = filled(begun(is_unregistered=True))
        for changes in (Changes(extra_data={"full_name": "Trần Văn An"}), Changes(is_unregistered=False)):
            draft = save(
                public_id=draft.public_id,
                citizen=draft.citizen,
                revision=draft.revision,
                changes=changes,
                now=NOW,
            )
        assert draft.extra_data != "{}"

        submit(public_id=draft.public_id, citizen=draft.citizen, declared=DECLARED, now=NOW)

        draft.refresh_from_db()
        assert draft.extra_data == draft.submissions.get().extra_data == "{}"

    def test_counts_from_home_once(self):
        dossier = submitted()

        again = submit(public_id=dossier.public_id, citizen=dossier.citizen, declared=DECLARED, now=NOW)

        assert again.pk == dossier.pk
        assert DossierEvent.objects.count() == 1

    def test_names_every_missing_field(self):
        dossier = begun()

        with pytest.raises(Invalid) as refusal:
            submit(public_id=dossier.public_id, citizen=dossier.citizen, declared=DECLARED, now=NOW)

        assert {("full_name", "required"), ("personal_id", "required")} <= faults_of(refusal)

    def test_wants_notice_and_truth(self):
        dossier = filled()

        with pytest.raises(Invalid) as refusal:
            submit(
                public_id=dossier.public_id,
                citizen=dossier.citizen,
                declared=Declared(notice="2020-01-01", is_true=False),
                now=NOW,
            )

        assert faults_of(refusal) == {("accept.notice", "outdated"), ("declared_true", "required")}

    def test_wants_the_word_of_a_grown_up_relative(self):
        dossier = filled(begun(relation=Relation.MOTHER), sex="female", personal_id="049185000123")
        alone = Declared(notice=DECLARED.notice, is_true=True)

        with pytest.raises(Invalid) as refusal:
            submit(public_id=dossier.public_id, citizen=dossier.citizen, declared=alone, now=NOW)
        assert faults_of(refusal) == {("accept.on_behalf", "required")}

        handed_in = submit(public_id=dossier.public_id, citizen=dossier.citizen, declared=DECLARED, now=NOW)
        assert (handed_in.on_behalf_version, handed_in.on_behalf_at) == ("2026-11-27", NOW)

    def test_wants_the_representative_of_a_child_and_not_the_childs_word(self):
        child = {"full_name": "Trần Nhật Minh", "birth_date": "2016-04-12", "personal_id": "049216000123"}
        draft = begun(procedure="cap-duoi-14", situation=Situation.FIRST, relation=Relation.CHILD)
        with pytest.raises(Invalid) as refusal:
            submitted(draft, **child)
        assert faults_of(refusal) == {("representative", "required")}

        draft.refresh_from_db()
        parent = {"full_name": "Trần Văn An", "birth_date": "1985-04-12", "sex": "male"}
        child["representative"] = {**parent, "personal_id": "049085000123"}
        handed_in = submitted(draft, **child)

        assert (handed_in.status, handed_in.on_behalf_version) == (Status.SUBMITTED, "")

    def test_says_for_whom_the_procedure_is(self):
        draft = begun(procedure="cap-tu-14", situation=Situation.FIRST, relation=Relation.CHILD)
        parent = {"full_name": "Trần Văn An", "birth_date": "1985-04-12", "sex": "male"}

        with pytest.raises(Invalid) as refusal:
            submitted(
                draft,
                birth_date="2016-04-12",
                personal_id="049216000123",
                representative={**parent, "personal_id": "049085000123"},
            )

        assert faults_of(refusal) == {("birth_date", "not_for_this_age")}

    def test_leaves_digits_that_say_another_sex_to_an_officer_who_saw_the_papers(self):
        dossier = filled(personal_id="049185000123")
        with pytest.raises(Invalid) as refusal:
            submit(public_id=dossier.public_id, citizen=dossier.citizen, declared=DECLARED, now=NOW)
        assert faults_of(refusal) == {("personal_id", "sex")}

        officer = OfficerFactory()
        handed_in = submit(
            public_id=dossier.public_id, citizen=None, declared=DECLARED, papers_seen_by=officer, now=NOW
        )

        assert handed_in.status == Status.SUBMITTED
        assert handed_in.events.get().officer == officer

    def test_takes_somebody_in_no_database_without_a_number(self):
        draft = begun(procedure="cap-tu-14", situation=Situation.FIRST, is_unregistered=True)
        filled(draft, personal_id=None)
        beside = {name: CC01_DATA[name] for name in DC01_FIELDS} | {"birth_place": "Xã Tam Thăng"}
        draft.refresh_from_db()
        save(
            public_id=draft.public_id,
            citizen=draft.citizen,
            revision=draft.revision,
            changes=Changes(extra_data=beside),
            now=NOW,
        )

        handed_in = submit(public_id=draft.public_id, citizen=draft.citizen, declared=DECLARED, now=NOW)

        assert handed_in.status == Status.SUBMITTED
        assert inspect(handed_in, mine=Dossier.objects.all(), today=local_date(NOW)).same_person == []

    def test_wants_the_number_of_everybody_else(self):
        with pytest.raises(Invalid) as refusal:
            submitted(begun(procedure="cap-tu-14", situation=Situation.FIRST), personal_id=None)

        assert faults_of(refusal) == {("personal_id", "required")}

    def test_takes_the_law_of_the_day_of_handing_in(self):
        before_the_fees_changed = begun()
        new_year = NOW + timedelta(days=60)

        dossier = submitted(before_the_fees_changed, now=new_year)

        assert dossier.law_day == local_date(new_year)


class TestOneOpenDossierPerPerson:
    def test_tells_the_owner_which_one_and_a_stranger_only_that_there_is_one(self):
        first = submitted()
        with pytest.raises(AlreadyDeclared) as own:
            submitted(begun(citizen=first.citizen))
        with pytest.raises(AlreadyDeclared) as strangers:
            submitted()

        assert own.value.details == {"existing": {"id": str(first.public_id), "code": first.code}}
        assert strangers.value.details == {}
        assert first.code not in str(strangers.value)

    def test_ends_with_the_dossier(self):
        first = submitted()
        withdraw(public_id=first.public_id, citizen=first.citizen, now=NOW)

        assert submitted().status == Status.SUBMITTED

    def test_does_not_count_drafts(self):
        filled()

        assert submitted().status == Status.SUBMITTED


class TestSteps:
    @pytest.mark.parametrize(("before", "after"), list(product(Status, Status)))
    def test_the_database_knows_the_same_table(self, before, after):
        fitting = {"checking_by": OfficerFactory(), "taken_in_at": NOW, "return_on": local_date(NOW)}
        dossier = standing(before, **fitting)
        ended_at = None if ALLOWED[after] else NOW

        def step():
            with transaction.atomic():
                Dossier.objects.filter(pk=dossier.pk).update(status=after, ended_at=ended_at)

        if after == before or after in ALLOWED[before]:
            step()
        else:
            with pytest.raises(IntegrityError) as refused:
                step()
            assert violated(refused.value) == "a_dossier_goes_step_by_step"

    def test_of_two_decisions_one_counts(self):
        dossier = submitted()
        seen_by_both = Dossier.objects.get(pk=dossier.pk)
        move_on(dossier=dossier, to=Status.CHECKING, checking_by=OfficerFactory(), now=NOW)

        with pytest.raises(NotAllowedNow):
            move_on(dossier=seen_by_both, to=Status.CHECKING, checking_by=OfficerFactory(), now=NOW)

        assert DossierEvent.objects.filter(to_status=Status.CHECKING).count() == 1

    def test_nobody_rewrites_an_event(self):
        submitted()

        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            DossierEvent.objects.update(words="khác")
        assert violated(refused.value) == "nobody_rewrites_an_event"
