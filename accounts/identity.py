"""Who a person says they are: identity numbers, names, birth dates, and what of it can be checked.

The number is read as Nghị định 137/2015 Điều 13 and Thông tư 59/2021 lay it out: three digits of the place of
birth registration, one of century and sex, two of the birth year, six at random; there is no check digit.
The place is never checked: country codes and the codes after the mergers of 2025 are not published whole.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from accounts.numbers import FEMALE as FEMALE
from accounts.numbers import MALE as MALE
from accounts.numbers import read_number
from core.crypto import keyed_hash
from core.errors import FieldError
from core.text import search_key as search_key
from core.text import tidy_name as tidy_name

# Luật Căn cước 2023, in force 2024-07-01: the number is on every form; before, the form had it as optional.
NUMBER_REQUIRED_FROM = date(2024, 7, 1)
LONGEST_NAME = 100
PASSED_ON_PAPERS = ("birth_year", "sex")

_TWELVE = re.compile(r"[0-9]{12}")
_NINE = re.compile(r"[0-9]{9}")
_BIRTH_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_MARKS_IN_NAMES = " '’-"


@dataclass(frozen=True)
class PersonDetails:
    """One person as declared. `birth_date` is `YYYY`, `YYYY-MM` or `YYYY-MM-DD`: some know only the year."""

    full_name: str
    birth_date: str
    sex: str
    personal_id: str | None = None
    old_id: str | None = None

    @property
    def birth_year(self) -> int:
        return int(self.birth_date[:4])


def given_name(full_name: str) -> str:
    """What people are called by: `An` of `Trần Văn An`, `H'Hen` of `H'Hen Niê`, `Y Wăng` of `Y Wăng Mlô`.

    Vietnamese names end with the given name; Ê Đê, M'Nông and K'Ho names begin with it, after Y, H' or K'.
    """
    words = [word for word in full_name.replace("’", "'").split() if any(map(str.isalpha, word))]
    if len(words) < 2:
        return full_name
    if words[0] == "Y":
        return " ".join(words[:2])
    return words[0] if words[0].startswith(("H'", "K'")) else words[-1]


def tidy_number(text: str | None) -> str | None:
    """The number without the spaces and dots people type between its digits; None for nothing."""
    if text is None:
        return None
    return re.sub(r"[ .]", "", text) or None


def faults_of(
    person: PersonDetails, *, law_day: date, today: date, papers_seen: bool = False
) -> list[FieldError]:
    """List what is wrong with a declared person; nothing if the person can be taken.

    `law_day` is the day whose law applies, `today` the day in Việt Nam. Faults name plain fields
    (`personal_id`); the caller puts the path before them. An officer who has seen the papers takes a number
    whose digits say another sex or birth year: the law knows numbers that were set anew, and sex that was
    determined anew (Luật Căn cước 2023 Điều 24).
    """
    return [
        *name_faults(person.full_name),
        *birth_date_faults(person.birth_date, today=today),
        *(
            fault
            for fault in _number_faults(person, law_day=law_day)
            if not (papers_seen and fault.code in PASSED_ON_PAPERS)
        ),
    ]


def name_faults(name: str) -> list[FieldError]:
    """List what is wrong with a name; nothing if somebody may be called so."""
    if not name:
        return [FieldError("full_name", "blank", "Ghi họ và tên.")]
    if len(name) > LONGEST_NAME:
        return [FieldError("full_name", "max_length", f"Họ và tên dài quá {LONGEST_NAME} ký tự.")]
    # Bộ luật Dân sự 2015 Điều 26: letters of Vietnamese or another ethnic language, no digit, no other sign.
    if not all(unicodedata.category(mark)[0] in "LM" or mark in _MARKS_IN_NAMES for mark in name):
        return [FieldError("full_name", "invalid", "Họ và tên chỉ gồm chữ cái, không có số hay ký hiệu.")]
    if not any(unicodedata.category(mark)[0] == "L" for mark in name):
        return [FieldError("full_name", "invalid", "Ghi họ và tên bằng chữ.")]
    return []


def birth_date_faults(text: str, *, today: date) -> list[FieldError]:
    """List what is wrong with a birth date; nothing if somebody alive can have been born then."""
    form = _BIRTH_DATE.fullmatch(text)
    if not form:
        return [
            FieldError("birth_date", "invalid", "Ghi ngày sinh, thí dụ 1985-04-12; chỉ nhớ năm thì ghi 1985.")
        ]
    year, month, day = int(form[1]), int(form[2] or 1), int(form[3] or 1)
    try:
        earliest = date(year, month, day)
    except ValueError:
        return [FieldError("birth_date", "invalid", "Ngày sinh này không có trong lịch.")]
    if earliest > today:
        return [FieldError("birth_date", "in_future", "Ngày sinh ở tương lai.")]
    if year < 1900:
        return [FieldError("birth_date", "too_early", "Năm sinh phải từ 1900.")]
    return []


def _number_faults(person: PersonDetails, *, law_day: date) -> list[FieldError]:
    if person.old_id is not None and not _NINE.fullmatch(person.old_id):
        return [FieldError("old_id", "invalid", "Số CMND cũ gồm đúng 9 chữ số.")]
    number = person.personal_id
    if number is None:
        if law_day < NUMBER_REQUIRED_FROM:
            return []
        return [FieldError("personal_id", "required", "Ghi số định danh cá nhân, 12 chữ số trên thẻ.")]
    if not _TWELVE.fullmatch(number) or len(set(number)) == 1:
        return [FieldError("personal_id", "invalid", "Số định danh cá nhân gồm đúng 12 chữ số.")]
    return _disagreements(person, number)


def _disagreements(person: PersonDetails, number: str) -> list[FieldError]:
    read = read_number(number)
    if read is None or not read.is_of_a_living_person:
        return [FieldError("personal_id", "century", "Chữ số thứ tư của số định danh không đúng.")]
    faults = []
    if _BIRTH_DATE.fullmatch(person.birth_date) and person.birth_year != read.birth_year:
        faults.append(_disagreement("birth_year", "năm sinh"))
    if person.sex != read.sex:
        faults.append(_disagreement("sex", "giới tính"))
    return faults


def _disagreement(code: str, name: str) -> FieldError:
    """Short, for both are said together when the number is another person's; with the way out."""
    words = (
        f"Số định danh không khớp {name}. Xem lại cả hai; nếu đúng như trên thẻ, "
        "mang giấy tờ đến điểm tiếp nhận."
    )
    return FieldError("personal_id", code, words)


def person_key(person: PersonDetails, *, account: str) -> str:
    """The key under which one person is one: the 12 digits, else the 9, else name and birth date within
    one account. Strangers who share name and birth date and have no number must not block each other.
    """
    if person.personal_id:
        return keyed_hash("personal_id", person.personal_id)
    if person.old_id:
        return keyed_hash("old_id", person.old_id)
    return keyed_hash("name_in_account", f"{account}|{namesake_key(person)}")


def key_of_number(number: str) -> str | None:
    """The key of whoever has this number of 12 or 9 digits; None if it is neither."""
    if _TWELVE.fullmatch(number):
        return keyed_hash("personal_id", number)
    return keyed_hash("old_id", number) if _NINE.fullmatch(number) else None


def namesake_key(person: PersonDetails) -> str:
    """Equal for people of one name and birth date anywhere: a mark for the officer, never a refusal."""
    return keyed_hash("namesake", f"{search_key(person.full_name)}|{person.birth_date}")


def masked_number(number: str | None) -> str | None:
    """`*********123`: the last three digits, as lists, messages and logs may show them."""
    return None if number is None else "*" * (len(number) - 3) + number[-3:]
