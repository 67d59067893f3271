"""The forms of a version: beginning one, and changing one that has not started."""

from datetime import date
from typing import Any

from django import forms

from core.time import say_day
from dossiers.errors import AlreadyAVersion, StartsTooEarly
from dossiers.models import Version


class NewVersionForm(forms.ModelForm):
    """What a version begins with; the rest it takes over from the one it follows."""

    today: date

    class Meta:
        model = Version
        fields = ("regulation", "valid_from", "basis")
        help_texts = {
            "regulation": "Nội dung được chép từ phiên bản đứng trước, rồi sửa ở trang sau.",
            "valid_from": "Từ ngày này; phiên bản trước tự kết thúc hôm trước đó.",
        }

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        first = said.get("valid_from")
        if first and first <= self.today:
            self.add_error("valid_from", StartsTooEarly.message)
        elif first and Version.objects.filter(regulation=said.get("regulation"), valid_from=first).exists():
            self.add_error("valid_from", AlreadyAVersion.message)
        return said

    def _post_clean(self) -> None:
        """The use case looks at the neighbours; the model alone would find the version before in the way."""


class VersionForm(forms.ModelForm):
    """A version that has not started. Its first day may move between its neighbours."""

    today: date

    class Meta:
        model = Version
        fields = (
            *("valid_from", "regime", "name", "applicants", "form", "form_if_unregistered"),
            *("online_url", "basis", "source", "is_confirmed"),
        )

    def clean_valid_from(self) -> date:
        first: date = self.cleaned_data["valid_from"]
        others = Version.objects.filter(regulation=self.instance.regulation_id).exclude(pk=self.instance.pk)
        earliest = others.filter(valid_from__lt=self.initial["valid_from"]).order_by("-valid_from").first()
        latest = others.filter(valid_from__gt=self.initial["valid_from"]).order_by("valid_from").first()
        if first <= self.today or (earliest and first <= earliest.valid_from):
            raise forms.ValidationError(StartsTooEarly.message)
        if latest and first >= latest.valid_from:
            raise forms.ValidationError(f"Phải trước phiên bản sau, bắt đầu {say_day(latest.valid_from)}.")
        return first

    def validate_constraints(self) -> None:
        """See `NewVersionForm`: while the day moves, the neighbour is still in the way."""
