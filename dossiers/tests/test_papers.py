"""The papers of a dossier: what each says of it, and when there is none."""

from datetime import date, timedelta

import pytest
import time_machine

from accounts.models import Citizen
from accounts.services.tokens import open_session
from accounts.tests.factories import CitizenFactory, OfficerFactory
from agencies.tests.factories import AgencyFactory
from core.errors import NotAllowedNow
from dossiers.errors import TooManyPapers
from dossiers.models import Correction, Dossier
from dossiers.services import papers
from dossiers.services.declaring import Changes, save
from dossiers.services.moving import move_on
from dossiers.states import Status
from dossiers.tests.declared import APRIL_2021, NOW, begun, filled, standing, submitted
from dossiers.tests.sheets import pages_of, words_of

pytestmark = pytest.mark.usefixtures("law")

NUMBER = "049085000123"
LATER = NOW + timedelta(hours=3)


def fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.for_display().get(pk=dossier.pk)


def several(count: int) -> list[Dossier]:
    return [fresh(standing(Status.SUBMITTED, person_key=str(one))) for one in range(count)]


def numbered(drawn: bytes) -> str:
    """The words, with the digits of boxes put together."""
    return words_of(drawn).replace(" ", "")


def sent_back(**words: str) -> Dossier:
    officer = OfficerFactory(last_name="Lê Thị", first_name="Hoa")
    dossier = standing(Status.CHECKING)
    for field, says in words.items():
        Correction.objects.create(
            dossier=dossier, field=field.replace("__", "."), reason="unclear", words=says, asked_at=LATER
        )
    return move_on(dossier=dossier, to=Status.NEEDS_CORRECTION, officer=officer, now=LATER)


def taken_in(**columns) -> Dossier:
    officer = OfficerFactory(last_name="Lê Thị", first_name="Hoa")
    dossier = standing(Status.ACCEPTED, **columns)
    return move_on(
        dossier=dossier,
        to=Status.TAKEN_IN,
        officer=officer,
        now=LATER,
        taken_in_at=LATER,
        return_on=date(2026, 12, 2),
    )


def refused(words: str = "Người này chưa có giấy tờ chứng minh.", *, basis: str = "") -> Dossier:
    return move_on(dossier=standing(Status.CHECKING), to=Status.REFUSED, words=words, basis=basis, now=LATER)


PAPERS = {
    "receipt": lambda dossier: papers.receipt_pdf(dossier),
    "correction": lambda dossier: papers.correction_pdf(dossier),
    "refusal": lambda dossier: papers.refusal_pdf(dossier),
    "apology": lambda dossier: papers.apology_pdf(
        dossier,
        promised=date(2026, 12, 2),
        return_on=date(2026, 12, 9),
        reason="Thẻ chưa in xong.",
        now=LATER,
    ),
}
OF_EACH = {
    "receipt": taken_in,
    "correction": lambda: sent_back(sex="Xem lại."),
    "refusal": refused,
    "apology": taken_in,
}


