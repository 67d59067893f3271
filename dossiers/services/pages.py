"""A form page by page, as a screen asks it, and what stands against one page of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from accounts.identity import birth_date_faults, name_faults
from core.errors import FieldError
from dossiers.form_definitions.drafts import Part
from dossiers.form_definitions.shape import Context, Field, Form, Kind
from dossiers.models import Dossier
from dossiers.services.filling import EXTRA, data_of, extra_data_of, extra_form_of, form_of

# The portal fills these in by itself: to whom it goes, and what for.
KNOWN = frozenset({"addressed_to", "request"})
# Rules across fields cannot be asked before these are there.
OF_THE_PERSON = frozenset({"full_name", "birth_date", "sex"})


@dataclass(frozen=True)
class Page:
    """A page of a form. `before` stands before the paths of its fields: `extra_data.` on the form beside."""

    number: int
    title: str
    parts: tuple[Part, ...]
    before: str = ""

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(part.key for part in self.parts)

    def holds(self, path: str) -> bool:
        """Whether a field with this path, such as `representative.full_name`, is asked here."""
        if not path.startswith(self.before):
            return False
        return path.removeprefix(self.before).partition(".")[0] in self.keys


def pages_of(dossier: Dossier) -> tuple[Page, ...]:
    """The pages of its form, in the order of the paper, and those of the form beside."""
    asked = [("", form_of(dossier)), (EXTRA, extra_form_of(dossier))]
    found = [(before, *page) for before, form in asked if form for page in _pages(form)]
    return tuple(
        Page(number, title, parts, before) for number, (before, title, parts) in enumerate(found, start=1)
    )


def page_with(pages: Sequence[Page], path: str) -> Page | None:
    """The page on which a field is asked; None if it is on none."""
    return next((page for page in pages if page.holds(path)), None)


def faults_on(dossier: Dossier, page: Page, *, today: date) -> list[FieldError]:
    """What stands against one page, as far as it can be said before the others are filled in."""
    form = extra_form_of(dossier) if page.before else form_of(dossier)
    if form is None:
        return []
    data = extra_data_of(dossier) if page.before else data_of(dossier)
    of_shape = form.shape_faults(data)
    found = [fault for fault in of_shape if fault.field.partition(".")[0] in page.keys]
    if found or any(map(_stops_rules, of_shape)):
        known = {fault.field for fault in found}
        found += [fault for fault in _said_alone(page, data, today=today) if fault.field not in known]
    else:
        across = form.rule_faults(data, Context(dossier.law_day, today))
        found = [fault for fault in across if fault.field.partition(".")[0] in page.keys]
    return [replace(fault, field=f"{page.before}{fault.field}") for fault in found]


def _said_alone(page: Page, data: Mapping[str, Any], *, today: date) -> Iterator[FieldError]:
    """What is wrong with a name or a birth date in itself, so that nobody has to mend a page twice."""
    for part in page.parts:
        value = data.get(part.key)
        if not isinstance(part, Field) or not isinstance(value, str):
            continue
        if part.kind == Kind.NAME:
            yield from (replace(fault, field=part.key) for fault in name_faults(value))
        elif part.kind == Kind.BIRTH_DATE:
            yield from (replace(fault, field=part.key) for fault in birth_date_faults(value, today=today))


def _stops_rules(fault: FieldError) -> bool:
    """Only what is not filled in yet lets rules be asked; of the person all must be there."""
    return fault.code != "required" or "." in fault.field or fault.field in OF_THE_PERSON


def _pages(form: Form) -> Iterator[tuple[str, tuple[Part, ...]]]:
    parts: tuple[Part, ...] = ()
    for section in form.sections:
        parts += tuple(part for part in section.parts if part.key not in KNOWN)
        if parts and not section.joins_next:
            yield section.title, parts
            parts = ()
