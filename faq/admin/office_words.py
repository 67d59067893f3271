"""What only the office can say, for a place in answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.admin import OfficeAdmin, OwnRowsFilter
from core.officers import at_work
from faq.admin.questions import heard_by, offices_of
from faq.models import OfficeWord
from faq.services.filling import lineages, where_filled

Name = OfficeWord.Name
EXAMPLES: Mapping[str, str] = {
    Name.TEMPORARY_RESIDENCE: "người tạm trú làm được ngay tại đây, mang thêm giấy xác nhận tạm trú",
    Name.PAYMENT: "tiền mặt hoặc chuyển khoản theo mã QR tại quầy",
    Name.WALK_IN: "lấy số trực tiếp từ 7 giờ, mỗi ngày 60 số",
    Name.SUPPLEMENT: "bổ sung trong 5 ngày làm việc, gửi qua trang hồ sơ hoặc nộp tại quầy",
    Name.COLLECT_FOR_OTHERS: "người nhà nhận thay được, mang giấy hẹn và giấy ủy quyền",
    Name.PICKUP: "quầy số 3, tầng trệt",
}


@dataclass(frozen=True)
class PlaceInAnswers:
    """A place, an example of what stands there, and the questions in whose answers it does."""

    name: str
    label: str
    example: str
    shown_in: list[str]
    is_said: bool


class OfficeWordForm(forms.ModelForm):
    class Meta:
        model = OfficeWord
        fields = ("agency", "name", "text")

    def clean_text(self) -> str:
        """It stands within a sentence, which has a full stop of its own."""
        text: str = self.cleaned_data["text"]
        return " ".join(text.split()).rstrip(". ")


@admin.register(OfficeWord)
class OfficeWordAdmin(OfficeAdmin):
    """Each office writes its own; those below it say the same until they write theirs."""

    agency_path = "agency"
    form = OfficeWordForm
    when_empty = "Chưa ghi điều riêng nào. Câu có chỗ chưa ghi thì không hiện trong câu trả lời."
    list_display = ("name", "text", "agency")
    list_filter = ("name", ("agency", OwnRowsFilter))
    list_select_related = ("agency",)
    list_before_template = "admin/faq/places.html"
    ordering = ("agency__name", "name")
    sortable_by = ()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "places": self._places(request)})

    def _places(self, request: HttpRequest) -> list[PlaceInAnswers]:
        """All places, and which the officer's office has filled; of several offices that is not said."""
        scope = at_work(request).scope
        shown = where_filled(None if scope.everything else heard_by(scope))
        offices = list(offices_of(scope)[:2])
        said = {row.name for row in self.get_queryset(request)} if len(offices) == 1 else set()
        return [
            PlaceInAnswers(name.value, name.label, EXAMPLES[name], shown.get(name, []), name.value in said)
            for name in Name
        ]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("agency", "name", "text", "shown_in") if obj else ("agency", "name", "text")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("agency", "name", "shown_in") if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        offices = list(offices_of(at_work(request).scope)[:2])
        own = {"agency": str(offices[0].pk)} if len(offices) == 1 else {}
        return own | super().get_changeform_initial_data(request)

    @admin.display(description="hiện trong câu trả lời")
    def shown_in(self, word: OfficeWord) -> SafeString:
        asked = where_filled(lineages([word.agency_id])[word.agency_id]).get(word.name, [])
        if not asked:
            return format_html("{}", "không câu nào")
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((one,) for one in asked)))