class TestForm:
    def test_is_the_one_that_was_declared(self, django_assert_num_queries):
        dossier = fresh(submitted())

        with django_assert_num_queries(0):
            drawn = papers.form_pdf(dossier)

        (page,) = pages_of(drawn)
        for words in (
            f"Mã tờ khai {dossier.code}",
            "Nộp trên cổng lúc 09:00 23/11/2026",
            f"Kính gửi: {dossier.agency.name}",
            "TRẦN VĂN AN",
            "12 Trần Phú, phường Bàn Thạch, Đà Nẵng",
            "Tôi cam đoan những thông tin đã khai là đúng sự thật",
            f"{dossier.agency.name}, không thay giấy tiếp nhận hồ sơ",
        ):
            assert words in page
        assert NUMBER in numbered(drawn)

    def test_of_2021_is_the_declaration_of_then(self):
        dossier = submitted(
            begun(agency=AgencyFactory(law_date=APRIL_2021), procedure="cap-doi"), request="exchange"
        )

        page = words_of(papers.form_pdf(fresh(dossier)))

        assert "TỜ KHAI CĂN CƯỚC CÔNG DÂN" in page
        assert "KẾT QUẢ XÁC MINH" in page

    def test_says_of_a_draft_that_it_is_one(self):
        page = words_of(papers.form_pdf(fresh(begun())))

        assert "Bản nháp, chưa nộp" in page
        assert "Nộp trên cổng" not in page

    def test_says_that_it_was_taken_back(self):
        assert "23/11/2026, đã rút" in words_of(papers.form_pdf(fresh(standing(Status.WITHDRAWN))))

    def test_has_the_other_form_of_who_is_not_in_the_database_behind_it(self):
        dossier = filled(begun(is_unregistered=True))
        save(
            public_id=dossier.public_id,
            citizen=dossier.citizen,
            revision=dossier.revision,
            changes=Changes(extra_data={"full_name": "Trần Văn An", "birth_place": "Tam Kỳ"}),
            now=NOW,
        )

        first, second = pages_of(papers.form_pdf(fresh(dossier)))

        assert "PHIẾU ĐỀ NGHỊ" in first
        assert "trang 1/1" in first
        assert "PHIẾU THU THẬP THÔNG TIN DÂN CƯ" in second
        assert "Nơi sinh: Tam Kỳ" in second
        assert "trang 1/1" in second

    def test_of_somebody_who_was_forgotten_is_not_drawn(self):
        gone = {"forgotten_at": NOW, "full_name": "", "search_name": "", "person_key": "", "namesake_key": ""}

        with pytest.raises(NotAllowedNow):
            papers.form_pdf(fresh(standing(Status.WITHDRAWN, data="{}", **gone)))

    def test_is_the_same_each_time(self):
        dossier = fresh(submitted())

        assert papers.form_pdf(dossier) == papers.form_pdf(dossier)


class TestForms:
    def test_of_many_stand_in_one_file_in_order(self):
        dossiers = several(7)

        pages = pages_of(papers.forms_pdf(dossiers))

        codes = [page.split("Mã tờ khai ")[1].split()[0] for page in pages]
        assert codes == [dossier.code for dossier in dossiers]
        assert all("trang 1/1" in page for page in pages)

    def test_are_the_same_each_time(self):
        dossiers = several(6)

        assert papers.forms_pdf(dossiers) == papers.forms_pdf(dossiers)

    def test_have_an_end_somewhere(self):
        dossier = fresh(standing(Status.SUBMITTED))

        with pytest.raises(TooManyPapers):
            papers.forms_pdf([dossier] * (papers.MOST + 1))

    def test_need_one_at_least(self):
        with pytest.raises(NotAllowedNow):
            papers.forms_pdf([])


class TestFormFile:
    @pytest.fixture
    def get(self, client):
        def get(dossier: Dossier, *, citizen: Citizen | None = None, accept: str = "application/pdf"):
            token = open_session(citizen=citizen, now=NOW).access if citizen else ""
            headers = {"Authorization": f"Bearer {token}"} if citizen else {}
            with time_machine.travel(NOW, tick=False):
                return client.get(
                    f"/api/v1/dossiers/{dossier.public_id}/form.pdf", headers={"Accept": accept, **headers}
                )

        return get

    def test_is_given_to_whoever_declared_it(self, get):
        dossier = submitted()

        response = get(dossier, citizen=dossier.citizen)

        assert response.status_code == 200
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"] == f'inline; filename="to-khai-{dossier.code}.pdf"'
        assert response["Cache-Control"] == "private, no-store"
        assert NUMBER in numbered(response.content)

    def test_is_hidden_from_others(self, get):
        dossier = submitted()

        response = get(dossier, citizen=CitizenFactory())

        assert (response.status_code, response.json()["code"]) == (404, "not_found")
        assert response["Content-Type"] == "application/problem+json"

    def test_asks_a_stranger_to_sign_in(self, get):
        response = get(submitted())

        assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")


