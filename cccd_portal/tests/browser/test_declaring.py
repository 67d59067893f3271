"""A dossier declared at home: from the office's page to the code, mended, and followed to the end."""

import pytest
from django.utils import timezone

from accounts.relations import Relation
from agencies.models import Agency
from agencies.tests.few_units import load_few_units
from cccd_portal.tests.browser import midway
from cccd_portal.tests.browser.visitor import AN
from cccd_portal.tests.browser.ways import main_walk, with_script
from dossiers.models import Correction, Dossier, Situation
from dossiers.services.declaring import Changes, save
from dossiers.services.loading import load_procedures
from dossiers.states import Status
from dossiers.tests.declared import begun, filled, standing, submitted
from dossiers.tests.strangers_files import photograph

pytestmark = pytest.mark.django_db(transaction=True)
CARD = f"{AN}|205123456|Trần Văn An|12041985|Nam|12 Trần Phú, Bàn Thạch, Đà Nẵng|01012022"


@pytest.fixture
def office(numbers_later):
    load_procedures(now=timezone.now())
    return numbers_later


@pytest.fixture
def kept_in(tmp_path, settings):
    """A folder of the test's own, in which papers are kept."""
    kept = {**settings.STORAGES["attachments"]}
    kept["OPTIONS"] = {**kept["OPTIONS"], "location": str(tmp_path / "attachments")}
    settings.STORAGES = {**settings.STORAGES, "attachments": kept}


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
        page.get_by_label("Bản thân").check()
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
        visitor.look("dossier-needs-correction")
        visitor.press("Sửa ngay")
        visitor.look("declare-mend")

    def test_shows_how_far_it_is_and_what_is_next(self, arrive, office):
        visitor = arrive()
        citizen = midway.signed_in(visitor)
        for status in (Status.ACCEPTED, Status.READY, Status.REFUSED):
            dossier = standing(status, citizen=citizen, agency=office, person_key=status)
            visitor.open(f"/ho-so/{dossier.public_id}/")
            visitor.look(f"dossier-{status.lower()}")

    def test_takes_papers_and_says_why_one_was_not_taken(self, arrive, office, kept_in):
        visitor = arrive()
        citizen = midway.signed_in(visitor)
        child = begun(
            agency=office,
            citizen=citizen,
            procedure="cap-duoi-14",
            situation=Situation.FIRST,
            relation=Relation.CHILD,
            now=timezone.now(),
        )
        visitor.open(f"/ho-so/{child.public_id}/giay-to/")
        self.choose(visitor, b"<html>")
        assert visitor.sees("Chỉ nhận ảnh JPEG")
        visitor.look("declare-papers-wrong")
        self.choose(visitor, photograph())
        assert visitor.sees("Tệp 1, ảnh", "Thêm một tệp nữa")
        visitor.look("declare-papers")
        visitor.press("Bỏ tệp 1")
        assert visitor.sees("Ảnh chụp hoặc tệp PDF")

    def choose(self, visitor, content):
        file = {"name": "giay-khai-sinh.jpg", "mimeType": "image/jpeg", "buffer": content}
        visitor.page.locator("input[type=file]").set_input_files(file)
        visitor.press("Gửi tệp này")

    def test_fills_in_from_a_card_and_leaves_what_was_typed(self, arrive, office):
        visitor = arrive()
        citizen = midway.signed_in(visitor)
        dossier = begun(agency=office, citizen=citizen, now=timezone.now())
        save(
            public_id=dossier.public_id,
            citizen=citizen,
            revision=1,
            changes=Changes(data={"full_name": "Trần Văn Ân"}),
            now=timezone.now(),
        )
        visitor.open(f"/ho-so/{dossier.public_id}/khai/1/")
        visitor.press("Điền nhanh bằng mã QR")
        visitor.look("declare-scan")
        visitor.page.get_by_label("Nội dung mã QR").fill(CARD)
        visitor.press("Điền vào tờ khai")
        assert visitor.sees("Có mục khác với thẻ", "Trần Văn Ân")
        visitor.look("declare-scan-differs")
        visitor.press("Lấy theo thẻ")
        assert visitor.page.get_by_label("Họ, chữ đệm và tên").input_value() == "Trần Văn An"
        assert visitor.page.get_by_label("Số định danh cá nhân").input_value() == AN

    def test_asks_who_does_not_pay(self, arrive, office):
        visitor = arrive()
        citizen = midway.signed_in(visitor)
        dossier = filled(begun(agency=office, citizen=citizen, now=timezone.now()), now=timezone.now())
        visitor.open(f"/ho-so/{dossier.public_id}/kiem-tra/")
        visitor.press("Xin miễn lệ phí")
        visitor.look("declare-case")
        visitor.page.get_by_label("Người khuyết tật").check()
        visitor.press("Lưu, quay lại kiểm tra")
        assert visitor.sees("miễn")

    def test_lets_the_person_see_take_back_and_erase_without_an_account(self, arrive, office):
        mother = begun(agency=office, relation=Relation.MOTHER, now=timezone.now())
        dossier = submitted(mother, now=timezone.now(), sex="female", personal_id="049185000123")
        visitor = arrive()
        visitor.open("/tra-cuu/")
        visitor.press("Tra cứu hồ sơ đã khai")
        visitor.look("dossier-look-up")
        visitor.page.get_by_label("Mã tờ khai").fill(dossier.code)
        visitor.page.get_by_label("Năm sinh").fill("1985")
        visitor.page.get_by_label("4 số cuối").fill("0123")
        visitor.press("Xem hồ sơ")
        assert visitor.sees("Trần Văn An")
        visitor.look("dossier-looked-up")
        visitor.press("Rút hồ sơ này")
        visitor.look("dossier-withdraw")
        visitor.press("Rút hồ sơ")
        assert visitor.sees("Đã rút hồ sơ.")
        visitor.press("Xóa thông tin của tôi")
        visitor.look("dossier-erase")
        visitor.press("Xóa")
        assert visitor.sees("Đã xóa thông tin")


