"""Erasing a dossier; and a dossier shown to its person without an account, taken back, erased."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from booking.forms import DossierLookUpForm
from booking.models import Person
from booking.services import dossiers
from core.db import retry_once
from core.doors import throttled
from core.errors import DomainError, NotFound
from dossiers.models import Dossier
from dossiers.next_steps import next_step
from dossiers.services import looking_up
from dossiers.services.progress import steps_of
from dossiers.states import ENDED, WITHDRAWABLE, Status
from dossiers.views.holding import owner_of, with_dossier

# Begins as every cookie of a citizen does, so that signing out takes it along.
PROOF_COOKIE = "citizen_dossier_proof"
NOTHING_FITS = (
    "Không có hồ sơ nào khớp cả mã tờ khai, năm sinh và 4 số cuối. Xem lại từng ô, hoặc gọi đơn vị."
)
ERASABLE = (*WITHDRAWABLE, *ENDED)


@require_http_methods(["GET", "HEAD", "POST"])
@with_dossier
def erase_own(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    """Ask once, then forget the person. A second click finds nothing any more, as it should."""
    if dossier.status not in ERASABLE:
        return redirect("dossier", public_id=dossier.public_id)
    if request.method != "POST":
        back = reverse("dossier", args=[dossier.public_id])
        context = {"dossier": dossier, "agency": dossier.agency, "back": back}
        return render(request, "dossiers/erase.html", context)
    try:
        retry_once(
            lambda: dossiers.erase(public_id=dossier.public_id, citizen=owner_of(dossier), now=timezone.now())
        )
    except DomainError:
        return redirect("dossier", public_id=dossier.public_id)
    return redirect(f"{reverse('my-dossiers')}?xong=da-xoa")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@throttled("lookup")
def look_up(request: HttpRequest) -> HttpResponse:
    """Ask for the code and a proof, then show the dossier."""
    form = DossierLookUpForm(request.POST or None, initial={"code": request.GET.get("ma", "")[:20]})
    status = 422 if form.errors else 200
    if form.is_valid():
        said, now = form.cleaned_data, timezone.now()
        try:
            found = looking_up.look_up(
                code=said["code"], birth_year=said["birth_year"], id_last4=said["last4"], now=now
            )
        except DomainError as refusal:
            status = refusal.status
            form.add_error(None, NOTHING_FITS if isinstance(refusal, NotFound) else str(refusal))
        else:
            answer = redirect("dossier-looked-up")
            answer.set_cookie(
                PROOF_COOKIE,
                looking_up.proof_of(found, now=now),
                max_age=looking_up.PROOF_LIFETIME,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
            return answer
    context = {"form": form, "erased": request.GET.get("xong") == "da-xoa"}
    return render(request, "dossiers/look_up.html", context, status=status)


def looked_up(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Find the dossier of the proof; without one, ask for it."""

    @never_cache
    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        proof = request.COOKIES.get(PROOF_COOKIE, "")
        try:
            found = looking_up.dossier_of_proof(proof, now=timezone.now())
        except NotFound:
            return redirect("dossier-look-up")
        return view(request, found, proof, **kwargs)

    return wrapper


@require_safe
@looked_up
def see(request: HttpRequest, dossier: Dossier, proof: str) -> HttpResponse:
    """How far it is and what was declared, as far as that may be shown here."""
    context = {
        "dossier": dossier,
        "agency": dossier.agency,
        "steps": steps_of(dossier),
        "next": next_step(dossier),
        "lines": looking_up.declared_lines(dossier),
        "last": dossier.events.order_by("-pk").first(),
        "may_withdraw": dossier.status in WITHDRAWABLE,
        "may_erase": dossier.status in ERASABLE,
        "just_withdrawn": request.GET.get("xong") == "da-rut" and dossier.status == Status.WITHDRAWN,
    }
    return render(request, "dossiers/looked_up.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@looked_up
def withdraw(request: HttpRequest, dossier: Dossier, proof: str) -> HttpResponse:
    """Ask once, then take it back on its person's word."""
    if request.method != "POST":
        context = {
            "dossier": dossier,
            "agency": dossier.agency,
            "has_place": Person.objects.filter(dossier=dossier, is_live=True).exists(),
            "back": reverse("dossier-looked-up"),
        }
        return render(request, "dossiers/withdraw.html", context)
    with suppress(DomainError):  # a second click, or the office was faster: the page says how it stands
        retry_once(lambda: dossiers.withdraw_looked_up(proof=proof, now=timezone.now()))
    return redirect(f"{reverse('dossier-looked-up')}?xong=da-rut")


@require_http_methods(["GET", "HEAD", "POST"])
@looked_up
def erase(request: HttpRequest, dossier: Dossier, proof: str) -> HttpResponse:
    """Ask once, then forget the person on their own word."""
    if dossier.status not in ERASABLE:
        return redirect("dossier-looked-up")
    if request.method != "POST":
        context = {"dossier": dossier, "agency": dossier.agency, "back": reverse("dossier-looked-up")}
        return render(request, "dossiers/erase.html", context)
    try:
        retry_once(lambda: dossiers.erase_looked_up(proof=proof, now=timezone.now()))
    except DomainError:
        return redirect("dossier-looked-up")
    answer = redirect(f"{reverse('dossier-look-up')}?xong=da-xoa")
    answer.delete_cookie(PROOF_COOKIE, samesite="Lax")
    return answer
