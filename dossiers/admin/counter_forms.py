"""What the counter's pages ask."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms

from core.sheets import LARGEST_FILE
from core.text import say_money
from dossiers.models import Exemption, HandOver
from dossiers.models.afterwards import LONGEST_RECEIPT, MOST_MONEY
from dossiers.services import arrivals

LARGEST_KEY = 2**63


class CollectForm(forms.Form):
    """What was collected, and under which receipt."""

    amount = forms.IntegerField(
        label="Số tiền đã thu (đồng)",
        min_value=1,
        max_value=MOST_MONEY,
        error_messages={"required": "Ghi số tiền đã thu."},
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    receipt = forms.CharField(
        label="Số biên lai",
        max_length=LONGEST_RECEIPT,
        help_text="Thí dụ: AA/26-0000123. Mỗi số chỉ ghi một lần.",
        error_messages={"required": "Ghi số biên lai."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label="Vì sao khác mức phải thu",
        max_length=150,
        required=False,
        help_text="Chỉ ghi khi thu khác mức ở trên.",
    )


class ExemptForm(forms.Form):
    """Who does not have to pay, and the proof that was seen."""

    exemption = forms.ChoiceField(
        label="Đối tượng miễn", error_messages={"required": "Chọn đối tượng được miễn."}
    )
    proof_seen = forms.CharField(
        label="Giấy chứng minh đã xem",
        max_length=150,
        required=False,
        help_text="Bắt buộc với người tự khai là được miễn. Không ghi số định danh.",
    )

    def __init__(self, *args: Any, exemptions: Sequence[Exemption], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["exemption"]).choices = [
            ("", "Chọn đối tượng"),
            *((line.code, line.says) for line in exemptions),
        ]


class CancelForm(forms.Form):
    reason = forms.CharField(
        label="Vì sao hủy",
        max_length=150,
        error_messages={"required": "Ghi vì sao hủy."},
        help_text="Dòng này vẫn còn để đối chiếu; số biên lai đã ghi không dùng lại được.",
    )


class HandOverForm(forms.Form):
    collector = forms.ChoiceField(
        label="Ai nhận thẻ",
        choices=HandOver.Collector.choices,
        initial=HandOver.Collector.OWNER,
    )
    note = forms.CharField(
        label="Người nhận thay",
        max_length=200,
        required=False,
        help_text="Họ tên, quan hệ, giấy tờ đã xem. Chỉ ghi khi người khác nhận thay.",
    )


class ReadyForm(forms.Form):
    """Codes of cards that came: scanned or pasted into the box, or in a spreadsheet."""

    codes = forms.CharField(
        label="Mã tờ khai hoặc mã hồ sơ, mỗi dòng một mã",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "autocomplete": "off", "spellcheck": "false"}),
        help_text="Máy quét đọc mã trên giấy hẹn vào thẳng ô này. Dán cả bảng cũng được: chỉ đọc cột đầu.",
    )
    file = forms.FileField(
        label="Hoặc tệp Excel (.xlsx), mã ở cột đầu",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST_FILE:
            raise forms.ValidationError(f"Tệp lớn quá {LARGEST_FILE // 1_000_000} MB. Chia thành nhiều tệp.")
        return file

    def entries(self) -> list[arrivals.Entry]:
        """:raises DomainError: nothing that can be read, or too much"""
        if file := self.cleaned_data["file"]:
            return arrivals.read_codes_of_sheet(file.read())
        return arrivals.read_codes(self.cleaned_data["codes"])


class LateForm(forms.Form):
    """A new day for cards that are late, and why."""

    return_on = forms.DateField(
        label="Hẹn lại ngày",
        error_messages={"required": "Chọn ngày hẹn lại."},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label="Lý do",
        max_length=150,
        required=False,
        help_text="Người dân đọc được. Thí dụ: thẻ in chậm hơn dự kiến. Để trống cũng được.",
    )


def promised_in(values: Sequence[str]) -> dict[int, date]:
    """The cards that were chosen on the list, each with the day that the list showed: `17:2026-11-20`.
    What no list has shown is left out.
    """
    found = {}
    for value in values:
        key, _, day = value.partition(":")
        try:
            found[int(key)] = date.fromisoformat(day)
        except ValueError:
            continue
    return {key: day for key, day in found.items() if 0 < key < LARGEST_KEY}


def say_expected(fee: int | None) -> str:
    if fee is None:
        return "Luật của ngày nộp hồ sơ không nói mức thu."
    return f"Mức phải thu: {say_money(fee)}." if fee else "Người này không phải nộp lệ phí."
