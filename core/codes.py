"""Codes that people read aloud over the phone and type on a small screen."""

import secrets

# Neither 0 and O nor 1, I and L.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def draw(length: int) -> str:
    """Draw so many letters by chance; whether the code is in use, the database knows."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))
