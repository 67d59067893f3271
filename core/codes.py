"""Codes that people read aloud over the phone and type on a small screen."""

import secrets
import unicodedata

# Neither 0 and O nor 1, I and L.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def draw(length: int) -> str:
    """Draw so many letters by chance; whether the code is in use, the database knows."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def tidy_code(typed: str) -> str:
    """The code as stored, however it was typed: `tk7 f3kq` and `TK-7F3KQ` are `TK7F3KQ`."""
    return "".join(mark for mark in unicodedata.normalize("NFKC", typed) if mark.isalnum()).upper()
