import pytest

from core.phones import masked, normalise


class TestNormalise:
    @pytest.mark.parametrize(
        "typed",
        [
            "0905123456",
            "+84905123456",
            "84905123456",
            "84 905 123 456",
            "0905.123.456",
            "(0905) 123-456",
            " 0905 123 456 ",
            "０９０５１２３４５６",
        ],
    )
    def test_reads_a_number_however_it_was_typed(self, typed):
        assert normalise(typed) == "+84905123456"

    def test_takes_landlines_too(self):
        assert normalise("0235 385 1234") == "+842353851234"

    @pytest.mark.parametrize(
        "typed", ["", "abc", "12345", "0712345678", "01234567890", "+12025550123", "09051234567890", "0" * 30]
    )
    def test_refuses_what_is_no_number_of_viet_nam(self, typed):
        with pytest.raises(ValueError, match="not a phone number"):
            normalise(typed)


class TestMasked:
    @pytest.mark.parametrize(("phone", "shown"), [("+84905123456", "*********456"), ("", ""), ("12", "12")])
    def test_shows_three_digits(self, phone, shown):
        assert masked(phone) == shown
