"""Vietnamese words as they are stored and as they are searched."""

import unicodedata

_LOOKALIKES = str.maketrans({"Ð": "Đ", "Ɖ": "Đ", "ð": "đ", "ɖ": "đ"})


def tidy_name(text: str) -> str:
    """The name as stored: NFC, single spaces, the Vietnamese Đ; upper and lower case as typed."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_LOOKALIKES).split())


def search_key(text: str) -> str:
    """Lower case without marks, so that `hoà`, `hòa` and `HOA` are found alike."""
    plain = tidy_name(text).lower().replace("đ", "d").replace("’", "'")
    return "".join(mark for mark in unicodedata.normalize("NFD", plain) if not unicodedata.combining(mark))
