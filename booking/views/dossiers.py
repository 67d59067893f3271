"""Taking a dossier back, which gives up the place that was given for it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from booking.models import Person
from booking.services import dossiers
from core.db import retry_once
from core.errors import DomainError, NotAllowedNow
from dossiers.models import Dossier
from dossiers.states import WITHDRAWABLE, Status
from dossiers.views.holding import with_dossier


@require_http_methods(["GET", "HEAD", "POST"])
@with_dossier
def withdraw(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    """Ask once, then take it back. A second click meets what the first one did."""
    if request.method != "POST":
        if dossier.status not in WITHDRAWABLE:
            return redirect("dossier", public_id=dossier.public_id)
        context = {
            "dossier": dossier,
            "agency": dossier.agency,
            "has_place": Person.objects.filter(dossier=dossier, is_live=True).exists(),
        }
        return render(request, "dossiers/withdraw.html", context)
    try:
        retry_once(lambda: _withdraw(dossier))
    except DomainError:
        if not Dossier.objects.filter(pk=dossier.pk, status=Status.WITHDRAWN).exists():
            return redirect("dossier", public_id=dossier.public_id)
    return redirect(f"{reverse('dossier', args=[dossier.public_id])}?xong=da-rut")


def _withdraw(dossier: Dossier) -> None:
    if dossier.citizen is None:
        raise NotAllowedNow(reason="hồ sơ không còn thuộc tài khoản nào")
    dossiers.withdraw(public_id=dossier.public_id, citizen=dossier.citizen, now=timezone.now())
