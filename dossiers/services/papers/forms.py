"""A filled-in form as it stands on paper: from its definition and the data."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from core import qr
from core.templatetags.words import phone as say_phone
from dossiers.form_definitions.shape import Data, Field, Form, Group, Kind, Section
from dossiers.services.papers.shapes import Entry, FormPaper, Part, Row

DIGITS, OLD_DIGITS = 12, 9
_RANGE = re.compile(r"([0-9]+)–[0-9]+")
_BIRTH_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


@dataclass(frozen=True)
class Style:
    """How a form looks on paper beyond what its definition says."""

    reference: str
    title: str
    signer: str
    note: str = ""
    size: float = 12
    is_sectioned: bool = True
    without_heading: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    together: tuple[tuple[str, ...], ...] = ()
    ticked: tuple[str, ...] = ()
    verified: bool = False


_OF_A_PERSON = (("birth_date", "sex"), ("nationality", "id_number"))
STYLES: Mapping[str, Style] = {
    "dc02": Style(
        reference="Mẫu DC02 ban hành kèm theo Thông tư số 17/2024/TT-BCA",
        title="PHIẾU ĐỀ NGHỊ GIẢI QUYẾT THỦ TỤC VỀ CĂN CƯỚC",
        signer="NGƯỜI ĐỀ NGHỊ",
        without_heading=("Nơi nhận",),
        together=_OF_A_PERSON,
        ticked=("residence_kind",),
    ),
    "dc01": Style(
        reference="Mẫu DC01 ban hành kèm theo Thông tư số 53/2025/TT-BCA",
        title="PHIẾU THU THẬP THÔNG TIN DÂN CƯ",
        note="Thứ tự mục theo Điều 9 Luật Căn cước, có thể khác bản giấy của đơn vị.",
        signer="NGƯỜI KHAI",
        size=11,
        together=(
            *_OF_A_PERSON,
            ("ethnicity", "religion", "nationality"),
            ("blood_group", "marital_status"),
        ),
    ),
    "cc01_2021": Style(
        reference=(
            "Mẫu CC01 ban hành kèm theo Thông tư số 66/2015/TT-BCA, sửa đổi bởi Thông tư số 41/2019/TT-BCA"
        ),
        title="TỜ KHAI CĂN CƯỚC CÔNG DÂN",
        signer="NGƯỜI KHAI",
        size=11,
        is_sectioned=False,
        labels={"request": "Yêu cầu của công dân", "delivery_address": "Địa chỉ nhận"},
        together=(
            ("birth_date", "sex"),
            ("ethnicity", "religion", "nationality"),
            ("marital_status", "blood_group"),
            ("occupation", "education"),
            ("nationality", "id_number"),
            ("confirm_old_number", "by_post"),
        ),
        ticked=("request",),
        verified=True,
    ),
}


def form_paper(form: Form, data: Data, *, code: str, state: str, oath: str, footer: str) -> FormPaper:
    """The form with what is in the data; what is not there stays a dotted line to write on."""
    style = STYLES[form.key]
    return FormPaper(
        code=code,
        state=state,
        qr=qr.modules(code),
        reference=style.reference,
        title=style.title,
        note=style.note,
        size=style.size,
        parts=tuple(_parts(form, data, style)),
        oath=oath,
        signer=style.signer,
        verified=style.verified,
        footer=footer,
    )


def _parts(form: Form, data: Data, style: Style) -> Iterator[Part]:
    numerals = iter(_ROMAN)
    for section in form.sections:
        has_heading = style.is_sectioned and section.title not in style.without_heading
        heading = f"{next(numerals)}. {section.title}" if has_heading else ""
        yield Part(heading, tuple(_rows(section, data, style)))


def _rows(section: Section, data: Data, style: Style) -> Iterator[Row]:
    """Put entries that follow each other and belong on one line into one row."""
    row: list[Entry] = []
    keys: list[str] = []
    for key, entry in _entries(section, data, style):
        keys.append(key)
        if row and not any(keys == list(line[: len(keys)]) for line in style.together):
            yield tuple(row)
            row, keys = [], [key]
        row.append(entry)
    yield tuple(row)


def _entries(section: Section, data: Data, style: Style) -> Iterator[tuple[str, Entry]]:
    numbered: set[str] = set()
    for part in section.parts:
        if isinstance(part, Group):
            yield from _of_group(part, data, style, is_alone=len(section.parts) == 1)
        else:
            # Of several fields below one number the first carries it.
            item = "" if part.item in numbered else part.item
            yield part.key, _entry(part, data.get(part.key), style, item=item)
        numbered.add(part.item)


def _of_group(group: Group, data: Data, style: Style, *, is_alone: bool) -> Iterator[tuple[str, Entry]]:
    """Somebody else's entries. A group that is a section of its own counts them from one."""
    said = data.get(group.key)
    known: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
    for number, part in enumerate(group.fields, start=1):
        if is_alone:
            item, label = str(number), part.label
        else:
            item = group.item if number == 1 else ""
            label = f"{part.label} của {group.label.lower()}" if number == 1 else part.label
        yield part.key, _entry(part, known.get(part.key), style, item=item, label=label)


