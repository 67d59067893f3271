"""Dossiers from home on an officer's screen, in a real browser."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dossiers.models import Dossier
from dossiers.services.loading import load_procedures
from dossiers.states import Status
from dossiers.tests.counter import card
from dossiers.tests.declared import CC01_DATA, begun, submitted
from dossiers.tests.factories import DossierFactory

BINH = {
    "full_name": "Lê Thị Bình",
    "birth_date": "1990-05-20",
    "sex": "female",
    "personal_id": "049190000321",
}
NUMBER = CC01_DATA["id_number"]


@pytest.fixture
def dossier(picks) -> Dossier:
    """One from home, two days old, and another one that was due yesterday."""
    load_procedures(now=timezone.now())
    now = timezone.now()
    DossierFactory(
        agency=picks,
        status=Status.SUBMITTED,
        declared=BINH,
        due_at=now - timedelta(days=1),
    )
    draft = begun(agency=picks, procedure="cap-doi", situation="EXPIRED", card="CMND", now=now)
    return submitted(draft, now=now)


class TestAReview:
    def test_from_the_inbox_to_what_is_to_be_mended(self, officer, dossier):
        officer.go("Cần kiểm tra")
        assert officer.sees("Trần Văn An", "Lê Thị Bình", "quá hạn")
        officer.look("officer-inbox", within="")

        officer.press(dossier.code)
        assert officer.sees("******456", "Cần xem", "Thủ tục: ổn")
        assert NUMBER not in officer.page.content()
        officer.press("Nhận kiểm tra")
        assert officer.sees("Đã nhận kiểm tra")
        officer.look("officer-dossier")

        officer.press("Yêu cầu bổ sung")
        officer.page.get_by_label("Nơi thường trú: lý do").select_option("ADDRESS_NOT_ENOUGH")
        officer.page.get_by_label("Nơi thường trú: nói thêm").fill("Ghi tổ dân phố.")
        officer.look("officer-corrections")
        officer.press("Gửi yêu cầu bổ sung")
        assert officer.sees("Đã ghi: yêu cầu bổ sung")

        dossier.refresh_from_db()
        assert dossier.status == Status.NEEDS_CORRECTION
        again = submitted(
            dossier, permanent_residence="12 Trần Phú, tổ 3, Phường 12, Quận 4", now=timezone.now()
        )
        officer.open(f"/admin/dossiers/dossier/{again.pk}/change/")
        assert officer.sees("Sửa gì so với lần nộp trước", "tổ 3")
        officer.look("officer-dossier-mended")

    def test_to_a_refusal_that_names_its_article(self, officer, dossier):
        officer.open(f"/admin/dossiers/dossier/{dossier.pk}/change/")
        officer.press("Nhận kiểm tra")
        officer.press("Không tiếp nhận")
        officer.press("Không tiếp nhận")  # nothing chosen yet
        officer.look("officer-refuse")
        officer.page.get_by_label("Lý do").select_option("NOT_THIS_CASE")
        officer.press("Không tiếp nhận")
        officer.open(f"/admin/dossiers/dossier/{dossier.pk}/change/")

        assert officer.sees("Luật Căn cước công dân 2014 Điều 23", "In thông báo từ chối")

    def test_shows_whole_numbers_by_a_click_on_record(self, officer, dossier):
        officer.open(f"/admin/dossiers/dossier/{dossier.pk}/change/")
        officer.press("Xem đủ số")

        assert officer.sees("đã được ghi vào nhật ký", NUMBER)

    def test_finds_somebody_without_their_name_in_the_address(self, officer, dossier):
        officer.go("Tất cả hồ sơ")
        officer.page.get_by_placeholder("Mã tờ khai").fill("tran van an")
        officer.press("Tìm")

        assert officer.sees(dossier.code)
        assert "tran" not in officer.page.url


class TestTheCounter:
    def test_hands_in_what_the_page_could_not_take(self, officer, picks):
        load_procedures(now=timezone.now())
        accepted = card(Status.ACCEPTED, agency=picks)

        officer.open("/admin/dossiers/dossier/counter/")
        officer.fill("Mã tờ khai", accepted.code)
        officer.fill("Giấy tờ đã xem", "giấy khai sinh bản chính")
        officer.page.get_by_label("Người khai có mặt").check()
        officer.press("Nộp tờ khai")

        assert officer.sees("Không thực hiện được")
        officer.look("officer-hand-in")
