"""Choosing when to come: a day and an hour, the earliest, or, where the office assigns, a range of days."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from booking.forms import WishForm
from booking.models import Draft
from booking.services import directory, drafts
from booking.services.drafts import Contents, contents_of
from booking.views.calendar import DayPicker
from booking.views.drafting import first_page_of, frame, hour_asked, with_draft
from core.time import local_date


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def when(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Which site, day and hour; for a wish, which days. With `khac`, another hour than the one kept."""
    contents = contents_of(draft)
    if not contents.people:
        return redirect(first_page_of(draft))
    if draft.intent == Draft.Intent.WISH:
        return _when_of_wish(request, draft, contents)
    if request.method == "POST":
        contents.slot = hour_asked(request)
        drafts.save(draft, contents, now=timezone.now())
        return redirect("draft-check", public_id=draft.public_id)
    if "khac" in request.GET:
        return _pick(request, draft, contents)
    if draft.intent == Draft.Intent.EARLIEST:
        return _earliest(request, draft, contents)
    if contents.slot:
        return redirect("draft-check", public_id=draft.public_id)
    return _pick(request, draft, contents)


def _pick(request: HttpRequest, draft: Draft, contents: Contents) -> HttpResponse:
    now = timezone.now()
    sites = list(directory.sites_of(draft.agency, now=now))
    chosen_id = request.GET.get("diem", contents.site)
    chosen = next((site for site in sites if str(site.public_id) == chosen_id), None)
    if chosen is None and len(sites) == 1:
        chosen = sites[0]
    sizes = contents.sizes
    context = {
        **frame(draft, step=2),
        "sites": sites,
        "site": chosen,
        "size": len(sizes),
        "picker": None if chosen is None else DayPicker.of(request, chosen, now=now, sizes=sizes),
        "picker_query": f"khac=1&diem={chosen.public_id}&" if chosen else "",
    }
    if request.headers.get("HX-Request") and chosen is not None:
        return render(request, "booking/_picker.html", context)
    return render(request, "booking/when.html", context)


def _earliest(request: HttpRequest, draft: Draft, contents: Contents) -> HttpResponse:
    now = timezone.now()
    slot = drafts.earliest_slot(draft.agency, sizes=contents.sizes, now=now, ward=contents.ward)
    if slot is None:
        return render(request, "booking/nothing_free.html", frame(draft, step=2))
    contents.slot = str(slot.public_id)
    drafts.save(draft, contents, now=now)
    return redirect("draft-check", public_id=draft.public_id)


def _when_of_wish(request: HttpRequest, draft: Draft, contents: Contents) -> HttpResponse:
    now = timezone.now()
    tomorrow = local_date(now) + timedelta(days=1)
    last = local_date(now) + timedelta(days=draft.agency.window_days)
    sites = [(str(site.public_id), site.name) for site in directory.sites_of(draft.agency, now=now)]
    initial = {
        "from_date": contents.from_date or tomorrow.isoformat(),
        "to_date": contents.to_date or min(tomorrow + timedelta(days=6), last).isoformat(),
        "half": contents.half,
        "site": contents.site,
        "ward": contents.ward,
    }
    days = [tomorrow + timedelta(days=offset) for offset in range((last - tomorrow).days + 1)]
    form = WishForm(
        request.POST or None, initial=initial, days=days, wards=directory.wards_of(draft.agency), sites=sites
    )
    if form.is_valid():
        said = form.cleaned_data
        contents.from_date, contents.to_date = said["from_date"].isoformat(), said["to_date"].isoformat()
        contents.half, contents.site, contents.ward = said["half"], said["site"], said.get("ward", "")
        drafts.save(draft, contents, now=now)
        return redirect("draft-check", public_id=draft.public_id)
    context = {**frame(draft, step=2), "form": form}
    return render(request, "booking/wish.html", context, status=422 if form.errors else 200)
