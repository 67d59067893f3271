"""The questions before a declaration, and what is declared at its end."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from accounts.relations import Relation
from dossiers.forms import CARDS, NeedForm
from dossiers.models import Exemption
from dossiers.services.filling import CHILD
from dossiers.services.guide import Answer
from dossiers.services.scanning import LONGEST
from dossiers.wordings import CURRENT_ON_BEHALF, CURRENT_TRUTH

# What the address of the page may know beforehand: nothing about the person.
KNOWN: Mapping[str, str] = {"thu-tuc": "procedure", "viec": "situation", "the": "card"}
UNREGISTERED = "Người này chưa có thông tin trong Cơ sở dữ liệu quốc gia về dân cư."
FOR_WHOM = [(value, f"{label[:1].upper()}{label[1:]}") for value, label in Relation.choices]


class BeginForm(NeedForm):
    """For whom; and what for, where that is not known yet."""

    field_order = ("relation",)

    relation = forms.ChoiceField(
        label="Khai cho ai?",
        choices=FOR_WHOM,
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn khai cho ai.", "invalid_choice": "Chọn khai cho ai."},
    )
    is_unregistered = forms.BooleanField(label=UNREGISTERED, required=False)

    def __init__(self, *args: Any, known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            del self.fields["situation"], self.fields["birth_date"], self.fields["card"]

    def refuse_a_child_alone(self, found: Answer) -> None:
        """A child's card is asked for by its parent or guardian."""
        is_child = found.born is not None and found.born.age_on(found.law_day) < CHILD
        if is_child and found.version and self.cleaned_data["relation"] == Relation.SELF:
            words = f"Người dưới {CHILD} tuổi do cha, mẹ hoặc người giám hộ khai: chọn khai cho con."
            self.add_error("relation", words)


class CaseForm(forms.Form):
    """What is said of the case beside the form."""

    card = forms.ChoiceField(
        label="Thẻ mới nhất đã được cấp",
        required=False,
        choices=[("", "Chưa từng được cấp"), *CARDS[2:]],
        help_text="Kể cả khi thẻ đã mất hoặc hỏng.",
        error_messages={"invalid_choice": "Chọn một loại thẻ trong danh sách."},
    )
    exemptions = forms.MultipleChoiceField(
        label="Đối tượng được miễn lệ phí",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Chọn trong các đối tượng đã nêu."},
    )
    is_unregistered = forms.BooleanField(label=UNREGISTERED, required=False)

    def __init__(self, *args: Any, exemptions: Iterable[Exemption], asks_beside: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["exemptions"].choices = [(line.code, line.says) for line in exemptions]  # type: ignore[attr-defined]
        if not asks_beside:
            del self.fields["is_unregistered"]


class ScanForm(forms.Form):
    """What a scanner made of the code on a card."""

    text = forms.CharField(
        max_length=LONGEST,
        error_messages={
            "required": "Dán nội dung mã QR vào ô.",
            "max_length": "Nội dung này dài quá, không phải mã QR trên thẻ.",
        },
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )
    overwrite = forms.BooleanField(required=False)


class DeclareForm(forms.Form):
    """What is declared when handing in; no box is ticked beforehand."""

    notice = forms.BooleanField(
        label="Đã đọc thông báo dữ liệu cá nhân và đồng ý để đơn vị dùng những điều đã khai để làm thẻ.",
        error_messages={"required": "Cần đồng ý thì đơn vị mới được xem tờ khai."},
    )
    truth = forms.BooleanField(
        label=CURRENT_TRUTH.text, error_messages={"required": "Cần cam đoan đã khai đúng sự thật."}
    )
    on_behalf = forms.BooleanField(
        label=CURRENT_ON_BEHALF.text, error_messages={"required": "Cần xác nhận đã được người này nhờ khai."}
    )

    messages = forms.BooleanField(
        label="Báo qua Zalo khi có kết quả kiểm tra và khi có thẻ. (Không chọn thì tự xem trên trang này.)",
        required=False,
    )

    def __init__(self, *args: Any, for_another: bool, takes_messages: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not for_another:
            del self.fields["on_behalf"]
        if takes_messages:  # asked and answered before
            del self.fields["messages"]
