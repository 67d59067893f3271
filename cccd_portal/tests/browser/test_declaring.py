"""A dossier declared at home: from the office's page to the code, mended, and followed to the end."""

import pytest
from django.utils import timezone

from agencies.models import Agency
from cccd_portal.tests.browser import midway
from cccd_portal.tests.browser.ways import main_walk
from dossiers.models import Correction, Dossier
from dossiers.services.loading import load_procedures
from dossiers.states import Status
from dossiers.tests.declared import begun, filled, standing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office(numbers_later):
    load_procedures(now=timezone.now())
    return numbers_later


@pytest.fixture
def of_2021(picks):
    load_procedures(now=timezone.now())
    Agency.objects.filter(pk=picks.pk).update(level=Agency.Level.DISTRICT)
    picks.refresh_from_db()
    return picks


class TestDeclaring:
    @main_walk
    def test_leads_from_the_office_to_a_code(self, arrive, office):
        visitor = arrive()
        page = visitor.page
        visitor.open(f"/don-vi/{office.slug}/")
        visitor.press("Khai hồ sơ tại nhà")
        visitor.look("declare-begin")
        visitor.press("Tiếp tục")
        assert visitor.sees("Chọn việc cần làm.", "Chọn khai cho ai.")
        visitor.look("declare-begin-wrong")

        page.get_by_label("Cần làm thẻ vì việc gì?").select_option("damaged")
        page.get_by_label("Ngày sinh").fill("12/4/1985")
        page.get_by_label("Thẻ mới nhất").select_option("can_cuoc")
        page.get_by_label("Cho bản thân").check()
        visitor.press("Tiếp tục")
        page.get_by_label("Số điện thoại dùng Zalo").fill("0905123456")
        visitor.press("Nhận mã xác nhận")
        visitor.enter_code("Đăng nhập")
        assert visitor.sees("Cấp lại thẻ căn cước", "Thẻ bị hỏng")
        visitor.look("declare-begin-known")
        visitor.press("Bắt đầu khai")

        assert visitor.heading == "Người đề nghị"
        visitor.look("declare-page")
        visitor.press("Tiếp tục")
        assert visitor.sees("Ghi họ, chữ đệm và tên.", "Chọn giới tính.")
        visitor.look("declare-page-wrong")
        page.get_by_label("Họ, chữ đệm và tên").fill("Trần Văn An")
        page.get_by_label("Ngày, tháng, năm sinh").fill("12/4/1985")
        page.get_by_label("Nam", exact=True).check()
        page.get_by_label("Số định danh cá nhân").fill("049085000123")
        page.get_by_label("Nơi thường trú").check()
        page.get_by_role("textbox", name="Nơi cư trú").fill("12 Trần Phú, phường Bàn Thạch, Đà Nẵng")
        visitor.press("Tiếp tục")
        assert visitor.heading == "Nội dung đề nghị"
        visitor.look("declare-last-page")
        visitor.press("Tiếp tục")

        assert visitor.heading == "Kiểm tra rồi nộp"
        visitor.look("declare-check")
        visitor.press("Nộp tờ khai")
        assert visitor.sees("Cần cam đoan đã khai đúng sự thật.")
        visitor.look("declare-check-wrong")
        page.get_by_label("Đã đọc thông báo").check()
        page.get_by_label("Tôi cam đoan").check()
        visitor.press("Nộp tờ khai")
        assert visitor.sees("Đã nộp tờ khai", Dossier.objects.get().code, "Chờ cán bộ kiểm tra")
        visitor.look("dossier-sent")
        visitor.press("Hồ sơ của tôi")
        assert visitor.sees("Trần Văn An", "Đã nộp, chờ kiểm tra")
        visitor.look("my-dossiers")

    def test_asks_page_by_page_as_the_paper_of_2021_did(self, arrive, of_2021):
        visitor = arrive()
        citizen = midway.signed_in(visitor)
        dossier = filled(begun(agency=of_2021, citizen=citizen, procedure="cap-doi", now=timezone.now()))
        for number in (1, 2, 5, 6):
            visitor.open(f"/ho-so/{dossier.public_id}/khai/{number}/")
            visitor.look(f"declare-2021-{number}")

    def test_shows_both_words_of_two_devices(self, arrive, office):
        visitor = arrive()
        citizen = midway.signed_in(visitor)
        dossier = begun(agency=office, citizen=citizen, now=timezone.now())
        visitor.open(f"/ho-so/{dossier.public_id}/khai/1/")
        filled(Dossier.objects.get(), now=timezone.now(), full_name="Trần Văn Ân")
        visitor.page.get_by_label("Họ, chữ đệm và tên").fill("Trần Văn An")
        visitor.press("Tiếp tục")
        assert visitor.sees("Tờ khai vừa được sửa ở máy khác", "Trần Văn Ân")
        visitor.look("declare-conflict")

    def test_says_what_is_to_be_mended_and_where(self, arrive, office):
        visitor = arrive()
        citizen = midway.signed_in(visitor)
        dossier = standing(Status.NEEDS_CORRECTION, citizen=citizen, agency=office)
        Correction.objects.create(
            dossier=dossier,
            field="residence",
            reason="unclear",
            words="Ghi thêm số nhà.",
            asked_at=timezone.now(),
        )
        visitor.open(f"/ho-so/{dossier.public_id}/")
        visitor.look("dossier-to-mend")
        visitor.press("Sửa ngay")
        visitor.look("declare-mend")

    @pytest.mark.parametrize("status", [Status.ACCEPTED, Status.TAKEN_IN, Status.REFUSED])
    def test_states(self, arrive, office, status):
        visitor = arrive()
        citizen = midway.signed_in(visitor)
        dossier = standing(status, citizen=citizen, agency=office)
        visitor.open(f"/ho-so/{dossier.public_id}/")
        visitor.look(f"dossier-{status.lower()}")