def _entry(part: Field, value: Any, style: Style, *, item: str, label: str = "") -> Entry:
    words = label or style.labels.get(part.key, part.label)
    if part.kind == Kind.CHOICES:
        return _list(part, value, words, item=item)
    label = f"{item}. {words}" if item else words
    if part.kind == Kind.YES_NO:
        return Entry(label, ticks=(("Có", value is True), ("Không", value is False)))
    if part.kind == Kind.CHOICE and part.key in style.ticked:
        return Entry(label, ticks=tuple((says, choice == value) for choice, says in part.choices))
    if part.kind in (Kind.PERSONAL_ID, Kind.ANY_ID):
        return _number(label, value)
    return Entry(label, _words(part, value))


def _list(part: Field, value: Any, label: str, *, item: str) -> Entry:
    """What may be ticked, one below the other; of an item such as `1–9` each has its own number."""
    chosen = value if isinstance(value, list) else []
    counted = _RANGE.fullmatch(item)
    first = int(counted[1]) if counted else 0
    ticks = tuple(
        (f"{first + index}. {says}" if counted else says, choice in chosen)
        for index, (choice, says) in enumerate(part.choices)
    )
    return Entry(label, ticks=ticks, stacked=True)


def _number(label: str, value: Any) -> Entry:
    """Digits in twelve boxes; of an old number the last three are crossed out, as the form has it."""
    said = value if isinstance(value, str) else ""
    if len(said) > DIGITS:  # of a draft: shown as it was typed
        return Entry(label, said)
    rest = "×" if len(said) == OLD_DIGITS else ""
    return Entry(label, boxes=(*said, *[rest] * (DIGITS - len(said))))


def _words(part: Field, value: Any) -> str:
    if not isinstance(value, str):
        return ""
    if part.kind == Kind.NAME:
        return value.upper()
    if part.kind == Kind.BIRTH_DATE:
        return say_birth_date(value)
    if part.kind == Kind.CHOICE:
        return dict(part.choices).get(value, "")
    return say_phone(value) if part.kind == Kind.PHONE else " ".join(value.split())


def say_birth_date(text: str) -> str:
    """`12/04/1985`; of whom only the month or the year is known, `04/1985` or `1985`."""
    found = _BIRTH_DATE.fullmatch(text)
    return "/".join(piece for piece in reversed(found.groups()) if piece) if found else text


def label_at(form: Form, path: str) -> str:
    """How the form calls the field at a path such as `representative.full_name`; else the path."""
    key, _, inner = path.partition(".")
    part = next((part for part in form.parts if part.key == key), None)
    if part is None:
        return path
    numbered = f"{part.item}. {part.label}" if part.item else part.label
    if isinstance(part, Group) and inner:
        labels = {field.key: field.label for field in part.fields}
        label = labels.get(inner, inner)
        return f"{numbered}: {label[:1].lower()}{label[1:]}"
    return numbered
