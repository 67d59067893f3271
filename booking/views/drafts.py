"""Booking in the browser: for whom, when, check, done. Each page stands alone; nothing needs a script."""

import secrets
from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services as accounts
from accounts.browser import sign_in, signed_in
from accounts.forms import CodeForm
from accounts.identity import NUMBER_REQUIRED_FROM, masked_number
from accounts.models import Citizen
from accounts.notice import CURRENT_NOTICE
from agencies.models import Agency
from booking.errors import SlotFull
from booking.forms import CheckForm, PersonForm, WishForm, say_birth_date
from booking.models import Draft, Person, Registration, Site, Slot
from booking.services import directory, drafts
from booking.services.drafts import Contents, contents_of
from booking.views.calendar import DayPicker
from core.db import retry_once
from core.errors import DomainError, Invalid, NotFound
from core.time import local_date

BROWSER_COOKIE = "draft_browser"
INTENTS = {"chon-gio": Draft.Intent.PICK, "som-nhat": Draft.Intent.EARLIEST, "dang-ky": Draft.Intent.WISH}
DraftView = Callable[..., HttpResponse]


def _with_draft(view: DraftView) -> DraftView:
    """Find this browser's draft. One that is gone gets a page that says so; one that is done, its tickets."""

    @wraps(view)
    def wrapper(request: HttpRequest, public_id: UUID, **kwargs: Any) -> HttpResponse:
        browser = request.COOKIES.get(BROWSER_COOKIE, "")
        try:
            draft = drafts.find(public_id=public_id, browser=browser, now=timezone.now())
        except NotFound:
            return render(request, "booking/draft_gone.html", status=404)
        if draft.booking is not None:
            return redirect(_tickets(draft.booking.public_id))
        return view(request, draft, **kwargs)

    return wrapper


def _tickets(booking: UUID) -> str:
    return f"{reverse('my-appointments')}?dat={booking}"


