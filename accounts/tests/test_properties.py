"""What holds of every name, number and birth date, whatever people type."""

import unicodedata
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.birth_dates import BirthDate, iso_birth_date
from accounts.identity import (
    PersonDetails,
    faults_of,
    given_name,
    masked_number,
    name_faults,
    namesake_key,
    person_key,
    search_key,
    tidy_name,
    tidy_number,
)
from accounts.numbers import doubts_about, read_number

TODAY = date(2026, 11, 23)
# The same examples at every run: a suite that fails by luck is believed by nobody.
quick = settings(max_examples=150, deadline=None, database=None, derandomize=True)
# What people type into a field, and what nobody should.
TYPED = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789 .-/", max_size=16),
    st.sampled_from(
        ["Trần Văn An", "H'Hen Niê", "Ðào Thị Ɖ", "1985-02-29", "0000", "9999-12-31", "049085000123"]
    ),
)
# Letters of names in pieces and whole, as keyboards and phones make them.
LETTERS = st.text(
    alphabet="AaĂăÂâĐđÐƉÊêƠơƯưÑŬ'’- \u0300\u0301\u0302\u0306\u0309\u0323", min_size=1, max_size=30
)


class TestNames:
    @quick
    @given(TYPED | LETTERS)
    def test_are_tidied_once_and_for_all(self, typed):
        tidied = tidy_name(typed)

        assert tidy_name(tidied) == tidied
        assert "  " not in tidied

    @quick
    @given(TYPED | LETTERS)
    def test_are_found_however_they_were_typed(self, typed):
        for form in ("NFC", "NFD"):
            assert search_key(unicodedata.normalize(form, typed)) == search_key(typed)
        assert search_key(search_key(typed)) == search_key(typed)

    @quick
    @given(TYPED | LETTERS)
    def test_that_are_taken_hold_letters_and_a_given_name(self, typed):
        name = tidy_name(typed)

        if not name_faults(name):
            assert any(mark.isalpha() for mark in given_name(name))
            assert not any(mark.isdigit() for mark in name)


class TestNumbers:
    @quick
    @given(TYPED)
    def test_are_tidied_once_and_for_all(self, typed):
        assert tidy_number(tidy_number(typed)) == tidy_number(typed)

    @quick
    @given(st.text(alphabet="0123456789", min_size=3, max_size=12))
    def test_show_three_digits_and_how_many_there_are(self, number):
        masked = masked_number(number)

        assert (masked[-3:], set(masked[:-3]) - {"*"}, len(masked)) == (number[-3:], set(), len(number))

    @quick
    @given(TYPED)
    def test_are_read_or_not_and_nothing_breaks(self, typed):
        if read_number(typed) is None:
            assert doubts_about(typed, today=TODAY) == []
        else:
            assert len(typed) == 12


class TestPeople:
    @quick
    @given(TYPED | LETTERS, TYPED, st.sampled_from(["male", "female"]), st.none() | TYPED, st.none() | TYPED)
    def test_are_told_every_fault_and_have_a_key_without(self, name, born, sex, number, old):
        person = PersonDetails(tidy_name(name), born, sex, tidy_number(number), tidy_number(old))

        for law_day in (date(2021, 4, 20), TODAY):
            faults = faults_of(person, law_day=law_day, today=TODAY)
            assert all(fault.field and fault.code and fault.message for fault in faults)
            assert set(faults_of(person, law_day=law_day, today=TODAY, papers_seen=True)) <= set(faults)
            if not faults:
                assert len(person_key(person, account="1")) == len(namesake_key(person)) == 64
                assert BirthDate.read(person.birth_date).first_day <= TODAY


class TestBirthDates:
    @quick
    @given(TYPED)
    def test_are_read_or_refused(self, typed):
        try:
            iso = iso_birth_date(typed)
        except ValueError:
            return
        try:
            assert str(BirthDate.read(iso)) == iso
        except ValueError:
            assert "-" in iso or iso == "0000"  # a day that is in no calendar

    @quick
    @given(st.dates(date(1900, 1, 1), TODAY), st.dates(date(1900, 1, 1), date(2099, 12, 31)))
    def test_make_nobody_younger_as_days_go_by(self, born, day):
        birth_date = BirthDate(born.year, born.month, born.day)

        assert birth_date.age_on(day) <= birth_date.age_on(
            day.replace(year=day.year + 1, day=min(day.day, 28))
        )
