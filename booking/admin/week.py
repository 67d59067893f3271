"""A site's week: its days and slots, how full they are, and what an officer may change about them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils import timezone

from booking.admin.pages import PageAdmin, attempt, day_asked, needs, site_asked
from booking.models import Appointment, ServiceDay, Site, Slot
from booking.services import calls, days
from core.time import local_date, say_clock, say_day

MOST_PLACES = 500


@dataclass(frozen=True)
class Cell:
    """One slot in the week; `slot` is None where the day has none at that hour."""

    slot: Slot | None
    state: str = ""
    words: str = ""


@dataclass(frozen=True)
class Column:
    date: date
    day: ServiceDay | None
    cells: list[Cell]
    taken: int
    capacity: int
    is_past: bool


class CapacityForm(forms.Form):
    capacity = forms.IntegerField(
        label="Sức chứa (số người)",
        min_value=0,
        max_value=MOST_PLACES,
        help_text="Không nhỏ hơn số người đã đặt. Ghi đúng bằng số đã đặt để không nhận thêm ai.",
    )


class ClosingForm(forms.Form):
    note = forms.CharField(
        label="Lý do, người dân đọc được",
        max_length=120,
        required=False,
        help_text="Thí dụ: Nghỉ bù ngày 30/4.",
    )


class WeekPages(PageAdmin):
    def week_urls(self) -> list[URLPattern]:
        return [
            self.route("week/", self.week, "week"),
            self.route("slot/<uuid:public_id>/", self.capacity, "capacity"),
            self.route("<int:pk>/opening/", self.opening, "opening"),
        ]

    @needs("booking.view_serviceday")
    def week(self, request: HttpRequest) -> HttpResponse:
        """Seven days of one site, each slot with how many are in it and how many it takes."""
        sites = self.sites(request)
        site = site_asked(request, sites) or (sites[0] if sites else None)
        first = _monday(day_asked(request))
        hours, columns = _columns(site, first, now=timezone.now()) if site else ([], [])
        return self.page(
            request,
            "admin/booking/week.html",
            title="Lịch tuần",
            sites=sites,
            site=site,
            first=first,
            last=first + timedelta(days=6),
            before=first - timedelta(days=7),
            after=first + timedelta(days=7),
            hours=hours,
            columns=columns,
            may_change=request.user.has_perm("booking.change_serviceday"),
        )

    def _week_of(self, day: ServiceDay) -> str:
        return f"{self.address('week')}?diem={day.site.public_id}&ngay={day.date:%Y-%m-%d}"

    @needs("booking.change_serviceday")
    def capacity(self, request: HttpRequest, public_id: Any) -> HttpResponse:
        """How many people a slot takes."""
        slot = get_object_or_404(
            Slot.objects.filter(day__in=self.get_queryset(request)).select_related("day__site"),
            public_id=public_id,
        )
        form = CapacityForm(request.POST or None, initial={"capacity": slot.capacity})
        if form.is_valid():
            wanted = form.cleaned_data["capacity"]
            before = slot.capacity
            now = timezone.now()
            if attempt(request, lambda: days.set_capacity(slot=slot, capacity=wanted, now=now), form=form):
                words = f"Khung {say_clock(slot.starts_at)}: sức chứa {before} thành {wanted}."
                self.log_change(request, slot.day, words)
                messages.success(request, words)
                return redirect(self._week_of(slot.day))
        return self.page(
            request,
            "admin/booking/ask.html",
            title=f"Sức chứa khung {say_clock(slot.starts_at)}, {say_day(slot.day.date)}",
            about=f"{slot.day.site.name}. Đã đặt {slot.taken} trên {slot.capacity} chỗ.",
            form=form,
            do="Lưu sức chứa",
            back=self._week_of(slot.day),
        )

    @needs("booking.change_serviceday", "booking.view_appointment")
    def opening(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Close a day or open it again, in sight of those who have booked it."""
        day = get_object_or_404(self.get_queryset(request).select_related("site"), pk=pk)
        form = ClosingForm(request.POST or None)
        if form.is_valid() and self._open_or_close(request, day, form):
            return redirect(self.address("opening", pk))
        people = calls.with_phones(self.scoped(request, Appointment).filter(day=day))
        for row in people:
            row.phone = calls.phone_to_call(row)  # type: ignore[attr-defined]
        return self.page(
            request,
            "admin/booking/opening.html",
            title=say_day(day.date),
            day=day,
            form=form,
            people=people,
            back=self._week_of(day),
        )

    def _open_or_close(self, request: HttpRequest, day: ServiceDay, form: ClosingForm) -> bool:
        now, note = timezone.now(), form.cleaned_data["note"]
        if "open" in request.POST:
            done = attempt(request, lambda: days.open_day(day=day, now=now), form=form)
            words = "Đã mở lại ngày này, người dân đặt được."
        else:
            done = attempt(request, lambda: days.close_day(day=day, note=note, now=now), form=form)
            words = "Đã đóng ngày này, không nhận thêm ai. Người đã đặt vẫn giữ chỗ: gọi từng người bên dưới."
        if done is not None:
            self.log_change(request, day, words)
            messages.success(request, words)
        return done is not None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _columns(site: Site, first: date, *, now: datetime) -> tuple[list[str], list[Column]]:
    """The hours of the week and its seven days, each with a cell for every one of them. Two statements."""
    week = ServiceDay.objects.filter(site=site, date__range=(first, first + timedelta(days=6)))
    known = {day.date: day for day in week.prefetch_related("slots")}
    slots = {
        (day.date, say_clock(slot.starts_at)): slot for day in known.values() for slot in day.slots.all()
    }
    hours = sorted({hour for _, hour in slots})
    dates = [first + timedelta(days=offset) for offset in range(7)]
    return hours, [
        _column(on, known.get(on), [slots.get((on, hour)) for hour in hours], now=now) for on in dates
    ]


def _column(on: date, day: ServiceDay | None, slots: list[Slot | None], *, now: datetime) -> Column:
    there = [slot for slot in slots if slot]
    return Column(
        date=on,
        day=day,
        cells=[_cell(slot, day, now=now) for slot in slots],
        taken=sum(slot.taken for slot in there),
        capacity=sum(slot.capacity for slot in there),
        is_past=on < local_date(now),
    )


def _cell(slot: Slot | None, day: ServiceDay | None, *, now: datetime) -> Cell:
    if slot is None or day is None:
        return Cell(None)
    if slot.ends_at <= now:
        return Cell(slot, "past", "đã qua")
    if not day.is_open:
        return Cell(slot, "closed", "đóng")
    if not slot.places_left:
        return Cell(slot, "full", "kín")
    return Cell(slot, "free", f"còn {slot.places_left}")
