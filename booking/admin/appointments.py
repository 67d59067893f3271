from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html

from booking import reminders
from booking.admin.assisting import AssistedBooking
from booking.admin.changing import ChangePages
from booking.admin.filters import DayFilter
from booking.admin.releasing import ReleasePages
from booking.admin.revealing import RevealPage
from booking.admin.search import HiddenSearch, by_code_or_number, by_person
from booking.admin.words import placed_how, say_ward
from booking.forms import say_birth_date
from booking.models import Appointment, Person, Release
from booking.models.appointments import AppointmentQuerySet
from booking.services.calls import phone_to_call
from core.admin import OwnRowsFilter, RecordAdmin
from core.templatetags.words import phone as say_phone
from core.time import say_time
from dossiers.services.visits import PapersToBring
from notifications.services import fates_of


@admin.register(Appointment)
class AppointmentAdmin(HiddenSearch, ChangePages, ReleasePages, RevealPage, AssistedBooking):
    """Every appointment, to find one. Officers read rows and run use cases; they do not edit fields."""

    agency_path = "day__site__agency"
    site_path = "day__site"
    shows_people = True
    list_display = ("shown_number", "hour", "shown_name", "shown_id", "site", "status", "code")
    list_display_links = ("shown_number", "code")
    list_filter = (DayFilter, ("day__site", OwnRowsFilter), "status")
    list_select_related = ("slot", "day__site", "person")
    ordering = ("-pk",)
    fieldsets = (
        (
            "Lịch hẹn",
            {
                "fields": (
                    ("shown_number", "hour"),
                    ("site", "status"),
                    ("code", "changes"),
                    ("places", "how"),
                )
            },
        ),
        (
            "Người đến",
            {
                "fields": (
                    ("shown_name", "shown_id"),
                    ("birth_date", "sex"),
                    ("ward", "relation"),
                    ("dossier", "bring"),
                    ("phone", "priority"),
                    "companions",
                    "namesakes",
                )
            },
        ),
    )
    actions_detail = ("ticket", "ticket_roll", "move", "cancel", "reveal", "release_person")
    actions_list = ("assist", "release_number")
    change_form_outer_after_template = "admin/booking/fates.html"

    def own_urls(self) -> list[URLPattern]:
        return self.change_urls()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        lines = [line for _, said in self.fieldsets for line in said["fields"]]
        return tuple(name for line in lines for name in ((line,) if isinstance(line, str) else line))

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Appointment | None:
        """With all that its page says, read at once: the theme asks for each line several times."""
        rows = self.get_queryset(request).select_related(
            "slot", "day__site__agency", "person__citizen", "person__dossier", "person__booking__assisted_by"
        )
        rows = rows.select_related("person__booking__registration__site")
        found: Appointment | None = rows.filter(pk=object_id).first() if str(object_id).isdecimal() else None
        if found is not None:
            found.may_open_dossier = request.user.has_perm("dossiers.view_dossier")  # type: ignore[attr-defined]
            self._note_others(found, self.scoped(request, Appointment).exclude(pk=found.pk))
        return found

    def _note_others(self, appointment: Appointment, others: AppointmentQuerySet) -> None:
        """Who else of this officer's appointments belongs to it: the family, and people of the same name."""
        family = others.filter(person__booking=appointment.person.booking_id).order_by("pk")
        appointment.family = list(family.select_related("person", "day__site"))  # type: ignore[attr-defined]
        same_name = others.live().filter(person__namesake_key=appointment.person.namesake_key)
        appointment.namesakes = same_name.count() if appointment.person.namesake_key else 0  # type: ignore[attr-defined]

    def seen_on_page(self, row: Appointment) -> list[Appointment]:
        """Its page names the family too."""
        return [row, *getattr(row, "family", [])]

    def people_of(self, row: Appointment) -> list[Person]:
        return [row.person]

    def meant(self, term: str) -> Q:
        people = by_person(term)
        return by_code_or_number(term) if people is None else Q(person__in=people)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        appointment = self.get_object(request, object_id)
        told = fates_of([appointment.code]) if appointment else []
        context = {
            "told": told,
            "has_account": bool(appointment and appointment.person.citizen_id),
            "may_resend": request.user.has_perm("notifications.change_message"),
            "appointment_pk": object_id,
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    @admin.display(description="giờ hẹn", ordering="slot__starts_at")
    def hour(self, appointment: Appointment) -> str:
        return say_time(appointment.slot.starts_at)

    @admin.display(description="số thứ tự", ordering="number")
    def shown_number(self, appointment: Appointment) -> str:
        return appointment.queue_number or "chưa phát"

    @admin.display(description="họ và tên")
    def shown_name(self, appointment: Appointment) -> str:
        return appointment.person.full_name or "(đã xóa)"

    @admin.display(description="số định danh")
    def shown_id(self, appointment: Appointment) -> str:
        return appointment.person.masked_id or "không ghi"

    @admin.display(description="điểm thu nhận")
    def site(self, appointment: Appointment) -> str:
        return appointment.day.site.name

    @admin.display(description="vì sao có chỗ này")
    def how(self, appointment: Appointment) -> str:
        return placed_how(appointment)

    @admin.display(description="ngày sinh")
    def birth_date(self, appointment: Appointment) -> str:
        return say_birth_date(appointment.person.birth_date or "") or "không ghi"

    @admin.display(description="giới tính")
    def sex(self, appointment: Appointment) -> str:
        return appointment.person.get_sex_display()

    @admin.display(description="phường, xã")
    def ward(self, appointment: Appointment) -> str:
        return say_ward(appointment.person.ward)

    @admin.display(description="hồ sơ khai trước")
    def dossier(self, appointment: Appointment) -> str:
        dossier = appointment.person.dossier
        if dossier is None:
            return "không có"
        if not getattr(appointment, "may_open_dossier", False):
            return f"{dossier.code}, {dossier.get_status_display()}"
        address = reverse("admin:dossiers_dossier_change", args=[dossier.pk])
        return format_html('<a href="{}">{}</a>, {}', address, dossier.code, dossier.get_status_display())

    @admin.display(description="mang theo")
    def bring(self, appointment: Appointment) -> str:
        return reminders.say_to_bring(reminders.to_bring(appointment, papers=PapersToBring()))

    @admin.display(description="quan hệ với người đặt")
    def relation(self, appointment: Appointment) -> str:
        return appointment.person.get_relation_display()

    @admin.display(description="điện thoại để gọi")
    def phone(self, appointment: Appointment) -> str:
        return say_phone(phone_to_call(appointment)) or "không có"

    @admin.display(description="ưu tiên")
    def priority(self, appointment: Appointment) -> str:
        return "xin ưu tiên" if appointment.person.booking.priority else "không"

    @admin.display(description="đi cùng")
    def companions(self, appointment: Appointment) -> str:
        family: list[Appointment] = getattr(appointment, "family", [])
        said = [f"{row.person.full_name} ({row.queue_number or row.code})" for row in family]
        return ", ".join(said) or "không ai"

    @admin.display(description="trùng tên và ngày sinh")
    def namesakes(self, appointment: Appointment) -> str:
        count = getattr(appointment, "namesakes", 0)
        return f"có {count} người khác đang giữ chỗ, xem kỹ giấy tờ" if count else "không"


@admin.register(Release)
class ReleaseAdmin(RecordAdmin):
    """Which numbers were freed from strangers' appointments, by whom, on what papers."""

    agency_path = "person__booking__agency"
    list_display = ("released_at", "officer", "papers_seen")
    list_select_related = ("officer",)
    ordering = ("-pk",)
