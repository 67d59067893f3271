from typing import Any

from django import forms


class CodeForm(forms.Form):
    """Six digits from the app."""

    code = forms.CharField(
        label="Mã 6 số trên ứng dụng",
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "class": "of-code",
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "autofocus": True,
                "spellcheck": "false",
            }
        ),
        error_messages={"required": "Nhập mã 6 số đang hiện trên ứng dụng."},
    )

    def refuse(self, sentence: str) -> None:
        self.add_error("code", sentence)
        self.fields["code"].widget.attrs |= {"aria-invalid": "true"}


class RecoveryCodeForm(CodeForm):
    """One of the ten codes on paper."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = "Mã dự phòng"
        field.error_messages["required"] = "Nhập một mã trong tờ mã dự phòng."
        field.widget.attrs |= {"inputmode": "text", "autocomplete": "off", "autocapitalize": "none"}
