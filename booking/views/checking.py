"""The last look, what is agreed to, the one-time code, and the one button that books."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import services as accounts
from accounts.browser import leave_for_zalo, offers_zalo, sign_in, signed_in
from accounts.forms import CodeForm, why_not_sent
from accounts.models import Citizen
from accounts.notice import CURRENT_NOTICE
from booking.forms import CheckForm
from booking.models import Draft, Registration, Site, Slot
from booking.services import drafts, eligibility
from booking.services.drafts import Contents, contents_of
from booking.views.drafting import frame, hour_asked, nearest_of, shown, tickets_of, with_draft
from core.db import retry_once
from core.doors import throttled
from core.errors import DomainError, Invalid, RateLimited
from core.templatetags.words import phone as say_phone
from dossiers.models import Dossier
from dossiers.services.visits import PapersToBring


@require_http_methods(["GET", "HEAD", "POST"])
@throttled("sign_in")
@with_draft
def check(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Everything once more, what is agreed to, and the one button that books."""
    contents = contents_of(draft)
    if not contents.people or not (contents.slot or contents.from_date):
        return redirect("draft-people", public_id=draft.public_id)
    citizen = signed_in(request)
    if request.POST.get("slot"):
        return _another_hour(request, draft, contents, citizen)
    form = _form(request.POST, contents, citizen)
    if "zalo" in request.POST and citizen is None and offers_zalo():
        return _to_zalo(request, draft, contents, form)
    if form.is_valid():
        _keep_typed(draft, contents, form)
        if citizen is not None:
            return _finish(request, draft, citizen)
        return _send_code(request, draft, contents, form)
    return _check_page(request, draft, contents, form, status=422 if form.errors else 200)


def _to_zalo(request: HttpRequest, draft: Draft, contents: Contents, form: CheckForm) -> HttpResponse:
    """Go and sign in with Zalo instead of by a code; what was filled in so far is there afterwards."""
    form.full_clean()
    _keep_typed(draft, contents, form)
    return leave_for_zalo(request, then=reverse("draft-check", args=[draft.public_id]))


def _another_hour(
    request: HttpRequest, draft: Draft, contents: Contents, citizen: Citizen | None
) -> HttpResponse:
    """Take one of the hours offered instead of a full one. Who agreed to all a moment ago has booked."""
    contents.slot = hour_asked(request)
    drafts.save(draft, contents, now=timezone.now())
    if citizen is not None and contents.is_agreed:
        return _finish(request, draft, citizen)
    return redirect("draft-check", public_id=draft.public_id)


def _form(data: Any, contents: Contents, citizen: Citizen | None) -> CheckForm:
    return CheckForm(
        data or None,
        initial=_said_before(contents),
        signed_in=citizen is not None,
        phone_is_known=citizen is not None and bool(citizen.phone),
        for_others=contents.is_for_others,
        wards=eligibility.wards_to_ask(contents.slot, ward=contents.ward) if contents.slot else (),
        takes_messages=citizen is not None and accounts.takes_messages(citizen=citizen),
    )


def _said_before(contents: Contents) -> dict[str, Any]:
    """What was filled in and ticked on this page before, for who comes back to it; at first nothing."""
    return {
        "phone": say_phone(contents.phone),
        "call_phone": say_phone(contents.phone),
        "notice": contents.accepted_notice == CURRENT_NOTICE.version,
        "on_behalf": contents.accepted_on_behalf,
        "priority": contents.priority,
        "messages": contents.wants_messages,
    }


def _keep_typed(draft: Draft, contents: Contents, form: CheckForm) -> None:
    """Keep what was filled in and ticked, all of it or not."""
    said = form.cleaned_data
    contents.ward = said.get("ward") or contents.ward
    contents.phone = said.get("phone") or said.get("call_phone") or contents.phone
    contents.accepted_notice = CURRENT_NOTICE.version if said.get("notice") else ""
    contents.accepted_on_behalf = bool(said.get("on_behalf"))
    contents.priority = bool(said.get("priority"))
    contents.wants_messages = said.get("messages")
    drafts.save(draft, contents, now=timezone.now())


