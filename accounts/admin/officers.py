from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.models import Officer
from core.admin import OfficeAdmin


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
