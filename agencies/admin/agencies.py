from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from unfold.decorators import action

from agencies.forms import AgencyForm, CopyPolicyForm, NewAgencyForm
from agencies.models import Agency
from agencies.services.policies import Change, changes_to, set_policy
from core.admin import OfficeAdmin, noted
from core.officers import at_work

# The checklist and the connection are pages of a room above; here only their names are known.
CHECKLIST, MAY_SEE_CHECKLIST = "admin:booking_opening_change", "booking.view_opening"
CONNECTION, MAY_SEE_CONNECTION = "admin:agencies_zaloconnection_change", "agencies.view_zaloconnection"


@admin.register(Agency)
class AgencyAdmin(OfficeAdmin):
    """An agency and its policy: plain data that a technician edits. The checklist opens and closes it."""

    agency_path = "pk"
    is_common = True
    form = AgencyForm
    list_display = ("name", "level", "allocation", "numbering", "is_active")
    list_filter = ("level", "allocation", "numbering", "is_active")
    search_fields = ("name", "slug", "unit_code")
    autocomplete_fields = ("parent",)
    ordering = ("name", "pk")
    readonly_fields = ("is_active",)
    actions_detail = ("copy_policy", "see_checklist", "see_connection")
    add_fieldsets = (
        ("Đơn vị", {"fields": ("name", "level", "parent", "policy_source")}),
        ("Liên hệ", {"fields": ("address", "hotline")}),
        (
            "Mã số",
            {
                "fields": ("unit_code", "oa_id", "slug", "code_prefix"),
                "description": "Chưa có thì để trống, bổ sung sau theo danh sách việc cần làm.",
            },
        ),
    )
    fieldsets = (
        (
            "Đơn vị",
            {
                "fields": (
                    "name",
                    "level",
                    "parent",
                    "unit_code",
                    "dossier_serial_digits",
                    "slug",
                    "code_prefix",
                    "is_active",
                )
            },
        ),
        ("Liên hệ", {"fields": ("hotline", "address", "oa_id", "papers_to_bring")}),
        (
            "Đặt lịch thế nào",
            {
                "fields": (
                    "allocation",
                    ("window_days", "cut_off_minutes"),
                    ("people_per_booking", "live_per_citizen"),
                    ("changes_allowed", "dossier_required"),
                )
            },
        ),
        ("Số thứ tự và nhắc hẹn", {"fields": ("numbering", ("number_release", "reminder_at"))}),
        (
            "Ngày làm việc",
            {
                "fields": (
                    ("arrive_early_minutes", "grace_minutes"),
                    "daily_target",
                    ("law_date", "area"),
                )
            },
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else self.add_fieldsets

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"level": Agency.Level.COMMUNE, **super().get_changeform_initial_data(request)}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ()
        # The agency above is mostly another's: a form that may not name it would drop it.
        above = () if at_work(request).scope.everything else ("parent",)
        return (*super().get_readonly_fields(request, obj), *above)

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,
    ) -> type[forms.ModelForm]:
        if change:
            return super().get_form(request, obj, change, **kwargs)
        form = super().get_form(request, obj, change, form=NewAgencyForm, **kwargs)
        form.base_fields["policy_source"].offer(self.get_queryset(request))
        return form

    def save_model(self, request: HttpRequest, obj: Agency, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """A new agency begins closed, with the way of working that was chosen."""
        if not change:
            obj.is_active = False
            for name, value in form.policy().items():
                setattr(obj, name, value)
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Agency, post_url_continue: Any = None) -> HttpResponse:
        """Go on to what is still missing."""
        if "_popup" in request.POST or not request.user.has_perm(MAY_SEE_CHECKLIST):
            return super().response_add(request, obj, post_url_continue)
        words = f"Đã tạo {obj}. Đơn vị chưa mở; làm hết các việc dưới đây rồi bấm Mở đơn vị."
        self.message_user(request, words, messages.SUCCESS)
        return redirect(CHECKLIST, obj.pk)

    def has_checklist_permission(self, request: HttpRequest, *_: Any) -> bool:
        return request.user.has_perm(MAY_SEE_CHECKLIST)

    @action(
        description="Việc cần làm để mở",
        url_path="checklist",
        permissions=["checklist"],
    )
    def see_checklist(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect(CHECKLIST, get_object_or_404(self.get_queryset(request), pk=object_id).pk)

    def has_connection_permission(self, request: HttpRequest, *_: Any) -> bool:
        return request.user.has_perm(MAY_SEE_CONNECTION)

    @action(
        description="Kết nối Zalo",
        url_path="zalo",
        permissions=["connection"],
    )
    def see_connection(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect(CONNECTION, get_object_or_404(self.get_queryset(request), pk=object_id).pk)

    @action(
        description="Chép chính sách",
        url_path="copy-policy",
        permissions=["change"],
    )
    def copy_policy(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what another way of working would change here, then take it over."""
        agency = get_object_or_404(self.get_queryset(request), pk=object_id)
        if not self.has_change_permission(request, agency):
            raise PermissionDenied
        form = CopyPolicyForm(request.POST or (request.GET if "source" in request.GET else None))
        form.fields["source"].offer(self.get_queryset(request).exclude(pk=agency.pk))  # type: ignore[attr-defined]
        back = reverse("admin:agencies_agency_change", args=[agency.pk])
        if request.method == "POST" and form.is_valid():
            changed = noted(
                lambda: set_policy(agency=agency, values=form.policy()),
                lambda changed: self.log_change(request, agency, _labels_of(changed)),
            )
            self.message_user(request, f"Đã chép chính sách: {len(changed)} mục thay đổi.", messages.SUCCESS)
            return redirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Chép chính sách cho {agency}",
            "form": form,
            "changes": changes_to(agency, form.policy()) if form.is_bound and form.is_valid() else None,
            "back": back,
        }
        return render(request, "admin/agencies/copy_policy.html", context)


def _labels_of(changed: list[Change]) -> list[Any]:
    return [{"changed": {"fields": [change.label for change in changed]}}]
