"""Dossiers and places: from those accepted to a booking, and taking one back together with its place."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.browser import signed_in
from accounts.models import Citizen
from agencies.models import Agency
from booking.models import Appointment, Person
from booking.services import dossiers, drafts, visits
from booking.views.drafting import bound, browser_of, uuid_or_none
from core.db import retry_once
from core.errors import DomainError, NotAllowedNow
from dossiers.models import Dossier
from dossiers.states import WITHDRAWABLE, Status
from dossiers.views.holding import with_dossier

ASKED, OFFICE = "ho_so", "don_vi"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def book(request: HttpRequest) -> HttpResponse:
    """Choose among the accepted dossiers of the account who comes (`ho_so`, of the office `don_vi`), then the
    hour. One chosen beforehand is ticked; if it has a place already, its ticket is shown.
    """
    citizen = signed_in(request)
    if citizen is None:
        back = f"{reverse('book-for-dossiers')}?{request.GET.urlencode()}".rstrip("?")
        return redirect(f"{reverse('sign-in')}?{urlencode({'next': back})}")
    if request.method != "POST":
        asked = _ids(request.GET.getlist(ASKED))
        held = Appointment.objects.live().of(citizen).filter(person__dossier__public_id__in=asked).first()
        return redirect("ticket", code=held.code) if held else _page(request, citizen, asked=asked)
    asked = _ids(request.POST.getlist(ASKED))
    browser = browser_of(request)
    try:
        draft = drafts.begin_for_dossiers(
            dossiers=asked, citizen=citizen, browser=browser, now=timezone.now()
        )
    except DomainError as refusal:
        return _page(request, citizen, asked=asked, refusal=refusal)
    return bound(redirect("draft-when", public_id=draft.public_id), browser)


def _ids(texts: list[str]) -> list[UUID]:
    return [found for found in map(uuid_or_none, texts) if found is not None]


def _page(
    request: HttpRequest, citizen: Citizen, *, asked: list[UUID], refusal: DomainError | None = None
) -> HttpResponse:
    ready = list(visits.ready_of(citizen))
    slug = request.GET.get(OFFICE, "")
    if slug and not asked:
        ready = [dossier for dossier in ready if dossier.agency.slug == slug]
    by_office = sorted(ready, key=lambda dossier: (dossier.agency.name, dossier.agency_id))
    context: dict[str, Any] = {
        "offices": [
            {
                "office": office,
                "dossiers": [
                    {"dossier": row, "is_ticked": row.public_id in asked or not asked} for row in rows
                ],
            }
            for office, rows in groupby(by_office, key=lambda dossier: dossier.agency)
        ],
        "agency": Agency.objects.filter(slug=slug, is_active=True).first() if slug else None,
        "refusal": refusal,
    }
    return render(request, "booking/for_dossiers.html", context, status=refusal.status if refusal else 200)


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
            "back": reverse("dossier", args=[dossier.public_id]),
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
