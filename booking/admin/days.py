from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern
from unfold.admin import TabularInline

from booking.admin.changing_days import ChangingDays
from booking.admin.day_list import DayListPages
from booking.admin.filters import ServiceDayFilter
from booking.admin.week import WeekPages
from booking.models import ServiceDay, Slot
from core.admin import OwnRowsFilter


class SlotInline(TabularInline):
    model = Slot
    extra = 0
    can_delete = False
    fields = ("starts_at", "ends_at", "capacity", "taken", "is_open")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ServiceDay)
class ServiceDayAdmin(WeekPages, ChangingDays, DayListPages):
    """The days as they were made, with how full each slot is; the week and the day's list beside them."""

    agency_path = "site__agency"
    site_path = "site"
    list_display = ("date", "site", "is_open", "is_manual", "note", "last_number", "numbers_released_at")
    list_filter = (ServiceDayFilter, ("site", OwnRowsFilter), "is_open")
    list_select_related = ("site",)
    ordering = ("-date", "-site")
    inlines = (SlotInline,)

    def own_urls(self) -> list[URLPattern]:
        return [*self.week_urls(), *self.changing_urls(), *self.list_urls()]
