"""What an officer does with one appointment: give it up, move it, print it, send its messages again."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils import timezone
from unfold.decorators import action

from booking.admin.pages import SitePages, day_asked
from booking.models import Appointment, Slot
from booking.services import appointments, tickets
from core.officers import Deed
from core.pages import attempt, needs, pdf
from core.time import local_date, say_clock, say_day, say_time
from notifications.models import Message
from notifications.services import fates_of, resend


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Lý do",
        max_length=150,
        help_text="Người đặt đọc được trong tin báo. Thí dụ: theo yêu cầu của công dân tại quầy.",
    )


class ResendForm(forms.Form):
    """Which message; those that wait, or were taken back, are not sent again."""

    message = forms.ChoiceField(label="Tin nào")

    def __init__(self, *args: Any, told: Sequence[Message], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._told = {str(message.public_id): message for message in told if message.may_be_resent}
        cast("forms.ChoiceField", self.fields["message"]).choices = [
            (key, f"{message.get_kind_display()}, {message.get_state_display()}")
            for key, message in self._told.items()
        ]

    def chosen(self) -> Message:
        return self._told[self.cleaned_data["message"]]


class ChangePages(SitePages):
    def change_urls(self) -> list[URLPattern]:
        return [self.route("<int:pk>/resend/", self.resend, "resend")]

    def has_change_hour_permission(self, request: HttpRequest, *_: Any) -> bool:
        return request.user.has_perm("booking.change_appointment")

    def _one(self, request: HttpRequest, pk: object) -> Appointment:
        rows = self.get_queryset(request).select_related(
            "slot", "day__site__agency", "person__booking", "person__citizen"
        )
        appointment: Appointment = get_object_or_404(rows, pk=pk)
        return appointment

    @action(description="In phiếu A6", url_path="ticket", permissions=["view"], icon="print")
    def ticket(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return self._ticket(request, object_id, roll=False)

    @action(description="In phiếu 80 mm", url_path="ticket-roll", permissions=["view"], icon="receipt_long")
    def ticket_roll(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return self._ticket(request, object_id, roll=True)

    def _ticket(self, request: HttpRequest, pk: object, *, roll: bool) -> HttpResponse:
        appointment = self._one(request, pk)
        self.note(request, Deed.EXPORTED, [appointment], "in phiếu hẹn")
        return pdf(tickets.render(appointment, form="pdf", roll=roll), f"phieu-hen-{appointment.code}")

    @action(description="Hủy lịch", url_path="cancel", permissions=["change_hour"], icon="event_busy")
    def cancel(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask for the reason, then give the place up."""
        appointment = self._one(request, object_id)
        form = ReasonForm(request.POST or None)
        if form.is_valid():
            reason, now = form.cleaned_data["reason"], timezone.now()
            done = attempt(
                request,
                lambda: appointments.cancel(code=appointment.code, citizen=None, reason=reason, now=now),
                note=lambda _: self.did(request, appointment, "hủy lịch", why=reason),
                form=form,
            )
            if done:
                messages.success(request, "Đã hủy. Chỗ này có người khác đặt được ngay.")
                return redirect(self.address("change", object_id))
        self.note(request, Deed.VIEWED, [appointment])
        hour = say_time(appointment.slot.starts_at)
        return self.page(
            request,
            "admin/ask.html",
            title=f"Hủy lịch hẹn {appointment.code}",
            about=f"{appointment.person.full_name}, {hour}, {appointment.day.site.name}. "
            "Số thứ tự đã cấp không dùng lại.",
            form=form,
            do="Hủy lịch hẹn",
            is_danger=True,
            back=self.address("change", object_id),
        )

    @action(description="Đổi giờ", url_path="move", permissions=["change_hour"], icon="schedule")
    def move(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show the free slots of a day at this office, and move to the one that is picked."""
        appointment = self._one(request, object_id)
        if request.method == "POST" and self._move(request, appointment):
            return redirect(self.address("change", object_id))
        now, site = timezone.now(), appointment.day.site
        on = day_asked(request) if "ngay" in request.GET else max(appointment.day.date, local_date(now))
        free = Slot.objects.open_at_the_desk(now=now).with_room_for(appointment.places)
        free = free.exclude(pk=appointment.slot_id).filter(
            day__site__in=self.sites(request), day__site__agency=site.agency, day__date=on
        )
        self.note(request, Deed.VIEWED, [appointment])
        return self.page(
            request,
            "admin/booking/move.html",
            title=f"Đổi giờ lịch hẹn {appointment.code}",
            appointment=appointment,
            on=on,
            slots=list(free.select_related("day__site").order_by("day__site__name", "starts_at")),
            back=self.address("change", object_id),
        )

    def _move(self, request: HttpRequest, appointment: Appointment) -> bool:
        now = timezone.now()
        try:
            slot_id = UUID(request.POST.get("slot", ""))
        except ValueError as unreadable:
            raise Http404 from unreadable
        get_object_or_404(Slot, public_id=slot_id, day__site__in=self.sites(request))
        moved = attempt(
            request,
            lambda: appointments.move(code=appointment.code, slot_id=slot_id, now=now),
            note=lambda moved: self.did(request, moved, "đổi giờ", why=_say_moved(moved)),
        )
        if moved is not None:
            messages.success(request, _say_moved(moved))
        return moved is not None

    @needs("booking.view_appointment", "notifications.change_message")
    def resend(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Pick one of this appointment's messages, and send it again."""
        appointment = self._one(request, pk)
        back = self.address("change", pk)
        form = ResendForm(request.POST or None, told=fates_of([appointment.code]))
        if form.is_valid():
            message = form.chosen()
            words = f"gửi lại tin {message.get_kind_display()}"
            if attempt(
                request,
                lambda: resend(message=message, now=timezone.now()),
                note=lambda _: self.did(request, appointment, words),
                form=form,
            ):
                messages.success(request, "Đã đưa vào hàng gửi lại.")
                return redirect(back)
        return self.page(
            request,
            "admin/ask.html",
            title=f"Gửi lại tin của {appointment.code}",
            about="Tin được gửi lại ngay, ngoài giờ yên tĩnh.",
            form=form,
            do="Gửi lại",
            back=back,
        )


def _say_moved(moved: Appointment) -> str:
    hour = f"{say_clock(moved.slot.starts_at)} {say_day(moved.day.date)}"
    return f"Đã đổi sang {hour}, {moved.day.site.name}."
