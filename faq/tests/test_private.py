import pytest

from faq.private import Secret, clear

NUMBER, CODE = frozenset([Secret.NUMBER]), frozenset([Secret.CODE])


class TestNumbersOfCards:
    @pytest.mark.parametrize(
        "number",
        [
            "049185012345",
            "049 185 012 345",
            "049.185.012.345",
            "0491-8501-2345",
            "049–185–012–345",
            "049185\n012345",
            "0 4 9 1 8 5 0 1 2 3 4 5",
            "049185 012345",
            "O49185012345",
            "０４９１８５０１２３４５",
            "201234567",
            "201 234 567",
            "201.234.567",
            "049185012345, 049185012346",
            "049185012345 0905123456",
            "0905123456 049185012345",
            "0491850123456",
        ],
    )
    def test_are_taken_out_with_the_words_around_left(self, number):
        cleared = clear(f"cccd của tôi {number} làm lại được không", awaits_code=False)

        assert cleared.found == NUMBER
        assert cleared.text == "cccd của tôi làm lại được không"

    @pytest.mark.parametrize(
        "text",
        [
            "0905123456",
            "sđt 0905 123 456 nhé",
            "+84 905 123 456",
            "0235 385 1234",
            "0905123456 - 0935123456",
            "0905123456 2 người",
            "hẹn 20/11/2026 08:30",
            "sinh 01.02.1985, cấp 03.04.2021",
            "lệ phí 30.000 - 50.000 - 70.000",
            "0905123456\n0935123456",
            "gồm:\n1\n2\n3",
            "cmnd 9 số đổi sang 12 số",
            "HUY TK7F3KQ",
            "năm 2021 hay 2024",
            "https://cong.example/to-khai/049185012345",
            "gửi về an049185012345@thu.example nhé",
        ],
    )
    def test_are_no_phones_days_amounts_or_links(self, text):
        assert clear(text, awaits_code=False) == clear(text, awaits_code=True)
        assert clear(text, awaits_code=False).found == frozenset()
        assert clear(text, awaits_code=False).text == text

    def test_are_taken_out_beside_a_day(self):
        cleared = clear("An sinh 01.02.1985 số 049185012345", awaits_code=False)

        assert (cleared.found, cleared.text) == (NUMBER, "An sinh 01.02.1985 số")

    def test_do_not_show_where_the_program_prints_itself(self):
        assert "Kiểm" not in repr(clear("Kiểm Tra 049185012345", awaits_code=False))


class TestOneTimeCodes:
    @pytest.mark.parametrize(
        "text",
        [
            "123456",
            "123 456",
            "(123456)",
            "otp 123456",
            "mã 123456",
            "Mã xác thực của tôi là: 123-456",
            "MA OTP 123456",
        ],
    )
    def test_that_nobody_asked_for_are_taken_out(self, text):
        cleared = clear(text, awaits_code=False)

        assert cleared.found == CODE
        assert not any(sign.isdigit() for sign in cleared.text)

    @pytest.mark.parametrize("text", ["123456", "mã là 123 456"])
    def test_that_are_awaited_are_let_through(self, text):
        cleared = clear(text, awaits_code=True)

        assert (cleared.found, cleared.text) == (frozenset(), text)

    @pytest.mark.parametrize("text", ["12345", "1234567", "mã vùng 550000", "phí 100000 đồng"])
    def test_are_not_every_six_digits(self, text):
        assert clear(text, awaits_code=False).found == frozenset()

    def test_leave_a_number_found_even_where_one_is_awaited(self):
        assert clear("123456 và 049185012345", awaits_code=True).found == NUMBER
