"""The questions of the citizens' guide."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.forms import BirthDateField
from dossiers.models import CardKind, Exemption, Situation

NO_CARD = "none"
CARDS = [
    ("", "Chọn"),
    (NO_CARD, "Chưa từng được cấp"),
    *((value.lower(), label) for value, label in CardKind.choices),
]
SITUATIONS = [("", "Chọn"), *((value.lower(), label) for value, label in Situation.choices)]


class NeedForm(forms.Form):
    """What somebody needs a card for, their age, and the card they have."""

    situation = forms.ChoiceField(
        label="Cần làm thẻ vì việc gì?",
        choices=SITUATIONS,
        error_messages={"required": "Chọn việc cần làm.", "invalid_choice": "Chọn một việc trong danh sách."},
    )
    birth_date = BirthDateField(label="Ngày sinh của người làm thẻ")
    card = forms.ChoiceField(
        label="Thẻ mới nhất đã được cấp",
        choices=CARDS,
        help_text="Kể cả khi thẻ đã mất hoặc hỏng.",
        error_messages={"required": "Chọn loại thẻ.", "invalid_choice": "Chọn một loại thẻ trong danh sách."},
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("situation") == Situation.LOST.lower() and said.get("card") == NO_CARD:
            self.add_error(
                "card", "Chọn loại thẻ đã mất; chưa từng được cấp thì chọn việc “Làm thẻ lần đầu”."
            )
        return said

    @property
    def has_card(self) -> bool:
        return bool(self.cleaned_data["card"] != NO_CARD)

    @property
    def card_kind(self) -> str:
        return self.cleaned_data["card"].upper() if self.has_card else ""


class GuideForm(NeedForm):
    exemptions = forms.MultipleChoiceField(
        label="Đối tượng được miễn lệ phí",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Chọn trong các đối tượng đã nêu."},
    )

    def __init__(self, *args: Any, exemptions: Iterable[Exemption], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["exemptions"].choices = [(line.code, line.says) for line in exemptions]  # type: ignore[attr-defined]
