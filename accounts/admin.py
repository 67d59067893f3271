from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.models import Citizen, Officer
from core import phones
from core.admin import OfficeAdmin, RecordAdmin


class OfficerChangeForm(UserChangeForm):
    class Meta(UserChangeForm.Meta):
        model = Officer


class OfficerCreationForm(UserCreationForm):
    class Meta(UserCreationForm.Meta):
        model = Officer


@admin.register(Officer)
class OfficerAdmin(UserAdmin, OfficeAdmin):
    """Who signs in to this side, and for which office."""

    agency_path = "agency"
    form = OfficerChangeForm
    add_form = OfficerCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "agency", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "agency", "groups")
    list_select_related = ("agency",)
    search_fields = ("username",)
    autocomplete_fields = ("agency",)
    ordering = ("username",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Cán bộ", {"fields": ("last_name", "first_name", "email", "agency")}),
        ("Quyền", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        ("Thời điểm", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("username", "agency", "password1", "password2")}),
    )


@admin.register(Citizen)
class CitizenAdmin(RecordAdmin):
    """Accounts of citizens: to see that one exists and how it can be reached, nothing to edit."""

    list_display = ("public_id", "name", "masked_phone", "has_zalo", "created_at", "erased_at")
    list_filter = (("created_at", admin.DateFieldListFilter),)
    search_fields = ("=public_id", "name")
    ordering = ("-created_at", "-pk")
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

    @admin.display(description="số điện thoại")
    def masked_phone(self, citizen: Citizen) -> str:
        return phones.masked(citizen.phone or "")

    @admin.display(description="Zalo", boolean=True)
    def has_zalo(self, citizen: Citizen) -> bool:
        return citizen.zalo_id is not None
