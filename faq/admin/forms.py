"""What officers fill in about questions."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms

from agencies.models import Agency
from faq.models import Answer, Topic
from faq.services.publishing import strangers_in
from faq.services.writing import LONGEST_WORDING


def checked_places(says: str) -> str:
    """The text of an answer; a place that nothing could ever fill is named."""
    strangers = strangers_in(says)
    if strangers:
        raise forms.ValidationError(f"Không có chỗ điền: {strangers}.")
    return says


class QuestionForm(forms.Form):
    topic = forms.ModelChoiceField(Topic.objects.order_by("position", "pk"), label="Chủ đề", empty_label=None)
    asks = forms.CharField(
        label="Câu hỏi",
        max_length=LONGEST_WORDING,
        help_text="Ngắn, như người dân sẽ đọc trong danh sách: Gửi xe ở đâu?",
    )


class NewQuestionForm(QuestionForm):
    """`agency` empty: for all offices; only who works for the whole portal may say so."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label="Cho đơn vị", required=False)

    field_order: Sequence[str] = ("agency", "topic", "asks")

    def __init__(self, *args: Any, offices: Any, for_all: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField", self.fields["agency"])
        field.queryset, field.required = offices, not for_all
        field.empty_label = "mọi đơn vị" if for_all else None


class MissedQuestionForm(NewQuestionForm):
    """A question that people asked in vain, with the draft of what will be answered."""

    wording = forms.CharField(
        label="Cách hỏi",
        max_length=LONGEST_WORDING,
        help_text="Như người dân đã gõ. Bỏ tên người, số nhà nếu có.",
    )
    says = forms.CharField(
        label="Câu trả lời (bản nháp)",
        max_length=1900,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Soát và đăng rồi người dân mới đọc được.",
    )
    basis = forms.CharField(label="Căn cứ", max_length=300, required=False)
    confidence = forms.ChoiceField(label="Độ chắc chắn", choices=Answer.Confidence.choices)
    valid_from = forms.DateField(
        label="Áp dụng từ ngày", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    field_order = ("agency", "topic", "asks", "wording", "says", "basis", "confidence", "valid_from")

    def clean_says(self) -> str:
        return checked_places(self.cleaned_data["says"])


class WordingForm(forms.Form):
    text = forms.CharField(label="Thêm cách hỏi", max_length=LONGEST_WORDING)
