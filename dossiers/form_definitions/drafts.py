"""Half-filled forms: what may be kept of one, tidied as it is stored, and how changes are laid over it.

A draft keeps what was typed, wrong or not; only what no form could ever hold is refused.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from accounts.identity import tidy_name, tidy_number
from core.errors import FieldError
from dossiers.form_definitions.shape import Data, Field, Form, Group, Kind

LONGEST_TYPED = 400
MOST_FAULTS = 100  # nobody reads more, and they are written back
_NUMBERS = (Kind.PERSONAL_ID, Kind.ANY_ID)
_WORDS = "Mục này không ghi như vậy được."
Part = Field | Group


def draft_faults(form: Form, changes: Any) -> list[FieldError]:
    """What cannot even be kept: things the form does not ask, values of another kind, endless texts.

    `None` takes a field out of the draft.
    """
    if not isinstance(changes, dict):
        return [FieldError("", "invalid", "Tờ khai không đọc được.")]
    return list(islice(_faults({part.key: part for part in form.parts}, changes, ""), MOST_FAULTS))


def merged(form: Form, before: Data, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The draft with changes laid over it, field by field, tidied; empty values are not kept."""
    after = {**before, **changes}
    tidied = ((part.key, _tidied(part, after[part.key])) for part in form.parts if part.key in after)
    return {key: value for key, value in tidied if value not in (None, "", {}, [])}


def _faults(known: Mapping[str, Part], said: Data, before: str) -> Iterator[FieldError]:
    for key, value in said.items():
        path = f"{before}{key}"
        part = known.get(key)
        if part is None:
            yield FieldError(path, "unknown", "Mẫu này không có mục này.")
        elif value is None:
            continue
        elif isinstance(part, Group):
            if isinstance(value, dict):
                yield from _faults({field.key: field for field in part.fields}, value, f"{path}.")
            else:
                yield FieldError(path, "invalid", _WORDS)
        elif not _can_be_kept(part, value):
            yield FieldError(path, "invalid", _WORDS)


def _can_be_kept(field: Field, value: Any) -> bool:
    if field.kind == Kind.YES_NO:
        return isinstance(value, bool)
    if field.kind == Kind.CHOICES:
        return isinstance(value, list) and len(value) <= len(field.choices) and all(map(_is_text, value))
    return _is_text(value)


def _is_text(value: Any) -> bool:
    # As it will be stored: a few letters of other scripts grow when they are put together.
    return (
        isinstance(value, str)
        and len(unicodedata.normalize("NFC", value)) <= LONGEST_TYPED
        and "\0" not in value
    )


def _tidied(part: Part, value: Any) -> Any:
    if isinstance(part, Group):
        inside = ((field.key, _tidied(field, (value or {}).get(field.key))) for field in part.fields)
        return {key: one for key, one in inside if one not in (None, "", [])}
    if not isinstance(value, str):
        return value
    if part.kind == Kind.NAME:
        return tidy_name(value)
    if part.kind in _NUMBERS:
        return tidy_number(value)
    return " ".join(unicodedata.normalize("NFC", value).split())
