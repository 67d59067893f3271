"""Which officers work where: the page of an officer, finished with what only this room knows."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from unfold.admin import TabularInline
from unfold.decorators import action

from accounts.admin import OfficerAdmin
from accounts.models import Officer, Posting
from accounts.services.officers import may_change
from booking.models import PostingSite, Site
from booking.services import postings
from core.admin import OfficeAdmin, OwnRowsFilter
from core.errors import DomainError
from core.officers import Deed


class SuccessorForm(forms.Form):
    successor = forms.ModelChoiceField(
        label="Bàn giao cho",
        queryset=Officer.objects.none(),
        required=False,
        empty_label="không bàn giao",
        help_text="Người này nhận vai trò và phần việc đang có, kể từ hôm nay.",
    )


@admin.register(Officer)
class OfficerOfSitesAdmin(OfficerAdmin):
    """Officers, with the one action by which they leave."""

    actions_detail = ("leave",)

    def has_leave_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        officer = self.get_object(request, str(object_id)) if object_id else None
        return self.has_change_permission(request, officer) and (officer is None or officer.is_active)

    @action(description="Thôi việc, bàn giao", url_path="leave", permissions=["leave"])
    def leave(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask who takes over, then let the officer go."""
        officer = get_object_or_404(self.get_queryset(request), pk=object_id)
        form = SuccessorForm(request.POST or None)
        colleagues = self.get_queryset(request).filter(is_active=True).exclude(pk=officer.pk)
        cast("forms.ModelChoiceField[Officer]", form.fields["successor"]).queryset = colleagues
        back = reverse("admin:accounts_officer_change", args=[object_id])
        if request.method == "POST" and form.is_valid():
            try:
                with transaction.atomic():
                    successor = form.cleaned_data["successor"]
                    postings.leave(officer=officer, successor=successor, now=timezone.now())
                    self.note(request, Deed.DID, [officer], f"thôi việc; bàn giao: {successor or 'không'}")
            except DomainError as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
            else:
                self.message_user(request, f"{officer} đã thôi việc, không đăng nhập được nữa.")
            return redirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Thôi việc: {officer.get_full_name() or officer}",
            "about": "Tài khoản này sẽ không đăng nhập được nữa, mọi phiên đang mở kết thúc ngay.",
            "form": form,
            "back": back,
            "do": "Cho thôi việc",
            "is_danger": True,
        }
        return render(request, "admin/ask.html", context)


class PostingSiteInline(TabularInline):
    model = PostingSite
    extra = 0

    def get_formset(self, request: HttpRequest, obj: Posting | None = None, **kwargs: Any) -> Any:
        """Sites of the posting's own agency."""
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.base_fields["site"].queryset = Site.objects.filter(agency=obj.agency_id if obj else None)
        return formset


@admin.register(Posting)
class PostingAdmin(OfficeAdmin):
    """One posting, and the sites to which it is limited. Reached from the officer's page."""

    agency_path = "agency"
    list_display = ("officer", "agency", "valid_from", "valid_to")
    list_select_related = ("officer", "agency")
    list_filter = (("agency", OwnRowsFilter),)
    search_fields = ("officer__username",)
    ordering = ("-pk",)
    fields = ("officer", "agency", "valid_from", "valid_to")
    readonly_fields = ("officer", "agency")
    inlines = (PostingSiteInline,)

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        """Postings begin on the officer's page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Posting | None = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        actor = cast("Officer", request.user)
        return obj is None or may_change(actor, obj.officer)

    def subject_of(self, row: Posting) -> str:
        return f"{row.officer.username} {row.pk}"
