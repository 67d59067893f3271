"""What can be checked of a declared person, and what must not be. Every number here is made up."""

from datetime import date

import pytest

from accounts.identity import (
    PersonDetails,
    faults_of,
    given_name,
    masked_number,
    namesake_key,
    person_key,
    search_key,
    tidy_name,
    tidy_number,
)

TODAY = date(2026, 11, 22)
IN_2021 = date(2021, 4, 20)
AN = {"full_name": "Trần Văn An", "birth_date": "1985-04-12", "sex": "male", "personal_id": "049085000123"}


def faults(*, law_day: date = TODAY, **changes: str | None) -> set[tuple[str, str]]:
    found = faults_of(PersonDetails(**AN | changes), law_day=law_day, today=TODAY)
    assert all(fault.message.endswith(".") for fault in found)
    return {(fault.field, fault.code) for fault in found}


class TestNumber:
    @pytest.mark.parametrize(
        ("number", "birth_date", "sex"),
        [
            ("049085000123", "1985-04-12", "male"),
            ("049185000123", "1985", "female"),
            ("049210000123", "2010-01", "male"),
            ("049310000123", "2010-01-31", "female"),
            ("001000000001", "1900", "male"),
            ("035199000123", "1999-12-31", "female"),
        ],
    )
    def test_agrees_with_century_sex_and_year(self, number, birth_date, sex):
        assert faults(personal_id=number, birth_date=birth_date, sex=sex) == set()

    @pytest.mark.parametrize("prefix", ["003", "097", "999", "100", "501"])
    def test_is_never_refused_for_its_province(self, prefix):
        """Codes of countries and of the provinces after 2025 are not published whole."""
        assert faults(personal_id=f"{prefix}085000123") == set()

    @pytest.mark.parametrize(
        "number",
        [
            "",
            "201234567",
            "04908500012",
            "0490850001234",
            "04908500012a",
            "０４９０８５０００１２３",
            "٠٤٩٠٨٥٠٠٠١٢٣",
            "000000000000",
            "111111111111",
            "049085000123\n",
            "-49085000123",
        ],
    )
    def test_has_twelve_digits_not_all_alike(self, number):
        assert faults(personal_id=number) == {("personal_id", "invalid")}

    @pytest.mark.parametrize("digit", "456789")
    def test_is_of_somebody_alive(self, digit):
        assert faults(personal_id=f"049{digit}85000123") == {("personal_id", "century")}

    def test_disagrees_with_another_year(self):
        assert faults(birth_date="1986-04-12") == {("personal_id", "birth_year")}

    def test_disagrees_with_another_century(self):
        assert faults(personal_id="049285000123") == {("personal_id", "birth_year")}

    def test_disagrees_with_the_other_sex(self):
        assert faults(sex="female") == {("personal_id", "sex")}

    def test_may_disagree_with_both(self):
        wrong = faults(sex="female", birth_date="1986")

        assert wrong == {("personal_id", "sex"), ("personal_id", "birth_year")}

    def test_tells_what_to_do_where_the_card_says_so_all_the_same(self):
        (fault,) = faults_of(PersonDetails(**AN | {"sex": "female"}), law_day=TODAY, today=TODAY)

        assert "mang giấy tờ đến điểm tiếp nhận" in fault.message

    @pytest.mark.parametrize("law_day", [date(2024, 7, 1), TODAY])
    def test_is_needed_since_the_law_of_2023(self, law_day):
        assert faults(personal_id=None, law_day=law_day) == {("personal_id", "required")}

    @pytest.mark.parametrize("law_day", [IN_2021, date(2024, 6, 30)])
    def test_was_not_needed_before(self, law_day):
        assert faults(personal_id=None, law_day=law_day) == set()
        assert faults(personal_id=None, old_id="201234567", law_day=law_day) == set()

    @pytest.mark.parametrize("old", ["20123456", "2012345678", "20123456x", "２０１２３４５６７"])
    def test_of_the_old_card_has_nine_digits(self, old):
        assert faults(old_id=old, law_day=IN_2021) == {("old_id", "invalid")}


class TestName:
    @pytest.mark.parametrize(
        "name",
        [
            "Trần Văn An",
            "TRẦN VĂN AN",
            "H'Hen Niê",
            "H’Hen Niê",
            "K'Brêu",
            "Y Wăng Ƀkrông",
            "Čil Yŭ",
            "Ê Đê Ĭ",
            "A",
            "An-Nam Lê",
            "Nguyễn " * 12 + "An",
        ],
    )
    def test_may_be_of_any_people_of_viet_nam(self, name):
        assert faults(full_name=tidy_name(name)) == set()

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("", "blank"),
            ("An 2", "invalid"),
            ("An२", "invalid"),
            ("An@", "invalid"),
            ("An_Bình", "invalid"),
            ("Trần, An", "invalid"),
            ("An.", "invalid"),
            ("<b>An</b>", "invalid"),
            ("An\x00", "invalid"),
            ("An\u200bBình", "invalid"),
            ("An\u202eBình", "invalid"),
            ("😀", "invalid"),
            ("'-’", "invalid"),
            ("\u0301", "invalid"),
            ("A" * 101, "max_length"),
        ],
    )
    def test_holds_letters_and_nothing_else(self, name, code):
        assert faults(full_name=name) == {("full_name", code)}

    def test_may_have_a_hundred_letters(self):
        assert faults(full_name="A" * 100) == set()


