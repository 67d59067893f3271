"""Files that people hand in are hostile until read; files we hand out run nothing."""

import io
import zipfile
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook, load_workbook

from core import sheets
from core.sheets import Column, Layout, SheetRefused, read_tables, write_rows, write_template

PEOPLE = Layout(
    "Danh sách",
    (
        Column("name", "Họ và tên", required=True, aliases=("Họ tên",)),
        Column("number", "Số định danh", required=True, hint="12 chữ số", example="049085000123"),
        Column("sex", "Giới tính", options=("Nam", "Nữ")),
    ),
)


def a_file(*rows: list[object], title: str = "Danh sách") -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(content: bytes, change) -> bytes:
    """The same file with each part as `change(name, bytes)` gives it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, change(entry.filename, old.read(entry)))
    return out.getvalue()


def reason_of(content: bytes) -> str:
    with pytest.raises(SheetRefused) as refused:
        read_tables(content, [PEOPLE])
    return str(refused.value)


class TestReadTables:
    def test_finds_columns_by_their_headings_in_any_order_and_spelling(self):
        content = a_file(
            ["DANH SÁCH THÁNG 11"],
            ["SỐ ĐỊNH DANH *", "Ghi chú", "họ tên"],
            ["049085000123", "x", "Trần Văn An"],
            [None, None, None],
            [49085000123, None, "Nguyễn Thị Bình"],
        )

        (table,) = read_tables(content, [PEOPLE])

        assert [(row.number, row.values) for row in table.rows] == [
            (3, {"number": "049085000123", "name": "Trần Văn An"}),
            (5, {"number": 49085000123, "name": "Nguyễn Thị Bình"}),
        ]
        assert table.letters == {"number": "A", "name": "C"}
        assert table.ignored == ["Ghi chú"]

    def test_gives_days_and_hours_as_text(self):
        content = a_file(
            ["Họ và tên", "Số định danh", "Giới tính"],
            [datetime.combine(date(1985, 4, 12), time.min), date(1958, 1, 1), time(7, 30)],
        )

        assert list(read_tables(content, [PEOPLE])[0].rows[0].values.values()) == [
            "1985-04-12",
            "1958-01-01",
            "07:30",
        ]

    def test_never_evaluates_a_formula(self):
        content = a_file(["Họ và tên", "Số định danh"], ["=1+1", "+84905123456"])

        values = read_tables(content, [PEOPLE])[0].rows[0].values

        assert values == {"name": None, "number": "+84905123456"}

    def test_takes_the_first_sheet_whatever_its_name_where_only_one_is_asked_for(self):
        content = a_file(["Họ và tên", "Số định danh"], ["An", "1"], title="Sheet1")

        assert len(read_tables(content, [PEOPLE])[0].rows) == 1

    def test_names_the_columns_that_are_missing(self):
        assert "“Số định danh”" in reason_of(a_file(["Họ và tên", "Giới tính"], ["An", "Nam"]))

    def test_names_the_sheet_that_is_missing(self):
        other = Layout("Lịch mở cửa", PEOPLE.columns)

        with pytest.raises(SheetRefused, match="Lịch mở cửa"):
            read_tables(a_file(["Họ và tên", "Số định danh"]), [PEOPLE, other])


class TestHostileFiles:
    @pytest.mark.parametrize("content", [b"", b"a,b\n1,2", b"PK\x03\x04 nothing", b"<html>"])
    def test_that_are_no_spreadsheets_are_refused_in_words(self, content):
        assert ".xlsx" in reason_of(content)

    def test_that_are_too_large_are_not_looked_into(self):
        assert "5 MB" in reason_of(b"PK" + bytes(sheets.LARGEST_FILE))

    def test_that_unpack_to_too_much_are_not_unpacked(self):
        def bomb(name: str, part: bytes) -> bytes:
            return part + b" " * sheets.LARGEST_UNPACKED if name.endswith("sheet1.xml") else part

        content = repacked(a_file(["Họ và tên", "Số định danh"]), bomb)

        assert len(content) < sheets.LARGEST_FILE
        assert "phình" in reason_of(content)

    def test_that_declare_entities_are_refused(self):
        def laughing(name: str, part: bytes) -> bytes:
            declared = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "lol">]>'
            return declared + part if name.endswith("sheet1.xml") else part

        assert "lạ" in reason_of(repacked(a_file(["Họ và tên", "Số định danh"]), laughing))

    def test_that_are_cut_off_inside_are_refused(self):
        def cut(name: str, part: bytes) -> bytes:
            return part[: len(part) // 2] if name.endswith("sheet1.xml") else part

        assert "Không đọc được" in reason_of(repacked(a_file(["Họ và tên", "Số định danh"], ["a", "b"]), cut))

    def test_that_have_too_many_rows_are_refused(self, monkeypatch):
        monkeypatch.setattr(sheets, "MOST_ROWS", 20)

        assert "20 dòng" in reason_of(a_file(["Họ và tên", "Số định danh"], *[["a", "b"]] * 40))

    def test_that_hide_a_row_far_below_are_refused_without_counting_there(self):
        def far(name: str, part: bytes) -> bytes:
            return part.replace(b'<row r="2"', b'<row r="1048576"') if name.endswith("sheet1.xml") else part

        assert "20.000 dòng" in reason_of(repacked(a_file(["Họ và tên", "Số định danh"], ["a", "b"]), far))

    def test_that_claim_to_be_larger_than_they_are_are_read_as_they_are(self):
        def boast(name: str, part: bytes) -> bytes:
            return (
                part.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"') if name.endswith("sheet1.xml") else part
            )

        content = repacked(a_file(["Họ và tên", "Số định danh"], ["a", "b"]), boast)

        assert len(read_tables(content, [PEOPLE])[0].rows) == 1


class TestWriteRows:
    NASTY = ('=HYPERLINK("http://x")', "+84905123456", "-1+1", "@SUM(A1)", "\tx", "bình thường")

    def test_makes_no_formula_of_any_text(self):
        content = write_rows("Danh sách", PEOPLE.columns[:1], [[text] for text in self.NASTY])

        cells = [row[0] for row in load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2)]
        assert [cell.value for cell in cells] == list(self.NASTY)
        assert {cell.data_type for cell in cells} == {"s"}
        assert all(cell.quotePrefix for cell in cells)
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")

    def test_can_be_read_again(self):
        content = write_rows("Danh sách", PEOPLE.columns, [["Trần Văn An", "049085000123", None]])

        (table,) = read_tables(content, [PEOPLE])

        assert table.rows[0].values == {"name": "Trần Văn An", "number": "049085000123", "sex": None}


class TestWriteTemplate:
    def test_is_empty_and_understood(self):
        (table,) = read_tables(write_template([PEOPLE], how_to=["Điền từ dòng 2."]), [PEOPLE])

        assert table.rows == []
        assert set(table.letters) == {"name", "number", "sex"}

    def test_offers_what_may_be_chosen_and_explains_each_column(self):
        book = load_workbook(io.BytesIO(write_template([PEOPLE], how_to=["Điền từ dòng 2."])))

        (choice,) = book["Danh sách"].data_validations.dataValidation
        assert choice.formula1 == '"Nam,Nữ"'
        said = [cell for row in book["Hướng dẫn"].iter_rows(values_only=True) for cell in row]
        assert {"12 chữ số", "049085000123", "Điền từ dòng 2."} <= set(said)
