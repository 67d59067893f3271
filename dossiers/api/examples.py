"""What calls about dossiers look like, for the readers of the schema. Nobody of these exists."""

from drf_spectacular.utils import OpenApiExample

from accounts.notice import CURRENT_NOTICE

BEGIN = OpenApiExample(
    "Làm lại thẻ bị hỏng, cho mình",
    request_only=True,
    value={
        "agency": "cong-an-phuong-ban-thach",
        "procedure": "1.014064",
        "reason": "damaged",
        "relation": "self",
        "card": "cccd",
    },
)
SAVE = OpenApiExample(
    "Ghi vài mục, bỏ một mục",
    request_only=True,
    value={"data": {"full_name": "Trần Văn An", "birth_date": "1985-04-12", "sex": "male", "details": None}},
)
SUBMIT = OpenApiExample(
    "Cam đoan, đã đọc thông báo; khai hộ người lớn thì được nhờ",
    request_only=True,
    value={"declared_true": True, "accept": {"notice": CURRENT_NOTICE.version, "on_behalf": False}},
)
SCAN = OpenApiExample(
    "Mã QR của CCCD gắn chip",
    request_only=True,
    value={
        "text": "049085000123|205123456|Trần Văn An|12041985|Nam|12 Trần Phú, Bàn Thạch, Đà Nẵng|20112021",
        "overwrite": False,
    },
)
LOOK_UP = OpenApiExample(
    "Mã tờ khai, năm sinh, 4 số cuối của số định danh",
    request_only=True,
    value={"code": "BT7F3KQ2M", "birth_year": 1985, "id_last4": "0123"},
)
