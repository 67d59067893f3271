"""What is asked when a spreadsheet is handed in and taken in, and what is shown in between."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse

from agencies.models import Agency
from booking.models import SheetImport
from booking.services.imports import runs, sites
from core.sheets import LARGEST_FILE, XLSX

# Of a long list the first are shown; the rest are counted, and all refused ones are in the file.
SHOWN = 100


class FileForm(forms.Form):
    """A spreadsheet, and for which agency it is."""

    agency = forms.ModelChoiceField(label="Đơn vị", queryset=Agency.objects.none())
    file = forms.FileField(
        label="Tệp Excel (.xlsx)",
        help_text=f"Nhiều nhất {LARGEST_FILE // 1_000_000} MB, 20.000 dòng. Xem lại rồi mới nhập.",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(f"Tệp lớn quá {LARGEST_FILE // 1_000_000} MB. Chia thành nhiều tệp.")
        return file


class GroundsForm(forms.Form):
    """On what grounds the office holds such a list: the evidence for the people on it."""

    grounds = forms.CharField(
        label="Danh sách này từ đâu",
        max_length=200,
        help_text="Thí dụ: phiếu đăng ký giấy tại trụ sở, tháng 11/2026.",
    )
    agreed = forms.BooleanField(
        label="Những người trong danh sách đã tự đăng ký với đơn vị và biết thông tin được dùng để xếp lịch."
    )


def trial_of(run: SheetImport, *, now: datetime) -> dict[str, Any]:
    """What taking a list in would do, for its page.

    :raises ImportGone: its rows are not there any more
    """
    if run.kind == SheetImport.Kind.SITES:
        return {"plan": sites.try_sites(run, now=now)}
    trial = runs.try_registrations(run, now=now)
    return {
        "trial": trial,
        "shown_fine": trial.fine[:SHOWN],
        "shown_refused": trial.refused[:SHOWN],
        "shown_guesses": trial.guesses[:SHOWN],
        "more_fine": len(trial.fine) - SHOWN,
        "more_refused": len(trial.refused) - SHOWN,
    }


def as_file(content: bytes, name: str) -> HttpResponse:
    """A spreadsheet to keep, which nobody in between may."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=XLSX, headers=headers)
