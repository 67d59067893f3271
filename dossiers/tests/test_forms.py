"""The forms as data: what they ask, that their schema and their checks agree, and the rules across fields."""

from datetime import date
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossiers.form_definitions import FORMS
from dossiers.form_definitions.shape import Field, Form, Group, Kind

APRIL_2021, TODAY = date(2021, 4, 20), date(2026, 11, 23)
RELATIVE = {"full_name": "Lê Thị Hạnh"}
DC02: dict[str, Any] = {
    "addressed_to": "Công an phường Bàn Thạch",
    "full_name": "Trần Văn An",
    "birth_date": "1985-04-12",
    "sex": "male",
    "personal_id": "049085000123",
    "residence_kind": "permanent",
    "residence": "Phường Bàn Thạch, Thành phố Đà Nẵng",
    "requests": ["card"],
}
REPRESENTATIVE = {
    "full_name": "Trần Văn An",
    "birth_date": "1985-04-12",
    "sex": "male",
    "personal_id": "049085000123",
}
CHILD = DC02 | {
    "full_name": "Trần Thị Bé",
    "birth_date": "2018-05-01",
    "sex": "female",
    "personal_id": "049318000123",
}
CHILD_ONESELF = {name: CHILD[name] for name in REPRESENTATIVE}
CC01: dict[str, Any] = {
    "full_name": "TRẦN VĂN AN",
    "birth_date": "1985",
    "sex": "male",
    "ethnicity": "Kinh",
    "religion": "Không",
    "nationality": "Việt Nam",
    "marital_status": "single",
    "birth_registration_place": "Quận 4",
    "home_town": "Quảng Nam",
    "permanent_residence": "Phường 12, Quận 4",
    "current_residence": "Phường 12, Quận 4",
    "request": "issue",
}
DC01 = {name: value for name, value in CC01.items() if name not in ("permanent_residence", "request")}
DC01 |= {"birth_place": "Quận 4"}


def faults(key: str, data: Any, *, law_day: date = TODAY, papers_seen: bool = False) -> list[tuple[str, str]]:
    found = FORMS[key].faults(data, law_day=law_day, today=TODAY, papers_seen=papers_seen)
    return [(fault.field, fault.code) for fault in found]


def names_of(form: Form) -> set[str]:
    inner = {field.key for part in form.parts if isinstance(part, Group) for field in part.fields}
    return {part.key for part in form.parts} | inner


