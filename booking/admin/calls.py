"""Those whom no message has reached: the number to call, and what came of it."""

from datetime import date
from typing import cast

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils import timezone

from accounts.models import Officer
from booking.admin.pages import SitePages, asked, day_asked, site_asked
from booking.models import Appointment, ReminderCall, Site
from booking.models.appointments import AppointmentQuerySet
from booking.services import calls, paper
from core.admin import OwnRowsFilter
from core.officers import Deed
from core.pages import attempt, needs, pdf, printed_by
from core.time import say_day


class CallForm(forms.Form):
    result = forms.ChoiceField(label="Kết quả", choices=ReminderCall.Result.choices)
    note = forms.CharField(label="Ghi chú", max_length=200, required=False)


@admin.register(ReminderCall)
class ReminderCallAdmin(SitePages):
    """Every call that was made; the list of those to be called is a page of its own."""

    agency_path = "appointment__day__site__agency"
    site_path = "appointment__day__site"
    shows_people = True
    list_display = ("called_at", "code", "hour_told", "result", "note", "officer")
    list_filter = (("appointment__day__site", OwnRowsFilter), "result")
    list_select_related = ("appointment", "officer")
    ordering = ("-pk",)

    def subject_of(self, row: ReminderCall | Appointment) -> str:
        return row.appointment.code if isinstance(row, ReminderCall) else row.code

    @admin.display(description="mã hẹn")
    def code(self, call: ReminderCall) -> str:
        return call.appointment.code

    def own_urls(self) -> list[URLPattern]:
        return [
            self.route("list/", self.call_list, "list"),
            self.route("list.pdf", self.paper_list, "paper"),
        ]

    @needs("booking.call_appointment")
    def call_list(self, request: HttpRequest) -> HttpResponse:
        """Who must be called about a day, tomorrow unless another one is asked for."""
        sites, on, now = self.sites(request), day_asked(request, days_ahead=1), timezone.now()
        site = site_asked(request, sites)
        if request.method == "POST":
            return self._record(request, back=self._back(on, site))
        people = list(calls.to_call(self._expected(request, on, site)))
        self.note(request, Deed.LISTED, people, "chưa nhận được tin")
        for row in people:
            row.phone_to_call = calls.phone_to_call(row)  # type: ignore[attr-defined]
        return self.page(
            request,
            "admin/booking/calls.html",
            title=f"Chưa nhận được tin: {say_day(on)}",
            people=people,
            untold=sum(not row.is_called for row in people),  # type: ignore[attr-defined]
            on=on,
            sites=sites,
            site=site,
            is_preview=now < calls.calling_from(on),
            calling_from=calls.calling_from(on),
            results=ReminderCall.Result.choices,
            paper=f"{self.address('paper')}?{asked(on, site)}",
        )

    @needs("booking.call_appointment")
    def paper_list(self, request: HttpRequest) -> HttpResponse:
        """The same list to print."""
        sites, on = self.sites(request), day_asked(request, days_ahead=1)
        site = site_asked(request, sites)
        people = list(calls.to_call(self._expected(request, on, site)))
        self.note(request, Deed.EXPORTED, people, "in danh sách chưa nhận được tin")
        drawn = paper.call_list(
            people,
            facts=say_day(on),
            place=site.name if site else "Mọi điểm thu nhận",
            printed_by=printed_by(request),
            now=timezone.now(),
        )
        return pdf(drawn, f"chua-nhan-tin-{on:%Y-%m-%d}")

    def _expected(self, request: HttpRequest, on: date, site: Site | None) -> AppointmentQuerySet:
        mine: AppointmentQuerySet = self.scoped(request, Appointment).filter(day__date=on)
        return mine.filter(day__site=site) if site else mine

    def _record(self, request: HttpRequest, *, back: str) -> HttpResponse:
        mine = self.scoped(request, Appointment)
        appointment: Appointment = get_object_or_404(mine, code=request.POST.get("code", ""))
        form = CallForm(request.POST)
        if not form.is_valid():
            messages.error(request, "Chọn kết quả cuộc gọi.")
            return redirect(back)
        said, officer = form.cleaned_data, cast("Officer", request.user)
        call = attempt(
            request,
            lambda: calls.record_call(
                code=appointment.code,
                result=ReminderCall.Result(said["result"]),
                note=said["note"],
                officer=officer,
                now=timezone.now(),
            ),
            note=lambda call: self.note(
                request, Deed.DID, [call], f"ghi cuộc gọi: {call.get_result_display()}"
            ),
        )
        if call is not None:
            messages.success(request, f"Đã ghi: {appointment.code}, {call.get_result_display()}.")
        return redirect(f"{back}#{appointment.code}")

    def _back(self, on: date, site: Site | None) -> str:
        return f"{self.address('list')}?{asked(on, site)}"
