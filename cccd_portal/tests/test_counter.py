"""The counter's pages: taking in, cards that came or are late, fees, by the officers of an office."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.roles import Role
from accounts.tests.factories import OfficerFactory
from agencies.models import Agency
from agencies.tests.factories import AgencyFactory
from core.officers import Deed
from core.sheets import Column, write_rows
from dossiers.models import Card, Dossier, Payment, Place
from dossiers.states import Status
from dossiers.tests.factories import DossierFactory
from notifications.kinds import Kind
from notifications.models import Message

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_as_served")]
FRIDAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def agency(db) -> Agency:
    return AgencyFactory(name="Công an phường Bàn Thạch")


@pytest.fixture
def desk(client, agency):
    officer = OfficerFactory(username="tiepnhan", agency=agency, roles=[Role.RECEPTIONIST])
    client.force_login(officer)
    return client


def dossier(agency: Agency, status: Status = Status.ACCEPTED, **columns) -> Dossier:
    if status != Status.ACCEPTED:
        columns = {"taken_in_at": NOW, "return_on": date(2026, 12, 2), "fee": 35_000} | columns
    number = f"0490850{Dossier.objects.count():05d}"
    declared = {"full_name": "Trần Văn An", "birth_date": "1985-04-12", "sex": "male", "personal_id": number}
    row = DossierFactory(agency=agency, status=status, declared=declared, **columns)
    Place.objects.create(
        version=row.version, level=agency.level, area="", code="1", working_days=7, where="Công an cấp xã"
    )
    return row


def page(name: str, *args: object) -> str:
    return reverse(f"admin:dossiers_{name}", args=args)


def again(row: Dossier) -> Dossier:
    return Dossier.objects.get(pk=row.pk)


class TestTheList:
    def test_finds_by_code_official_code_and_number_that_stand_in_no_address(self, desk, agency):
        row = dossier(agency, official_code="G01.899.909-260916-890028")
        dossier(agency)
        for typed in (row.code.lower(), row.official_code, "049 085 000 000"):
            answer = desk.post(page("card_changelist"), {"typed": typed})
            found = desk.get(page("card_changelist") + answer["Location"])

            assert "049085" not in answer["Location"]
            assert [each.pk for each in found.context["cl"].result_list] == [row.pk], typed

    def test_has_what_is_at_the_counter_only(self, desk, agency):
        dossier(agency, Status.SUBMITTED)
        row = dossier(agency, Status.READY)

        shown = desk.get(page("card_changelist")).context["cl"].result_list

        assert [each.pk for each in shown] == [row.pk]

    def test_narrows_to_what_is_late(self, desk, agency):
        dossier(agency, Status.TAKEN_IN)
        row = dossier(agency, Status.TAKEN_IN, return_on=FRIDAY)

        shown = desk.get(page("card_changelist"), {"hen": "qua"}).context["cl"].result_list

        assert [each.pk for each in shown] == [row.pk]


class TestOneCard:
    def test_shows_three_digits_of_the_number_and_is_on_record(self, desk, agency):
        row = dossier(agency, Status.TAKEN_IN)

        said = desk.get(page("card_change", row.pk)).content.decode()

        assert "*********000" in said
        assert "049085000000" not in said
        assert "mã 6, Yêu cầu thực hiện nghĩa vụ tài chính" in said
        assert AuditEntry.objects.filter(deed=Deed.VIEWED, subjects__contains=[row.code]).exists()

    def test_asks_a_bounded_number_of_questions(self, desk, agency, django_assert_max_num_queries):
        row = dossier(agency, Status.TAKEN_IN)

        with django_assert_max_num_queries(20):
            desk.get(page("card_change", row.pk))

    def test_goes_from_coming_to_the_card_given_out(self, desk, agency):
        row = dossier(agency)

        asked = desk.get(page("card_take_in", row.pk)).content.decode()
        desk.post(page("card_take_in", row.pk))
        assert "02/12/2026" in asked
        assert again(row).return_on == date(2026, 12, 2)

        preview = desk.post(page("card_ready"), {"codes": row.code})
        assert (again(row).status, Message.objects.count()) == (Status.TAKEN_IN, 0)
        desk.post(page("card_ready"), {"codes": preview.context["codes"], "send": "1"})
        assert again(row).status == Status.READY

        desk.post(page("card_take_back", row.pk))
        assert again(row).status == Status.TAKEN_IN
        desk.post(page("card_ready"), {"codes": row.code, "send": "1"})

        refused = desk.post(page("card_hand_over", row.pk), {"collector": "OTHER", "note": ""})
        assert "note" in refused.context["form"].errors
        desk.post(page("card_hand_over", row.pk), {"collector": "OTHER", "note": "con, giấy ủy quyền"})
        assert again(row).status == Status.HANDED_OVER
        assert "con, giấy ủy quyền" in desk.get(page("card_change", row.pk)).content.decode()

    @pytest.mark.parametrize(
        ("name", "status"),
        [
            ("card_take_in", Status.TAKEN_IN),
            ("card_take_back", Status.TAKEN_IN),
            ("card_hand_over", Status.TAKEN_IN),
            ("card_receipt", Status.ACCEPTED),
            ("card_apology", Status.TAKEN_IN),
            ("payment_collect", Status.ACCEPTED),
        ],
    )
    def test_says_what_is_not_to_be_done_now_and_changes_nothing(self, desk, agency, name, status):
        row = dossier(agency, status)

        answer = desk.post(page(name, row.pk), {"collector": "OWNER"}, follow=True)

        assert answer.redirect_chain[0][0] == page("card_change", row.pk)
        assert [str(said) for said in answer.context["messages"]]
        assert again(row).revision == row.revision

    def test_prints_the_slip_with_what_was_paid(self, desk, agency):
        row = dossier(agency, Status.TAKEN_IN)
        desk.post(page("payment_collect", row.pk), {"way": "collect", "amount": "35000", "receipt": "A1"})

        answer = desk.get(page("card_receipt", row.pk))

        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")


class TestReady:
    def test_shows_what_does_not_match_and_why(self, desk, agency):
        row, elsewhere = dossier(agency, Status.TAKEN_IN), dossier(AgencyFactory(), Status.TAKEN_IN)
        codes = "\n".join([row.code, row.code, elsewhere.code, "<b>?</b>"])

        answer = desk.post(page("card_ready"), {"codes": codes})

        assert [each.pk for each in answer.context["found"].matched] == [row.pk]
        said = answer.content.decode()
        assert "Đã có ở dòng 1" in said
        assert "Hồ sơ của đơn vị khác" in said
        assert "&lt;B&gt;?&lt;/B&gt;" in said

    def test_sends_nothing_to_an_office_of_others(self, desk):
        elsewhere = dossier(AgencyFactory(), Status.TAKEN_IN)

        desk.post(page("card_ready"), {"codes": elsewhere.code, "send": "1"})

        assert again(elsewhere).status == Status.TAKEN_IN

    def test_reads_a_spreadsheet(self, desk, agency):
        row = dossier(agency, Status.TAKEN_IN)
        content = write_rows("Thẻ về", [Column("code", "Mã")], [[row.code], ["khong co"]])

        answer = desk.post(page("card_ready"), {"codes": "", "file": SimpleUploadedFile("a.xlsx", content)})

        assert [each.pk for each in answer.context["found"].matched] == [row.pk]
        assert [each.line for each in answer.context["found"].unmatched] == [1, 3]

    def test_says_of_a_file_that_it_is_no_spreadsheet(self, desk):
        answer = desk.post(page("card_ready"), {"file": SimpleUploadedFile("a.xlsx", b"BT7F3KQWX")})

        assert "file" in answer.context["form"].errors

    @pytest.mark.parametrize(
        ("said", "field"), [({"codes": ""}, "codes"), ({"codes": "X\n" * 2001}, "codes")]
    )
    def test_says_what_is_wrong_with_the_list(self, desk, said, field):
        answer = desk.post(page("card_ready"), said)

        assert field in answer.context["form"].errors

    def test_notes_who_sent_it(self, desk, agency):
        row = dossier(agency, Status.TAKEN_IN)

        desk.post(page("card_ready"), {"codes": row.code, "send": "1"})

        entry = AuditEntry.objects.get(deed=Deed.DID)
        assert (entry.subjects, entry.words) == ([row.code], "báo có thẻ")


class TestLate:
    def test_is_read_before_it_is_sent(self, desk, agency):
        row = dossier(agency, Status.TAKEN_IN, return_on=FRIDAY)
        said = {"card": f"{row.pk}:2026-11-20", "return_on": "2026-11-30", "reason": "thẻ in chậm"}

        proposed = desk.get(page("card_late"))
        preview = desk.post(page("card_late"), said)

        assert proposed.context["form"].initial["return_on"] == date(2026, 11, 30)
        text = f"{agency.name} xin lỗi ông/bà: thẻ căn cước của An chưa kịp có vào ngày 20/11/2026"
        assert text in preview.content.decode()
        assert not Message.objects.exists()

        desk.post(page("card_late"), said | {"send": "1"})

        assert Message.objects.get().kind == Kind.CARD_LATE
        assert again(row).return_on == date(2026, 11, 30)
        assert desk.get(page("card_apology", row.pk)).content.startswith(b"%PDF")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"return_on": "2026-11-29"},
            {"return_on": ""},
            {"return_on": "2026-11-23"},
            {"card": "x"},
            {"card": f"{2**70}:2026-11-20"},
        ],
    )
    def test_says_what_is_wrong_and_sends_nothing(self, desk, agency, wrong):
        row = dossier(agency, Status.TAKEN_IN, return_on=FRIDAY)
        said = {"card": f"{row.pk}:2026-11-20", "return_on": "2026-11-30", "send": "1"} | wrong

        answer = desk.post(page("card_late"), said)

        assert answer.context["form"].errors
        assert again(row).return_on == FRIDAY

    def test_leaves_cards_of_elsewhere(self, desk):
        row = dossier(AgencyFactory(), Status.TAKEN_IN, return_on=FRIDAY)

        desk.post(page("card_late"), {"card": f"{row.pk}:2026-11-20", "return_on": "2026-11-30", "send": "1"})

        assert again(row).return_on == FRIDAY


class TestFees:
    def test_are_collected_cancelled_and_written_anew(self, desk, agency):
        row = dossier(agency, Status.TAKEN_IN)
        wrong = desk.post(page("payment_collect", row.pk), {"way": "collect", "amount": "1", "receipt": "A1"})
        assert "reason" in wrong.context["collecting"].errors

        desk.post(page("payment_collect", row.pk), {"way": "collect", "amount": "35000", "receipt": "A1"})
        payment = Payment.objects.get()
        desk.post(page("payment_cancel", payment.pk), {"reason": "gõ nhầm"})
        desk.post(page("payment_collect", row.pk), {"way": "collect", "amount": "35000", "receipt": "A2"})

        assert list(Payment.objects.live().values_list("receipt", flat=True)) == ["A2"]
        said = desk.get(page("card_change", row.pk)).content.decode()
        assert "gõ nhầm" in said

    def test_of_the_day_are_added_up_and_printed(self, desk, agency):
        for number in range(2):
            row = dossier(agency, Status.TAKEN_IN)
            desk.post(
                page("payment_collect", row.pk),
                {"way": "collect", "amount": "35000", "receipt": f"A{number}"},
            )

        answer = desk.get(page("payment_day"))

        assert answer.context["totals"][-1].amount == 70_000
        assert "70.000" in answer.content.decode()
        assert desk.get(answer.context["paper"]).content.startswith(b"%PDF")

    def test_of_another_office_are_not_shown(self, desk, agency):
        other = AgencyFactory(slug="noi-khac")
        client_of_other = OfficerFactory(agency=other, roles=[Role.RECEPTIONIST])
        row = dossier(other, Status.TAKEN_IN)
        Payment.objects.create(
            dossier=row,
            agency=other,
            way=Payment.Way.COLLECTED,
            amount=35_000,
            expected=35_000,
            receipt="A1",
            officer=client_of_other,
            at=NOW,
            day=date(2026, 11, 23),
        )

        answer = desk.get(page("payment_day"), {"don-vi": "noi-khac"})

        assert answer.context["agency"] == agency
        assert answer.context["rows"] == []

    def test_stay_as_they_were_written(self, desk, agency):
        row = dossier(agency, Status.TAKEN_IN)
        desk.post(page("payment_collect", row.pk), {"way": "collect", "amount": "35000", "receipt": "A1"})
        payment = Payment.objects.get()

        assert desk.get(page("payment_change", payment.pk)).status_code == 200
        assert desk.post(page("payment_change", payment.pk), {"amount": "1"}).status_code == 403


def test_card_is_the_dossier_itself(agency):
    row = dossier(agency)

    assert Card.objects.get(pk=row.pk).code == row.code