@require_POST
def begin(request: HttpRequest, slug: str, intent: str) -> HttpResponse:
    """Start a draft and ask for whom."""
    agency = get_object_or_404(Agency, slug=slug, is_active=True)
    browser = request.COOKIES.get(BROWSER_COOKIE) or secrets.token_urlsafe(24)
    now = timezone.now()
    draft = drafts.begin(agency=agency, intent=INTENTS[intent], browser=browser, now=now)
    contents = contents_of(draft)
    contents.site = request.POST.get("site", "")[:36]
    drafts.save(draft, contents, now=now)
    answer = redirect("draft-person", public_id=draft.public_id, position=0)
    answer.set_cookie(
        BROWSER_COOKIE, browser, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
    return answer


@require_http_methods(["GET", "HEAD"])
@_with_draft
def people(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Who was written down so far; one more, or on to the hour."""
    contents = contents_of(draft)
    if not contents.people:
        return redirect("draft-person", public_id=draft.public_id, position=0)
    context = {
        **_frame(draft, step=1),
        "people": _shown(contents),
        "next_position": len(contents.people),
        "may_add": len(contents.people) < draft.agency.people_per_booking,
    }
    return render(request, "booking/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@_with_draft
def person(request: HttpRequest, draft: Draft, position: int) -> HttpResponse:
    """One person."""
    contents = contents_of(draft)
    now = timezone.now()
    known = contents.people[position] if position < len(contents.people) else None
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
    context = {**_frame(draft, step=1), "form": form, "position": position, "is_known": known is not None}
    return render(request, "booking/person.html", context, status=422 if form.errors else 200)


@require_POST
@_with_draft
def drop_person(request: HttpRequest, draft: Draft, position: int) -> HttpResponse:
    drafts.drop_person(draft=draft, position=position, now=timezone.now())
    return redirect("draft-people", public_id=draft.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@_with_draft
def when(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Which site, day and hour; for a wish, which days."""
    contents = contents_of(draft)
    if not contents.people:
        return redirect("draft-person", public_id=draft.public_id, position=0)
    if draft.intent == Draft.Intent.WISH:
        return _when_of_wish(request, draft, contents)
    if request.method == "POST":
        contents.slot = request.POST.get("slot", "")[:36]
        drafts.save(draft, contents, now=timezone.now())
        return redirect("draft-check", public_id=draft.public_id)
    if draft.intent == Draft.Intent.EARLIEST and "khac" not in request.GET:
        return _earliest(request, draft, contents)
    return _pick(request, draft, contents)


def _pick(request: HttpRequest, draft: Draft, contents: Contents) -> HttpResponse:
    now = timezone.now()
    sites = list(directory.sites_of(draft.agency, now=now))
    chosen_id = request.GET.get("diem") or contents.site
    chosen = next((site for site in sites if str(site.public_id) == chosen_id), None)
    if chosen is None and len(sites) == 1:
        chosen = sites[0]
    size = len(contents.people)
    context = {
        **_frame(draft, step=2),
        "sites": sites,
        "site": chosen,
        "size": size,
        "picker": None if chosen is None else DayPicker.of(request, chosen, now=now, size=size),
        "picker_query": f"khac=1&diem={chosen.public_id}&" if chosen else "",
    }
    if request.headers.get("HX-Request") and chosen is not None:
        return render(request, "booking/_picker.html", context)
    return render(request, "booking/when.html", context)


def _earliest(request: HttpRequest, draft: Draft, contents: Contents) -> HttpResponse:
    now = timezone.now()
    slot = drafts.earliest_slot(draft.agency, size=len(contents.people), now=now)
    if slot is None:
        return render(request, "booking/nothing_free.html", _frame(draft, step=2))
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
    }
    days = [tomorrow + timedelta(days=offset) for offset in range((last - tomorrow).days + 1)]
    form = WishForm(request.POST or None, initial=initial, days=days, sites=sites)
    if form.is_valid():
        said = form.cleaned_data
        contents.from_date, contents.to_date = said["from_date"].isoformat(), said["to_date"].isoformat()
        contents.half, contents.site = said["half"], said["site"]
        drafts.save(draft, contents, now=now)
        return redirect("draft-check", public_id=draft.public_id)
    context = {**_frame(draft, step=2), "form": form}
    return render(request, "booking/wish.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@_with_draft
def check(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Everything once more, what is agreed to, and the one button that books."""
    contents = contents_of(draft)
    if not contents.people or not (contents.slot or contents.from_date):
        return redirect("draft-people", public_id=draft.public_id)
    citizen = signed_in(request)
    form = _check_form(request, contents, citizen)
    if request.method == "POST" and form.is_valid():
        _keep_agreement(draft, contents, form)
        if citizen is not None:
            return _finish(request, draft, citizen)
        return _send_code(request, draft, contents, form)
    return _check_page(request, draft, contents, form, status=422 if form.errors else 200)


def _check_form(request: HttpRequest, contents: Contents, citizen: Citizen | None) -> CheckForm:
    return CheckForm(
        request.POST or None, signed_in=citizen is not None, for_others=contents.is_for_others, initial={}
    )


def _keep_agreement(draft: Draft, contents: Contents, form: CheckForm) -> None:
    said = form.cleaned_data
    contents.phone = said.get("phone") or contents.phone
    contents.accepted_notice = CURRENT_NOTICE.version
    contents.accepted_on_behalf = bool(said.get("on_behalf"))
    contents.wants_messages = bool(said["messages"])
    drafts.save(draft, contents, now=timezone.now())


def _send_code(request: HttpRequest, draft: Draft, contents: Contents, form: CheckForm) -> HttpResponse:
    try:
        challenge = accounts.request_code(phone=contents.phone, now=timezone.now())
    except DomainError as refusal:
        form.add_error("phone", str(refusal))
        return _check_page(request, draft, contents, form, status=refusal.status)
    contents.challenge = str(challenge.public_id)
    drafts.save(draft, contents, now=timezone.now())
    return redirect("draft-code", public_id=draft.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@_with_draft
def code(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The one-time code that signs in and books, in one step."""
    contents = contents_of(draft)
    if not contents.challenge:
        return redirect("draft-check", public_id=draft.public_id)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            tokens = accounts.verify_code(
                challenge_id=UUID(contents.challenge), code=form.cleaned_data["code"], now=timezone.now()
            )
        except Invalid as refusal:
            form.add_error("code", refusal.errors[0].message)
        else:
            answer = _finish(request, draft, tokens.citizen)
            sign_in(request, answer, tokens)
            return answer
    context = {**_frame(draft, step=3), "form": form, "phone": contents.phone}
    return render(request, "booking/code.html", context, status=422 if form.errors else 200)


def _finish(request: HttpRequest, draft: Draft, citizen: Citizen) -> HttpResponse:
    contents = contents_of(draft)
    now = timezone.now()
    try:
        booking = retry_once(lambda: drafts.finish(draft=draft, citizen=citizen, now=now))
    except DomainError as refusal:
        form = CheckForm(None, signed_in=True, for_others=contents.is_for_others)
        return _check_page(request, draft, contents, form, refusal=refusal, status=refusal.status)
    accounts.choose_messages(
        citizen=citizen, wanted=contents.wants_messages, notice_version=CURRENT_NOTICE.version, now=now
    )
    return redirect(_tickets(booking.public_id))


def _check_page(
    request: HttpRequest,
    draft: Draft,
    contents: Contents,
    form: CheckForm,
    *,
    refusal: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        **_frame(draft, step=3),
        "people": _shown(contents),
        "slot": _slot(contents),
        "wish": _wish(contents),
        "form": form,
        "refusal": refusal,
        "code": refusal.code if refusal else "",
        "nearest": _nearest(refusal),
        "existing": refusal.details.get("existing") if refusal else None,
        "notice": CURRENT_NOTICE,
    }
    return render(request, "booking/check.html", context, status=status)


def _nearest(refusal: DomainError | None) -> list[Slot]:
    if not isinstance(refusal, SlotFull):
        return []
    ids = [found["id"] for found in refusal.details["nearest"]]
    return list(Slot.objects.filter(public_id__in=ids).select_related("day").order_by("starts_at"))


def _slot(contents: Contents) -> Slot | None:
    if not contents.slot:
        return None
    try:
        wanted = UUID(contents.slot)
    except ValueError:
        return None
    return Slot.objects.select_related("day__site").filter(public_id=wanted).first()


def _wish(contents: Contents) -> dict[str, Any] | None:
    if not contents.from_date:
        return None
    site = Site.objects.filter(public_id=contents.site).first() if contents.site else None
    return {
        "from_date": date.fromisoformat(contents.from_date),
        "to_date": date.fromisoformat(contents.to_date),
        "half": Registration.Half(contents.half).label,
        "site": site,
    }


def _frame(draft: Draft, *, step: int) -> dict[str, Any]:
    return {"draft": draft, "agency": draft.agency, "step": step}


def _shown(contents: Contents) -> list[dict[str, Any]]:
    return [
        {
            "name": entry["full_name"],
            "birth_date": say_birth_date(entry["birth_date"]),
            "masked_id": masked_number(entry["personal_id"]) or "",
            "relation": Person.Relation(entry["relation"]).label,
        }
        for entry in contents.people
    ]


def _initial(known: dict[str, Any] | None, *, is_first: bool) -> dict[str, Any]:
    if known is None:
        return {"relation": Person.Relation.SELF if is_first else Person.Relation.CHILD}
    return {**known, "birth_date": say_birth_date(known["birth_date"])}
