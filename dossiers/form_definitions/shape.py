"""What a paper form asks, as data: sections, fields, groups. One definition gives the JSON Schema, the labels
and the checks; a rule across fields is a function of the whole form (`rules.py`).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from core.errors import FieldError

Data = Mapping[str, Any]
LONGEST = 200


class Kind(StrEnum):
    """What may be written into a field. `PATTERNS` is the same for browsers and for Python."""

    TEXT = "text"
    NAME = "name"
    BIRTH_DATE = "birth_date"
    PERSONAL_ID = "personal_id"
    ANY_ID = "any_id"
    PHONE = "phone"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"


# Something that can be read: a required text of blanks is not written.
_READABLE = r"\S"
PATTERNS = {
    Kind.BIRTH_DATE: r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$",
    Kind.PERSONAL_ID: r"^[0-9]{12}$",
    Kind.ANY_ID: r"^([0-9]{9}|[0-9]{12})$",
    Kind.PHONE: r"^(0|\+84)[0-9]{9,10}$",
}
WRONG = {
    Kind.BIRTH_DATE: "Ghi ngày sinh, thí dụ 1985-04-12; chỉ nhớ năm thì ghi 1985.",
    Kind.PERSONAL_ID: "Số định danh cá nhân gồm đúng 12 chữ số.",
    Kind.ANY_ID: "Số CMND gồm 9 chữ số, số CCCD hoặc số định danh gồm 12 chữ số.",
    Kind.PHONE: "Ghi số điện thoại, thí dụ 0905123456.",
    Kind.CHOICE: "Chọn một trong các giá trị cho phép.",
    Kind.CHOICES: "Chọn ít nhất một mục, mỗi mục một lần.",
    Kind.YES_NO: "Chọn có hoặc không.",
}


@dataclass(frozen=True)
class Field:
    """One line of a form. `item` is its number on paper; `is_sensitive` by Nghị định 356/2025 Điều 4.

    `is_place`: names of administrative units belong into it, which a page may help to find.
    """

    key: str
    label: str
    kind: Kind = Kind.TEXT
    required: bool = False
    item: str = ""
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    is_sensitive: bool = False
    is_place: bool = False

    @property
    def name(self) -> str:
        """The label within a sentence."""
        return self.label.removesuffix(" (nếu có)")

    def schema(self) -> dict[str, Any]:
        notes = {"title": self.label, "description": self.hint, "x-item": self.item}
        marks = {"x-sensitive": True} if self.is_sensitive else {}
        return {key: note for key, note in notes.items() if note} | marks | self._values()

    def _values(self) -> dict[str, Any]:
        if self.kind == Kind.YES_NO:
            return {"type": "boolean"}
        if self.kind in (Kind.CHOICE, Kind.CHOICES):
            one = {
                "enum": [value for value, _ in self.choices],
                "x-labels": [words for _, words in self.choices],
            }
            if self.kind == Kind.CHOICE:
                return {"type": "string", **one}
            return {"type": "array", "items": {"type": "string", **one}, "minItems": 1, "uniqueItems": True}
        pattern = PATTERNS.get(self.kind)
        limits = {"pattern": pattern} if pattern else {"pattern": _READABLE, "maxLength": LONGEST}
        return {"type": "string", **limits}

    def faults(self, value: Any, path: str) -> Iterator[FieldError]:
        if not self._fits(value):
            words = WRONG.get(self.kind, f"Ghi từ 1 đến {LONGEST} ký tự.")
            yield FieldError(path, "invalid", words)

    def _fits(self, value: Any) -> bool:
        values = [choice for choice, _ in self.choices]
        if self.kind == Kind.YES_NO:
            return isinstance(value, bool)
        if self.kind == Kind.CHOICES:
            all_known = isinstance(value, list) and all(one in values for one in value)
            return all_known and 0 < len(value) == len(set(value))
        if not isinstance(value, str):
            return False
        if self.kind == Kind.CHOICE:
            return value in values
        pattern = PATTERNS.get(self.kind)
        # `$` in Python also ends before a last line break; in a browser it does not.
        return (
            bool(re.fullmatch(pattern, value)) and value[-1:] != "\n"
            if pattern
            else bool(re.search(_READABLE, value)) and len(value) <= LONGEST
        )


@dataclass(frozen=True)
class Group:
    """Several fields about one other person or thing, an object in the data."""

    key: str
    label: str
    fields: tuple[Field, ...]
    required: bool = False
    item: str = ""

    def schema(self) -> dict[str, Any]:
        marks = {"x-item": self.item} if self.item else {}
        return {"title": self.label, **marks, **_object_of(self.fields)}

    def faults(self, value: Any, path: str) -> Iterator[FieldError]:
        if not isinstance(value, dict):
            yield FieldError(path, "invalid", "Ghi từng mục của người này.")
            return
        yield from _faults_of_object(self.fields, value, f"{path}.")


@dataclass(frozen=True)
class Section:
    """What paper puts under one heading. `joins_next`: too little for a page of its own on a screen."""

    title: str
    parts: tuple[Field | Group, ...]
    joins_next: bool = False


@dataclass(frozen=True)
class Context:
    """What a rule may ask beside the data. `papers_seen`: an officer has the papers before them."""

    law_day: date
    today: date
    papers_seen: bool = False


Rule = Callable[[Data, Context], Iterator[FieldError]]


@dataclass(frozen=True)
class Form:
    key: str
    title: str
    source: str
    sections: tuple[Section, ...]
    rules: tuple[Rule, ...] = ()

    @property
    def parts(self) -> tuple[Field | Group, ...]:
        return tuple(part for section in self.sections for part in section.parts)

    def without_need_of(self, key: str, *, hint: str) -> "Form":
        """The same form for people of whom one field is not to be had; `hint` says so."""
        sections = tuple(
            replace(
                section,
                parts=tuple(
                    replace(part, required=False, hint=hint)
                    if isinstance(part, Field) and part.key == key
                    else part
                    for part in section.parts
                ),
            )
            for section in self.sections
        )
        return replace(self, sections=sections)

    def schema(self) -> dict[str, Any]:
        """The form as JSON Schema (2020-12); what runs across fields is not in it."""
        sections = [
            {"title": section.title, "fields": [part.key for part in section.parts]}
            for section in self.sections
        ]
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"urn:cccd-portal:form:{self.key}",
            "title": self.title,
            "x-sections": sections,
            **_object_of(self.parts),
        }

    def shape_faults(self, data: Any) -> list[FieldError]:
        """What the JSON Schema refuses, field by field, in words."""
        if not isinstance(data, dict):
            return [FieldError("", "invalid", "Tờ khai không đọc được.")]
        return list(_faults_of_object(self.parts, data, ""))

    def faults(self, data: Any, *, law_day: date, today: date, papers_seen: bool = False) -> list[FieldError]:
        """Everything that stands against taking the form: its shape first, then the rules across fields."""
        found = self.shape_faults(data)
        if found:
            return found
        return self.rule_faults(data, Context(law_day, today, papers_seen))

    def rule_faults(self, data: Data, context: Context) -> list[FieldError]:
        """What the rules across fields find in data of the right shape."""
        return [fault for rule in self.rules for fault in rule(data, context)]


def _object_of(parts: tuple[Field | Group, ...] | tuple[Field, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {part.key: part.schema() for part in parts},
        "required": [part.key for part in parts if part.required],
        "additionalProperties": False,
    }


def _faults_of_object(
    parts: tuple[Field | Group, ...] | tuple[Field, ...], data: Data, before: str
) -> Iterator[FieldError]:
    known = {part.key: part for part in parts}
    for key in data:
        if key not in known:
            yield FieldError(f"{before}{key}", "unknown", "Mẫu này không có mục này.")
    for key, part in known.items():
        if key in data:
            yield from part.faults(data[key], f"{before}{key}")
        elif part.required:
            yield FieldError(f"{before}{key}", "required", "Cần ghi mục này.")
