from django.contrib import admin

from agencies.models import Agency
from core.admin import OfficeAdmin


@admin.register(Agency)
class AgencyAdmin(OfficeAdmin):
    """An agency and its policy: plain data that a technician edits."""

    agency_path = "pk"
    is_common = True
    list_display = ("name", "level", "allocation", "numbering", "is_active")
    list_filter = ("level", "allocation", "numbering", "is_active")
    search_fields = ("name", "slug", "unit_code")
    autocomplete_fields = ("parent",)
    ordering = ("name",)
    fieldsets = (
        (None, {"fields": ("name", "slug", "code_prefix", "unit_code", "level", "parent", "is_active")}),
        ("Liên hệ", {"fields": ("oa_id", "hotline", "address", "papers_to_bring")}),
        ("Pháp luật", {"fields": ("law_date",)}),
        (
            "Chính sách",
            {
                "fields": (
                    ("allocation", "numbering"),
                    ("number_release", "reminder_at"),
                    ("window_days", "cut_off_minutes"),
                    ("arrive_early_minutes", "grace_minutes"),
                    ("people_per_booking", "live_per_citizen"),
                    ("changes_allowed", "daily_target"),
                    "dossier_required",
                )
            },
        ),
    )
