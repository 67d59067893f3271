from django.contrib import admin

from core.admin import OfficeAdmin, OwnRowsFilter
from dossiers.models import VisitLength


@admin.register(VisitLength)
class VisitLengthAdmin(OfficeAdmin):
    """How long a visit takes at an office, by procedure."""

    agency_path = "agency"
    is_common = True
    list_display = ("regulation", "agency", "places")
    list_filter = (("agency", OwnRowsFilter),)
    list_select_related = ("regulation", "agency")
    ordering = ("agency__name", "regulation__position", "pk")
    fields = ("agency", "regulation", "places")
    when_empty = (
        "Không có dòng nào thì mỗi người một chỗ. Thủ tục nào làm lâu hơn, như thẻ trẻ em, thì thêm dòng."
    )
