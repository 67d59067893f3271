"""What the citizens' pages of a declaration ask, made of the form's definition.

A page keeps whatever was typed, right or wrong; what stands against it, the use cases say.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.forms.boundfield import BoundWidget

from accounts.birth_dates import iso_birth_date
from core.errors import FieldError
from dossiers.form_definitions.drafts import LONGEST_TYPED, Part
from dossiers.form_definitions.shape import LONGEST, Field, Group, Kind
from dossiers.services.pages import Page

HINTS = {
    Kind.BIRTH_DATE: "Thí dụ 12/4/1985. Chỉ nhớ năm thì ghi 1985.",
    Kind.PERSONAL_ID: "12 chữ số, in trên thẻ căn cước hoặc CCCD.",
    Kind.ANY_ID: "CMND 9 chữ số; CCCD, số định danh 12 chữ số.",
    Kind.PHONE: "Thí dụ 0905123456.",
}
HINT_OF_A_PLACE = "Ghi từ nhỏ đến lớn: số nhà hoặc thôn, xóm; phường, xã; tỉnh, thành phố."
WRONG = {
    Kind.BIRTH_DATE: "Ngày sinh chưa đúng. Ghi như 12/4/1985; chỉ nhớ năm thì ghi 1985.",
    Kind.CHOICE: "Chọn một trong các ý đã nêu.",
}
IN_DIGITS = (Kind.PERSONAL_ID, Kind.ANY_ID, Kind.PHONE)
SHORT = (*IN_DIGITS, Kind.BIRTH_DATE)
# Beyond so many, a list to open is easier than a page of circles.
MOST_CIRCLES = 6
FEW_WORDS = 12
# What a browser knows of whoever sits at it.
AUTOCOMPLETE = {"full_name": "name", "phone": "tel", "residence": "street-address"}
# Of nearly everybody; to be changed where it is otherwise.
USUALLY = {"nationality": "Việt Nam"}
# Most people live where they are registered: filled in for them, to be changed where it is not so.
USUALLY_THE_SAME = {"current_residence": "permanent_residence"}


@dataclass(frozen=True)
class Question:
    """One field as a page shows it. `correction` is what an officer wants mended here."""

    field: Field
    bound: BoundField
    look: str
    label: str
    correction: str = ""

    @property
    def anchor(self) -> str:
        return str(self.bound.auto_id)

    @property
    def has_few_words(self) -> bool:
        """Whether two of its choices go beside each other on a phone."""
        return all(len(words) <= FEW_WORDS for _, words in self.field.choices)

    @property
    def usual_boxes(self) -> list[BoundWidget]:
        """The first box, which is why people come, and every other one that is ticked."""
        return [box for number, box in enumerate(self.bound) if not number or box.data["selected"]]

    @property
    def other_boxes(self) -> list[BoundWidget]:
        return [box for number, box in enumerate(self.bound) if number and not box.data["selected"]]


@dataclass(frozen=True)
class Block:
    """A part of a page: one question, or several about one other person."""

    questions: list[Question]
    anchor: str
    group: Group | None = None
    errors: tuple[str, ...] = ()
    is_open: bool = False
    correction: str = ""


class PageForm(forms.Form):
    """One page of a form: a field for every path that it asks."""

    def __init__(self, *args: Any, page: Page, own: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page = page
        self.asked: dict[str, Field] = dict(_paths(page))
        self.errors_of_groups: dict[str, list[str]] = {}
        for path, field in self.asked.items():
            self.fields[path] = _form_field(field, own=own and "." not in path)

    def said(self) -> dict[str, Any]:
        """What was typed, as the use cases keep it: nested, and None for what is empty."""
        typed: dict[str, Any] = {}
        for part in self.page.parts:
            if isinstance(part, Group):
                typed[part.key] = {
                    field.key: self._kept(f"{self.page.before}{part.key}.{field.key}", field)
                    for field in part.fields
                }
            else:
                typed[part.key] = self._kept(f"{self.page.before}{part.key}", part)
        return typed

    def _kept(self, path: str, field: Field) -> Any:
        return kept(field, self.cleaned_data.get(path))

    def complain(self, faults: Iterable[FieldError]) -> None:
        """Put each fault to its field, in words for somebody who reads the page."""
        for fault in faults:
            if fault.field in self.fields:
                self.add_error(fault.field, _words(fault, self.asked[fault.field]))
            else:
                self.errors_of_groups.setdefault(fault.field, []).append(fault.message)

    @property
    def is_wrong(self) -> bool:
        return bool(self.errors or self.errors_of_groups)

    def blocks(self, corrections: Mapping[str, str], *, open_groups: Iterable[str] = ()) -> list[Block]:
        """The page from top to bottom."""
        return [self._block(part, corrections, is_open=part.key in open_groups) for part in self.page.parts]

    def _block(self, part: Part, corrections: Mapping[str, str], *, is_open: bool) -> Block:
        path = f"{self.page.before}{part.key}"
        if isinstance(part, Field):
            return Block([self._question(path, part, corrections)], anchor=f"id_{path}")
        questions = [self._question(f"{path}.{field.key}", field, corrections) for field in part.fields]
        errors = tuple(self.errors_of_groups.get(path, ()))
        correction = corrections.get(path, "")
        filled = any(one.bound.value() or one.bound.errors or one.correction for one in questions)
        return Block(
            questions=questions,
            anchor=f"id_{path}",
            group=part,
            errors=errors,
            is_open=bool(is_open or filled or errors or correction or part.required),
            correction=correction,
        )

    def _question(self, path: str, field: Field, corrections: Mapping[str, str]) -> Question:
        return Question(
            field=field,
            bound=self[path],
            look=_look(field),
            label=field.label if field.required or "nếu có" in field.label else f"{field.label} (nếu có)",
            correction=corrections.get(path, ""),
        )

    def label_of(self, path: str) -> str:
        """What a field or a group of this page is called."""
        first = path.removeprefix(self.page.before).partition(".")[0]
        part = next(part for part in self.page.parts if part.key == first)
        field = self.asked.get(path)
        return f"{part.label}: {field.label}" if field is not None and field is not part else part.label

    def summary(self) -> list[tuple[str, str]]:
        """Every error with the place where it is mended, from top to bottom."""
        found = []
        for part in self.page.parts:
            path = f"{self.page.before}{part.key}"
            found += [(f"id_{path}", words) for words in self.errors_of_groups.get(path, ())]
            for name in self.asked:
                if name == path or name.startswith(f"{path}."):
                    found += [(f"id_{name}", str(words)) for words in self.errors.get(name, ())]
        return found


def initial_of(page: Page, data: Mapping[str, Any]) -> dict[str, Any]:
    """What is known, as a person reads and types it."""
    found = {}
    for path, field in _paths(page):
        first, _, inner = path.removeprefix(page.before).partition(".")
        value = data.get(first)
        value = (value or {}).get(inner) if inner else value
        if value is None and first in USUALLY_THE_SAME:
            value = data.get(USUALLY_THE_SAME[first])
        if value is None and not inner:
            value = USUALLY.get(first)
        found[path] = shown(field, value)
    return found


def shown(field: Field, value: Any) -> Any:
    """A kept value as one types it: `12/04/1985`."""
    if field.kind == Kind.BIRTH_DATE and isinstance(value, str) and value.replace("-", "").isdigit():
        return "/".join(reversed(value.split("-")))
    return value


def kept(field: Field, typed: Any) -> Any:
    """A typed value as it is kept; what cannot be read, as it was typed."""
    if not typed:
        return None
    if field.kind == Kind.BIRTH_DATE:
        try:
            return iso_birth_date(typed)
        except ValueError:
            return typed
    if field.kind == Kind.PHONE:
        return "".join(mark for mark in typed if mark not in " .-")
    return typed


def say(field: Field, value: Any) -> str:
    """A value in words, for somebody who looks over what they typed."""
    words = dict(field.choices)
    if value is None or value == "":
        return ""
    if field.kind == Kind.YES_NO:
        return "có" if value else "không"
    if field.kind == Kind.CHOICES:
        return "; ".join(words.get(one, str(one)) for one in value)
    if field.kind == Kind.CHOICE:
        return words.get(value, str(value))
    return str(shown(field, value))


def _paths(page: Page) -> Iterator[tuple[str, Field]]:
    for part in page.parts:
        if isinstance(part, Group):
            for field in part.fields:
                yield f"{page.before}{part.key}.{field.key}", field
        else:
            yield f"{page.before}{part.key}", part


def _look(field: Field) -> str:
    if field.kind == Kind.YES_NO:
        return "tick"
    if field.kind == Kind.CHOICES:
        return "boxes"
    if field.kind == Kind.CHOICE and len(field.choices) <= MOST_CIRCLES:
        return "circles"
    return "line"


def _form_field(field: Field, *, own: bool) -> forms.Field:
    hint = HINTS.get(field.kind) or field.hint or (HINT_OF_A_PLACE if field.is_place else "")
    common: dict[str, Any] = {"label": field.label, "required": False, "help_text": hint}
    look = _look(field)
    if look == "tick":
        return forms.BooleanField(**common)
    if look == "boxes":
        return forms.MultipleChoiceField(
            choices=field.choices, widget=forms.CheckboxSelectMultiple, error_messages=_STRANGE, **common
        )
    if look == "circles":
        return _line(forms.RadioSelect(choices=field.choices), common)
    if field.kind == Kind.CHOICE:
        return _line(forms.Select(choices=[("", "Chọn"), *field.choices]), common)
    return _line(forms.TextInput(attrs=_attributes(field, own=own)), common)


_STRANGE = {"invalid_choice": WRONG[Kind.CHOICE]}


def _line(widget: forms.Widget, common: dict[str, Any]) -> forms.CharField:
    too_long = {"max_length": f"Ghi ngắn hơn, nhiều nhất {LONGEST} ký tự."}
    return forms.CharField(max_length=LONGEST_TYPED, widget=widget, error_messages=too_long, **common)


def _attributes(field: Field, *, own: bool) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "maxlength": LONGEST,
        "autocomplete": AUTOCOMPLETE.get(field.key, "off") if own else "off",
    }
    if field.kind in SHORT:
        attributes["class"] = "short"
    if field.kind in IN_DIGITS:
        attributes["inputmode"] = "numeric"
    if field.kind == Kind.NAME:
        attributes["autocapitalize"] = "words"
    if field.is_place:
        attributes["data-place"] = "1"
    return attributes


def _words(fault: FieldError, field: Field) -> str:
    label = f"{field.label[:1].lower()}{field.label[1:]}"
    if fault.code == "required" and field.kind in (Kind.CHOICE, Kind.CHOICES):
        return f"Chọn {label}."
    if fault.code == "required" and fault.message == "Cần ghi mục này.":
        return f"Ghi {label}."
    return WRONG.get(field.kind, fault.message) if fault.code == "invalid" else fault.message
