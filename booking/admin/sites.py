from django.contrib import admin
from unfold.admin import TabularInline

from booking.models import OpeningRule, Site, SiteWard
from core.admin import OfficeAdmin, OwnRowsFilter


class OpeningRuleInline(TabularInline):
    model = OpeningRule
    extra = 0


class SiteWardInline(TabularInline):
    model = SiteWard
    extra = 0


@admin.register(Site)
class SiteAdmin(OfficeAdmin):
    """Sites and their weekly hours: plain data. The nightly task turns hours into days and slots."""

    agency_path = "agency"
    site_path = "pk"
    list_display = ("name", "agency", "kind", "is_active")
    list_filter = (("agency", OwnRowsFilter), "kind", "is_active")
    list_select_related = ("agency",)
    search_fields = ("name", "address")
    autocomplete_fields = ("agency",)
    ordering = ("agency__name", "name")
    inlines = (OpeningRuleInline, SiteWardInline)
