"""What an officer makes of the questions that nobody understood, in a real browser on three screens."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.models import Agency
from faq.models import Answer, Miss, Question
from faq.services.loading import load_faq
from faq.services.misses import remember_miss
from faq.tests.factories import FeedbackFactory, OfficeWordFactory

MISSED = (
    ("cho em hỏi cái thẻ bị lũ cuốn mất rồi giờ sao ạ", 7),
    ("con em 14t mai làm dc k", 4),
    ("gửi xe máy ở đâu vậy", 3),
    ("làm hộ chiếu mấy ngày", 2),
    (
        "Chào anh chị, mẹ em 82 tuổi nằm một chỗ mấy năm nay, thẻ cũ hết hạn từ năm ngoái, nhà ở trong hẻm "
        "xe lớn không vào được, vậy có cách nào làm tại nhà không hay phải chở mẹ em lên tới nơi",
        1,
    ),
)


@pytest.fixture
def answering(officer, picks) -> Agency:
    """An office where people have asked for a day."""
    now = timezone.now()
    load_faq(now=now)
    for text, times in MISSED:
        for hour in range(times, 0, -1):
            asked_at = now - timedelta(hours=9 * hour)
            remember_miss(agency=picks, text=text, was_offered=times > 2, now=asked_at)
    fees = Question.objects.get(key="le_phi")
    FeedbackFactory(question=fees, agency=picks, comment="không nói trẻ em có phải nộp không", given_at=now)
    FeedbackFactory(question=fees, agency=picks, is_helpful=True, comment="", given_at=now)
    OfficeWordFactory(agency=picks, text="quầy số 3, tầng trệt")
    return picks


class TestAnswering:
    def test_from_what_was_missed_to_an_answer_that_is_read(self, officer, answering):
        officer.go("Câu hỏi chưa hiểu")
        assert officer.sees("bị lũ cuốn mất", "7")
        officer.look("officer-misses", within="")
        officer.follow(officer.page.get_by_role("link", name="cho em hỏi cái thẻ bị lũ cuốn"))
        assert officer.sees("Đã hỏi 7 lần", "Là cách hỏi của")
        officer.look("officer-miss")
        officer.fill("Cách hỏi sẽ thêm", "thẻ bị lũ cuốn mất rồi giờ sao")
        officer.page.get_by_placeholder("Tìm câu hỏi khác").fill("mat the")
        officer.press("Tìm")
        officer.follow(officer.page.locator("button[name=question][value=mat_the]"))
        assert officer.sees("Đã thêm cách hỏi của")

        officer.follow(officer.page.get_by_role("link", name="gửi xe máy ở đâu vậy"))
        officer.press("Câu hỏi mới")
        officer.fill("Câu hỏi", "Gửi xe ở đâu?")
        officer.fill("Câu trả lời (bản nháp)", "Gửi xe **trong sân**, không mất tiền. Hỏi: {{hotline}}.")
        officer.look("officer-missed-question")
        officer.press("Thêm câu hỏi, lưu bản nháp")
        assert officer.sees("câu trả lời là bản nháp", "gửi xe máy ở đâu vậy")

        officer.follow(officer.page.get_by_role("link", name="từ 20/04/2021"))
        assert officer.sees("không mất tiền", "028 3810 0088")
        officer.look("officer-answer", within="")
        with officer.page.expect_popup() as opened:
            officer.page.get_by_role("button", name="Xem thử, chưa lưu").click()
        opened.value.get_by_text("Gửi xe trong sân, không mất tiền").first.wait_for()
        opened.value.close()
        officer.press("Soát câu này")
        officer.look("officer-answer-review")
        officer.press("Đã soát, nội dung đúng")
        assert officer.sees("Người viết không tự soát")

        officer.go("Câu hỏi chưa hiểu")
        officer.follow(officer.page.get_by_role("link", name="làm hộ chiếu mấy ngày"))
        officer.press("Không thuộc việc của đơn vị")
        assert officer.sees("Đã bỏ khỏi danh sách")

        assert Miss.objects.open().count() == 2
        assert Answer.objects.get(agency=answering).state == Answer.State.DRAFT

    def test_looks_after_what_is_there(self, officer, answering):
        officer.go("Câu hỏi, cách hỏi")
        assert officer.sees("Ai phải làm thẻ căn cước?")
        officer.open("/admin/faq/question/?q=dong+tien+le+phi")
        assert officer.sees("1 có ích, 1 chưa")
        officer.look("officer-questions", within="")
        fees = Question.objects.get(key="le_phi")
        officer.open(f"/admin/faq/question/{fees.pk}/change/")
        assert officer.sees("không nói trẻ em có phải nộp không", "Cách hỏi")
        officer.look("officer-question")
        officer.fill("Thêm cách hỏi", "đóng bao nhiêu xiền")
        officer.press("Thêm")
        assert officer.sees("đóng bao nhiêu xiền", "có hiệu lực ngay")

        officer.go("Điều riêng của đơn vị")
        officer.page.get_by_text("Ghi được những gì").click()
        assert officer.sees("quầy số 3, tầng trệt", "Hiện trong")
        officer.look("officer-office-words", within=".of-details")

        officer.go("Ý kiến về câu trả lời")
        assert officer.sees("không nói trẻ em có phải nộp không")
        officer.look("officer-feedback", within="")
