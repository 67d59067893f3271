from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from unfold.admin import TabularInline
from unfold.forms import AdminPasswordChangeForm, UserCreationForm

from accounts.admin.sign_in import SignInAdmin
from accounts.models import Officer, Posting
from accounts.roles import PURPOSES
from accounts.services import officers
from core.officers import at_work

# Roles are code (`accounts.roles`); nobody edits their groups.
admin.site.unregister(Group)


USERNAME_HELP = "Chữ không dấu, số và dấu chấm, thí dụ tiepnhan.banthach."
ROLES_HELP = format_html_join(
    "", "{}: {}.<br>", ((role.label, purpose) for role, purpose in PURPOSES.items())
)


class OfficerChangeForm(UserChangeForm):
    # A new one is set on a page of its own; what is kept of the old one tells nobody anything.
    password = None  # type: ignore[assignment]  # Django's way to leave an inherited field out

    class Meta(UserChangeForm.Meta):
        model = Officer
        help_texts = {
            "username": USERNAME_HELP,
            "is_active": "Bỏ chọn: tạm không đăng nhập được. Thôi việc thì bấm “Thôi việc, bàn giao”.",
        }


class OfficerCreationForm(UserCreationForm):
    class Meta(UserCreationForm.Meta):
        model = Officer
        fields = ("username", "last_name", "first_name", "groups")
        help_texts = {"username": USERNAME_HELP}


class PostingInline(TabularInline):
    """Where the officer works. Who belongs to one agency posts to that agency only."""

    model = Posting
    extra = 0
    min_num = 1
    fields = ("agency", "valid_from", "valid_to")
    show_change_link = True

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        scope = at_work(request).scope
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if not scope.everything:
            field.queryset = field.queryset.filter(pk__in=scope.agencies)
            field.required = True  # an empty one would be the whole portal
        return field


class OfficerAdmin(UserAdmin, SignInAdmin):
    """Who signs in to this side. What they may do are their roles, what they see their postings.

    `booking` finishes and registers this page: sites are its own.
    """

    form = OfficerChangeForm
    add_form = OfficerCreationForm
    change_password_form = AdminPasswordChangeForm
    actions = SignInAdmin.sign_in_actions
    list_display = (
        "username",
        "full_name",
        "roles",
        "agencies",
        "is_active",
        "last_login",
        "sign_in_state",
    )
    list_select_related = ("second_factor",)
    list_filter = ("is_active", "groups")
    search_fields = ("username", "last_name", "first_name")
    ordering = ("username",)
    filter_horizontal = ()
    inlines = (PostingInline,)
    fieldsets = (
        (None, {"fields": ("username", "new_password")}),
        ("Cán bộ", {"fields": ("last_name", "first_name", "email")}),
        ("Vai trò", {"fields": ("groups", "is_active")}),
        ("Đăng nhập", {"fields": ("sign_in_state", "last_login", "date_joined", "left_at")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("username", "password1", "password2")}),
        ("Cán bộ", {"classes": ("wide",), "fields": ("last_name", "first_name")}),
        ("Vai trò", {"classes": ("wide",), "fields": ("groups",)}),
    )
    readonly_fields = ("new_password", "last_login", "date_joined", "left_at", "sign_in_state")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Officer]:
        """An agency sees its own officers; not those of several agencies, nor of the whole portal."""
        scope = at_work(request).scope
        rows = Officer.objects.all() if scope.everything else officers.officers_of(scope.agencies)
        return rows.order_by(*self.ordering).prefetch_related("groups", "postings__agency")

    def get_fieldsets(self, request: HttpRequest, obj: Officer | None = None) -> Any:
        sets = super().get_fieldsets(request, obj)
        if obj is not None and not self.has_change_permission(request, obj):
            sets = ((None, {"fields": ("username",)}), *sets[1:])
        if obj is not None and request.user.is_superuser:
            sets = (*sets, ("Quản trị cổng", {"fields": ("is_superuser",)}))
        return sets

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Roles as boxes to tick; nobody gives one with rights they do not have."""
        if db_field.name == "groups":
            groups = Group.objects.order_by("name")
            if isinstance(request.user, Officer) and not request.user.is_superuser:
                given = [group.pk for group in groups if officers.may_give(request.user, group)]
                groups = groups.filter(pk__in=given)
            kwargs |= {"queryset": groups, "widget": forms.CheckboxSelectMultiple}
            kwargs |= {"label": "Vai trò", "help_text": ROLES_HELP}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Officer | None = None) -> bool:
        """Nobody changes their own rights, nor a colleague who has rights that they themselves have not."""
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or officers.may_change(cast("Officer", request.user), obj)

    def has_delete_permission(self, request: HttpRequest, obj: Officer | None = None) -> bool:
        """Officers leave; what they did stays in the log under their name."""
        return False

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002 - Django's signature
        """The new password and its entry in the log, both or neither."""
        with transaction.atomic():
            return super().user_change_password(request, id, form_url)

    def save_model(self, request: HttpRequest, obj: Officer, form: Any, change: Any) -> None:
        obj.is_staff = True
        super().save_model(request, obj, form, change)

    @admin.display(description="họ và tên", ordering="last_name")
    def full_name(self, officer: Officer) -> str:
        return officer.get_full_name()

    @admin.display(description="mật khẩu")
    def new_password(self, officer: Officer) -> str:
        """No hash to look at, but the way to set another."""
        address = reverse("admin:auth_user_password_change", args=[officer.pk])
        return format_html('<a class="of-link" href="{}">Đặt mật khẩu mới</a>', address)

    @admin.display(description="vai trò")
    def roles(self, officer: Officer) -> str:
        if officer.is_superuser:
            return "Quản trị cổng"
        return ", ".join(sorted(group.name for group in officer.groups.all()))

    @admin.display(description="đơn vị")
    def agencies(self, officer: Officer) -> str:
        names = [row.agency.name if row.agency else "toàn cổng" for row in officer.postings.all()]
        return ", ".join(dict.fromkeys(names))
