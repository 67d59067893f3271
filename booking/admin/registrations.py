from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from booking.models import Registration
from core.admin import OwnRowsFilter, RecordAdmin


@admin.register(Registration)
class RegistrationAdmin(RecordAdmin):
    """Who waits for a place, and how often they were left over."""

    agency_path = "agency"
    site_path = "site"
    shows_people = True
    list_display = (
        "public_id",
        "agency",
        "from_date",
        "to_date",
        "half",
        "people",
        "status",
        "times_left_over",
    )
    list_filter = (("agency", OwnRowsFilter), "status", "from_date")
    list_select_related = ("agency", "booking")
    ordering = ("-pk",)
    fields = (
        "agency",
        "site",
        "ward",
        "from_date",
        "to_date",
        "half",
        "status",
        "times_left_over",
        "left_over_on",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Registration]:
        return super().get_queryset(request).prefetch_related("booking__people")

    @admin.display(description="số người")
    def people(self, registration: Registration) -> int:
        return len(registration.booking.people.all())
