"""Rules that run across the fields of a form. Each names the field that is to be mended."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from accounts.birth_dates import BirthDate
from accounts.identity import PersonDetails, faults_of, name_faults
from core.errors import FieldError
from dossiers.form_definitions.shape import Context, Data

REPRESENTED_BELOW = 14  # Luật Căn cước 2023 Điều 23: dưới 14 tuổi qua người đại diện hợp pháp
ADULT = 18  # Bộ luật Dân sự 2015 Điều 20


def the_person_is_possible(data: Data, context: Context) -> Iterator[FieldError]:
    """Name, birth date and number as for every other person of the portal."""
    number = data.get("personal_id") or data.get("id_number")
    is_old = number is not None and len(number) == 9
    person = PersonDetails(
        full_name=data["full_name"],
        birth_date=data["birth_date"],
        sex=data["sex"],
        personal_id=None if is_old else number,
        old_id=number if is_old else None,
    )
    for fault in _faults_of(person, context):
        if fault.field not in ("personal_id", "old_id") or "personal_id" in data:
            yield fault
        elif fault.code != "required":  # on the forms with an old number it may be left out
            yield replace(fault, field="id_number")


def a_child_has_a_representative(data: Data, context: Context) -> Iterator[FieldError]:
    if _age(data.get("birth_date"), context) >= REPRESENTED_BELOW or data.get("representative"):
        return
    words = f"Người dưới {REPRESENTED_BELOW} tuổi do người đại diện hợp pháp khai: ghi người đại diện."
    yield FieldError("representative", "required", words)


def the_representative_is_an_adult(data: Data, context: Context) -> Iterator[FieldError]:
    """Adult by the birth date, where the form asks for it; possible, and not the person themselves."""
    other = data.get("representative") or {}
    if "birth_date" in other:
        for fault in _faults_of(PersonDetails(**other), context):
            yield replace(fault, field=f"representative.{fault.field}")
        if _age(other["birth_date"], context) < ADULT:
            words = f"Người đại diện phải từ đủ {ADULT} tuổi."
            yield FieldError("representative.birth_date", "too_young", words)
    own = data.get("personal_id") or data.get("id_number")
    if own and own in (other.get("personal_id"), other.get("id_number")):
        field = "personal_id" if "personal_id" in other else "id_number"
        yield FieldError(f"representative.{field}", "same", "Người đại diện là một người khác.")


def others_have_names_too(data: Data, context: Context) -> Iterator[FieldError]:  # noqa: ARG001 - one signature
    """Another name of the person, and those of the family."""
    names = {"other_name": data["other_name"]} if "other_name" in data else {}
    names |= {
        f"{key}.full_name": other["full_name"] for key, other in data.items() if isinstance(other, dict)
    }
    for field, name in names.items():
        for fault in name_faults(name):
            yield replace(fault, field=field)


def a_spouse_goes_with_marriage(data: Data, context: Context) -> Iterator[FieldError]:  # noqa: ARG001 - one signature
    if data.get("marital_status") == "married" and not data.get("spouse"):
        yield FieldError("spouse", "required", "Đã kết hôn: ghi họ tên vợ hoặc chồng.")
    if data.get("marital_status") == "single" and data.get("spouse"):
        yield FieldError("spouse", "not_married", "Chưa kết hôn thì để trống mục vợ, chồng.")


def a_household_has_a_relation(data: Data, context: Context) -> Iterator[FieldError]:  # noqa: ARG001
    if data.get("head_of_household") and not data.get("relation_to_head"):
        yield FieldError("relation_to_head", "required", "Ghi quan hệ với chủ hộ.")


def post_needs_an_address(data: Data, context: Context) -> Iterator[FieldError]:  # noqa: ARG001
    if not data.get("by_post"):
        return
    for key, words in (
        ("delivery_address", "Ghi địa chỉ nhận thẻ qua bưu điện."),
        ("phone", "Ghi số điện thoại để bưu điện gọi."),
    ):
        if not data.get(key):
            yield FieldError(key, "required", words)


def an_old_card_has_its_number(data: Data, context: Context) -> Iterator[FieldError]:  # noqa: ARG001
    """Who exchanges or replaces a card, or wants its number confirmed, had one."""
    if data.get("id_number"):
        return
    if data.get("request") in ("exchange", "reissue") or data.get("confirm_old_number"):
        yield FieldError("id_number", "required", "Ghi số CMND hoặc CCCD đã cấp.")


def other_requests_are_explained(data: Data, context: Context) -> Iterator[FieldError]:  # noqa: ARG001
    """Item 10 of DC02 says what exactly is wanted; of a card alone the procedure says it."""
    if set(data.get("requests", ())) - {"card"} and not data.get("details"):
        yield FieldError("details", "required", "Ghi nội dung cụ thể đề nghị giải quyết.")


def _faults_of(person: PersonDetails, context: Context) -> list[FieldError]:
    days = {"law_day": context.law_day, "today": context.today}
    return faults_of(person, **days, papers_seen=context.papers_seen)


def _age(text: Any, context: Context) -> int:
    """The age on the law's day. Without a readable birth date, grown up: the date is a fault of its own."""
    try:
        return BirthDate.read(text or "").age_on(context.law_day)
    except ValueError:
        return ADULT
