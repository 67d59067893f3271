import unicodedata

import pytest

from notifications.splitting import LONGEST_TEXT, split_text


class TestSplitText:
    def test_leaves_a_short_text_whole(self):
        assert split_text("Đã ghi nhận.") == ["Đã ghi nhận."]

    @pytest.mark.parametrize("nothing", ["", "  \n "])
    def test_makes_nothing_of_nothing(self, nothing):
        assert split_text(nothing) == []

    @pytest.mark.parametrize(
        ("text", "pieces"),
        [
            ("mười chữ a\n\nhai", ["mười chữ a", "hai"]),
            ("một hai\nba bốn", ["một hai", "ba bốn"]),
            ("Câu một. Câu hai", ["Câu một.", "Câu hai"]),
            ("một hai ba bốn", ["một hai ba", "bốn"]),
            ("mườihaichữcáiviếtliền", ["mườihaichữcá", "iviếtliền"]),
        ],
    )
    def test_cuts_where_a_reader_would_pause(self, text, pieces):
        assert split_text(text, limit=12) == pieces

    def test_loses_no_word_and_keeps_within_the_limit(self):
        words = [f"chữ{number}." if number % 9 == 0 else f"chữ{number}" for number in range(1500)]

        pieces = split_text(" ".join(words))

        assert " ".join(pieces).split() == words
        assert max(map(len, pieces)) <= LONGEST_TEXT

    def test_counts_composed_characters(self):
        text = unicodedata.normalize("NFD", "Hoàng Anh ế ẫ")

        assert split_text(text, limit=13) == ["Hoàng Anh ế ẫ"]

    def test_keeps_an_address_whole(self):
        address = "http://127.0.0.1:8000/lich-hen/TK7F3KQ/doi/"

        assert address in split_text(f"Đổi giờ lịch hẹn TK7F3KQ tại {address}", limit=50)
