"""What is said of the case beside the form: the newest card, who does not pay, who is in no database."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.db import retry_once
from core.doors import throttled
from core.errors import DomainError
from dossiers.begin_forms import CaseForm
from dossiers.models import Dossier
from dossiers.services import declaring
from dossiers.services.declaring import Changes
from dossiers.services.guide import exemptions_on
from dossiers.views.holding import owner_of, revision_of, who, with_dossier


@require_http_methods(["GET", "HEAD", "POST"])
@throttled("citizen", by=who)
@with_dossier
def case(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    """Mend what was said of the case, then back to the last look."""
    if not dossier.is_editable:
        return redirect("dossier", public_id=dossier.public_id)
    form = CaseForm(
        request.POST or None,
        initial={
            "card": dossier.card.lower(),
            "exemptions": dossier.exemptions,
            "is_unregistered": dossier.is_unregistered,
        },
        exemptions=exemptions_on(dossier.agency.law_day(now=timezone.now())),
        asks_beside=bool(dossier.version.form_if_unregistered),
    )
    refusal, status = None, 422 if form.errors else 200
    if form.is_valid():
        try:
            retry_once(lambda: _save(request, dossier, form))
        except DomainError as refused:
            refusal, status = refused, refused.status
        else:
            return redirect("declare-check", public_id=dossier.public_id)
    fresh = Dossier.objects.for_display().get(pk=dossier.pk)
    context = {"dossier": fresh, "agency": dossier.agency, "form": form, "refusal": refusal}
    return render(request, "dossiers/case.html", context, status=status)


def _save(request: HttpRequest, dossier: Dossier, form: CaseForm) -> None:
    said = form.cleaned_data
    declaring.save(
        public_id=dossier.public_id,
        citizen=owner_of(dossier),
        revision=revision_of(request),
        changes=Changes(
            card=said["card"].upper(),
            exemptions=said["exemptions"],
            is_unregistered=said.get("is_unregistered"),
        ),
        now=timezone.now(),
    )
