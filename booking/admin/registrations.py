from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from unfold.decorators import action

from booking.admin.assisting import AssistedRegistration
from booking.admin.changing import ReasonForm
from booking.admin.revealing import RevealPage
from booking.admin.search import HiddenSearch, by_person
from booking.admin.words import say_ward
from booking.models import Appointment, Person, Registration
from booking.services import registrations
from core.admin import OwnRowsFilter
from core.codes import tidy_code
from core.officers import Deed
from core.pages import attempt
from core.templatetags.words import phone as say_phone
from core.time import say_time
from notifications.services import fates_of


@admin.register(Registration)
class RegistrationAdmin(HiddenSearch, RevealPage, AssistedRegistration):
    """Who waits for a place, how often they were left over, and what place they got."""

    agency_path = "agency"
    site_path = "site"
    shows_people = True
    search_help_text = "Số định danh, điện thoại, mã hẹn đã xếp"
    list_display = ("booked", "people", "span", "half", "site", "status", "times_left_over")
    list_filter = ("status", ("site", OwnRowsFilter), ("agency", OwnRowsFilter))
    list_select_related = ("agency", "booking", "site")
    ordering = ("-pk",)
    fieldsets = (
        (
            "Muốn đến",
            {"fields": (("span", "half"), ("site", "shown_ward"), ("status", "priority"), "booked", "by")},
        ),
        ("Xếp chỗ", {"fields": (("times_left_over", "left_over_on"), "places")}),
        ("Người đến", {"fields": ("names", "phone")}),
    )
    actions_detail = ("withdraw", "reveal")
    actions_list = ("assist",)
    change_form_outer_after_template = "admin/booking/fates.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        lines = [line for _, said in self.fieldsets for line in said["fields"]]
        return tuple(name for line in lines for name in ((line,) if isinstance(line, str) else line))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Registration]:
        people = Person.objects.filter(booking=OuterRef("booking")).values("booking")
        return (
            super().get_queryset(request).annotate(size=Subquery(people.annotate(n=Count("pk")).values("n")))
        )

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Registration | None:
        rows = self.get_queryset(request).select_related("agency", "site", "booking__citizen")
        rows = rows.select_related("booking__assisted_by").prefetch_related(
            "booking__people__appointment__slot", "booking__people__appointment__day__site"
        )
        found: Registration | None = rows.filter(pk=object_id).first() if str(object_id).isdecimal() else None
        return found

    def people_of(self, row: Registration) -> list[Person]:
        return list(row.booking.people.order_by("position"))

    def places_of(self, row: Registration) -> list[Appointment]:
        places = Appointment.objects.filter(person__booking=row.booking_id)
        return list(places.order_by("pk"))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Whose appointment is looked up in the log is found there by its code as well."""
        if places := self.places_of(kwargs["obj"]):
            self.note(request, Deed.VIEWED, places)
        return super().render_change_form(request, context, *args, **kwargs)

    def meant(self, term: str) -> Q:
        people = by_person(term)
        if people is not None:
            return Q(booking__in=people.values("booking"))
        return Q(booking__people__appointment__code=tidy_code(term))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        registration = self.get_object(request, object_id)
        context = {
            "told": fates_of([str(registration.public_id)]) if registration else [],
            "has_account": bool(registration and registration.booking.citizen_id),
            "may_resend": False,
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def has_withdraw_permission(self, request: HttpRequest, *_: Any) -> bool:
        return request.user.has_perm("booking.change_registration")

    @action(description="Rút đăng ký", url_path="withdraw", permissions=["withdraw"], icon="event_busy")
    def withdraw(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask for the reason, then take the registration back; its people are told."""
        registration = get_object_or_404(self.get_queryset(request), pk=object_id)
        form, back = ReasonForm(request.POST or None), self.address("change", object_id)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            done = attempt(
                request,
                lambda: registrations.withdraw(
                    public_id=registration.public_id, citizen=None, reason=reason, now=timezone.now()
                ),
                note=lambda _: self.did(request, registration, "rút đăng ký", why=reason),
                form=form,
            )
            if done:
                messages.success(request, "Đã rút. Những người này đăng ký hoặc đặt lịch lại được ngay.")
                return redirect(back)
        return self.page(
            request,
            "admin/ask.html",
            title="Rút đăng ký",
            about="Những người trong đăng ký này không được xếp chỗ nữa và được báo tin.",
            form=form,
            do="Rút đăng ký",
            is_danger=True,
            back=back,
        )

    @admin.display(description="đăng ký lúc", ordering="pk")
    def booked(self, registration: Registration) -> str:
        return say_time(registration.booking.booked_at)

    @admin.display(description="số người")
    def people(self, registration: Registration) -> int:
        return getattr(registration, "size", None) or 0

    @admin.display(description="trong những ngày", ordering="from_date")
    def span(self, registration: Registration) -> str:
        return f"{registration.from_date:%d/%m/%Y} đến {registration.to_date:%d/%m/%Y}"

    @admin.display(description="phường, xã")
    def shown_ward(self, registration: Registration) -> str:
        return say_ward(registration.ward)

    @admin.display(description="ưu tiên")
    def priority(self, registration: Registration) -> str:
        return "xin ưu tiên" if registration.booking.priority else "không"

    @admin.display(description="ai đăng ký")
    def by(self, registration: Registration) -> str:
        officer = registration.booking.assisted_by
        return f"cán bộ {officer.get_username()} đăng ký hộ tại quầy" if officer else "công dân, trên cổng"

    @admin.display(description="đã xếp")
    def places(self, registration: Registration) -> str:
        found = [getattr(person, "appointment", None) for person in registration.booking.people.all()]
        return "; ".join(_say_place(row) for row in found if row) or "chưa"

    @admin.display(description="họ và tên")
    def names(self, registration: Registration) -> str:
        people = registration.booking.people.all()
        return ", ".join(f"{row.full_name} ({row.masked_id or 'không ghi số'})" for row in people)

    @admin.display(description="điện thoại để gọi")
    def phone(self, registration: Registration) -> str:
        booking = registration.booking
        given = booking.phone or (booking.citizen.phone if booking.citizen else None)
        return say_phone(given or "") or "không có"


def _say_place(row: Appointment) -> str:
    number, when = row.queue_number or "chưa có số", say_time(row.slot.starts_at)
    return f"{row.code}: {number}, {when}, {row.day.site.name}"
