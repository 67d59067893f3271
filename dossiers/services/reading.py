"""A dossier's forms as officers read them: section by section, line by line, numbers with three digits."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from accounts.identity import masked_number
from core.text import without_numbers
from dossiers.form_definitions.shape import Data, Field, Form, Group, Kind
from dossiers.models import Dossier, Submission
from dossiers.reasons import ATTACHMENTS, EXEMPTIONS
from dossiers.services import filling
from dossiers.services.pages import KNOWN

NUMBERS = (Kind.PERSONAL_ID, Kind.ANY_ID, Kind.PHONE)
BESIDE_FORMS = {ATTACHMENTS: "Ảnh giấy tờ", EXEMPTIONS: "Miễn lệ phí"}


@dataclass(frozen=True)
class Line:
    """One field: what is declared (`whole`), and what may be shown of it (`shown`). `marks` are its key and
    kind, by which reasons fit it.
    """

    path: str
    label: str
    whole: str
    shown: str
    marks: tuple[str, ...]
    is_number: bool = False


@dataclass(frozen=True)
class Section:
    title: str
    lines: tuple[Line, ...]


def sections_of(dossier: Dossier, *, as_handed_in: Submission | None = None) -> list[Section]:
    """Both forms of a dossier, every field of them, filled in or not; as they stand, or once stood."""
    held = as_handed_in or dossier
    found = list(_sections(filling.form_of(dossier), filling.data_of(held), before=""))
    if extra := filling.extra_form_of(dossier):
        found += _sections(extra, filling.extra_data_of(held), before=filling.EXTRA)
    return found


def lines_of(dossier: Dossier, *, as_handed_in: Submission | None = None) -> list[Line]:
    sections = sections_of(dossier, as_handed_in=as_handed_in)
    return [line for section in sections for line in section.lines]


def returnable_of(dossier: Dossier) -> list[Section]:
    """What of the forms can be sent back: not what the portal filled in, which nobody could mend."""
    kept = (
        Section(section.title, tuple(line for line in section.lines if line.path not in KNOWN))
        for section in sections_of(dossier)
    )
    return [section for section in kept if section.lines]


def labels_of(dossier: Dossier) -> dict[str, str]:
    """What each field is called, and each thing beside the forms that can be sent back."""
    return {line.path: line.label for line in lines_of(dossier)} | BESIDE_FORMS


def _sections(form: Form, data: Data, *, before: str) -> Iterator[Section]:
    for section in form.sections:
        title = f"{section.title} (tờ khai thêm)" if before else section.title
        lines = (line for part in section.parts for line in _lines(part, data, before))
        yield Section(title, tuple(lines))


def _lines(part: Field | Group, data: Data, before: str) -> Iterator[Line]:
    if isinstance(part, Field):
        yield _line(part, data.get(part.key), path=f"{before}{part.key}", label=part.label)
        return
    inside = data.get(part.key) or {}
    said = "có khai" if inside else ""
    yield Line(f"{before}{part.key}", part.label, said, said, (part.key,))
    for field in part.fields if inside else ():
        path, label = f"{before}{part.key}.{field.key}", f"{part.label}: {_lower(field.label)}"
        yield _line(field, inside.get(field.key), path=path, label=label)


def _line(field: Field, value: Any, *, path: str, label: str) -> Line:
    whole = said(field, value)
    is_number = field.kind in NUMBERS
    shown = (masked_number(whole) if whole else "") if is_number else without_numbers(whole)
    return Line(path, label, whole, shown or "", (field.key, field.kind), is_number)


def said(field: Field, value: Any) -> str:
    """What a field holds, as people write it; empty where it holds nothing."""
    if value is None:
        return ""
    if field.kind == Kind.YES_NO:
        return "có" if value else "không"
    if field.kind == Kind.BIRTH_DATE:
        return "/".join(reversed(str(value).split("-")))
    words = dict(field.choices)
    if field.kind == Kind.CHOICES:
        return "; ".join(words.get(one, str(one)) for one in value)
    return words.get(value, str(value))


def _lower(text: str) -> str:
    return text if text[:2].isupper() else f"{text[:1].lower()}{text[1:]}"
