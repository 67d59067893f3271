"""The citizen's own appointments: the list, the ticket, the ticket as a file."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID

import segno
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.browser import signed_in
from accounts.models import Citizen
from accounts.services import takes_messages
from booking import reminders
from booking.models import BEFORE_ARRIVAL, Appointment, Person, Registration
from booking.services import tickets
from booking.services.lookup import appointment_of_proof
from booking.services.registrations import told_at
from core.errors import NotFound
from core.time import local_date
from dossiers.services.visits import PapersToBring
from notifications import services as notifications

# Begins as every cookie of a citizen does, so that signing out takes it along.
PROOF_COOKIE = "citizen_proof"


class Holder:
    """Who may see an appointment here: its account, or whoever just looked it up with a proof."""

    def __init__(self, request: HttpRequest) -> None:
        self.citizen: Citizen | None = signed_in(request)
        self.proved_code = _proved(request.COOKIES.get(PROOF_COOKIE, ""))

    def find(self, code: str) -> tuple[Appointment, Citizen | None]:
        """The appointment and on whose behalf it is changed: the account's, or nobody's by proof.

        :raises NotFound: not theirs
        """
        rows = Appointment.objects.for_display().filter(code=code)
        mine = rows.of(self.citizen).first() if self.citizen else None
        if mine is not None:
            return mine, self.citizen
        proved = rows.first() if self.proved_code == code else None
        if proved is None:
            raise NotFound
        return proved, None


def _proved(proof: str) -> str | None:
    try:
        return appointment_of_proof(proof, now=timezone.now())
    except NotFound:
        return None


def with_appointment(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Find the appointment for whoever may see it; the others get a page that says how to get there."""

    @never_cache
    @wraps(view)
    def wrapper(request: HttpRequest, code: str, **kwargs: Any) -> HttpResponse:
        try:
            appointment, citizen = Holder(request).find(code)
        except NotFound:
            return render(request, "booking/not_yours.html", {"code": code}, status=404)
        return view(request, appointment, citizen, **kwargs)

    return wrapper


@require_safe
@never_cache
def my_appointments(request: HttpRequest) -> HttpResponse:
    """Everything this account holds or waits for, the next first; after booking, what is new on top."""
    citizen = signed_in(request)
    if citizen is None:
        return redirect(f"{reverse('sign-in')}?next={reverse('my-appointments')}")
    rows = Appointment.objects.of(citizen).for_display()
    asked = request.GET.get("dat", "")
    new = _of_booking(asked, rows)
    if len(new) == 1:
        return redirect("ticket", code=new[0].code)
    ahead = rows.live().filter(day__date__gte=local_date(timezone.now())).order_by("slot__starts_at", "pk")
    coming = [row for row in ahead if row not in new]
    over = rows.exclude(pk__in=[row.pk for row in [*new, *coming]]).order_by("-slot__starts_at", "-pk")[:20]
    waiting = Registration.objects.waiting().of(citizen).select_related("agency", "site", "booking")
    people = Prefetch("booking__people", Person.objects.order_by("position"))
    wishes = list(waiting.prefetch_related(people).order_by("from_date", "pk"))
    context = {
        "new": new,
        "coming": coming,
        "over": over,
        "takes_messages": takes_messages(citizen=citizen),
        "unread": notifications.unread(citizen=citizen, now=timezone.now()),
        "registered": next((wish for wish in wishes if str(wish.booking.public_id) == asked), None),
        "unplaced": _lately_unplaced(citizen),
        "withdrawn": request.GET.get("xong") == "da-rut",
        "joined": request.GET.get("xong") == "da-gop",
        "waiting": [{"registration": wish, "told_at": told_at(wish, now=timezone.now())} for wish in wishes],
    }
    return render(request, "booking/mine.html", context)


def _lately_unplaced(citizen: Citizen) -> list[Registration]:
    """Registrations that ended without a place in the last two weeks: their people must look for another."""
    since = local_date(timezone.now()) - timedelta(days=14)
    ended = Registration.objects.of(citizen).filter(status=Registration.Status.EXPIRED, to_date__gte=since)
    return list(ended.select_related("agency").order_by("-to_date", "-pk"))


def _of_booking(asked: str, rows: Any) -> list[Appointment]:
    try:
        booking = UUID(asked)
    except ValueError:
        return []
    return list(rows.live().filter(person__booking__public_id=booking).order_by("person__position"))


@require_safe
@with_appointment
def ticket(request: HttpRequest, appointment: Appointment, citizen: Citizen | None) -> HttpResponse:
    """The ticket: number or when it comes, hour, place, code."""
    agency = appointment.day.site.agency
    context = {
        "appointment": appointment,
        "agency": agency,
        "number_at": reminders.number_told_at(agency, appointment.day.date),
        "bring": reminders.to_bring(appointment, papers=PapersToBring()),
        "qr": qr_of(appointment.code),
        "may_change": appointment.status in BEFORE_ARRIVAL and timezone.now() < appointment.slot.starts_at,
        "done": request.GET.get("xong", ""),
        "together": _booked_together(appointment) if citizen else [],
    }
    return render(request, "booking/ticket.html", context)


def _booked_together(appointment: Appointment) -> list[Appointment]:
    """The family's other appointments, which a move or a cancellation of this one leaves as they are."""
    rows = Appointment.objects.for_display().live().filter(person__booking=appointment.person.booking_id)
    return list(rows.exclude(pk=appointment.pk).order_by("person__position"))


def qr_of(code: str) -> SafeString:
    """The code as an inline picture; made of our own letters and digits only."""
    picture = segno.make(code, error="m").svg_inline(border=1, omitsize=True, svgclass="qr")
    return mark_safe(picture)  # noqa: S308 - drawn by the library from a code that we made


FILES: Mapping[str, tuple[tickets.Form, str]] = {
    "phieu.pdf": ("pdf", "application/pdf"),
    "phieu.svg": ("svg", "image/svg+xml"),
    "phieu.png": ("png", "image/png"),
}


@require_safe
@with_appointment
def ticket_file(
    request: HttpRequest, appointment: Appointment, citizen: Citizen | None, name: str
) -> HttpResponse:
    """The ticket as a file, or the calendar's entry."""
    if name == "lich.ics":
        content = tickets.calendar(appointment, now=timezone.now()).encode()
        kind = "text/calendar; charset=utf-8"
    else:
        form, kind = FILES[name]
        content = tickets.render(appointment, form=form, roll="cuon" in request.GET)
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'inline; filename="{appointment.code}-{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
