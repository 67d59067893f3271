"""JSON and files as strangers send them, read without surprises."""

import json
import re
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.parsers import BaseParser, DataAndFiles, MultiPartParser

from core.errors import Malformed, TooLarge
from core.uploads import LARGEST

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


class FileParser(MultiPartParser):
    """Read a form with a file. One that says it is three times too long is not even read."""

    too_large: type[TooLarge] = TooLarge

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> DataAndFiles:
        """:raises TooLarge: far over what a file may have; what is a little over, the use case refuses"""
        request = (parser_context or {})["request"]
        # Read to its end, the body of a file that is a little too long leaves room for an answer to be heard.
        if int(request.META.get("CONTENT_LENGTH") or 0) > 3 * LARGEST:
            raise self.too_large
        return super().parse(stream, media_type, parser_context)