class TestDc02:
    def test_asks_nothing_that_the_state_knows(self):
        assert not {"ethnicity", "religion", "blood_group", "home_town"} & names_of(FORMS["dc02"])
        fields = [part for part in FORMS["dc02"].parts if isinstance(part, Field)]
        assert not [field for field in fields if field.is_sensitive]

    def test_asks_for_the_nine_requests_of_the_paper(self):
        (requests,) = (part for part in FORMS["dc02"].parts if part.key == "requests")

        assert len(requests.choices) == 9

    @pytest.mark.parametrize(
        ("data", "wrong"),
        [
            (DC02, []),
            (CHILD | {"representative": REPRESENTATIVE}, []),
            (CHILD, [("representative", "required")]),
            (
                CHILD
                | {
                    "representative": REPRESENTATIVE
                    | {"birth_date": "2010-01-01", "personal_id": "049210000123"}
                },
                [("representative.birth_date", "too_young")],
            ),
            (
                CHILD | {"representative": REPRESENTATIVE | CHILD_ONESELF},
                [("representative.birth_date", "too_young"), ("representative.personal_id", "same")],
            ),
            (
                CHILD | {"representative": REPRESENTATIVE | {"birth_date": "1985-02-30"}},
                [("representative.birth_date", "invalid")],
            ),
            (
                CHILD | {"representative": REPRESENTATIVE | {"full_name": "Mẹ của 2 bé"}},
                [("representative.full_name", "invalid")],
            ),
            (
                CHILD | {"representative": REPRESENTATIVE | {"sex": "female"}},
                [("representative.personal_id", "sex")],
            ),
            (DC02 | {"requests": ["card", "add_to_card"]}, [("details", "required")]),
            (DC02 | {"requests": ["add_to_card"], "details": "Giấy phép lái xe"}, []),
            (DC02 | {"requests": []}, [("requests", "invalid")]),
            (DC02 | {"full_name": "Trần Văn 4n"}, [("full_name", "invalid")]),
            (DC02 | {"birth_date": "1985-02-30"}, [("birth_date", "invalid")]),
            (DC02 | {"birth_date": "1986"}, [("personal_id", "birth_year")]),
            (DC02 | {"sex": "female"}, [("personal_id", "sex")]),
            (DC02 | {"ethnicity": "Kinh"}, [("ethnicity", "unknown")]),
            ({name: DC02[name] for name in DC02 if name != "personal_id"}, [("personal_id", "required")]),
            ("tờ khai", [("", "invalid")]),
            (DC02 | {"representative": "mẹ"}, [("representative", "invalid")]),
            (DC02 | {"personal_id": "049085000123\n"}, [("personal_id", "invalid")]),
        ],
    )
    def test_says_what_is_wrong_and_where(self, data, wrong):
        assert faults("dc02", data) == wrong

    def test_takes_a_number_of_another_sex_once_an_officer_saw_the_papers(self):
        """Luật Căn cước 2023, 24: sex determined anew, numbers set anew."""
        assert faults("dc02", DC02 | {"sex": "female", "birth_date": "1986"}, papers_seen=True) == []
        too_short = DC02 | {"personal_id": "0490850001"}
        assert faults("dc02", too_short, papers_seen=True) == [("personal_id", "invalid")]


class TestCc01Of2021:
    def test_has_the_items_of_the_paper_in_the_order_of_quan_4(self):
        form = FORMS["cc01_2021"]

        assert sorted({int(part.item) for part in form.parts}) == list(range(1, 23))
        assert [part.item for part in form.parts] == sorted((part.item for part in form.parts), key=int)
        assert [section.title for section in form.sections] == [
            "Thông tin cơ bản",
            "Địa chỉ thường trú",
            "Địa chỉ hiện tại",
            "Nghề nghiệp",
            "Gia đình và người đại diện",
            "Yêu cầu của công dân",
        ]

    @pytest.mark.parametrize(
        ("more", "wrong"),
        [
            ({}, []),
            ({"id_number": "201234567", "request": "exchange"}, []),
            ({"request": "exchange"}, [("id_number", "required")]),
            ({"request": "reissue"}, [("id_number", "required")]),
            ({"confirm_old_number": True}, [("id_number", "required")]),
            ({"id_number": "20123456"}, [("id_number", "invalid")]),
            ({"id_number": "079190000123"}, [("id_number", "birth_year"), ("id_number", "sex")]),
            ({"marital_status": "married"}, [("spouse", "required")]),
            ({"marital_status": "married", "spouse": RELATIVE}, []),
            ({"spouse": RELATIVE}, [("spouse", "not_married")]),
            ({"spouse": {}}, [("spouse.full_name", "required")]),
            ({"mother": {"full_name": "0905123456"}}, [("mother.full_name", "invalid")]),
            ({"mother": {"full_name": "H'Hen Niê"}, "other_name": "Y Wăng"}, []),
            ({"other_name": "An@"}, [("other_name", "invalid")]),
            ({"head_of_household": RELATIVE}, [("relation_to_head", "required")]),
            ({"by_post": True}, [("delivery_address", "required"), ("phone", "required")]),
            ({"by_post": True, "delivery_address": "1 Lê Lợi", "phone": "0905123456"}, []),
            ({"by_post": "có"}, [("by_post", "invalid")]),
            ({"religion": ""}, [("religion", "invalid")]),
            ({"religion": "  "}, [("religion", "invalid")]),
            ({"blood_group": "AB"}, []),
        ],
    )
    def test_says_what_is_wrong_and_where(self, more, wrong):
        assert faults("cc01_2021", CC01 | more, law_day=APRIL_2021) == wrong


