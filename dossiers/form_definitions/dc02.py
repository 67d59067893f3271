"""DC02 of Thông tư 17/2024/TT-BCA: the request for a procedure about identity cards.

It asks what the database does not know, and neither ethnicity nor religion nor blood group.
"""

from dossiers.form_definitions import fields, rules
from dossiers.form_definitions.shape import Field, Form, Group, Kind, Section

REQUESTS = (
    ("card", "Cấp, cấp đổi, cấp lại thẻ căn cước"),
    ("confirm_cmnd", "Xác nhận số định danh cá nhân với số CMND 9 số"),
    ("confirm_cancelled", "Xác nhận số định danh cá nhân với số đã hủy"),
    ("number_anew", "Hủy, xác lập lại số định danh cá nhân"),
    ("read_population", "Khai thác thông tin trong Cơ sở dữ liệu quốc gia về dân cư"),
    ("read_cards", "Khai thác thông tin trong Cơ sở dữ liệu căn cước"),
    ("correct_population", "Điều chỉnh thông tin trong Cơ sở dữ liệu quốc gia về dân cư"),
    ("add_to_card", "Tích hợp thông tin vào thẻ căn cước"),
    ("collect", "Thu thập, cập nhật thông tin vào Cơ sở dữ liệu căn cước"),
)
RESIDENCES = (
    ("permanent", "Nơi thường trú"),
    ("temporary", "Nơi tạm trú"),
    ("current", "Nơi ở hiện tại"),
)

DC02 = Form(
    key="dc02",
    title="DC02 – Phiếu đề nghị giải quyết thủ tục về căn cước",
    source="Thông tư 17/2024/TT-BCA, mẫu DC02",
    sections=(
        Section("Nơi nhận", (Field("addressed_to", "Kính gửi", required=True),), joins_next=True),
        Section(
            "Người đề nghị",
            (
                fields.full_name("1"),
                fields.birth_date("2"),
                fields.sex("3"),
                Field("personal_id", "Số định danh cá nhân", Kind.PERSONAL_ID, required=True, item="4"),
                Field(
                    "residence_kind",
                    "Loại nơi cư trú",
                    Kind.CHOICE,
                    required=True,
                    item="5",
                    choices=RESIDENCES,
                    hint="Có nơi thường trú thì ghi nơi đó; không có mới ghi nơi tạm trú, nơi ở hiện tại.",
                ),
                Field("residence", "Nơi cư trú", required=True, item="5", is_place=True),
            ),
        ),
        Section(
            "Người đại diện (nếu có)",
            (
                Group(
                    "representative",
                    "Người đại diện hợp pháp",
                    (
                        Field("full_name", "Họ, chữ đệm và tên", Kind.NAME, required=True),
                        Field("birth_date", "Ngày, tháng, năm sinh", Kind.BIRTH_DATE, required=True),
                        Field("sex", "Giới tính", Kind.CHOICE, required=True, choices=fields.SEX),
                        Field("personal_id", "Số định danh cá nhân", Kind.PERSONAL_ID, required=True),
                    ),
                ),
            ),
            joins_next=True,
        ),
        Section(
            "Nội dung đề nghị",
            (
                Field("requests", "Đề nghị", Kind.CHOICES, required=True, item="1–9", choices=REQUESTS),
                Field("details", "Nội dung cụ thể", item="10", hint="Chỉ ghi khi cần thêm việc khác."),
                Field(
                    "result_address",
                    "Địa chỉ nhận kết quả",
                    item="11",
                    hint="Để trống: nhận tại nơi làm.",
                    is_place=True,
                ),
            ),
        ),
    ),
    rules=(
        rules.the_person_is_possible,
        rules.a_child_has_a_representative,
        rules.the_representative_is_an_adult,
        rules.other_requests_are_explained,
    ),
)
