"""Booking and registering at the desk for somebody without a phone."""

from datetime import date
from typing import Any, cast
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from unfold.decorators import action

from accounts.models import Officer
from accounts.notice import CURRENT_NOTICE
from accounts.relations import Relation
from booking.admin.assisting_forms import AssistedForm, AssistedWishForm
from booking.admin.pages import SitePages, day_asked
from booking.models import Registration, SessionWard, Site, SiteWard, Slot
from booking.services import assisted, registrations
from booking.services.people import Accepted, NewPerson, Party
from core.officers import at_work
from core.pages import attempt
from core.time import say_clock, say_day

TITLE = "Đặt hộ tại quầy"


def once_of(request: HttpRequest) -> UUID:
    """What a page carries from its first showing on, so that a form that is sent twice books once."""
    try:
        return UUID(request.POST.get("once", ""))
    except ValueError:
        return uuid4()


def party_of(form: AssistedForm | AssistedWishForm, officer: Officer, *, once: UUID) -> Party:
    """The one person before the officer, who heard the notice and agreed."""
    said = form.cleaned_data
    person = NewPerson(
        details=form.details(),
        relation=Relation.SELF,
        ward=said.get("ward", ""),
        dossier=form.found.public_id if form.found else None,
    )
    return Party(
        citizen=None,
        people=[person],
        accepted=Accepted(notice=CURRENT_NOTICE.version, on_behalf=False),
        phone=said["phone"] or None,
        priority=said["priority"],
        assisted_by=officer,
        once=once,
    )


def wards_of(sites: list[Site]) -> list[tuple[str, str]]:
    """The wards that these sites, or sessions at them, are for."""
    of_sites = SiteWard.objects.filter(site__in=sites).values_list("code", "name")
    of_sessions = SessionWard.objects.filter(session__site__in=sites).values_list("code", "name")
    return sorted({*of_sites, *of_sessions}, key=lambda ward: (ward[1], ward[0]))


class AssistPages(SitePages):
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
        once = once_of(request)
        if form.is_valid():
            slot_id, now = form.cleaned_data["slot"], timezone.now()
            party = party_of(form, cast("Officer", request.user), once=once)
            booked = attempt(
                request,
                lambda: assisted.book_assisted(slot_id=slot_id, party=party, now=now),
                note=lambda booked: self.log_addition(request, booked.appointments[0], TITLE),
                form=form,
            )
            if booked:
                (appointment,) = booked.appointments
                number = appointment.queue_number
                messages.success(
                    request, f"Số {number}, {say_clock(appointment.slot.starts_at)}. In phiếu ở trên."
                )
                return redirect(self.address("change", appointment.pk))
        return self.page(
            request,
            "admin/booking/assist.html",
            title=TITLE,
            once=once,
            form=form,
            on=on,
            has_slots=bool(slots),
            notice=CURRENT_NOTICE,
            back=self.address("changelist"),
            do="Đặt lịch, lấy số",
        )

    def _slots(self, sites: list[Site], on: date) -> list[Slot]:
        """Where an officer may still put somebody that day: open, not over, with room."""
        free = Slot.objects.open_at_the_desk(now=timezone.now()).with_room_for(1)
        free = free.filter(day__site__in=sites, day__date=on).select_related("day__site")
        return list(free.order_by("day__site__name", "starts_at"))


class AssistedRegistration(AssistPages):
    """To be mixed into the list of registrations."""

    @action(description="Đăng ký hộ tại quầy", url_path="assist", permissions=["assist"], icon="person_add")
    def assist(self, request: HttpRequest) -> HttpResponse:
        """Ask who wants to come, and when; the evening run gives the place."""
        sites = [site for site in self.sites(request) if site.agency.office_assigns]
        form = AssistedWishForm(
            request.POST or None,
            sites=sites,
            wards=wards_of(sites),
            is_anywhere=_sees_all(request, sites),
            now=timezone.now(),
        )
        once = once_of(request)
        if form.is_valid():
            wish, now = _wish(form, sites), timezone.now()
            party = party_of(form, cast("Officer", request.user), once=once)
            made = attempt(
                request,
                lambda: assisted.register_assisted(wish=wish, party=party, now=now),
                note=lambda made: self.log_addition(request, made, "Đăng ký hộ tại quầy"),
                form=form,
            )
            if made:
                words = f"Đã ghi nhận, từ {say_day(made.from_date)}. Hẹn công dân hỏi lại chiều hôm trước."
                messages.success(request, words)
                return redirect(self.address("change", made.pk))
        return self.page(
            request,
            "admin/booking/assist.html",
            title="Đăng ký hộ tại quầy",
            once=once,
            form=form,
            on=None,
            has_slots=bool(sites),
            notice=CURRENT_NOTICE,
            back=self.address("changelist"),
            do="Đăng ký",
        )


def _sees_all(request: HttpRequest, sites: list[Site]) -> bool:
    """Whether the officer sees a registration that names no site; who works at single sites does not."""
    scope = at_work(request).scope
    return scope.everything or all(site.agency_id in scope.agencies for site in sites)


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