class TestDc01:
    def test_takes_who_has_no_number(self):
        assert faults("dc01", DC01) == []

    def test_marks_what_is_sensitive(self):
        marked = {part.key for part in FORMS["dc01"].parts if isinstance(part, Field) and part.is_sensitive}

        assert marked == {"ethnicity", "religion", "blood_group"}
        assert FORMS["dc01"].schema()["properties"]["religion"]["x-sensitive"] is True

    def test_wants_a_representative_for_a_child(self):
        assert faults("dc01", DC01 | {"birth_date": "2020"}) == [("representative", "required")]
        assert faults("dc01", DC01 | {"birth_date": "2020", "representative": RELATIVE}) == []


VALUES = {
    Kind.BIRTH_DATE: st.from_regex(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", fullmatch=True),
    Kind.PERSONAL_ID: st.from_regex(r"[0-9]{11,13}", fullmatch=True),
    Kind.ANY_ID: st.from_regex(r"[0-9]{8,13}", fullmatch=True),
    Kind.PHONE: st.from_regex(r"(0|\+84)[0-9]{8,11}", fullmatch=True),
}
TEXTS = st.sampled_from(["", "  ", " A ", "Đ" * 200, "Đ" * 201])
ANYTHING = st.sampled_from([None, True, 7, "", "khác", [], ["khác"], {}])


def values_for(field: Field) -> st.SearchStrategy[Any]:
    """What may be written into a field, right or nearly right, or something else altogether."""
    choices = [value for value, _ in field.choices]
    fitting: st.SearchStrategy[Any] = VALUES.get(field.kind, TEXTS)
    if field.kind == Kind.CHOICE:
        fitting = st.sampled_from(choices)
    elif field.kind == Kind.CHOICES:
        fitting = st.lists(st.sampled_from(choices), max_size=3)
    elif field.kind == Kind.YES_NO:
        fitting = st.booleans()
    return fitting | ANYTHING


def data_for(form: Form) -> st.SearchStrategy[dict[str, Any]]:
    def part(one: Field | Group) -> st.SearchStrategy[Any]:
        if isinstance(one, Field):
            return values_for(one)
        inner = {field.key: values_for(field) for field in one.fields}
        return ANYTHING | st.fixed_dictionaries({}, optional=inner)

    return st.fixed_dictionaries({}, optional={one.key: part(one) for one in form.parts})


class TestSchema:
    @pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.key)
    def test_is_a_schema_and_names_every_part_once(self, form):
        schema = form.schema()

        jsonschema.Draft202012Validator.check_schema(schema)
        listed = [key for section in schema["x-sections"] for key in section["fields"]]
        assert listed == list(schema["properties"])
        assert len(set(listed)) == len(listed)

    @pytest.mark.parametrize(("key", "data"), [("dc02", DC02), ("cc01_2021", CC01), ("dc01", DC01)])
    def test_takes_what_the_checks_take(self, key, data):
        assert jsonschema.Draft202012Validator(FORMS[key].schema()).is_valid(data)

    @pytest.mark.parametrize("key", FORMS)
    def test_refuses_exactly_what_the_checks_refuse(self, key):
        """One definition: what the browser lets pass, the server does, and the other way round."""
        form = FORMS[key]
        validator = jsonschema.Draft202012Validator(form.schema())

        @settings(max_examples=30, deadline=None, database=None)
        @given(data_for(form))
        def agree(data: dict[str, Any]) -> None:
            by_schema = {
                ".".join(str(step) for step in error.absolute_path if isinstance(step, str))
                for error in validator.iter_errors(data)
                if error.validator not in ("required", "additionalProperties")
            }
            wrong = {fault.field for fault in form.shape_faults(data) if fault.code == "invalid"}
            assert wrong == by_schema
            missing = [fault for fault in form.shape_faults(data) if fault.code == "required"]
            assert bool(missing) == any(e.validator == "required" for e in validator.iter_errors(data))

        agree()
