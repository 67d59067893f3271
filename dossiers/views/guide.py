"""The citizens' guide: what to do, what to bring. Nothing of what is asked is stored."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from agencies.models import Agency
from core.doors import throttled
from core.errors import Invalid
from dossiers.begin_forms import KNOWN
from dossiers.forms import GuideForm
from dossiers.models import Situation
from dossiers.services.guide import Answer, Question, answer, exemptions_on

# The answers that the address of a result holds: nothing sensitive, and of the birth no more than the year.
IN_ADDRESS = {"viec": "situation", "the": "card", "sinh": "birth_date"}


@require_http_methods(["GET", "HEAD", "POST"])
@throttled("address")
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask, then say what to do; an address with the answers in it says so at once."""
    office = get_object_or_404(Agency, slug=slug, is_active=True)
    now = timezone.now()
    law_day = office.law_day(now=now)
    form = _form(request, exemptions=exemptions_on(law_day))
    found = _answer(form, office) if form.is_valid() else None
    context = {
        "agency": office,
        "form": form,
        "answer": found,
        "address": _address(form) if found else "",
        "declare": _declare(found) if found else "",
        "law_day": office.law_date,
    }
    return render(request, "dossiers/guide.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, **options: object) -> GuideForm:
    if request.method == "POST":
        return GuideForm(request.POST, **options)  # type: ignore[arg-type]
    told = {name: request.GET[key] for key, name in IN_ADDRESS.items() if key in request.GET}
    if len(told) == len(IN_ADDRESS):
        return GuideForm(told, **options)  # type: ignore[arg-type]
    return GuideForm(initial=told, **options)  # type: ignore[arg-type]


def _answer(form: GuideForm, office: Agency) -> Answer | None:
    said = form.cleaned_data
    question = Question(
        agency=office,
        birth_date=said["birth_date"],
        situation=Situation(said["situation"].upper()),
        has_card=form.has_card,
        card=form.card_kind,
        exemptions=frozenset(said["exemptions"]),
    )
    try:
        return answer(question=question, now=timezone.now())
    except Invalid as refusal:
        for error in refusal.errors:
            form.add_error(error.field, error.message)
        return None


def _address(form: GuideForm) -> str:
    """The query of the result's permanent address."""
    said = form.cleaned_data
    return urlencode({"viec": said["situation"], "the": said["card"], "sinh": said["birth_date"][:4]})


def _declare(found: Answer) -> str:
    """The query under which this procedure is declared at home; empty where it has no form."""
    if found.version is None or found.reason is None or not found.version.form:
        return ""
    known = (found.version.regulation.key, found.reason.situation, found.card)
    return urlencode(dict(zip(KNOWN, known, strict=True)))
