"""Cutting a long chat text into pieces that Zalo takes, where a reader would pause."""

import unicodedata

# What Zalo takes in one consultation message (zalo.md §3.2), counted in composed characters.
LONGEST_TEXT = 2000
# The best place first: between paragraphs, lines, sentences, words.
_PAUSES = ("\n\n", "\n", ". ", "? ", "! ", "; ", ", ", " ")
# A piece this full ends at a good pause rather than at a later, worse one.
_FULL_ENOUGH = 0.5


def split_text(text: str, *, limit: int = LONGEST_TEXT) -> list[str]:
    """Give the pieces of a text in order, each at most `limit` characters long; none for an empty text."""
    rest = unicodedata.normalize("NFC", text).strip()
    pieces = []
    while len(rest) > limit:
        end = _place_to_cut(rest, limit)
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*pieces, rest] if rest else pieces


def _place_to_cut(text: str, limit: int) -> int:
    for pause in _PAUSES:
        # One more, because what is left out at the end, the space or line break, need not fit.
        found = text.rfind(pause, int(limit * _FULL_ENOUGH), limit + 1)
        if found != -1:
            return min(found + len(pause.rstrip()), limit) or limit
    return limit
