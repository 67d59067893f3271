from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action

from booking.admin.dates import WhenFilter, order_of_dates
from booking.admin.people import note_people
from booking.admin.session_forms import OvertimeForm, put_on_form
from booking.admin.tours import TourPage
from booking.models import Session
from booking.services import sessions
from core.admin import OwnRowsFilter, RecordAdmin, noted
from core.errors import DomainError, Invalid
from core.officers import Deed
from core.time import local_date


@admin.register(Session)
class SessionAdmin(TourPage, RecordAdmin):
    """Overtime and the tours of the mobile team: planned and called off, never edited."""

    agency_path = "site__agency"
    site_path = "site"
    list_display = ("date", "hours", "site", "kind", "for_whom", "places", "state")
    list_filter = (WhenFilter, ("site", OwnRowsFilter), "kind")
    list_select_related = ("site",)
    search_fields = ("site__name",)
    fields = (
        "site",
        "date",
        "hours",
        "kind",
        "slot_minutes",
        "capacity",
        "for_whom",
        "places",
        "note",
        "state",
    )
    readonly_fields = fields
    actions_list = ("plan_overtime", "plan_tour")
    actions_detail = ("call_off",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        return super().get_queryset(request).prefetch_related("wards", "slots")

    def get_ordering(self, request: HttpRequest) -> tuple[str, str]:
        return order_of_dates(request)

    def has_plan_permission(self, request: HttpRequest, *_: Any) -> bool:
        return request.user.has_perm("booking.plan_session")

    @admin.display(description="giờ")
    def hours(self, session: Session) -> str:
        return f"{session.starts_at:%H:%M}–{session.ends_at:%H:%M}"

    @admin.display(description="dành cho")
    def for_whom(self, session: Session) -> str:
        return ", ".join(sorted(ward.name for ward in session.wards.all())) or "tất cả"

    @admin.display(description="đã đặt")
    def places(self, session: Session) -> str:
        open_slots = [slot for slot in session.slots.all() if slot.is_open or slot.taken]
        taken, capacity = (sum(getattr(slot, name) for slot in open_slots) for name in ("taken", "capacity"))
        return f"{taken}/{capacity}"

    @admin.display(description="trạng thái")
    def state(self, session: Session) -> str:
        if session.cancelled_at is not None:
            return f"đã hủy {timezone.localtime(session.cancelled_at):%d/%m/%Y}"
        return "đã qua" if session.date < local_date(timezone.now()) else "sẽ làm"

    @action(description="Buổi ngoài giờ", url_path="overtime", permissions=["plan"], icon="more_time")
    def plan_overtime(self, request: HttpRequest) -> HttpResponse:
        """An evening or a Sunday of a site, in one step."""
        form = OvertimeForm(request.POST or None, sites=self.sites_of(request))
        if form.is_valid():
            made = self._make_overtime(request, form)
            if made:
                words = f"Đã mở {', '.join(map(str, made))} tại {made[0].site}. Người dân đặt được ngay."
                self.message_user(request, words, messages.SUCCESS)
                return redirect("admin:booking_session_changelist")
        return self.page(request, "admin/booking/sessions/overtime.html", title="Buổi ngoài giờ", form=form)

    def _make_overtime(self, request: HttpRequest, form: OvertimeForm) -> list[Session]:
        said, wards = form.cleaned_data, form.wanted_wards()
        if wards is None:
            return []
        try:
            return noted(
                lambda: sessions.plan_overtime(
                    site=said["site"],
                    on=said["on"],
                    hours=form.wanted_hours(),
                    note=said["note"],
                    wards=wards,
                    now=timezone.now(),
                ),
                lambda made: self.note(request, Deed.DID, made, "mở buổi ngoài giờ"),
            )
        except Invalid as refusal:
            put_on_form(form, refusal.errors)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        return []

    @action(description="Hủy buổi này", url_path="call-off", permissions=["plan"], icon="event_busy")
    def call_off(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask once, then call a session off; while people are booked, say who they are instead."""
        session = get_object_or_404(self.get_queryset(request), pk=object_id)
        back = reverse("admin:booking_session_change", args=[object_id])
        if request.method == "POST":
            try:
                noted(
                    lambda: sessions.cancel_session(session=session, now=timezone.now()),
                    lambda _: self.note(request, Deed.DID, [session], "hủy buổi"),
                )
            except DomainError as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
            else:
                self.message_user(request, "Đã hủy buổi. Khung giờ của buổi không còn.", messages.SUCCESS)
                return redirect(back)
        people = sessions.people_of(session) if request.user.has_perm("booking.view_appointment") else []
        note_people(self, request, people)
        return self.page(
            request,
            "admin/booking/sessions/call_off.html",
            title="Hủy buổi",
            session=session,
            people=people,
            back=back,
        )