class TestBirthDate:
    @pytest.mark.parametrize("birth_date", ["1985", "1985-04", "1985-04-12"])
    def test_may_be_known_to_the_year_only(self, birth_date):
        assert faults(birth_date=birth_date) == set()

    @pytest.mark.parametrize(
        "birth_date",
        [
            "",
            "85",
            "1985-4-12",
            "1985-02-30",
            "1985-13",
            "1985-00-01",
            "1985-04-00",
            "12/04/1985",
            "0000-01-01",
            "１９８５",
            "1985-04-12T00:00",
            "1985-W15-5",
            "1985-04-12\n",
        ],
    )
    def test_is_a_day_that_was(self, birth_date):
        wrong = faults(birth_date=birth_date, personal_id=None, law_day=IN_2021)

        assert wrong == {("birth_date", "invalid")}

    @pytest.mark.parametrize("birth_date", ["2026-11-23", "2026-12", "2027", "9999-12-31"])
    def test_is_not_in_the_future(self, birth_date):
        wrong = faults(birth_date=birth_date, personal_id=None, law_day=IN_2021)

        assert wrong == {("birth_date", "in_future")}

    def test_may_be_today(self):
        assert faults(birth_date="2026-11-22", personal_id=None, law_day=IN_2021) == set()

    def test_is_not_before_1900(self):
        assert faults(birth_date="1899", personal_id=None, law_day=IN_2021) == {("birth_date", "too_early")}

    def test_lists_all_that_is_wrong_at_once(self):
        wrong = faults(full_name="", birth_date="x", personal_id="1")

        assert {field for field, _ in wrong} == {"full_name", "birth_date", "personal_id"}


class TestTidyName:
    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("  Trần   Văn\tAn ", "Trần Văn An"),
            ("Tra\u0302\u0300n Va\u0306n An", "Trần Văn An"),
            ("\u00d0inh", "Đinh"),
            ("\u0189inh", "Đinh"),
            ("nguyễn thị k'lan", "nguyễn thị k'lan"),
        ],
    )
    def test_composes_and_keeps_the_case(self, typed, stored):
        assert tidy_name(typed) == stored


class TestGivenName:
    @pytest.mark.parametrize(
        ("name", "given"),
        [("Trần Văn An", "An"), ("An", "An"), ("An -", "An -"), ("Trần An -", "An"), ("", "")],
    )
    def test_is_the_last_word(self, name, given):
        assert given_name(name) == given

    @pytest.mark.parametrize(
        ("name", "given"),
        [("H'Hen Niê", "H'Hen"), ("H’Hen Niê", "H'Hen"), ("Y Wăng Mlô", "Y Wăng"), ("K'Brêu Ka", "K'Brêu")],
    )
    def test_stands_first_in_names_of_the_highlands(self, name, given):
        assert given_name(name) == given


class TestTidyNumber:
    @pytest.mark.parametrize(
        ("typed", "stored"),
        [("049 085 000 123", "049085000123"), ("049.085.000.123", "049085000123"), ("", None), (None, None)],
    )
    def test_drops_what_people_type_between_digits(self, typed, stored):
        assert tidy_number(typed) == stored


class TestSearchKey:
    @pytest.mark.parametrize("typed", ["hoà", "hòa", "HÒA", "Hoa", "ho\u0061\u0300"])
    def test_finds_a_name_however_its_marks_stand(self, typed):
        assert search_key(typed) == "hoa"

    def test_reads_d_with_a_stroke_as_d(self):
        assert search_key("Đặng Đình") == "dang dinh"


class TestPersonKey:
    def key(self, account="1", **changes):
        return person_key(PersonDetails(**AN | changes), account=account)

    def test_is_the_number_whatever_else_is_written(self):
        assert self.key() == self.key(full_name="An", birth_date="1985", old_id="201234567", account="2")

    def test_is_the_old_number_where_there_is_no_other(self):
        old = {"personal_id": None, "old_id": "201234567"}

        assert self.key(**old) == self.key(**old, full_name="An", account="2")
        assert self.key(**old) != self.key(personal_id=None, old_id="201234568")

    def test_is_name_and_birth_date_in_one_account_where_there_is_none(self):
        without = {"personal_id": None}

        assert self.key(**without) == self.key(**without, full_name="tran van an")
        assert self.key(**without) != self.key(**without, account="2")
        assert self.key(**without) != self.key(**without, birth_date="1985")

    def test_says_nothing_of_the_number(self):
        assert "049085000123" not in self.key()


class TestNamesakeKey:
    def test_is_the_same_for_one_name_and_birth_date_anywhere(self):
        first, second = PersonDetails(**AN), PersonDetails(**AN | {"full_name": "Tran van an"})

        assert namesake_key(first) == namesake_key(second)


class TestMaskedNumber:
    @pytest.mark.parametrize(("number", "shown"), [("049085000123", "*********123"), (None, None)])
    def test_shows_three_digits(self, number, shown):
        assert masked_number(number) == shown
