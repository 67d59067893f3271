from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.models import Officer
from booking.models import Appointment, Release
from booking.services import releases
from core.admin import OwnRowsFilter, RecordAdmin
from core.db import retry_once
from core.errors import DomainError, Invalid


class PapersForm(forms.Form):
    """What an officer says when giving a person their number back."""

    papers_seen = forms.CharField(
        label="Giấy tờ đã xem",
        max_length=200,
        help_text="Thí dụ: CCCD bản chính, chính chủ có mặt.",
        widget=UnfoldAdminTextInputWidget,
    )


class NumberForm(PapersForm):
    """The same, where the officer has the number and not the stranger's appointment."""

    number = forms.CharField(
        label="Số định danh hoặc số CMND cũ",
        max_length=20,
        help_text="Của chính chủ đang có mặt. Tìm ở mọi đơn vị, mọi loại đăng ký.",
        widget=UnfoldAdminTextInputWidget,
    )
    field_order = ("number", "papers_seen")


@admin.register(Appointment)
class AppointmentAdmin(RecordAdmin):
    """The day's list. Officers read rows and run use cases; they do not edit fields."""

    agency_path = "day__site__agency"
    site_path = "day__site"
    shows_people = True
    list_display = ("code", "hour", "shown_number", "shown_name", "shown_id", "site", "status")
    list_filter = (("day__site", OwnRowsFilter), "status", "day__date")
    list_select_related = ("slot", "day__site", "person")
    search_fields = ("=code",)
    ordering = ("-day__date", "slot__starts_at", "number", "pk")
    fields = (
        "code",
        "shown_number",
        "hour",
        "site",
        "shown_name",
        "shown_id",
        "relation",
        "namesakes",
        "status",
        "changes",
    )
    readonly_fields = fields
    actions_detail = ("release_person",)
    actions_list = ("release_number",)

    @admin.display(description="giờ hẹn", ordering="slot__starts_at")
    def hour(self, appointment: Appointment) -> str:
        return f"{timezone.localtime(appointment.slot.starts_at):%H:%M %d/%m/%Y}"

    @admin.display(description="số thứ tự", ordering="number")
    def shown_number(self, appointment: Appointment) -> str:
        return appointment.queue_number or "chưa phát"

    @admin.display(description="họ và tên")
    def shown_name(self, appointment: Appointment) -> str:
        return appointment.person.full_name

    @admin.display(description="số định danh")
    def shown_id(self, appointment: Appointment) -> str:
        return appointment.person.masked_id or "không ghi"

    @admin.display(description="quan hệ")
    def relation(self, appointment: Appointment) -> str:
        return appointment.person.get_relation_display()

    @admin.display(description="trùng tên và ngày sinh")
    def namesakes(self, appointment: Appointment) -> str:
        count = appointment.person.live_namesakes().count()
        return f"có {count} người khác đang giữ chỗ, xem kỹ giấy tờ" if count else "không"

    @admin.display(description="điểm thu nhận")
    def site(self, appointment: Appointment) -> str:
        return appointment.day.site.name

    def has_release_permission(self, request: HttpRequest, *_: Any) -> bool:
        return request.user.has_perm("booking.release_appointment")

    @action(description="Giải phóng số định danh", url_path="release", permissions=["release"])
    def release_person(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask which papers were seen, then free the person from this appointment."""
        appointment = get_object_or_404(self.get_queryset(request), pk=object_id)
        masked = appointment.person.masked_id or "không ghi số"
        about = f"Lịch hẹn {appointment.code} của {appointment.person.full_name} ({masked}) sẽ bị hủy."
        back = reverse("admin:booking_appointment_change", args=[object_id])
        form = PapersForm(request.POST or None)

        def free() -> object:
            return releases.release(
                person=appointment.person,
                officer=cast("Officer", request.user),
                papers_seen=form.cleaned_data["papers_seen"],
                now=timezone.now(),
            )

        return self._ask_and_free(request, form, free, about=about, back=back)

    @action(description="Giải phóng theo số định danh", url_path="release-number", permissions=["release"])
    def release_number(self, request: HttpRequest) -> HttpResponse:
        """Ask for the number and the papers, then free it from whatever holds it, at any office."""
        form = NumberForm(request.POST or None)

        def free() -> object:
            return releases.release_number(
                number=form.cleaned_data["number"],
                officer=cast("Officer", request.user),
                papers_seen=form.cleaned_data["papers_seen"],
                now=timezone.now(),
            )

        about = "Chỗ mà người khác đã đặt bằng số này sẽ bị hủy."
        return self._ask_and_free(
            request, form, free, about=about, back=reverse("admin:booking_appointment_changelist")
        )

    def _ask_and_free(
        self, request: HttpRequest, form: forms.Form, free: Callable[[], object], *, about: str, back: str
    ) -> HttpResponse:
        if form.is_valid():
            try:
                retry_once(free)
            except Invalid as refusal:
                for fault in refusal.errors:
                    form.add_error(fault.field, fault.message)
            except DomainError as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
                return redirect(back)
            else:
                words = "Đã giải phóng. Có thể đặt lịch hoặc phục vụ chính chủ ngay."
                self.message_user(request, words, messages.SUCCESS)
                return redirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": "Giải phóng số định danh",
            "about": about,
            "form": form,
            "back": back,
            "opts": self.model._meta,
        }
        return render(request, "admin/booking/release.html", context)


@admin.register(Release)
class ReleaseAdmin(RecordAdmin):
    """Which numbers were freed from strangers' appointments, by whom, on what papers."""

    agency_path = "person__booking__agency"
    list_display = ("released_at", "officer", "papers_seen")
    list_select_related = ("officer",)
    ordering = ("-released_at",)
