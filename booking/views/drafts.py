"""Beginning a booking and writing down for whom it is. Each page stands alone; nothing needs a script."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.identity import NUMBER_REQUIRED_FROM
from accounts.relations import Relation
from agencies.models import Agency
from booking.errors import DossierRequired
from booking.forms import PersonForm, say_birth_date
from booking.models import Draft
from booking.services import drafts
from booking.services.drafts import contents_of
from booking.views.drafting import bound, browser_of, first_page_of, frame, hour_asked, shown, with_draft
from core.errors import Invalid

INTENTS = {"chon-gio": Draft.Intent.PICK, "som-nhat": Draft.Intent.EARLIEST, "dang-ky": Draft.Intent.WISH}


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, slug: str, intent: str) -> HttpResponse:
    """Start a draft, for a site or an hour if one was chosen, and ask for whom."""
    agency = get_object_or_404(Agency, slug=slug, is_active=True)
    if request.method != "POST":  # typed, or reloaded
        return redirect("agency", slug=slug)
    browser = browser_of(request)
    now = timezone.now()
    try:
        draft = drafts.begin(agency=agency, intent=INTENTS[intent], browser=browser, now=now)
    except DossierRequired:
        return redirect(f"{reverse('book-for-dossiers')}?don_vi={slug}")
    contents = contents_of(draft)
    contents.site = request.POST.get("site", "")[:36]
    contents.slot = hour_asked(request)
    drafts.save(draft, contents, now=now)
    return bound(redirect("draft-person", public_id=draft.public_id, position=0), browser)


@require_http_methods(["GET", "HEAD"])
@with_draft
def people(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Who was written down so far; one more, or on to the hour."""
    contents = contents_of(draft)
    if not contents.people:
        return redirect(first_page_of(draft))
    context = {
        **frame(draft, step=1),
        "people": shown(contents),
        "next_position": len(contents.people),
        "may_add": len(contents.people) < draft.agency.people_per_booking,
        "only_with_dossier": draft.agency.dossier_required,
        "has_hour": draft.intent == Draft.Intent.PICK and bool(contents.slot),
    }
    return render(request, "booking/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def person(request: HttpRequest, draft: Draft, position: int) -> HttpResponse:
    """One person."""
    contents = contents_of(draft)
    now = timezone.now()
    known = contents.people[position] if position < len(contents.people) else None
    if (known and "dossier" in known) or (known is None and draft.agency.dossier_required):
        return redirect("draft-people", public_id=draft.public_id)
    form = PersonForm(
        request.POST or None,
        initial=_initial(known, is_first=position == 0),
        number_required=draft.agency.law_day(now=now) >= NUMBER_REQUIRED_FROM,
    )
    if request.method == "POST" and form.is_valid():
        try:
            drafts.put_person(
                draft=draft,
                position=position,
                details=form.details(),
                relation=form.relation_chosen(),
                now=now,
            )
        except Invalid as refused:
            for fault in refused.errors:
                form.add_error(fault.field if fault.field in form.fields else None, fault.message)
        else:
            return redirect("draft-people", public_id=draft.public_id)
    context = {**frame(draft, step=1), "form": form, "position": position, "is_known": known is not None}
    return render(request, "booking/person.html", context, status=422 if form.errors else 200)


@require_POST
@with_draft
def drop_person(request: HttpRequest, draft: Draft, position: int) -> HttpResponse:
    drafts.drop_person(draft=draft, position=position, now=timezone.now())
    return redirect("draft-people", public_id=draft.public_id)


def _initial(known: dict[str, Any] | None, *, is_first: bool) -> dict[str, Any]:
    if known is None:
        return {"relation": Relation.SELF if is_first else Relation.CHILD}
    return {**known, "birth_date": say_birth_date(known["birth_date"])}
