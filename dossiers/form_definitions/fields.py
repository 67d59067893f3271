"""Fields that several forms ask."""

from dossiers.form_definitions.shape import Field, Group, Kind

SEX = (("male", "Nam"), ("female", "Nữ"))
MARITAL = (
    ("single", "Chưa kết hôn"),
    ("married", "Đã kết hôn"),
    ("widowed", "Góa"),
    ("divorced", "Ly hôn"),
)
BLOOD_GROUPS = tuple((f"{group}{factor}", f"{group}{factor}") for group in "ABO" for factor in ("", "+", "-"))
BLOOD_GROUPS += tuple((f"AB{factor}", f"AB{factor}") for factor in ("", "+", "-"))


def full_name(item: str) -> Field:
    hint = "Có dấu, như trong giấy khai sinh."
    return Field("full_name", "Họ, chữ đệm và tên", Kind.NAME, required=True, item=item, hint=hint)


def birth_date(item: str) -> Field:
    hint = "Chỉ nhớ năm thì ghi năm."
    return Field("birth_date", "Ngày, tháng, năm sinh", Kind.BIRTH_DATE, required=True, item=item, hint=hint)


def sex(item: str) -> Field:
    return Field("sex", "Giới tính", Kind.CHOICE, required=True, item=item, choices=SEX)


def ethnicity(item: str) -> Field:
    return Field("ethnicity", "Dân tộc", required=True, item=item, is_sensitive=True)


def religion(item: str) -> Field:
    hint = "Không theo tôn giáo nào: ghi Không."
    return Field("religion", "Tôn giáo", required=True, item=item, hint=hint, is_sensitive=True)


def blood_group(item: str) -> Field:
    return Field(
        "blood_group", "Nhóm máu (nếu có)", Kind.CHOICE, item=item, choices=BLOOD_GROUPS, is_sensitive=True
    )


def marital_status(item: str) -> Field:
    return Field(
        "marital_status", "Tình trạng hôn nhân", Kind.CHOICE, required=True, item=item, choices=MARITAL
    )


def relative(key: str, label: str, item: str) -> Group:
    """Somebody of the family as the older forms ask: name, nationality, number."""
    fields = (
        Field("full_name", "Họ, chữ đệm và tên", Kind.NAME, required=True),
        Field("nationality", "Quốc tịch"),
        Field("id_number", "Số CMND, CCCD hoặc số định danh", Kind.ANY_ID),
    )
    return Group(key, label, fields, item=item)
