"""Forms and letters as they come out of a printer: every letter has a shape, nothing leaves the page."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from dossiers.form_definitions import FORMS
from dossiers.form_definitions.shape import Group
from dossiers.models import Version
from dossiers.services.papers import letters, press
from dossiers.services.papers.forms import STYLES, form_paper, label_at, say_birth_date
from dossiers.services.papers.letters import Matter
from dossiers.services.papers.shapes import FormPaper, LetterPaper, Paper
from dossiers.tests.declared import CC01_DATA, DC02_DATA, NOW
from dossiers.tests.sheets import (
    LONG_NAME,
    LONG_TEXT,
    letters_without_shape,
    pages_of,
    pictures_of,
    printed_area,
    unspaced,
    whole_data,
    words_of,
)
from dossiers.wordings import CURRENT_TRUTH

MARKUP = '#panic("x") *b* $x^2$ \\ @r <l> `c` // /* _i_ = h'
# What their alphabets add to the letters of Vietnamese, alone or with marks that no single letter has.
OF_PEOPLES = {
    "Ê Đê, M'Nông": "Ă ă Â â Č č Đ đ Ĕ ĕ Ê̆ ê̆ Ĭ ĭ Ñ ñ Ŏ ŏ Ô̆ ô̆ Ơ̆ ơ̆ Ŭ ŭ Ư̆ ư̆ Ƀ ƀ ’ '",
    "Ba Na, Gia Rai, Xơ Đăng": "Ƀ ƀ Č č Ĕ ĕ Ê̆ ê̆ Ĭ ĭ Ñ ñ Ŏ ŏ Ô̆ ô̆ Ơ̆ ơ̆ Ŭ ŭ Ư̆ ư̆ Ẽ ẽ Ĩ ĩ Õ õ Ũ ũ",
    "K'Ho": "À à Ã ã Ă ă Ĕ ĕ Ê̆ ê̆ Ĭ ĭ Ŏ ŏ Ô̆ ô̆ Ơ̆ ơ̆ Ŭ ŭ Ư̆ ư̆ Ñ ñ Đ đ",
    "Chăm": "Ā ā Ĕ ĕ Ḥ ḥ Ī ī Ḷ ḷ Ṃ ṃ Ṅ ṅ Ñ ñ Ṇ ṇ Ō ō Ŏ ŏ Ṛ ṛ Ṣ ṣ Ṭ ṭ Ū ū Ŭ ŭ ɓ ɗ",
    "Hrê, Cơ Tu, Bru": "Ĕ̯ ĕ̯ Ŏ̯ ŏ̯ Ơ̆ ơ̆ Ŭ ŭ Â̆ â̆ Ĭ ĭ Ñ ñ Ƀ ƀ Ŋ ŋ",
    "Thái, Mường, H'Mông, Dao": "Ê ê Ô ô Ơ ơ Ư ư Ă ă Â â W w J j Z z F f Ỹ ỹ",
}
VIETNAMESE = "".join(
    f"{letter}{mark}"
    for letter in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    for mark in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
)
FACES = sorted(path.name for path in (press.FOLDER / "fonts").glob("*.ttf"))
SHORT = {
    "dc02": DC02_DATA | {"addressed_to": "Công an phường Bàn Thạch", "requests": ["card"]},
    "cc01_2021": CC01_DATA | {"request": "exchange"},
    "dc01": {key: value for key, value in CC01_DATA.items() if key != "request"},
}
MATTER = Matter(
    code="TK7F3KQ",
    official_code="G01.863.205-261127-890028",
    office="Công an phường Bàn Thạch",
    above="Công an thành phố Đà Nẵng",
    address="12 Trần Hưng Đạo, Đà Nẵng",
    hotline="02353811113",
    full_name="H'Hen Niê",
    birth_date="1985",
    number="*********123",
    procedure="Cấp đổi thẻ căn cước",
    regime=Version.Regime.LAW_OF_2023,
)
LONG_MATTER = replace(
    MATTER,
    office=("Công an phường Nguyễn Thị Minh Khai " * 4)[:120].strip(),
    above=("Công an tỉnh Bà Rịa – Vũng Tàu " * 4)[:120].strip(),
    full_name=LONG_NAME,
    procedure=LONG_TEXT,
)


def form(key: str, data: dict[str, Any] | None = None, **says: Any) -> FormPaper:
    known = {
        "code": "TK7F3KQ",
        "state": "Nộp trên cổng lúc 09:00 23/11/2026",
        "oath": CURRENT_TRUTH.text,
        "footer": "In từ cổng.",
    }
    return form_paper(FORMS[key], SHORT[key] if data is None else data, **known | says)


def entry(key: str, label: str, data: dict[str, Any]) -> Any:
    rows = [each for part in form(key, data).parts for row in part.rows for each in row]
    return next(each for each in rows if each.label == label)


def letter(kind: str, matter: Matter = MATTER, *, words: str = "Lời ngắn.", rows: int = 2) -> LetterPaper:
    day = date(2026, 11, 27)
    match kind:
        case "receipt":
            return letters.receipt(
                matter,
                taken_in_on=day,
                handed_in=words,
                fee=25_000,
                fee_receipt="0001234",
                return_on=date(2026, 12, 8),
                return_to=words,
                officer=matter.full_name,
            )
        case "correction":
            lines = ((words, words),) * rows
            return letters.correction(
                matter, on=day, lines=lines, reply_by=date(2026, 12, 4), officer=matter.full_name
            )
        case "refusal":
            return letters.refusal(matter, on=day, reason=words, basis=words, officer="")
    return letters.apology(matter, on=day, promised=day, return_on=day, reason=words, officer="")


LETTERS = ("receipt", "correction", "refusal", "apology")


def draw(*papers: Paper) -> bytes:
    return press.pdf(papers, title="Thử", at=NOW)


def missing(face: str, text: str) -> set[str]:
    with TTFont(press.FOLDER / "fonts" / face) as font:
        known = font.getBestCmap()
    return {sign for sign in text if ord(sign) not in known}


class TestLetters:
    @pytest.mark.parametrize("face", FACES)
    def test_each_face_has_those_of_every_people(self, face):
        text = VIETNAMESE + "".join(OF_PEOPLES.values())

        assert not missing(face, text + text.upper())
        assert missing(face, "山") == {"山"}

    def test_each_is_drawn_by_its_shape(self):
        text = " ".join(OF_PEOPLES.values())
        data = SHORT["dc02"] | {"full_name": text, "residence": f"{text} {VIETNAMESE}", "details": text}

        drawn = draw(form("dc02", data, state=text), letter("refusal", words=text))

        assert letters_without_shape(drawn) == 0

    def test_a_box_stands_for_what_has_none(self):
        drawn = draw(form("dc02", SHORT["dc02"] | {"residence": "12 山, \u0627\u0628 Tam Kỳ\u202e"}))

        assert "Nơi cư trú: 12 □, □□ Tam Kỳ" in words_of(drawn)
        assert letters_without_shape(drawn) == 0

    def test_one_without_a_shape_would_be_found(self, monkeypatch):
        monkeypatch.setattr(press, "letters", lambda: {"山"})

        assert letters_without_shape(draw(form("dc02", SHORT["dc02"] | {"residence": "山"}))) > 0

    def test_what_may_be_drawn_is_what_each_face_has(self):
        assert len(press.letters()) > 1000
        assert not any(missing(face, "".join(press.letters())) for face in FACES)


class TestPages:
    """The printed area: 210 by 297 mm with margins of 22, 15 and 15, and a foot."""

    @pytest.mark.parametrize("papers", [
        *([form(key, whole_data(definition))] for key, definition in FORMS.items()),
        *([form(key, {})] for key in FORMS),
        [form("dc02", dict.fromkeys(("full_name", "residence"), "W" * 400), footer="W " * 120)],
        *([letter(kind, LONG_MATTER, words=LONG_TEXT, rows=20)] for kind in LETTERS),
        *([letter(kind, replace(LONG_MATTER, office="W" * 120), words="W" * 300)] for kind in LETTERS),
    ])  # fmt: skip
    def test_nothing_leaves_the_page(self, papers):
        for picture in pictures_of(papers):
            left, top, right, bottom = printed_area(picture)
            assert left >= 21
            assert top >= 13
            assert right <= 196.5
            assert bottom <= 292

    def test_what_would_leave_it_is_seen(self):
        (picture,) = pictures_of([form("dc02", footer="W " * 1000)])

        assert printed_area(picture)[3] > 296

    @pytest.mark.parametrize(("key", "pages"), [("dc02", 1), ("dc01", 1), ("cc01_2021", 2)])
    def test_a_usual_form_takes_one_sheet(self, key, pages):
        usual = whole_data(FORMS[key], name="Nguyễn Thị Hoàng Phương", text="Việt Nam")

        assert len(pages_of(draw(form(key)))) == len(pages_of(draw(form(key, usual)))) == pages

    def test_a_usual_declaration_of_2021_leaves_its_back_to_the_police(self):
        front, back = pages_of(draw(form("cc01_2021")))

        assert "NGƯỜI KHAI" in front
        assert back.startswith("KẾT QUẢ XÁC MINH")

    @pytest.mark.parametrize(("key", "pages"), [("dc02", 2), ("dc01", 2), ("cc01_2021", 3)])
    def test_the_longest_form_loses_no_word(self, key, pages):
        data = whole_data(FORMS[key])

        drawn = draw(form(key, data))

        said = unspaced(words_of(drawn))
        assert len(pages_of(drawn)) == pages
        assert unspaced(LONG_NAME.upper()) in said
        texts = [value for value in data.values() if value == LONG_TEXT]
        assert said.count(unspaced(LONG_TEXT)) >= len(texts) > 0

    @pytest.mark.parametrize("kind", LETTERS)
    def test_a_usual_letter_takes_one_page(self, kind):
        assert len(pages_of(draw(letter(kind)))) == 1

    def test_a_long_table_has_its_head_on_each_page(self):
        pages = pages_of(draw(letter("correction", words=LONG_TEXT, rows=20)))

        assert len(pages) > 2
        assert all("STT Mục Cần bổ sung, sửa" in page for page in pages[:-1])

    def test_no_page_has_signatures_alone(self):
        for rows in range(8, 16):
            pages = pages_of(draw(letter("correction", rows=rows)))
            assert "CÁN BỘ KIỂM TRA" in pages[-1]
            assert "nếu có vướng mắc" in pages[-1]


class TestForm:
    @pytest.mark.parametrize("key", FORMS)
    def test_has_every_item_of_its_definition_once(self, key):
        asked = [len(part.fields) if isinstance(part, Group) else 1 for part in FORMS[key].parts]

        entries = [each for part in form(key, {}).parts for row in part.rows for each in row]

        assert len(entries) == sum(asked)

    def test_every_form_has_a_style(self):
        assert set(STYLES) == set(FORMS)

    def test_says_names_in_capitals_and_days_as_people_do(self):
        page = words_of(draw(form("dc02", SHORT["dc02"] | {"full_name": "Y Ƀhiăt Êban"})))

        assert "1. Họ, chữ đệm và tên: Y ɃHIĂT ÊBAN" in page
        assert "2. Ngày, tháng, năm sinh: 12/04/1985" in page
        assert "3. Giới tính: Nam" in page
        assert "PHIẾU ĐỀ NGHỊ GIẢI QUYẾT THỦ TỤC VỀ CĂN CƯỚC" in page
        assert "Mẫu DC02" in page

    @pytest.mark.parametrize(
        ("typed", "says"),
        [("1985-04-12", "12/04/1985"), ("1985-04", "04/1985"), ("1985", "1985"), ("hôm qua", "hôm qua")],
    )
    def test_says_of_a_birth_date_what_is_known(self, typed, says):
        assert say_birth_date(typed) == says

    def test_puts_a_number_into_twelve_boxes(self):
        label = "5. Số CMND hoặc CCCD"

        assert entry("cc01_2021", label, {"id_number": "049085000123"}).boxes == tuple("049085000123")
        assert entry("cc01_2021", label, {"id_number": "205123456"}).boxes == (*"205123456", "×", "×", "×")
        assert entry("cc01_2021", label, {}).boxes == ("",) * 12

    def test_shows_a_number_that_is_too_long_as_it_was_typed(self):
        assert entry("cc01_2021", "5. Số CMND hoặc CCCD", {"id_number": "0" * 13}).value == "0" * 13

    def test_ticks_what_was_chosen(self):
        ticks = entry("dc02", "Đề nghị", {"requests": ["card", "collect"]}).ticks

        assert [ticked for _, ticked in ticks] == [True, *[False] * 7, True]
        assert ticks[8][0].startswith("9. ")
        page = words_of(draw(form("dc02")))
        assert page.count("×") == 2  # what is asked for, and the kind of residence

    @pytest.mark.parametrize("said", [True, False, None])
    def test_leaves_a_question_open_that_was_not_answered(self, said):
        data = {} if said is None else {"confirm_old_number": said}

        ticks = entry("cc01_2021", "Xác nhận số CMND", data).ticks

        assert ticks == (("Có", said is True), ("Không", said is False))

    def test_numbers_several_fields_of_an_item_once(self):
        page = words_of(draw(form("cc01_2021", whole_data(FORMS["cc01_2021"]))))

        assert page.count("21. ") == page.count("22. ") == 1
        assert "Họ, chữ đệm và tên của cha:" in page
        assert "Số điện thoại: 0905 123 456" in page

    @pytest.mark.parametrize(
        "data", [{"full_name": 7, "representative": []}, {"sex": "x", "requests": "card"}]
    )
    def test_can_be_drawn_of_a_draft_that_is_all_wrong(self, data):
        assert draw(form("dc02", data))

    def test_takes_no_words_for_markup(self):
        data = SHORT["dc02"] | {"residence": MARKUP, "details": '#image("/etc/passwd")'}

        page = words_of(draw(form("dc02", data, state=MARKUP, footer=MARKUP)))

        assert page.count(MARKUP) == 3
        assert '#image("/etc/passwd")' in page

    @pytest.mark.parametrize(
        ("path", "says"),
        [
            ("personal_id", "4. Số định danh cá nhân"),
            ("representative.birth_date", "Người đại diện hợp pháp: ngày, tháng, năm sinh"),
            ("representative", "Người đại diện hợp pháp"),
            ("representative.personal_id", "Người đại diện hợp pháp: số định danh cá nhân"),
            ("photo", "photo"),
        ],
    )
    def test_calls_a_field_as_the_form_does(self, path, says):
        assert label_at(FORMS["dc02"], path) == says


class TestLetter:
    @pytest.mark.parametrize("kind", LETTERS)
    def test_says_who_writes_about_whom(self, kind):
        page = words_of(draw(letter(kind)))

        for words in (
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Độc lập - Tự do - Hạnh phúc",
            "CÔNG AN THÀNH PHỐ ĐÀ NẴNG CÔNG AN PHƯỜNG BÀN THẠCH",
            "Số: G01.863.205-261127-890028",
            "Ngày 27 tháng 11 năm 2026",
            "H'HEN NIÊ",
            "*********123",
            "0235 381 1113",
        ):
            assert words in page

    @pytest.mark.parametrize(
        ("kind", "then", "now"),
        [
            ("receipt", "GIẤY HẸN TRẢ THẺ CĂN CƯỚC CÔNG DÂN", "GIẤY HẸN TRẢ KẾT QUẢ GIẢI QUYẾT THỦ TỤC"),
            ("refusal", "PHIẾU TỪ CHỐI TIẾP NHẬN", "Về việc từ chối giải quyết thủ tục về căn cước"),
            ("correction", "01/2018/TT-VPCP", "03/2025/TT-VPCP"),
            ("apology", "01/2018/TT-VPCP", "03/2025/TT-VPCP"),
        ],
    )
    def test_is_called_as_the_law_of_the_office_has_it(self, kind, then, now):
        of_2014 = words_of(draw(letter(kind, replace(MATTER, regime=Version.Regime.LAW_OF_2014))))
        of_2023 = words_of(draw(letter(kind)))

        assert then in of_2014
        assert then not in of_2023
        assert now in of_2023
        assert now not in of_2014

    def test_leaves_a_line_for_what_is_not_known(self):
        empty = letters.receipt(
            MATTER,
            taken_in_on=None,
            handed_in="",
            fee=None,
            fee_receipt="",
            return_on=None,
            return_to="",
            officer="",
        )

        facts = dict(empty.facts)
        assert facts["Lệ phí"] == facts["Giấy tờ đã nộp"] == facts["Ngày hẹn trả kết quả"] == ""
        assert facts["Nơi trả kết quả"] == MATTER.address
        assert draw(empty)

    def test_says_that_there_is_nothing_to_pay(self):
        free = letters.receipt(
            MATTER,
            taken_in_on=None,
            handed_in="",
            fee=0,
            fee_receipt="",
            return_on=None,
            return_to="",
            officer="",
        )

        facts = dict(free.facts)
        assert facts["Lệ phí"] == "không thu"
        assert "Biên lai thu lệ phí số" not in facts

    def test_takes_no_words_for_markup(self):
        page = words_of(draw(letter("correction", replace(MATTER, full_name=MARKUP.upper()), words=MARKUP)))

        assert page.count(MARKUP) == 4
        assert MARKUP.upper() in page
