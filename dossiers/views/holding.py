"""What the pages of a dossier share: finding the citizen's own, and what every page of a draft shows."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.browser import signed_in
from accounts.models import Citizen
from core.errors import NotFound
from dossiers.models import Dossier
from dossiers.services.asked_papers import asked_papers
from dossiers.services.pages import pages_of

LONGEST_REVISION = 10
DossierView = Callable[..., HttpResponse]


def who(request: HttpRequest) -> str:
    """Whom to count: behind one address of a mobile operator many people fill in at the same time."""
    citizen = signed_in(request)
    return str(citizen.pk) if citizen else ""


def to_sign_in(then: str) -> HttpResponse:
    """Go and sign in, then come back."""
    return redirect(f"{reverse('sign-in')}?{urlencode({'next': then})}")


def own_dossier(request: HttpRequest, public_id: UUID) -> Dossier | None:
    """The dossier, if it is of the citizen at this browser."""
    citizen = signed_in(request)
    if citizen is None:
        return None
    return Dossier.objects.of(citizen).for_display().filter(public_id=public_id).first()


def not_yours(request: HttpRequest) -> HttpResponse:
    return render(request, "dossiers/not_yours.html", status=404)


def with_dossier(view: DossierView) -> DossierView:
    """Find the citizen's own dossier. Who is signed out signs in first; others are told how to get there."""

    @never_cache
    @wraps(view)
    def wrapper(request: HttpRequest, public_id: UUID, **kwargs: Any) -> HttpResponse:
        if signed_in(request) is None:
            return to_sign_in(request.path)
        found = own_dossier(request, public_id)
        if found is None:
            return not_yours(request)
        return view(request, found, **kwargs)

    return wrapper


def owner_of(dossier: Dossier) -> Citizen:
    """The account of a dossier that was found as somebody's own.

    :raises NotFound: it was erased meanwhile
    """
    if dossier.citizen is None:
        raise NotFound
    return dossier.citizen


def frame(dossier: Dossier, *, step: int) -> dict[str, Any]:
    """What every page of a draft shows around its own content."""
    last = len(pages_of(dossier)) + 1
    return {
        "dossier": dossier,
        "agency": dossier.agency,
        "step": step,
        "steps": last + bool(asked_papers(dossier)),
    }


def revision_of(request: HttpRequest) -> int:
    """The revision that the page was drawn from; 0, which is none, for what cannot be one."""
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < LONGEST_REVISION else 0
