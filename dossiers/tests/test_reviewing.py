"""What officers decide about a dossier, and what they are refused."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.tests.factories import CitizenFactory, OfficerFactory
from agencies.tests.factories import AgencyFactory
from core.db import violated
from core.errors import Invalid, NotAllowedNow
from dossiers import reasons
from dossiers.errors import AlreadyDeclared, SeriesUsedUp
from dossiers.models import Correction, Dossier, OfficialSerial, Submission
from dossiers.services import declaring, official_codes, reviewing
from dossiers.services.reviewing import Asked
from dossiers.states import NationalStatus, Status
from dossiers.tests.declared import APRIL_2021, DECLARED, NOW, begun, filled, standing, submitted
from notifications.models import Message
from notifications.services import Kind

pytestmark = pytest.mark.usefixtures("law")
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def officer():
    return OfficerFactory()


@pytest.fixture
def checking(officer):
    """A dossier that this officer checks."""
    return taken_up(submitted(), officer)


def taken_up(dossier: Dossier, officer) -> Dossier:
    return reviewing.take_up(dossier=dossier, officer=officer, revision=dossier.revision, now=NOW)


def decide(use_case, dossier: Dossier, officer, **said) -> Dossier:
    return use_case(dossier=dossier, officer=officer, revision=dossier.revision, now=LATER, **said)


def refuse(dossier: Dossier, officer, **said) -> Dossier:
    return decide(reviewing.refuse, dossier, officer, **{"reason": "NOT_THIS_CASE"} | said)


def send_back(dossier: Dossier, officer, *asked: Asked) -> Dossier:
    asked = asked or (Asked(field="residence", reason="ADDRESS_NOT_ENOUGH"),)
    return decide(reviewing.ask_corrections, dossier, officer, asked=asked)


def stop(dossier: Dossier, officer, **said) -> Dossier:
    said = {"reason": "DECLARED_BY_A_STRANGER", "papers_seen": "CCCD, chính chủ có mặt"} | said
    return decide(reviewing.stop, dossier, officer, **said)


def told(dossier: Dossier) -> list[tuple[str, dict]]:
    owed = Message.objects.filter(about=dossier.code, state="OWED")
    return [(message.kind, message.context) for message in owed]


def last_event(dossier: Dossier):
    return dossier.events.order_by("pk").last()


class TestTakingUp:
    def test_is_by_one_officer(self, officer):
        dossier = taken_up(submitted(), officer)

        dossier.refresh_from_db()
        assert (dossier.status, dossier.checking_by) == (Status.CHECKING, officer)
        assert last_event(dossier).officer == officer

    def test_needs_the_dossier_as_it_is(self, officer):
        dossier = submitted()

        with pytest.raises(NotAllowedNow):
            reviewing.take_up(dossier=dossier, officer=officer, revision=dossier.revision - 1, now=NOW)

    def test_by_another_is_on_purpose_and_on_record(self, checking, officer):
        other = OfficerFactory()

        decide(reviewing.take_over, checking, other)

        checking.refresh_from_db()
        assert (checking.status, checking.checking_by) == (Status.CHECKING, other)
        event = last_event(checking)
        assert (event.officer, event.reason) == (other, reviewing.TAKEN_OVER)
        with pytest.raises(NotAllowedNow):
            decide(reviewing.accept, checking, officer)

    def test_over_from_oneself_is_nothing(self, checking, officer):
        with pytest.raises(NotAllowedNow):
            decide(reviewing.take_over, checking, officer)

    def test_is_undone_by_putting_back(self, checking, officer):
        due_at = checking.due_at

        decide(reviewing.put_back, checking, officer)

        checking.refresh_from_db()
        assert (checking.status, checking.checking_by, checking.due_at) == (Status.SUBMITTED, None, due_at)

    @pytest.mark.parametrize("decision", [reviewing.accept, reviewing.put_back])
    def test_is_needed_before_a_decision(self, officer, decision):
        with pytest.raises(NotAllowedNow):
            decide(decision, submitted(), officer)


class TestAccepting:
    def test_tells_whoever_declared(self, checking, officer):
        decide(reviewing.accept, checking, officer)

        checking.refresh_from_db()
        assert (checking.status, checking.decided_at, checking.checking_by) == (
            Status.ACCEPTED,
            LATER,
            None,
        )
        assert checking.national_status == NationalStatus.RECEIVED
        assert [kind for kind, _ in told(checking)] == [Kind.DOSSIER_ACCEPTED]

    def test_is_not_for_a_colleague(self, checking):
        with pytest.raises(NotAllowedNow):
            decide(reviewing.accept, checking, OfficerFactory())

        assert told(checking) == []


class TestSendingBack:
    def test_says_why_field_by_field(self, checking, officer):
        asked = (
            Asked(field="residence", reason="ADDRESS_NOT_ENOUGH"),
            Asked(field="full_name", reason=reasons.OTHER, words="Gọi 0905 123 456 để hỏi."),
        )

        send_back(checking, officer, *asked)

        checking.refresh_from_db()
        assert (checking.status, checking.checking_by) == (Status.NEEDS_CORRECTION, None)
        said = dict(checking.corrections.values_list("field", "words"))
        assert said["residence"].startswith("Địa chỉ chưa đủ.")
        assert said["full_name"] == "Gọi ***456 để hỏi."
        assert last_event(checking).words == "Cần bổ sung: Nơi cư trú; Họ, chữ đệm và tên."
        assert [(kind, context["items"]) for kind, context in told(checking)] == [
            (Kind.DOSSIER_RETURNED, "2")
        ]

    @pytest.mark.parametrize(
        ("asked", "code"),
        [
            ([], "required"),
            ([Asked(field="ethnicity", reason="NOT_CLEAR")], "unknown"),
            ([Asked(field="addressed_to", reason="NOT_CLEAR")], "unknown"),  # the portal wrote it
            ([Asked(field="residence", reason="BECAUSE")], "invalid_choice"),
            ([Asked(field="residence", reason="OTHER", words="  ")], "required"),
            ([Asked(field="residence", reason="NOT_CLEAR")] * 2, "twice"),
        ],
    )
    def test_refuses_what_nobody_could_mend(self, checking, officer, asked, code):
        with pytest.raises(Invalid) as refusal:
            decide(reviewing.ask_corrections, checking, officer, asked=asked)

        assert [error.code for error in refusal.value.errors] == [code]
        checking.refresh_from_db()
        assert checking.status == Status.CHECKING
        assert not Correction.objects.exists()

    def test_comes_back_mended_with_what_it_was_before(self, checking, officer):
        send_back(checking, officer)

        again = submitted(checking, residence="14 Trần Phú, phường Bàn Thạch, Đà Nẵng")

        assert again.status == Status.SUBMITTED
        assert not again.corrections.filter(answered_at=None).exists()
        assert Submission.objects.filter(dossier=again).count() == 2

    def test_is_possible_at_the_counter_after_it_was_accepted(self, checking, officer):
        decide(reviewing.accept, checking, officer)
        colleague = OfficerFactory()

        send_back(checking, colleague)

        assert checking.status == Status.NEEDS_CORRECTION

    def test_knows_every_reason_in_words_that_fit(self):
        for reason in reasons.CORRECTIONS:
            assert len(reason.says) + 1 + reviewing.LONGEST_WORDS <= 300
            assert len(reason.code) <= 30
        for one in (*reasons.REFUSALS, *reasons.STOPS):
            assert len(one.says) + 2 + reviewing.LONGEST_WORDS <= 499
            assert len(one.code) <= 30


class TestRefusing:
    def test_names_the_article_of_the_law_of_its_day(self, checking, officer):
        refuse(checking, officer, words="Đã đổi năm ngoái.")

        checking.refresh_from_db()
        event = last_event(checking)
        assert (checking.status, checking.national_status) == (
            Status.REFUSED,
            NationalStatus.NOT_RECEIVED,
        )
        assert event.reason == "NOT_THIS_CASE"
        assert event.basis == "Luật Căn cước 2023 Điều 24"
        assert event.words.endswith("cấp lại thẻ. Đã đổi năm ngoái.")
        (kind, context) = told(checking)[0]
        assert (kind, context["reason"][-1]) == (Kind.DOSSIER_REFUSED, "i")

    def test_by_the_law_of_2014_names_that(self, officer):
        draft = begun(agency=AgencyFactory(law_date=APRIL_2021), procedure="cap-doi")
        dossier = taken_up(submitted(draft), officer)

        refuse(dossier, officer)

        assert last_event(dossier).basis == "Luật Căn cước công dân 2014 Điều 23"

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"reason": "BECAUSE"}, "reason"),
            ({"reason": "OTHER", "basis": "Luật Căn cước 2023 Điều 24"}, "words"),
            ({"reason": "ALREADY_DONE"}, "basis"),
        ],
    )
    def test_without_its_reason_or_article_is_none(self, checking, officer, said, field):
        with pytest.raises(Invalid) as refusal:
            refuse(checking, officer, **said)

        assert [error.field for error in refusal.value.errors] == [field]
        checking.refresh_from_db()
        assert (checking.status, told(checking)) == (Status.CHECKING, [])

    def test_lets_the_person_be_declared_anew(self, checking, officer):
        refuse(checking, officer)

        assert submitted(begun()).status == Status.SUBMITTED


class TestStopping:
    @pytest.mark.parametrize(
        "status",
        [
            Status.SUBMITTED,
            Status.CHECKING,
            Status.NEEDS_CORRECTION,
            Status.ACCEPTED,
            Status.TAKEN_IN,
        ],
    )
    def test_frees_the_person_from_a_strangers_dossier(self, officer, status):
        held = standing(status, citizen=CitizenFactory())

        with pytest.raises(AlreadyDeclared):
            submitted(begun())
        stop(held, officer, papers_seen="CCCD 049085000123, chính chủ có mặt")

        assert submitted(begun()).status == Status.SUBMITTED
        assert last_event(held).note == "CCCD ***123, chính chủ có mặt"
        assert [kind for kind, _ in told(held)] == [Kind.DOSSIER_STOPPED]

    @pytest.mark.parametrize(
        ("said", "field"),
        [({"papers_seen": " "}, "papers_seen"), ({"reason": "OTHER"}, "words"), ({"reason": "X"}, "reason")],
    )
    def test_wants_papers_and_a_reason(self, checking, officer, said, field):
        with pytest.raises(Invalid) as refusal:
            stop(checking, officer, **said)

        assert [error.field for error in refusal.value.errors] == [field]
        checking.refresh_from_db()
        assert checking.status == Status.CHECKING

    def test_is_too_late_when_the_card_is_there(self, officer):
        with pytest.raises(NotAllowedNow):
            stop(standing(Status.READY), officer)


class TestTheCounter:
    def test_takes_a_number_of_another_sex_with_the_papers_there(self, officer):
        draft = filled(sex="female")
        with pytest.raises(Invalid):
            declaring.submit(public_id=draft.public_id, citizen=draft.citizen, declared=DECLARED, now=NOW)

        dossier = reviewing.submit_at_the_counter(
            dossier=draft, officer=officer, papers_seen="CCCD bản chính", on_behalf=False, now=NOW
        )

        assert dossier.status == Status.SUBMITTED
        assert (last_event(dossier).officer, last_event(dossier).note) == (officer, "CCCD bản chính")

    def test_takes_nothing_without_papers_or_with_other_faults(self, officer):
        draft = filled(sex="female", residence=None)
        said = {"dossier": draft, "officer": officer, "on_behalf": False, "now": NOW}
        fields = []
        for papers in ("", "CCCD bản chính"):
            with pytest.raises(Invalid) as refusal:
                reviewing.submit_at_the_counter(**said, papers_seen=papers)
            fields += [error.field for error in refusal.value.errors]

        assert fields == ["papers_seen", "residence"]
        draft.refresh_from_db()
        assert draft.status == Status.DRAFT

    def test_puts_nobodys_name_under_what_was_handed_in_before(self, officer):
        dossier = submitted(begun())

        with pytest.raises(NotAllowedNow):
            reviewing.submit_at_the_counter(
                dossier=dossier, officer=officer, papers_seen="CCCD bản chính", on_behalf=False, now=NOW
            )


class TestOfficialCodes:
    @pytest.fixture
    def accepted(self, officer):
        agency = AgencyFactory(unit_code="G01.899.909", dossier_serial_digits=6)
        return standing_at(agency)

    def give(self, dossier, officer, typed=""):
        return decide(official_codes.give_code, dossier, officer, typed=typed)

    def test_follow_each_other_in_the_series_of_the_office(self, accepted, officer):
        other = standing_at(accepted.agency)

        codes = [self.give(dossier, officer).official_code for dossier in (accepted, other)]

        assert codes == ["G01.899.909-261123-000001", "G01.899.909-261123-000002"]
        assert last_event(other).reason == official_codes.NUMBERED

    def test_begin_anew_at_another_office_and_on_another_day(self, accepted, officer):
        OfficialSerial.objects.create(agency=AgencyFactory(), day="2026-11-23", last=7)
        OfficialSerial.objects.create(agency=accepted.agency, day="2026-11-22", last=9)

        assert self.give(accepted, officer).official_code.endswith("-000001")

    def test_skip_one_that_was_typed(self, accepted, officer):
        other = standing_at(accepted.agency)
        self.give(other, officer, typed="g01.899.909-261123-000001")

        assert self.give(accepted, officer).official_code == "G01.899.909-261123-000002"

    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            ("123", "invalid"),
            ("G01.899.909-261323-000001", "invalid"),
            ("G01.899.908-261123-000001", "foreign"),
            ("G01.899.909-261123-0001", "foreign"),
        ],
    )
    def test_typed_wrongly_are_refused(self, accepted, officer, typed, code):
        with pytest.raises(Invalid) as refusal:
            self.give(accepted, officer, typed=typed)

        assert [error.code for error in refusal.value.errors] == [code]

    def test_are_one_dossiers_only(self, accepted, officer):
        typed = "G01.899.909-261123-000005"
        self.give(standing_at(accepted.agency), officer, typed=typed)

        with pytest.raises(Invalid) as refusal:
            self.give(accepted, officer, typed=typed)

        assert refusal.value.errors[0].code == "taken"

    def test_are_not_made_up_without_a_series(self, officer):
        with pytest.raises(NotAllowedNow, match="chưa được giao"):
            self.give(standing_at(AgencyFactory(unit_code="G01.899.909")), officer)

        assert not OfficialSerial.objects.exists()

    def test_are_for_what_was_found_in_order_and_has_none(self, accepted, officer):
        waiting = standing_at(accepted.agency, Status.SUBMITTED)
        with pytest.raises(NotAllowedNow, match="chờ kiểm tra"):
            self.give(waiting, officer)
        self.give(accepted, officer)
        with pytest.raises(NotAllowedNow, match="đã có mã"):
            self.give(accepted, officer)

    def test_end_with_the_days_serials(self, accepted, officer):
        OfficialSerial.objects.create(agency=accepted.agency, day="2026-11-23", last=999_999)

        with pytest.raises(SeriesUsedUp):
            self.give(accepted, officer)

    def test_need_the_code_of_the_unit(self):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            AgencyFactory(unit_code="", dossier_serial_digits=6)

        assert violated(refused.value) == "a_series_of_dossiers_has_its_unit"


def standing_at(agency, status: Status = Status.ACCEPTED) -> Dossier:
    """One of a person of its own."""
    return standing(status, agency=agency, person_key=uuid4().hex)
