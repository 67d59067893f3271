"""What the pages of a booking share: finding this browser's draft, and what every page shows of it."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.browser import sign_in, signed_in
from accounts.identity import masked_number
from accounts.relations import Relation
from accounts.services import open_session
from booking.errors import SlotFull
from booking.forms import say_birth_date
from booking.models import Booking, Draft, Slot
from booking.services import drafts
from booking.services.drafts import Contents
from core.errors import DomainError, NotFound

# Begins as every cookie of a citizen does, so that signing out takes it along.
DRAFT_COOKIE = "citizen_draft"
# A second click arrives within seconds.
JUST_BOOKED = timedelta(minutes=1)
DraftView = Callable[..., HttpResponse]


def browser_of(request: HttpRequest) -> str:
    """The secret by which this browser's drafts are its own; a new one where it has none."""
    return request.COOKIES.get(DRAFT_COOKIE) or secrets.token_urlsafe(24)


def bound(answer: HttpResponse, browser: str) -> HttpResponse:
    """The answer, with the secret for the browser to keep."""
    answer.set_cookie(
        DRAFT_COOKIE, browser, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
    return answer


def first_page_of(draft: Draft) -> str:
    """Where a draft without people begins: at the first of them, or with the dossiers that it wants first."""
    if draft.agency.dossier_required:
        return f"{reverse('book-for-dossiers')}?don_vi={draft.agency.slug}"
    return reverse("draft-person", args=[draft.public_id, 0])


def with_draft(view: DraftView) -> DraftView:
    """Find this browser's draft. One that is gone gets a page that says so; one that is done, its tickets."""

    @never_cache
    @wraps(view)
    def wrapper(request: HttpRequest, public_id: UUID, **kwargs: Any) -> HttpResponse:
        browser = request.COOKIES.get(DRAFT_COOKIE, "")
        try:
            draft = drafts.find(public_id=public_id, browser=browser, now=timezone.now())
        except NotFound:
            return render(request, "booking/draft_gone.html", status=404)
        if draft.booking is not None:
            return _already_booked(request, draft.booking)
        return view(request, draft, **kwargs)

    return wrapper


def _already_booked(request: HttpRequest, booking: Booking) -> HttpResponse:
    """Go to the tickets. A browser that drops the answer to a first click for that to the second would miss
    the sign-in, so the second answer brings it as well.
    """
    answer = redirect(tickets_of(booking))
    now = timezone.now()
    if booking.citizen and signed_in(request) is None and booking.booked_at > now - JUST_BOOKED:
        sign_in(request, answer, open_session(citizen=booking.citizen, now=now))
    return answer


def tickets_of(booking: Booking) -> str:
    return f"{reverse('my-appointments')}?dat={booking.public_id}"


def frame(draft: Draft, *, step: int) -> dict[str, Any]:
    """What every page of a draft shows around its own content."""
    return {"draft": draft, "agency": draft.agency, "step": step}


def shown(contents: Contents) -> list[dict[str, Any]]:
    """The people of a draft as pages list them, numbers masked."""
    return [
        {
            "name": entry["full_name"],
            "birth_date": say_birth_date(entry["birth_date"]),
            "masked_id": masked_number(entry["personal_id"]) or "",
            "relation": Relation(entry["relation"]).label,
            "has_dossier": "dossier" in entry,
        }
        for entry in contents.people
    ]


def uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def hour_asked(request: HttpRequest) -> str:
    """The id of the slot whose button was pressed; empty for none, and for what is no id."""
    return str(uuid_or_none(request.POST.get("slot", "")) or "")


def nearest_of(refusal: DomainError | None) -> list[Slot]:
    """The hours that a refusal names instead of the full one."""
    if not isinstance(refusal, SlotFull):
        return []
    ids = [found["id"] for found in refusal.details["nearest"]]
    return list(Slot.objects.filter(public_id__in=ids).select_related("day").order_by("starts_at"))
