from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import TabularInline

from booking.models import ServiceDay, Slot
from core.admin import OwnRowsFilter, RecordAdmin


class SlotInline(TabularInline):
    model = Slot
    extra = 0
    can_delete = False
    fields = ("starts_at", "ends_at", "capacity", "taken")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ServiceDay)
class ServiceDayAdmin(RecordAdmin):
    """The days as they were made, with how full each slot is."""

    agency_path = "site__agency"
    site_path = "site"
    list_display = ("date", "site", "is_open", "last_number", "numbers_released_at")
    list_filter = (("site", OwnRowsFilter), "is_open", "date")
    list_select_related = ("site",)
    ordering = ("-date", "site")
    inlines = (SlotInline,)
