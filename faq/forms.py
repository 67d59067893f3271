"""Forms of the citizens' pages. They check shape."""

from django import forms

from accounts.forms import PhoneField
from faq.models import FakeReport

_KINDS = [
    ("", "Chọn"),
    *((value, f"{said[:1].upper()}{said[1:]}") for value, said in FakeReport.Kind.choices),
]


class FakeForm(forms.Form):
    """Who pretends to be the office, as somebody met them."""

    kind = forms.ChoiceField(
        label="Giả mạo bằng cách nào?", choices=_KINDS, error_messages={"required": "Chọn một cách."}
    )
    where = forms.CharField(
        label="Số điện thoại, tên tài khoản hoặc địa chỉ trang giả",
        max_length=200,
        help_text="Chép đúng như đã thấy. Không biết thì ghi: không rõ.",
        error_messages={"required": "Ghi số, tên hoặc địa chỉ; không biết thì ghi: không rõ."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    says = forms.CharField(
        label="Chuyện gì đã xảy ra? (không bắt buộc)",
        required=False,
        max_length=1000,
        help_text="Đừng ghi số căn cước, mã OTP, mật khẩu.",
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )
    phone = PhoneField(
        label="Số điện thoại của ông/bà (không bắt buộc)",
        required=False,
        help_text="Chỉ để cán bộ gọi lại hỏi thêm.",
    )
