from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.birth_dates import BirthDate, iso_birth_date
from accounts.identity import PersonDetails, faults_of
from accounts.numbers import PROVINCES, doubts_about, read_number

TODAY = date(2026, 11, 23)
quick = settings(max_examples=50, deadline=None, database=None)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))

SEXES = st.sampled_from(["male", "female"])


class TestReadNumber:
    def test_reads_place_sex_and_year(self):
        read = read_number("035199000123")  # the example of the sources

        assert (read.province, read.sex, read.birth_year) == ("Hà Nam", "female", 1999)

    @pytest.mark.parametrize("text", ["", "03519900012", "0351990001234", "03519900012a", "٠٣٥١٩٩٠٠٠١٢٣"])
    def test_reads_nothing_else(self, text):
        assert read_number(text) is None

    def test_knows_a_number_of_somebody_born_abroad_as_possible(self):
        read = read_number("500085000123")

        assert (read.province, read.birth_year) == (None, 1985)

    @quick
    @given(st.sampled_from(sorted(PROVINCES)), DAYS, SEXES, st.integers(0, 999_999))
    def test_reads_back_what_was_laid_out(self, prefix, born, sex, tail):
        digit = 2 * (born.year // 100 - 19) + (sex == "female")

        read = read_number(f"{prefix}{digit}{born.year % 100:02d}{tail:06d}")

        assert (read.prefix, read.sex, read.birth_year) == (prefix, sex, born.year)
        assert read.is_of_a_living_person
        assert read.province == PROVINCES[prefix]

    @quick
    @given(st.from_regex(r"[0-9]{12}", fullmatch=True), SEXES)
    def test_agrees_with_the_checks_of_a_person(self, number, sex):
        """A number is taken for who was born in its year and is of its sex, and for nobody else."""
        read = read_number(number)
        year = min(read.birth_year, TODAY.year)
        person = PersonDetails("Trần Văn An", f"{year}", sex, personal_id=number)

        codes = {fault.code for fault in faults_of(person, law_day=TODAY, today=TODAY)}

        if len(set(number)) == 1:
            assert codes == {"invalid"}
        elif not read.is_of_a_living_person:
            assert codes == {"century"}
        else:
            assert ("sex" in codes) == (read.sex != sex)
            assert ("birth_year" in codes) == (read.birth_year != year)


class TestDoubtsAbout:
    @pytest.mark.parametrize(
        ("number", "words"),
        [
            ("500085000123", "nước ngoài"),
            ("049227000123", "tương lai"),
            ("049005000123", "trên 120 tuổi"),
        ],
    )
    def test_are_for_the_officer(self, number, words):
        assert words in " ".join(doubts_about(number, today=TODAY))

    @pytest.mark.parametrize("number", ["049085000123", "không phải số"])
    def test_are_none_as_a_rule(self, number):
        assert doubts_about(number, today=TODAY) == []


class TestFaultsOf:
    def test_lets_an_officer_with_the_papers_pass_what_the_digits_say_otherwise(self):
        person = PersonDetails("Trần Văn An", "1986", "female", personal_id="049085000123")
        days = {"law_day": TODAY, "today": TODAY}

        assert {fault.code for fault in faults_of(person, **days)} == {"sex", "birth_year"}
        assert faults_of(person, **days, papers_seen=True) == []


class TestBirthDate:
    @quick
    @given(DAYS, DAYS)
    def test_counts_full_years(self, born, day):
        age = BirthDate(born.year, born.month, born.day).age_on(day)

        reached = [BirthDate(born.year, born.month, born.day).birthday(years) for years in (age, age + 1)]
        assert reached[0] <= day < reached[1]

    @quick
    @given(DAYS, st.sampled_from([4, 7, 10]))
    def test_is_written_as_it_was_read(self, born, length):
        text = born.isoformat()[:length]

        assert str(BirthDate.read(text)) == text

    @quick
    @given(DAYS)
    def test_is_read_as_people_write_it(self, born):
        assert iso_birth_date(f"{born.day}/{born.month}/{born.year}") == born.isoformat()
        assert iso_birth_date(f"{born.month}-{born.year}") == born.isoformat()[:7]

    @pytest.mark.parametrize("text", ["85", "1985-4-12", "1985-02-29", "1985-13", "1985-04-12 "])
    def test_is_nothing_else(self, text):
        with pytest.raises(ValueError):  # noqa: PT011 - the kind is all there is
            BirthDate.read(text)

    def test_of_29_february_is_reached_on_the_last_of_february(self):
        born = BirthDate.read("2004-02-29")

        assert born.birthday(25) == date(2029, 2, 28)
        assert born.age_on(date(2029, 2, 28)) == 25
        assert born.birthday(24) == date(2028, 2, 29)
