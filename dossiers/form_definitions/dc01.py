"""DC01: what is collected about somebody who is not in the population database yet.

The fields are what Luật Căn cước 2023 Điều 9 keeps in that database. The order of the form of Thông tư
53/2025/TT-BCA was not to be had; it is to be checked against the paper before a form is printed.
"""

from dossiers.form_definitions import fields, rules
from dossiers.form_definitions.shape import Field, Form, Kind, Section

DC01 = Form(
    key="dc01",
    title="DC01 – Phiếu thu thập thông tin dân cư",
    source="Luật Căn cước 2023 Điều 9; Thông tư 53/2025/TT-BCA, mẫu DC01 (thứ tự mục chưa đối chiếu)",
    sections=(
        Section(
            "Thông tin cơ bản",
            (
                fields.full_name(""),
                Field("other_name", "Tên gọi khác (nếu có)", Kind.NAME),
                fields.birth_date(""),
                fields.sex(""),
                Field("id_number", "Số CMND, CCCD đã cấp (nếu có)", Kind.ANY_ID),
                fields.ethnicity(""),
                fields.religion(""),
                Field("nationality", "Quốc tịch", required=True),
                fields.blood_group(""),
                fields.marital_status(""),
                Field("birth_place", "Nơi sinh", required=True, is_place=True),
                Field("birth_registration_place", "Nơi đăng ký khai sinh", required=True, is_place=True),
                Field("home_town", "Quê quán", required=True, is_place=True),
            ),
        ),
        Section(
            "Nơi cư trú",
            (
                Field("permanent_residence", "Nơi thường trú", is_place=True),
                Field("temporary_residence", "Nơi tạm trú", is_place=True),
                Field("current_residence", "Nơi ở hiện tại", required=True, is_place=True),
            ),
        ),
        Section(
            "Gia đình",
            (
                fields.relative("father", "Cha", ""),
                fields.relative("mother", "Mẹ", ""),
                fields.relative("spouse", "Vợ hoặc chồng", ""),
                fields.relative("representative", "Người đại diện hợp pháp", ""),
                fields.relative("head_of_household", "Chủ hộ", ""),
                Field("relation_to_head", "Quan hệ với chủ hộ"),
            ),
        ),
    ),
    rules=(
        rules.the_person_is_possible,
        rules.others_have_names_too,
        rules.a_child_has_a_representative,
        rules.the_representative_is_an_adult,
        rules.a_spouse_goes_with_marriage,
        rules.a_household_has_a_relation,
    ),
)
