from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.admin import TabularInline

from booking.models import OpeningRule, Site, SiteWard
from booking.services import preview
from booking.services.calendar import open_calendar
from core.admin import OfficeAdmin, OwnRowsFilter
from core.officers import at_work


class OpeningRuleInline(TabularInline):
    model = OpeningRule
    extra = 0

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_choice_field(db_field, request, **kwargs)
        field.widget.attrs["style"] = "min-width: 8rem"  # else the theme cuts the weekday to two letters
        return field


class SiteWardInline(TabularInline):
    model = SiteWard
    extra = 0


@admin.register(Site)
class SiteAdmin(OfficeAdmin):
    """Sites and their weekly hours. Saving makes the coming days anew; they stand below the form."""

    agency_path = "agency"
    site_path = "pk"
    list_display = ("name", "agency", "kind", "is_active")
    list_filter = (("agency", OwnRowsFilter), "kind", "is_active")
    list_select_related = ("agency",)
    search_fields = ("name", "address")
    autocomplete_fields = ("agency",)
    ordering = ("name", "pk")
    inlines = (OpeningRuleInline, SiteWardInline)
    change_form_outer_after_template = "admin/booking/preview.html"

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """A site more is for who works for the whole agency: others would not even see it."""
        scope = at_work(request).scope
        return super().has_add_permission(request, *args) and bool(scope.everything or scope.agencies)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whose a site is, is said by who works for the whole agency."""
        scope = at_work(request).scope
        is_theirs = obj is None or scope.everything or obj.agency_id in scope.agencies
        return () if is_theirs else ("agency",)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        made = open_calendar(site=form.instance, now=timezone.now())
        if made:
            self.message_user(request, f"Đã tạo {made} khung giờ theo lịch mới.", messages.SUCCESS)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        site = self.get_object(request, object_id)
        days = preview.coming_days(site, now=timezone.now()) if site is not None else []
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "preview": days})