def _send_code(request: HttpRequest, draft: Draft, contents: Contents, form: CheckForm) -> HttpResponse:
    now = timezone.now()
    try:
        challenge = accounts.request_code(phone=contents.phone, now=now)
    except DomainError as refusal:
        on_its_way = accounts.code_on_its_way(phone=contents.phone, now=now)
        if not isinstance(refusal, RateLimited) or on_its_way is None:
            form.add_error("phone", why_not_sent(refusal))
            return _check_page(request, draft, contents, form, status=refusal.status)
        challenge = on_its_way
    _keep_challenge(draft, contents, str(challenge.public_id))
    return redirect("draft-code", public_id=draft.public_id)


def _keep_challenge(draft: Draft, contents: Contents, challenge: str) -> None:
    contents.challenge, contents.proved_code, contents.proved_by = challenge, "", ""
    drafts.save(draft, contents, now=timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
@throttled("sign_in")
@with_draft
def code(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The one-time code that signs in and books, in one step."""
    contents = contents_of(draft)
    if not contents.challenge:
        return redirect("draft-check", public_id=draft.public_id)
    if "again" in request.POST:
        return _send_again(request, draft, contents)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            tokens = drafts.prove_phone(draft=draft, code=form.cleaned_data["code"], now=timezone.now())
        except Invalid as refusal:
            form.add_error("code", refusal.errors[0].message)
        else:
            answer = _finish(request, draft, tokens.citizen)
            sign_in(request, answer, tokens)
            return answer
    return _code_page(request, draft, contents, form, status=422 if form.errors else 200)


def _send_again(request: HttpRequest, draft: Draft, contents: Contents) -> HttpResponse:
    try:
        challenge = accounts.request_code(phone=contents.phone, now=timezone.now())
    except DomainError as refusal:
        return _code_page(
            request, draft, contents, CodeForm(), status=refusal.status, not_sent=why_not_sent(refusal)
        )
    _keep_challenge(draft, contents, str(challenge.public_id))
    return redirect("draft-code", public_id=draft.public_id)


def _code_page(
    request: HttpRequest, draft: Draft, contents: Contents, form: CodeForm, *, status: int, not_sent: str = ""
) -> HttpResponse:
    context = {**frame(draft, step=3), "form": form, "phone": contents.phone, "not_sent": not_sent}
    return render(request, "booking/code.html", context, status=status)


def _finish(request: HttpRequest, draft: Draft, citizen: Citizen) -> HttpResponse:
    contents = contents_of(draft)
    now = timezone.now()
    try:
        booking = retry_once(lambda: drafts.finish(draft=draft, citizen=citizen, now=now))
    except DomainError as refusal:
        form = _form(None, contents, citizen)
        return _check_page(request, draft, contents, form, refusal=refusal, status=refusal.status)
    return redirect(tickets_of(booking))


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
        **frame(draft, step=3),
        "people": shown(contents),
        "papers": _papers(contents),
        "has_others": any("dossier" not in entry for entry in contents.people),
        "slot": _slot(contents),
        "wish": _wish(contents),
        "form": form,
        "refusal": refusal,
        "code": refusal.code if refusal else "",
        "nearest": nearest_of(refusal),
        "existing": refusal.details.get("existing") if refusal else None,
        "notice": CURRENT_NOTICE,
        "offers_zalo": "phone" in form.fields and offers_zalo(),
        "was_signed_out": request.method == "POST" and "phone" in form.fields and "phone" not in request.POST,
    }
    return render(request, "booking/check.html", context, status=status)


def _papers(contents: Contents) -> list[dict[str, Any]]:
    """What each of those with a dossier brings."""
    entries = {entry["dossier"]: entry for entry in contents.people if "dossier" in entry}
    papers = PapersToBring()
    rows = Dossier.objects.filter(public_id__in=entries).order_by("pk") if entries else []
    found = [
        (entries[str(row.public_id)], papers.of(row, birth_date=entries[str(row.public_id)]["birth_date"]))
        for row in rows
    ]
    return [{"name": entry["full_name"], "papers": listed} for entry, listed in found if listed]


def _slot(contents: Contents) -> Slot | None:
    if not contents.slot:
        return None
    return Slot.objects.select_related("day__site").filter(public_id=contents.slot).first()


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
