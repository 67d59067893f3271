from typing import Any

from django import forms

from accounts.birth_dates import iso_birth_date
from core import phones
from core.errors import DomainError, Invalid, RateLimited, Unavailable


class PhoneField(forms.CharField):
    """A Vietnamese phone number, given as E.164."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"type": "tel", "inputmode": "tel", "autocomplete": "tel", "class": "short"}
        super().__init__(max_length=30, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        try:
            return phones.mobile(typed)
        except ValueError as unreadable:
            raise forms.ValidationError("Số điện thoại chưa đúng, thí dụ 0905123456.") from unreadable


class BirthDateField(forms.CharField):
    """A birth date as people write it, given as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=20,
            help_text="Thí dụ 12/4/1985. Chỉ nhớ năm thì ghi 1985.",
            error_messages={"required": "Ghi ngày sinh."},
            widget=forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off", "class": "short"}),
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        try:
            return iso_birth_date(typed.strip())
        except ValueError as unreadable:
            text = "Ngày sinh chưa đúng. Ghi như 12/4/1985; chỉ nhớ năm thì ghi 1985."
            raise forms.ValidationError(text, code="invalid") from unreadable


class PhoneForm(forms.Form):
    """Where the one-time code goes."""

    phone = PhoneField(
        label="Số điện thoại dùng Zalo",
        help_text="Mã xác nhận được gửi tới số này qua Zalo. Không cần mật khẩu.",
        error_messages={"required": "Ghi số điện thoại để nhận mã xác nhận."},
    )


class CodeForm(forms.Form):
    """A one-time code."""

    code = forms.RegexField(
        r"^[0-9]{6}$",
        label="Mã xác nhận",
        error_messages={"required": "Nhập mã 6 chữ số.", "invalid": "Mã gồm 6 chữ số."},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "6", "class": "code"}
        ),
    )


def why_not_sent(refusal: DomainError) -> str:
    """Say why no one-time code went out, and for how long to wait."""
    if isinstance(refusal, Unavailable):
        return "Zalo đang bận nên chưa gửi được mã. Thử lại sau ít phút, hoặc làm theo cách ở dưới."
    if isinstance(refusal, RateLimited):
        return f"Mã vừa được gửi tới số này. Chờ {_say_wait(refusal.details['retry_after'])} rồi gửi lại."
    if isinstance(refusal, Invalid):
        return refusal.errors[0].message
    return str(refusal)


def _say_wait(seconds: int) -> str:
    minutes = seconds // 60
    if minutes < 2:
        return f"{seconds} giây"
    return f"{minutes} phút" if minutes < 120 else f"{minutes // 60} giờ"
