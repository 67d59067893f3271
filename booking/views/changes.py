"""What a citizen changes: will come, another hour, cancel, take a registration back.

A second click meets what the first one did, and gets the same answer.
"""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.browser import signed_in
from accounts.models import Citizen
from booking.models import BEFORE_ARRIVAL, Appointment, Registration
from booking.services import appointments, registrations
from booking.views.calendar import DayPicker
from booking.views.drafting import nearest_of, uuid_or_none
from booking.views.mine import with_appointment
from core.db import retry_once
from core.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
@with_appointment
def confirm(request: HttpRequest, appointment: Appointment, citizen: Citizen | None) -> HttpResponse:
    """Note that the person will come."""
    if request.method != "POST":  # reloaded, or typed
        return redirect("ticket", code=appointment.code)
    return _do(
        request,
        appointment,
        lambda: appointments.confirm(code=appointment.code, citizen=citizen, now=timezone.now()),
        done="se-den",
        is_so=lambda now_so: now_so.status == Appointment.Status.CONFIRMED,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@with_appointment
def cancel(request: HttpRequest, appointment: Appointment, citizen: Citizen | None) -> HttpResponse:
    """Ask once, then give the place up."""
    if request.method != "POST":
        if appointment.status not in BEFORE_ARRIVAL:
            return redirect("ticket", code=appointment.code)
        context = {"appointment": appointment, "agency": appointment.day.site.agency}
        return render(request, "booking/cancel.html", context)
    return _do(
        request,
        appointment,
        lambda: appointments.cancel(code=appointment.code, citizen=citizen, now=timezone.now()),
        done="da-huy",
        is_so=lambda now_so: now_so.status == Appointment.Status.CANCELLED,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@with_appointment
def move(request: HttpRequest, appointment: Appointment, citizen: Citizen | None) -> HttpResponse:
    """Choose another hour at the same site."""
    if request.method != "POST":
        return _hours_to_move_to(request, appointment)
    slot_id = uuid_or_none(request.POST.get("slot", ""))
    if slot_id is None:
        return redirect("move", code=appointment.code)
    return _do(
        request,
        appointment,
        lambda: appointments.reschedule(
            code=appointment.code, slot_id=slot_id, citizen=citizen, now=timezone.now()
        ),
        done="da-doi",
        is_so=lambda now_so: now_so.is_live and now_so.slot.public_id == slot_id,
    )


def _hours_to_move_to(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    if appointment.status not in BEFORE_ARRIVAL:
        return redirect("ticket", code=appointment.code)
    site = appointment.day.site
    context = {
        "appointment": appointment,
        "site": site,
        "agency": site.agency,
        "size": 1,
        "picker": DayPicker.of(
            request, site, now=timezone.now(), sizes=[appointment.places], held=appointment.slot
        ),
        "picker_query": "",
    }
    template = "booking/_picker.html" if request.headers.get("HX-Request") else "booking/move.html"
    return render(request, template, context)


def _do(
    request: HttpRequest,
    appointment: Appointment,
    change: Callable[[], Appointment],
    *,
    done: str,
    is_so: Callable[[Appointment], bool],
) -> HttpResponse:
    try:
        retry_once(change)
    except DomainError as refusal:
        if not is_so(Appointment.objects.for_display().get(pk=appointment.pk)):
            return _refused(request, refusal, appointment)
    return redirect(f"{reverse('ticket', args=[appointment.code])}?xong={done}")


def _refused(request: HttpRequest, refusal: DomainError, appointment: Appointment | None) -> HttpResponse:
    context = {
        "appointment": appointment,
        "agency": appointment.day.site.agency if appointment else None,
        "refusal": refusal,
        "nearest": nearest_of(refusal),
    }
    return render(request, "booking/refused.html", context, status=refusal.status)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask once, then take a registration back."""
    citizen = signed_in(request)
    mine = Registration.objects.of(citizen).filter(public_id=public_id) if citizen else None
    wish = mine.select_related("agency", "booking").first() if mine is not None else None
    if citizen is None or wish is None:
        return render(request, "booking/not_yours.html", {"code": ""}, status=404)
    if request.method != "POST":
        people = wish.booking.people.order_by("position")
        context = {"registration": wish, "agency": wish.agency, "people": people}
        return render(request, "booking/withdraw.html", context)
    try:
        retry_once(lambda: registrations.withdraw(public_id=public_id, citizen=citizen, now=timezone.now()))
    except DomainError as refusal:
        wish.refresh_from_db()
        if wish.status != Registration.Status.WITHDRAWN:
            return _refused(request, refusal, None)
    return redirect(f"{reverse('my-appointments')}?xong=da-rut")
