"""What is handed to Typst to be drawn: data as JSON, its words made such that every one can be drawn.

Typst 0.15 panics over some words whose letters are written from right to left, and a panic is no `Exception`:
one name would keep a whole day's list from being printed. No name of the country is written so; where one
comes along, a sign stands for each such letter.
"""

import json
import unicodedata
from collections.abc import Set
from typing import Any

UNKNOWN = "\N{REPLACEMENT CHARACTER}"
BOX = "\N{WHITE SQUARE}"
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI", "PDF", "PDI"})


def as_json(contents: Any, *, letters: Set[str] | None = None) -> str:
    """The contents with words that Typst can draw.

    With `letters`, those of ASCII among them, a box stands for everything else, so that nothing is without a
    shape.
    """
    return json.dumps(_drawable(contents, letters))


def _drawable(value: Any, letters: Set[str] | None) -> Any:
    if isinstance(value, str):
        return _words(value, letters)
    if isinstance(value, dict):
        return {key: _drawable(one, letters) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_drawable(one, letters) for one in value]
    return value


def _words(text: str, letters: Set[str] | None) -> str:
    if text.isascii() and text.isprintable():
        return text
    if letters is None:
        turned = {sign for sign in text if unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT}
        return "".join(UNKNOWN if sign in turned else sign for sign in text)
    return "".join(sign if sign in letters else _instead(sign) for sign in text)


def _instead(sign: str) -> str:
    if sign.isspace():
        return " "
    return "" if unicodedata.category(sign).startswith("C") else BOX