@with_script
class TestWithAScript:
    """What only a script does; the pages without it were walked above."""

    def test_keeps_what_is_typed_before_anything_is_pressed(self, arrive, office):
        visitor = arrive()
        citizen = midway.signed_in(visitor)
        dossier = begun(agency=office, citizen=citizen, now=timezone.now())
        visitor.open(f"/ho-so/{dossier.public_id}/khai/1/")
        visitor.page.get_by_label("Họ, chữ đệm và tên").fill("Trần Văn An")
        visitor.page.get_by_label("Ngày, tháng, năm sinh").focus()
        visitor.page.get_by_text("Đã lưu lúc").wait_for()

        assert Dossier.objects.get().full_name == "Trần Văn An"
        # What was kept meanwhile is not taken for another device's.
        visitor.page.get_by_label("Nam", exact=True).check()
        visitor.press("Tiếp tục")
        assert visitor.sees("Ghi ngày, tháng, năm sinh.")
        assert Dossier.objects.get().revision > 2

    def test_finds_the_ward_as_one_types_without_marks(self, arrive, office, tmp_path):
        load_few_units(tmp_path)
        visitor = arrive()
        citizen = midway.signed_in(visitor)
        dossier = begun(agency=office, citizen=citizen, now=timezone.now())
        visitor.open(f"/ho-so/{dossier.public_id}/khai/1/")
        place = visitor.page.get_by_role("textbox", name="Nơi cư trú")
        place.fill("12 Trần Phú, ban thach")
        visitor.page.get_by_text("Đã lưu lúc").wait_for()
        visitor.look("declare-place")
        visitor.page.get_by_role("button", name="Phường Bàn Thạch").first.click()

        assert place.input_value().startswith("12 Trần Phú, Phường Bàn Thạch")
