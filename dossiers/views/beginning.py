"""Beginning a declaration: what for, for whom; the sign-in only when all that is said."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.browser import signed_in
from accounts.relations import Relation
from agencies.models import Agency
from core.db import retry_once
from core.doors import throttled
from core.errors import DomainError, Invalid
from dossiers.begin_forms import KNOWN, BeginForm
from dossiers.models import CardKind, Situation, Version
from dossiers.services import declaring
from dossiers.services.declaring import Start
from dossiers.services.guide import Answer, Question, answer
from dossiers.services.versions import law_on
from dossiers.views.holding import to_sign_in


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@throttled("address")
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask what for and for whom, then begin the draft. What the guide found out is not asked again."""
    office = get_object_or_404(Agency, slug=slug, is_active=True)
    known = _known(request, office)
    form = BeginForm(
        request.POST or None, initial={"relation": request.GET.get("cho")}, known=known is not None
    )
    found: Answer | None = None
    if form.is_valid():
        if known is None:
            found = _ask_guide(form, office)
        what = known or _of_guide(form, found)
        if what and form.is_valid():
            return _begin(request, office, form, what)
    context = {
        "agency": office,
        "form": form,
        "known": known,
        "answer": found,
        "is_signed_in": signed_in(request) is not None,
        "may_go_on": bool(request.GET.get("cho")),
    }
    return render(request, "dossiers/begin.html", context, status=422 if form.is_bound else 200)


def _known(request: HttpRequest, office: Agency) -> dict[str, str] | None:
    """The procedure, the situation and the card that the address names, if the office does that today."""
    asked = {name: request.GET.get(key, "") for key, name in KNOWN.items()}
    if not asked["procedure"] or asked["situation"] not in Situation.values:
        return None
    if asked["card"] not in ("", *CardKind.values):
        return None
    version = _version(office, asked["procedure"])
    if version is None or not version.form:
        return None
    words = {"name": version.name, "reason": str(Situation(asked["situation"]).label)}
    return asked | words | {"card_name": str(CardKind(asked["card"]).label) if asked["card"] else ""}


def _version(office: Agency, key: str) -> Version | None:
    versions = law_on(office.law_day(now=timezone.now())).procedures
    return next((version for version in versions if version.regulation.key == key), None)


def _ask_guide(form: BeginForm, office: Agency) -> Answer | None:
    said = form.cleaned_data
    question = Question(
        agency=office,
        birth_date=said["birth_date"],
        situation=Situation(said["situation"].upper()),
        has_card=form.has_card,
        card=form.card_kind,
    )
    try:
        found = answer(question=question, now=timezone.now())
    except Invalid as refusal:
        for error in refusal.errors:
            form.add_error(error.field, error.message)
        return None
    form.refuse_a_child_alone(found)
    return found


def _of_guide(form: BeginForm, found: Answer | None) -> dict[str, str] | None:
    """What the guide found out, if it can be declared at home."""
    if found is None or found.version is None or found.reason is None or not found.version.form:
        return None
    return {
        "procedure": found.version.regulation.key,
        "situation": found.reason.situation or form.cleaned_data["situation"].upper(),
        "card": form.card_kind,
    }


def _begin(request: HttpRequest, office: Agency, form: BeginForm, known: dict[str, str]) -> HttpResponse:
    said = form.cleaned_data
    citizen = signed_in(request)
    if citizen is None:
        query: dict[str, Any] = {key: known[name] for key, name in KNOWN.items()}
        address = reverse("declare-begin", args=[office.slug])
        return to_sign_in(f"{address}?{urlencode(query | {'cho': said['relation']})}")
    start = Start(
        agency=office,
        procedure=known["procedure"],
        situation=Situation(known["situation"]),
        relation=Relation(said["relation"]),
        card=known["card"],
        is_unregistered=said["is_unregistered"],
        birth_date=said.get("birth_date", ""),
    )
    try:
        dossier = retry_once(lambda: declaring.begin_once(start=start, citizen=citizen, now=timezone.now()))
    except DomainError as refusal:
        context = {"agency": office, "refusal": refusal}
        return render(request, "dossiers/not_begun.html", context, status=refusal.status)
    return redirect("declare-page", public_id=dossier.public_id, number=1)
