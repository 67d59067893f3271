"""What the pages of a decision ask."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.forms import BoundField

from dossiers.models import Version
from dossiers.reasons import REFUSALS, STOPS, Ending, corrections_for
from dossiers.services.reading import BESIDE_FORMS, Line, Section
from dossiers.services.reviewing import LONGEST_NOTE, LONGEST_WORDS, Asked

CHOOSE = [("", "chọn lý do")]
FINE = [("", "không phải sửa")]
NOT_CHOSEN = {"required": "Chọn lý do."}
NO_NUMBERS = "Người dân đọc được. Không ghi số định danh, số điện thoại."


class CorrectionsForm(forms.Form):
    """For each field of the declaration a reason, or none, and further words."""

    def __init__(self, *args: Any, sections: Sequence[Section], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        beside = tuple(Line(key, label, "", "", (key,)) for key, label in BESIDE_FORMS.items())
        self._sections = [*sections, Section("Ngoài tờ khai", beside)]
        self._lines = [line for section in self._sections for line in section.lines]
        for index, line in enumerate(self._lines):
            choices = [(reason.code, reason.name) for reason in corrections_for(*line.marks)]
            self.fields[f"reason-{index}"] = forms.ChoiceField(
                label=f"{line.label}: lý do", required=False, choices=FINE + choices
            )
            self.fields[f"words-{index}"] = forms.CharField(
                label=f"{line.label}: nói thêm",
                required=False,
                max_length=LONGEST_WORDS,
                widget=forms.TextInput(attrs={"placeholder": "nói thêm, nếu cần", "autocomplete": "off"}),
            )

    def asked(self) -> list[Asked]:
        """What was chosen; words without a reason are asked about by the use case."""
        said = self.cleaned_data
        found = [
            Asked(field=line.path, reason=said[f"reason-{index}"], words=said[f"words-{index}"])
            for index, line in enumerate(self._lines)
        ]
        return [one for one in found if one.reason or one.words]

    def rows(self) -> Iterator[tuple[str, list[tuple[Line, BoundField, BoundField]]]]:
        """The lines by sections, each with its two fields."""
        index = 0
        for section in self._sections:
            rows = []
            for line in section.lines:
                rows.append((line, self[f"reason-{index}"], self[f"words-{index}"]))
                index += 1
            yield section.title, rows


def _choices(endings: Sequence[Ending], *, regime: str = "") -> list[tuple[str, str]]:
    named = [(one, one.law.get(regime, "")) for one in endings]
    return CHOOSE + [(one.code, f"{one.name} ({law})" if law else one.name) for one, law in named]


class RefuseForm(forms.Form):
    """Why a dossier is refused, and by which article."""

    reason = forms.ChoiceField(label="Lý do", error_messages=NOT_CHOSEN)
    words = forms.CharField(label="Nói thêm", required=False, max_length=LONGEST_WORDS, help_text=NO_NUMBERS)
    basis = forms.CharField(
        label="Căn cứ",
        required=False,
        max_length=LONGEST_NOTE,
        help_text="Để trống: điều luật ghi cạnh lý do đã chọn. Lý do chưa có điều luật thì phải ghi.",
    )

    def __init__(self, *args: Any, version: Version, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = _choices(REFUSALS, regime=version.regime)  # type: ignore[attr-defined]


class StopForm(forms.Form):
    """Why a dossier is stopped, and what the officer has seen."""

    reason = forms.ChoiceField(label="Lý do", choices=_choices(STOPS), error_messages=NOT_CHOSEN)
    papers_seen = forms.CharField(
        label="Giấy tờ đã xem",
        max_length=LONGEST_NOTE,
        help_text="Thí dụ: CCCD bản chính, chính chủ có mặt. Chỉ cán bộ đọc được.",
    )
    words = forms.CharField(label="Nói thêm", required=False, max_length=LONGEST_WORDS, help_text=NO_NUMBERS)


class NumberForm(forms.Form):
    """The official code, if another system of the state has given it already."""

    code = forms.CharField(
        label="Mã hồ sơ chính thức",
        required=False,
        max_length=40,
        help_text="Để trống: cấp số tiếp theo trong dãy của đơn vị hôm nay.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class CounterForm(forms.Form):
    """What is declared at the counter, in front of whoever declared at home."""

    code = forms.CharField(
        label="Mã tờ khai",
        max_length=20,
        help_text="Trên máy của người khai, thí dụ BT7F3KQ2X.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    papers_seen = forms.CharField(
        label="Giấy tờ đã xem",
        max_length=LONGEST_NOTE,
        help_text="Thí dụ: giấy khai sinh bản chính, CCCD cũ. Chỉ cán bộ đọc được.",
    )
    is_true = forms.BooleanField(
        label="Người khai có mặt, đã đọc thông báo dữ liệu cá nhân và cam đoan khai đúng sự thật"
    )
    on_behalf = forms.BooleanField(
        label="Khai cho người khác đã lớn: người khai nói được người đó nhờ", required=False
    )
