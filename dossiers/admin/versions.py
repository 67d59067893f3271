from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from unfold.admin import StackedInline, TabularInline

from core.admin import OfficeAdmin
from core.officers import at_work
from core.time import local_date
from dossiers.admin.forms import NewVersionForm, VersionForm
from dossiers.models import CardTerm, Exemption, Fee, Paper, Place, Reason, Regulation, Version
from dossiers.models.versions import PROCEDURES
from dossiers.services import versions


class OfAVersion:
    """Lines are read and written by whoever may read and write their version."""

    admin_site: admin.AdminSite
    extra = 0

    def _of_version(self, permission: str, request: HttpRequest, obj: Any) -> bool:
        page = self.admin_site.get_model_admin(Version)
        return bool(getattr(page, f"has_{permission}_permission")(request, obj))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._of_version("view", request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._of_version("change", request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._of_version("change", request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._of_version("change", request, obj)


class ReasonInline(OfAVersion, StackedInline):
    model = Reason
    fields = (
        ("situation", "card"),
        ("from_age", "to_age"),
        "says",
        "law",
        ("visit", "fee"),
        "biometrics",
    )


class PlaceInline(OfAVersion, TabularInline):
    model = Place


class PaperInline(OfAVersion, StackedInline):
    model = Paper
    fields = ("says", ("situation", "card"), ("from_age", "to_age"), "position")
    ordering = ("position", "pk")


class FeeInline(OfAVersion, TabularInline):
    model = Fee


class ExemptionInline(OfAVersion, StackedInline):
    model = Exemption
    fields = (
        ("code", "position"),
        ("says", "situation"),
        "law",
        ("is_declared", "proof"),
        ("from_age", "to_age"),
        "unit_kind",
    )
    ordering = ("position", "pk")


class CardTermInline(OfAVersion, TabularInline):
    model = CardTerm


LINES_OF = {
    **dict.fromkeys(PROCEDURES, (ReasonInline, PlaceInline, PaperInline)),
    Regulation.Kind.FEES: (FeeInline, ExemptionInline),
    Regulation.Kind.CARDS: (CardTermInline,),
}
OF_PROCEDURES = ("name", "applicants", "form", "form_if_unregistered", "online_url")


@admin.register(Version)
class VersionAdmin(OfficeAdmin):
    """What the law says and said. Every officer with the right reads it; who is posted to the whole portal
    adds versions of coming days, and changes or takes them back until they start.
    """

    is_public = True
    list_display = ("regulation", "valid_from", "valid_to", "state", "basis", "is_confirmed")
    list_filter = ("regulation", "regime", "is_confirmed")
    list_select_related = ("regulation",)
    ordering = ("regulation__position", "-valid_from")
    search_fields = ("basis", "regulation__name")
    search_help_text = "Tên quy định hoặc số văn bản: 64/2025"

    def _may_write(self, request: HttpRequest, row: Any = None) -> bool:
        """The law is one for all offices; what has started stays as it is."""
        is_to_come = not isinstance(row, Version) or not self._has_started(row)
        return at_work(request).scope.everything and is_to_come

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._may_write(request, obj)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return super().has_add_permission(request, *args) and self._may_write(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._may_write(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Taken back one by one, each seen for what it is."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return LINES_OF[obj.regulation.kind] if obj else ()

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,
    ) -> Any:
        form = super().get_form(request, obj, change, form=VersionForm if obj else NewVersionForm, **kwargs)
        form.today = local_date(timezone.now())
        return form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ("regulation", "valid_from", "basis")
        of_kind = OF_PROCEDURES if obj.regulation.is_procedure else ()
        return (
            "regulation",
            ("valid_from", "valid_to"),
            "regime",
            *of_kind,
            "basis",
            "source",
            "is_confirmed",
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("regulation", "valid_to") if obj else ()

    def save_model(self, request: HttpRequest, obj: Version, form: Any, change: bool) -> None:  # noqa: FBT001
        now = timezone.now()
        if not change:
            said = {name: form.cleaned_data[name] for name in ("regulation", "valid_from", "basis")}
            obj.__dict__.update(versions.add_version(**said, now=now).__dict__)
            return
        versions.move_version(version=obj, valid_from=obj.valid_from, now=now)
        fields = [name for name in form.changed_data if name != "valid_from"]
        obj.save(update_fields=fields)

    def response_add(self, request: HttpRequest, obj: Version, post_url_continue: Any = None) -> HttpResponse:
        """Go on to what the new version says differently."""
        self.message_user(request, f"Đã thêm {obj}, nội dung chép từ phiên bản trước. Sửa chỗ khác ở dưới.")
        return redirect("admin:dossiers_version_change", obj.pk)

    def delete_model(self, request: HttpRequest, obj: Version) -> None:
        versions.withdraw_version(version=obj, now=timezone.now())

    @admin.display(description="tình trạng")
    def state(self, version: Version) -> str:
        today = local_date(timezone.now())
        if not version.has_started(today):
            return "sắp áp dụng"
        return "đang áp dụng" if version.valid_to is None or version.valid_to >= today else "đã hết"

    @staticmethod
    def _has_started(version: Version) -> bool:
        """By the day that is stored: a form that is being checked may hold another one."""
        stored = Version.objects.filter(pk=version.pk).values_list("valid_from", flat=True).first()
        return (stored or version.valid_from) <= local_date(timezone.now())
