"""What an officer may change about a day by hand: how many people each slot takes, and whether it is open."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils import timezone

from booking.admin.pages import asked
from booking.models import Appointment, ServiceDay, Slot
from booking.services import calls, days
from core.officers import Deed
from core.pages import PageAdmin, attempt, needs
from core.time import say_clock, say_day

MOST_PLACES = 500
# Of a slot at an hour that the office no longer works, or of a session called off.
SHUT = "đóng, không nhận thêm ai"


class CapacityForm(forms.Form):
    """A number for each slot of the day; the field is called by the slot's key."""

    def __init__(self, *args: Any, slots: list[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for slot in slots:
            self.fields[str(slot.pk)] = forms.IntegerField(
                label=f"{say_clock(slot.starts_at)}–{say_clock(slot.ends_at)}",
                min_value=0,
                max_value=MOST_PLACES,
                initial=slot.capacity,
                help_text=f"đã đặt {slot.taken}" if slot.is_worked else f"đã đặt {slot.taken}; {SHUT}",
            )

    def wanted(self) -> dict[int, int]:
        """The slots whose number was changed."""
        return {int(name): self.cleaned_data[name] for name in self.changed_data}


class ClosingForm(forms.Form):
    note = forms.CharField(
        label="Lý do, người dân đọc được",
        max_length=120,
        required=False,
        help_text="Thí dụ: Nghỉ bù ngày 30/4.",
    )


class ChangingDays(PageAdmin):
    def changing_urls(self) -> list[URLPattern]:
        return [
            self.route("<int:pk>/capacity/", self.capacity, "capacity"),
            self.route("<int:pk>/opening/", self.opening, "opening"),
        ]

    def _day(self, request: HttpRequest, pk: int) -> ServiceDay:
        day: ServiceDay = get_object_or_404(self.get_queryset(request).select_related("site"), pk=pk)
        return day

    def _week_of(self, day: ServiceDay) -> str:
        return f"{self.address('week')}?{asked(day.date, day.site)}"

    @needs("booking.change_serviceday")
    def capacity(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How many people each slot of a day takes."""
        day = self._day(request, pk)
        form = CapacityForm(request.POST or None, slots=list(day.slots.order_by("starts_at")))
        if form.is_valid():
            wanted, now = form.wanted(), timezone.now()
            if attempt(
                request,
                lambda: days.set_capacities(day=day, wanted=wanted, now=now),
                note=lambda _: self.did(request, day, "sửa sức chứa"),
                form=form,
            ):
                messages.success(request, f"Đã lưu sức chứa {say_day(day.date)}.")
                return redirect(self._week_of(day))
        return self.page(
            request,
            "admin/booking/capacity.html",
            title=f"Sức chứa {say_day(day.date)}",
            day=day,
            form=form,
            back=self._week_of(day),
        )

    @needs("booking.change_serviceday", "booking.view_appointment")
    def opening(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Close a day or open it again, in sight of those who have booked it."""
        day = self._day(request, pk)
        form = ClosingForm(request.POST or None)
        if form.is_valid() and self._open_or_close(request, day, form):
            return redirect(self.address("opening", pk))
        people = calls.with_phones(self.scoped(request, Appointment).filter(day=day))
        self.note(request, Deed.LISTED, people, "người có hẹn trong ngày")
        for row in people:
            row.phone = calls.phone_to_call(row)  # type: ignore[attr-defined]
        return self.page(
            request,
            "admin/booking/day_opening.html",
            title=say_day(day.date),
            day=day,
            form=form,
            people=people,
            back=self._week_of(day),
        )

    def _open_or_close(self, request: HttpRequest, day: ServiceDay, form: ClosingForm) -> bool:
        now, note = timezone.now(), form.cleaned_data["note"]
        if "open" in request.POST:
            change, did = partial(days.open_day, day=day, now=now), "mở lại ngày"
            words = "Đã mở lại ngày này, người dân đặt được."
        else:
            change, did = partial(days.close_day, day=day, note=note, now=now), "đóng ngày"
            words = "Đã đóng ngày này, không nhận thêm ai. Người đã đặt vẫn giữ chỗ: gọi từng người bên dưới."
        done = attempt(request, change, note=lambda _: self.did(request, day, did, why=note), form=form)
        if done is not None:
            messages.success(request, words)
        return done is not None
