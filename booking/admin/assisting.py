"""Booking and registering at the desk for somebody without a phone."""

from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from unfold.decorators import action

from accounts.models import Officer
from accounts.notice import CURRENT_NOTICE
from booking.admin.assisting_forms import AssistedForm, AssistedWishForm
from booking.admin.pages import PageAdmin, attempt, day_asked
from booking.models import Person, Registration, SessionWard, Site, SiteWard, Slot
from booking.services import registrations
from booking.services.assisted import book_assisted
from booking.services.people import Accepted, NewPerson, Party
from core.time import say_clock, say_day

TITLE = "Đặt hộ tại quầy"


def party_of(form: AssistedForm | AssistedWishForm, officer: Officer) -> Party:
    """The one person before the officer, who heard the notice and agreed."""
    said = form.cleaned_data
    person = NewPerson(details=form.details(), relation=Person.Relation.SELF, ward=said.get("ward", ""))
    return Party(
        citizen=None,
        people=[person],
        accepted=Accepted(notice=CURRENT_NOTICE.version, on_behalf=False),
        phone=said["phone"] or None,
        priority=said["priority"],
        assisted_by=officer,
    )


def wards_of(sites: list[Site]) -> list[tuple[str, str]]:
    """The wards that these sites, or sessions at them, are for."""
    of_sites = SiteWard.objects.filter(site__in=sites).values_list("code", "name")
    of_sessions = SessionWard.objects.filter(session__site__in=sites).values_list("code", "name")
    return sorted({*of_sites, *of_sessions}, key=lambda ward: (ward[1], ward[0]))


class AssistPages(PageAdmin):
    def has_assist_permission(self, request: HttpRequest, *_: Any) -> bool:
        return request.user.has_perm("booking.assist_booking")


class AssistedBooking(AssistPages):
    """To be mixed into the list of appointments."""

    @action(description=TITLE, url_path="assist", permissions=["assist"], icon="person_add")
    def assist(self, request: HttpRequest) -> HttpResponse:
        """Ask who comes and pick a slot; the number is there at once, with a ticket to print."""
        sites, on = self.sites(request), day_asked(request)
        slots = self._slots(sites, on)
        form = AssistedForm(
            request.POST or None, slots=slots, wards=wards_of(sites), sites=sites, now=timezone.now()
        )
        if form.is_valid():
            slot_id, party = form.cleaned_data["slot"], party_of(form, cast("Officer", request.user))
            now = timezone.now()
            booked = attempt(request, lambda: book_assisted(slot_id=slot_id, party=party, now=now), form=form)
            if booked:
                (appointment,) = booked.appointments
                self.log_addition(request, appointment, "Đặt hộ tại quầy")
                number = appointment.queue_number
                messages.success(
                    request, f"Số {number}, {say_clock(appointment.slot.starts_at)}. In phiếu ở trên."
                )
                return redirect(self.address("change", appointment.pk))
        return self.page(
            request,
            "admin/booking/assist.html",
            title=TITLE,
            form=form,
            on=on,
            has_slots=bool(slots),
            notice=CURRENT_NOTICE,
            back=self.address("changelist"),
            do="Đặt lịch, lấy số",
        )

    def _slots(self, sites: list[Site], on: date) -> list[Slot]:
        """Where an officer may still put somebody that day: open, not over, with room."""
        free = Slot.objects.with_room_for(1).filter(
            day__site__in=sites, day__date=on, day__is_open=True, is_open=True
        )
        ahead = free.filter(ends_at__gt=timezone.now()).select_related("day__site")
        return list(ahead.order_by("day__site__name", "starts_at"))


class AssistedRegistration(AssistPages):
    """To be mixed into the list of registrations."""

    @action(description="Đăng ký hộ tại quầy", url_path="assist", permissions=["assist"], icon="person_add")
    def assist(self, request: HttpRequest) -> HttpResponse:
        """Ask who wants to come, and when; the evening run gives the place."""
        sites = [site for site in self.sites(request) if site.agency.office_assigns]
        form = AssistedWishForm(request.POST or None, sites=sites, wards=wards_of(sites), now=timezone.now())
        if form.is_valid():
            wish, party = _wish(form, sites), party_of(form, cast("Officer", request.user))
            now = timezone.now()
            made = attempt(
                request, lambda: registrations.register(wish=wish, party=party, now=now), form=form
            )
            if made:
                self.log_addition(request, made, "Đăng ký hộ tại quầy")
                words = f"Đã ghi nhận, từ {say_day(made.from_date)}. Hẹn công dân hỏi lại chiều hôm trước."
                messages.success(request, words)
                return redirect(self.address("change", made.pk))
        return self.page(
            request,
            "admin/booking/assist.html",
            title="Đăng ký hộ tại quầy",
            form=form,
            on=None,
            has_slots=bool(sites),
            notice=CURRENT_NOTICE,
            back=self.address("changelist"),
            do="Đăng ký",
        )


def _wish(form: AssistedWishForm, sites: list[Site]) -> registrations.Wish:
    said = form.cleaned_data
    chosen = next((site for site in sites if str(site.public_id) == said["site"]), None)
    agency = chosen.agency if chosen else next(s.agency for s in sites if s.agency.slug == said["agency"])
    return registrations.Wish(
        agency=agency.slug,
        from_date=said["from_date"],
        to_date=said["to_date"],
        half=Registration.Half(said["half"]),
        site=chosen.public_id if chosen else None,
        ward=said.get("ward", ""),
    )