class TestReceipt:
    def test_says_what_was_handed_in_and_when_the_card_is_there(self):
        dossier = taken_in(official_code="G01.863.205-261127-890028")

        page = words_of(
            papers.receipt_pdf(dossier, handed_in="Căn cước công dân cũ", fee=25_000, fee_receipt="0001234")
        )

        for words in (
            "GIẤY HẸN TRẢ KẾT QUẢ GIẢI QUYẾT THỦ TỤC VỀ CĂN CƯỚC",
            "Số: G01.863.205-261127-890028",
            "Giấy tờ đã nộp: Căn cước công dân cũ",
            "Lệ phí: 25.000 đồng",
            "Biên lai thu lệ phí số: 0001234",
            "Ngày tiếp nhận: thứ Hai, 23/11/2026",
            "Ngày hẹn trả kết quả: thứ Tư, 02/12/2026",
            f"nhớ mã {dossier.code}",
            "Lê Thị Hoa",
        ):
            assert words in page

    def test_names_the_office_above(self):
        agency = AgencyFactory(name="Công an phường Bàn Thạch", parent=AgencyFactory(name="Công an Đà Nẵng"))

        page = words_of(papers.receipt_pdf(taken_in(agency=agency)))

        assert "CÔNG AN ĐÀ NẴNG CÔNG AN PHƯỜNG BÀN THẠCH" in page


class TestCorrection:
    def test_lists_what_is_to_be_mended_in_the_words_of_the_form(self):
        dossier = sent_back(
            personal_id="Số này thiếu một chữ số.",
            representative__full_name="Ghi đủ họ.",
            attachments="Ảnh mờ.",
        )

        page = words_of(papers.correction_pdf(dossier, reply_by=date(2026, 12, 4)))

        for words in (
            "1 4. Số định danh cá nhân Số này thiếu một chữ số.",
            "2 Người đại diện hợp pháp: họ, chữ đệm và tên Ghi đủ họ.",
            "3 Ảnh giấy tờ Ảnh mờ.",
            f"mã tờ khai {dossier.code}",
            "trước ngày 04/12/2026",
            "Lê Thị Hoa",
        ):
            assert words in page

    def test_leaves_out_what_was_mended(self):
        dossier = sent_back(sex="Xem lại giới tính.", residence="Ghi đủ số nhà.")
        Correction.objects.filter(field="sex").update(answered_at=LATER)

        page = words_of(papers.correction_pdf(dossier))

        assert "Ghi đủ số nhà." in page
        assert "Xem lại giới tính." not in page


class TestRefusal:
    def test_says_why_and_by_which_law(self):
        dossier = refused("Người này đã có thẻ căn cước còn hạn.")

        page = words_of(papers.refusal_pdf(dossier))

        assert "Lý do từ chối: Người này đã có thẻ căn cước còn hạn." in page
        assert dossier.version.basis in page
        assert "khiếu nại" in page

    def test_names_the_article_that_an_officer_gave(self):
        page = words_of(papers.refusal_pdf(refused(basis="Luật Căn cước, Điều 23")))

        assert "Căn cứ: Luật Căn cước, Điều 23" in page


class TestApology:
    def test_says_the_old_day_the_new_day_and_why(self):
        page = words_of(PAPERS["apology"](taken_in()))

        for words in (
            "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ",
            "Ngày đã hẹn trả kết quả: thứ Tư, 02/12/2026",
            "Ngày hẹn lại: thứ Tư, 09/12/2026",
            "Thẻ chưa in xong.",
        ):
            assert words in page


@pytest.mark.parametrize("kind", PAPERS)
class TestEveryLetter:
    def test_shows_three_digits_of_the_number_only(self, kind):
        drawn = PAPERS[kind](OF_EACH[kind]())

        assert "*********123" in words_of(drawn)
        assert NUMBER not in numbered(drawn)
        assert "0123" not in numbered(drawn)

    def test_is_not_to_be_had_before_its_time(self, kind):
        with pytest.raises(NotAllowedNow):
            PAPERS[kind](standing(Status.SUBMITTED))
