"""JSON as strangers send it, read without surprises."""

import json
import re
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.parsers import BaseParser

from core.api.problems import TooLarge
from core.errors import Malformed

DEEPEST = 20
_STRING = re.compile(r'"(?:\\.|[^"\\])*"', re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_BRACKET = re.compile(r"[\[\]{}]")


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _too_deep(text: str) -> bool:
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > DEEPEST:
            return True
    return False


def _refuse_half_letters(text: str, body: object) -> None:
    """Refuse `\\ud800` without its other half: it is not a letter, and nothing could be answered or kept."""
    if _SURROGATE.search(text):
        json.dumps(body, ensure_ascii=False).encode()


class StrictJSONParser(BaseParser):
    """Read a JSON object of at most 1 MB and 20 levels; NaN, Infinity and half letters are not JSON."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002 - the framework's signature
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        """:raises Malformed: not UTF-8, not JSON, not an object, nested too deeply
        :raises TooLarge: over `DATA_UPLOAD_MAX_MEMORY_SIZE`
        """
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise TooLarge
        try:
            text = raw.decode("utf-8")
            if _too_deep(text):
                raise Malformed
            body = json.loads(text, parse_constant=_refuse_constant)
            _refuse_half_letters(text, body)
        except (ValueError, RecursionError) as unreadable:
            raise Malformed from unreadable
        if not isinstance(body, dict):
            raise Malformed
        return body
