"""Lists on paper: drawn, then read back from the PDF."""

import io

import pytest
from pypdf import PdfReader

from booking.models import Appointment
from booking.services import paper
from booking.services.calls import to_call
from booking.tests.factories import NOW, SlotFactory, book, book_one, person

pytestmark = pytest.mark.django_db
PANICKED = (
    "\u0306\u0345 \u0345 \u0345\u0628\u0628\u0345\u0628 \u0306\u0306\u0345\u0345 "
    "\u0306\u0306\u0345\u0628\u0306\u0306\u0306\u0306\u0306\u0345"
)
NUMBER = "049085001123"
BY = {"printed_by": "desk.1", "now": NOW}


def pages_of(drawn: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(drawn)).pages]


def day_list(appointment: Appointment, *, blanks: int = 0) -> list[str]:
    people = Appointment.objects.of_day(appointment.day).select_related("slot", "day__site", "person")
    return pages_of(paper.day_list(appointment.day, people, blanks=blanks, **BY))


class TestDayList:
    def test_has_number_hour_name_and_three_digits(self):
        appointment = book_one(SlotFactory(), person("Trần Văn An", personal_id=NUMBER))

        (page,) = day_list(appointment)

        for words in ("A001", "08:00", "Trần Văn An", "*********123", "Giấy tờ", "Ký tên"):
            assert words in page
        assert NUMBER not in page

    def test_repeats_its_head_on_every_page(self):
        appointment = book_one(SlotFactory(day__site__name="Trụ sở Bàn Thạch"))

        pages = day_list(appointment, blanks=100)

        assert len(pages) > 2
        for number, page in enumerate(pages, start=1):
            for words in ("Trụ sở Bàn Thạch", "thứ Hai, 23/11/2026", "Họ và tên", "người in: desk.1"):
                assert words in page
            assert "In lúc 08:00 ngày 20/11/2026" in page
            assert f"trang {number} / {len(pages)}" in page

    def test_shows_names_as_they_are(self):
        (page,) = day_list(book_one(SlotFactory(), person("H'Hen Niê")))

        assert "H'Hen Niê" in page

    def test_takes_no_words_for_markup(self):
        appointment = book_one(SlotFactory(day__site__name='#panic("x") *b* $x$ @r'))

        (page,) = day_list(appointment)

        assert '#panic("x") *b* $x$ @r' in page

    def test_is_drawn_with_a_name_that_made_typst_panic(self):
        (page,) = day_list(book_one(SlotFactory(), person(PANICKED)))

        assert "A001" in page

    def test_leaves_out_the_cancelled(self):
        slot = SlotFactory()
        kept, gone = (book_one(slot, person(name)) for name in ("Lê Thị Hoa", "Lê Thị Mai"))
        Appointment.objects.filter(pk=gone.pk).update(status="CANCELLED", cancelled_at=NOW)

        (page,) = day_list(kept)

        assert "Lê Thị Hoa" in page
        assert "Lê Thị Mai" not in page


class TestCallList:
    def test_has_the_phone_to_call(self):
        book(SlotFactory(), person("Trần Văn An"), phone="+84905123456")

        drawn = paper.call_list(to_call(Appointment.objects.all()), facts="23/11", place="Mọi điểm", **BY)

        (page,) = pages_of(drawn)
        assert "0905 123 456" in page
        assert "23/11 · 1 người" in page

    def test_says_that_there_is_nobody(self):
        drawn = paper.call_list([], facts="23/11", place="Mọi điểm", **BY)

        assert "Không có ai" in pages_of(drawn)[0]
