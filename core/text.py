"""Vietnamese words as they are stored and as they are searched."""

import re
import unicodedata

_LOOKALIKES = str.maketrans({"Ð": "Đ", "Ɖ": "Đ", "ð": "đ", "ɖ": "đ"})


def tidy_name(text: str) -> str:
    """The name as stored: NFC, single spaces, the Vietnamese Đ; upper and lower case as typed."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_LOOKALIKES).split())


def search_key(text: str) -> str:
    """Lower case without marks, so that `hoà`, `hòa` and `HOA` are found alike."""
    plain = tidy_name(text).lower().replace("đ", "d").replace("’", "'")
    bare = "".join(mark for mark in unicodedata.normalize("NFD", plain) if not unicodedata.combining(mark))
    return " ".join(bare.split())


_LONG_NUMBER = re.compile(r"[0-9](?:[ .-]?[0-9]){7,}")


def without_numbers(text: str) -> str:
    """What an officer wrote freely, with the last three digits of any phone or identity number."""
    return _LONG_NUMBER.sub(lambda found: f"***{found[0][-3:]}", text)


def say_number(number: int) -> str:
    """A number as Vietnamese writes it: `1.234.000`."""
    return f"{number:,}".replace(",", ".")


def say_money(amount: int) -> str:
    """An amount in đồng in short: `1.234.000 đ`."""
    return f"{say_number(amount)} đ"
