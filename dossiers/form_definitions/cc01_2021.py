"""CC01 of Thông tư 66/2015/TT-BCA as amended by Thông tư 41/2019/TT-BCA: the declaration of April 2021.

Twenty-two items, in the order in which the Official Account of Công an Quận 4 asked for them in March 2021.
What is required is what the counter refused to go on without; the paper itself marks only items 2 and 10 as
"nếu có".
"""

from dossiers.form_definitions import fields, rules
from dossiers.form_definitions.shape import Field, Form, Kind, Section

CC01_2021 = Form(
    key="cc01_2021",
    title="CC01 – Tờ khai Căn cước công dân",
    source="Thông tư 66/2015/TT-BCA, mẫu CC01; Thông tư 41/2019/TT-BCA",
    sections=(
        Section(
            "Thông tin cơ bản",
            (
                fields.full_name("1"),
                Field("other_name", "Họ, chữ đệm và tên gọi khác (nếu có)", Kind.NAME, item="2"),
                fields.birth_date("3"),
                fields.sex("4"),
                Field("id_number", "Số CMND hoặc CCCD", Kind.ANY_ID, item="5", hint="Chưa có thì để trống."),
                fields.ethnicity("6"),
                fields.religion("7"),
                Field("nationality", "Quốc tịch", required=True, item="8"),
                fields.marital_status("9"),
                fields.blood_group("10"),
                Field(
                    "birth_registration_place",
                    "Nơi đăng ký khai sinh",
                    required=True,
                    item="11",
                    is_place=True,
                ),
                Field("home_town", "Quê quán", required=True, item="12", is_place=True),
            ),
        ),
        Section(
            "Địa chỉ thường trú",
            (Field("permanent_residence", "Nơi thường trú", required=True, item="13", is_place=True),),
        ),
        Section(
            "Địa chỉ hiện tại",
            (Field("current_residence", "Nơi ở hiện tại", required=True, item="14", is_place=True),),
        ),
        Section(
            "Nghề nghiệp",
            (
                Field("occupation", "Nghề nghiệp", item="15"),
                Field("education", "Trình độ học vấn", item="16"),
            ),
        ),
        Section(
            "Gia đình và người đại diện",
            (
                fields.relative("father", "Cha", "17"),
                fields.relative("mother", "Mẹ", "18"),
                fields.relative("spouse", "Vợ hoặc chồng", "19"),
                fields.relative("representative", "Người đại diện hợp pháp", "20"),
                fields.relative("head_of_household", "Chủ hộ", "21"),
                Field("relation_to_head", "Quan hệ với chủ hộ", item="21", hint="Thí dụ: chủ hộ, vợ, con."),
            ),
        ),
        Section(
            "Yêu cầu của công dân",
            (
                Field(
                    "request",
                    "Đề nghị",
                    Kind.CHOICE,
                    required=True,
                    item="22",
                    choices=(("issue", "Cấp"), ("exchange", "Đổi"), ("reissue", "Cấp lại")),
                ),
                Field("confirm_old_number", "Xác nhận số CMND", Kind.YES_NO, item="22"),
                Field("by_post", "Nhận thẻ qua bưu điện", Kind.YES_NO, item="22"),
                Field("delivery_address", "Địa chỉ nhận thẻ qua bưu điện", item="22", is_place=True),
                Field("phone", "Số điện thoại", Kind.PHONE, item="22"),
            ),
        ),
    ),
    rules=(
        rules.the_person_is_possible,
        rules.others_have_names_too,
        rules.the_representative_is_an_adult,
        rules.a_spouse_goes_with_marriage,
        rules.a_household_has_a_relation,
        rules.an_old_card_has_its_number,
        rules.post_needs_an_address,
    ),
)
