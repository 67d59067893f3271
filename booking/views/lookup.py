"""Finding an appointment without an account."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from booking.forms import LookUpForm
from booking.models import Appointment
from booking.services import lookup
from booking.views.mine import PROOF_COOKIE
from core.doors import throttled
from core.errors import DomainError, NotFound

NOTHING_FITS = "Không có lịch hẹn nào khớp cả mã hẹn, năm sinh và 4 số cuối. Xem lại từng ô, hoặc gọi đơn vị."


@require_http_methods(["GET", "HEAD", "POST"])
@throttled("lookup")
def look_up(request: HttpRequest) -> HttpResponse:
    """Ask for the code and a proof, then show the ticket."""
    form = LookUpForm(request.POST or None, initial={"code": request.GET.get("ma", "")[:20]})
    status = 200
    if form.is_valid():
        try:
            appointment = _find(form)
        except DomainError as refusal:
            status = refusal.status
            form.add_error(None, NOTHING_FITS if isinstance(refusal, NotFound) else str(refusal))
        else:
            answer = redirect("ticket", code=appointment.code)
            answer.set_cookie(
                PROOF_COOKIE,
                lookup.proof_of(appointment, now=timezone.now()),
                max_age=lookup.PROOF_LIFETIME,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
            return answer
    elif form.errors:
        status = 422
    return render(request, "booking/look_up.html", {"form": form}, status=status)


def _find(form: LookUpForm) -> Appointment:
    """Try the four digits as those of the identity number or of the phone.

    :raises NotFound: neither fits, or no such code
    :raises RateLimited: too many wrong tries for this code
    """
    said = form.cleaned_data
    return lookup.look_up(
        code=said["code"],
        birth_year=said["birth_year"],
        id_last4=said["last4"],
        phone_last4=said["last4"],
        now=timezone.now(),
    )
