"""Cells as offices fill them in: what can be meant in one way is taken, the rest is refused in words."""

from datetime import date, time

import pytest

from booking.services.imports.cells import Reader, Unreadable, read_clock, read_day
from booking.services.imports.people import HALVES, LAYOUT, SEXES
from booking.services.imports.sites import read_weekdays
from core.sheets import Row

LETTERS = {column.key: letter for column, letter in zip(LAYOUT.columns, "ABCDEFGHIJ", strict=True)}


def reader(**cells: object) -> Reader:
    return Reader(Row(7, cells), LAYOUT, LETTERS)


def faults(read: Reader) -> list[str]:
    return [f"{fault.place}: {fault.message}" for fault in read.faults]


class TestNumber:
    @pytest.mark.parametrize(
        "typed", ["049085000123", "049 085 000 123", "049.085.000.123", "049-085-000123"]
    )
    def test_is_twelve_digits_however_they_are_spaced(self, typed):
        read = reader(number=typed)

        assert read.number("number") == ("049085000123", None)
        assert not read.faults and not read.guesses  # noqa: PT018

    @pytest.mark.parametrize(
        ("typed", "meant"), [(49085000123, "049085000123"), ("1085000123", "001085000123")]
    )
    def test_gets_back_the_zeros_it_lost_and_says_so(self, typed, meant):
        read = reader(number=typed)

        assert read.number("number") == (meant, None)
        assert "mất số 0" in read.guesses[0].message

    def test_of_nine_digits_is_an_old_one(self):
        assert reader(number="205123456").number("number") == (None, "205123456")

    @pytest.mark.parametrize(
        "typed", ["12345678", "0490850001234", "4.9085E+10", "049O85000123", "０４９０８５０００１２３"]
    )
    def test_is_refused_where_it_is_neither(self, typed):
        read = reader(number=typed)
        read.number("number")

        assert "dòng 7, cột “Số định danh” (B7)" in faults(read)[0]


class TestReadDay:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("12/4/1985", (1985, 4, 12)),
            ("12-04-1985", (1985, 4, 12)),
            ("12.4.1985", (1985, 4, 12)),
            ("1985-04-12", (1985, 4, 12)),
            ("4/1985", (1985, 4, 0)),
            ("1985", (1985, 0, 0)),
            (1985, (1985, 0, 0)),
            ("29/2/2024", (2024, 2, 29)),
        ],
    )
    def test_reads_days_as_people_write_them(self, typed, meant):
        assert read_day(typed) == meant

    @pytest.mark.parametrize(
        "typed", [None, "", "4/13/1985", "29/2/2023", "12/4/85", 31149, "hôm qua", "1/1/0000", "12/4/19850"]
    )
    def test_guesses_nothing(self, typed):
        with pytest.raises(Unreadable):
            read_day(typed)


class TestReadClock:
    @pytest.mark.parametrize(
        "typed", ["07:30", "7:30", "7h30", "7 giờ 30", "7g30", "07:30:00", 0.3125, "7 giờ 30 phút"]
    )
    def test_reads_hours_as_offices_write_them(self, typed):
        assert read_clock(typed) == time(7, 30)

    def test_reads_a_full_hour(self):
        assert read_clock("8h") == time(8, 0)

    @pytest.mark.parametrize("typed", [None, "", "7", "25:00", "7:60", "sáng", 1.5])
    def test_guesses_nothing(self, typed):
        with pytest.raises(Unreadable):
            read_clock(typed)


class TestReader:
    def test_reads_a_phone_that_was_kept_as_a_number(self):
        assert reader(phone=905123456).phone("phone") == "+84905123456"

    def test_refuses_a_phone_that_is_none(self):
        read = reader(phone="12345")

        assert read.phone("phone") is None
        assert "(F7)" in faults(read)[0]

    def test_reads_choices_without_marks_and_capitals(self):
        assert reader(sex="NU").choice("sex", SEXES) == "female"
        assert reader(half="buổi sáng").choice("half", HALVES) == "MORNING"

    def test_says_what_may_be_chosen(self):
        read = reader(sex="?")
        read.choice("sex", SEXES)

        assert faults(read) == ["dòng 7, cột “Giới tính” (D7): ghi một trong các mục: Nam, Nữ."]

    def test_wants_whole_days_where_a_place_is_given(self):
        read = reader(**{"from": "11/2026"})

        assert read.day("from") is None
        assert read.faults
        assert reader(**{"from": "23/11/2026"}).day("from") == date(2026, 11, 23)


class TestReadWeekdays:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("T2", [0]),
            ("2", [0]),
            ("thứ Hai", [0]),
            ("T2-T6", [0, 1, 2, 3, 4]),
            ("Thứ 2 đến thứ 6", [0, 1, 2, 3, 4]),
            ("T2, T4; T6", [0, 2, 4]),
            ("2,4,6", [0, 2, 4]),
            ("CN", [6]),
            ("thứ Bảy và Chủ nhật", [5, 6]),
            ("T7-CN", [5, 6]),
            ("cả tuần", [0, 1, 2, 3, 4, 5, 6]),
        ],
    )
    def test_reads_them_as_offices_write_them(self, typed, meant):
        assert read_weekdays(typed) == meant

    @pytest.mark.parametrize("typed", ["", "T8", "T1", "T6-T2", "T2-T4-T6", "hôm nay"])
    def test_guesses_nothing(self, typed):
        with pytest.raises(ValueError):  # noqa: PT011 - the door says what is wrong
            read_weekdays(typed)
