"""What to do and what to bring: asked on the page of an office, answered without an account."""

import pytest
from django.utils import timezone

from dossiers.services.loading import load_procedures

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office(numbers_later):
    load_procedures(now=timezone.now())
    return numbers_later


class TestGuide:
    def test_leads_from_the_office_to_an_answer_and_to_an_hour(self, arrive, office):
        visitor = arrive()
        visitor.open(f"/don-vi/{office.slug}/")
        visitor.press("Cần làm gì, mang gì?")
        visitor.look("guide")

        visitor.press("Xem cần làm gì")
        assert visitor.sees("Chọn việc cần làm.", "Ghi ngày sinh.", "Chọn loại thẻ.")
        visitor.look("guide-wrong")

        visitor.page.get_by_label("Cần làm thẻ vì việc gì?").select_option("lost")
        visitor.page.get_by_label("Ngày sinh").fill("12/4/1985")
        visitor.page.get_by_label("Thẻ mới nhất").select_option("can_cuoc")
        visitor.page.get_by_text("Có được miễn lệ phí không?").click()
        visitor.page.get_by_label("Người khuyết tật").check()
        visitor.press("Xem cần làm gì")
        assert visitor.sees("Làm trực tuyến được, không phải đến", "Cấp lại thẻ căn cước", "12/04/2045")
        assert visitor.sees("giấy xác nhận khuyết tật")
        visitor.look("guide-answer")

        visitor.press("Địa chỉ của câu trả lời này")
        assert "sinh=1985" in visitor.page.url
        assert "04" not in visitor.page.url.partition("?")[2]
        assert visitor.sees("Cấp lại thẻ căn cước")

        visitor.press("Chọn giờ đến")
        assert visitor.heading == office.name
