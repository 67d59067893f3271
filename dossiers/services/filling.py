"""What a dossier's forms hold, and what still stands against handing them in."""

import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from accounts.birth_dates import BirthDate
from accounts.identity import PersonDetails
from accounts.relations import Relation
from core.errors import FieldError
from dossiers.form_definitions import FORMS
from dossiers.form_definitions.shape import Form
from dossiers.models import Dossier, Submission

ADULT = 18  # Bộ luật Dân sự 2015 Điều 20
CHILD = 14  # below: through the legal representative, Luật Căn cước 2023 Điều 23
EXTRA = "extra_data."
FORMS_WITHOUT_NUMBER = {
    key: form.without_need_of("personal_id", hint="Chưa được cấp số thì để trống.")
    for key, form in FORMS.items()
}


def form_of(dossier: Dossier) -> Form:
    """The form that the procedure asks of everybody; who is in no database yet has no number to write."""
    key = dossier.version.form
    return FORMS_WITHOUT_NUMBER[key] if extra_form_of(dossier) else FORMS[key]


def extra_form_of(dossier: Dossier) -> Form | None:
    """The form for who is not in the population database; None if this person is, or none is asked."""
    key = dossier.version.form_if_unregistered
    return FORMS[key] if dossier.is_unregistered and key else None


def data_of(dossier: Dossier | Submission) -> dict[str, Any]:
    return json.loads(dossier.data)


def extra_data_of(dossier: Dossier | Submission) -> dict[str, Any]:
    return json.loads(dossier.extra_data)


def dumped(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False)


def number_of(data: Mapping[str, Any]) -> str | None:
    """The identity number that a form gives for its person, whichever item asks for it."""
    return data.get("personal_id") or data.get("id_number")


def person_of(data: Mapping[str, Any]) -> PersonDetails:
    """The person that a form is about; its name, birth date and sex must be there."""
    number = number_of(data)
    is_old = number is not None and len(number) == 9
    return PersonDetails(
        full_name=data["full_name"],
        birth_date=data["birth_date"],
        sex=data["sex"],
        personal_id=None if is_old else number,
        old_id=number if is_old else None,
    )


def is_proved(data: Mapping[str, Any], *, birth_year: int, id_last4: str) -> bool:
    """Whether somebody knows the person of a form: the birth year, and how the number ends."""
    year, end = data.get("birth_date", "")[:4], (number_of(data) or "")[-4:]
    right_year = hmac.compare_digest(year.encode(), f"{birth_year:04d}".encode())
    right_end = hmac.compare_digest(end.encode(), id_last4.encode())
    return right_year and right_end and len(end) == 4


def faults(dossier: Dossier, *, today: date, papers_seen: bool = False) -> list[FieldError]:
    """Everything that stands against handing it in, field by field.

    Faults of the extra form have their path after `extra_data.`. With `papers_seen` an officer takes a
    number whose digits say another sex or birth year.
    """
    days: dict[str, Any] = {"law_day": dossier.law_day, "today": today, "papers_seen": papers_seen}
    found = form_of(dossier).faults(data_of(dossier), **days)
    if extra := extra_form_of(dossier):
        beside = extra.faults(extra_data_of(dossier), **days)
        found += [replace(fault, field=f"{EXTRA}{fault.field}") for fault in beside]
    return found or list(_misfits(dossier))


def needs_word_of_the_person(dossier: Dossier, *, today: date) -> bool:
    """Whether somebody grown up is declared by another, who then says to be asked to."""
    if dossier.relation == Relation.SELF:
        return False
    try:
        return BirthDate.read(data_of(dossier).get("birth_date", "")).age_on(today) >= ADULT
    except ValueError:
        return True


def is_child(dossier: Dossier) -> bool:
    """Whether the person is too young to declare alone, as far as the birth date can be read."""
    try:
        return BirthDate.read(data_of(dossier).get("birth_date", "")).age_on(dossier.law_day) < CHILD
    except ValueError:
        return dossier.relation in (Relation.CHILD, Relation.WARD)


def _misfits(dossier: Dossier) -> Iterator[FieldError]:
    """What the procedure says of who may ask for it for this reason."""
    age = BirthDate.read(data_of(dossier)["birth_date"]).age_on(dossier.law_day)
    reasons = [line for line in dossier.version.reasons.all() if line.situation == dossier.situation]
    if reasons and not any(line.is_for_age(age) for line in reasons):
        words = f"{dossier.version.name}: {dossier.version.applicants or 'không dành cho tuổi này'}."
        yield FieldError("birth_date", "not_for_this_age", words)
