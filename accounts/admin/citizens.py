from django.contrib import admin

from accounts.models import Citizen
from core import phones
from core.admin import RecordAdmin


@admin.register(Citizen)
class CitizenAdmin(RecordAdmin):
    """Accounts of citizens: to see that one exists and how it can be reached, nothing to edit."""

    shows_people = True
    list_display = ("public_id", "name", "masked_phone", "has_zalo", "created_at", "erased_at")
    list_filter = (("created_at", admin.DateFieldListFilter),)
    search_fields = ("=public_id", "name")
    ordering = ("-pk",)
    fields = (
        "public_id",
        "name",
        "masked_phone",
        "phone_verified_at",
        "has_zalo",
        "is_opened_by_code",
        "created_at",
        "erased_at",
    )

    def subject_of(self, row: Citizen) -> str:
        return str(row.public_id)

    @admin.display(description="số điện thoại")
    def masked_phone(self, citizen: Citizen) -> str:
        return phones.masked(citizen.phone or "")

    @admin.display(description="Zalo", boolean=True)
    def has_zalo(self, citizen: Citizen) -> bool:
        return citizen.zalo_id is not None
