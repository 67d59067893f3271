"""Filling in from the code on a card: read by the phone, or pasted."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.db import retry_once
from core.doors import throttled
from core.errors import DomainError
from dossiers.begin_forms import ScanForm
from dossiers.form_definitions.shape import Field
from dossiers.models import Dossier
from dossiers.page_forms import say
from dossiers.services import filling, scanning
from dossiers.services.scanning import Scanned
from dossiers.views.holding import owner_of, who, with_dossier


@require_http_methods(["GET", "HEAD", "POST"])
@throttled("citizen", by=who)
@with_dossier
def scan(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    """Take the text of the code; what was typed otherwise stays until the card's is chosen."""
    if not dossier.is_editable:
        return redirect("dossier", public_id=dossier.public_id)
    form = ScanForm(request.POST or None)
    differing: list[tuple[str, str, str]] = []
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            scanned = retry_once(lambda: _scan(dossier, form))
        except DomainError as refusal:
            form.add_error("text", str(refusal))
            status = refusal.status
        else:
            if not scanned.differing:
                return redirect(f"{reverse('declare-page', args=[dossier.public_id, 1])}?quet=xong")
            differing = _in_words(scanned)
    context = {"dossier": dossier, "agency": dossier.agency, "form": form, "differing": differing}
    return render(request, "dossiers/scan.html", context, status=status)


def _scan(dossier: Dossier, form: ScanForm) -> Scanned:
    """By the revision just read: a card fills what is empty, and takes nothing away from another device."""
    return scanning.scan(
        public_id=dossier.public_id,
        citizen=owner_of(dossier),
        revision=dossier.revision,
        text=form.cleaned_data["text"],
        overwrite=form.cleaned_data["overwrite"],
        now=timezone.now(),
    )


def _in_words(scanned: Scanned) -> list[tuple[str, str, str]]:
    """What is called how, as it was typed and as it stands on the card."""
    fields = {part.key: part for part in filling.form_of(scanned.dossier).parts if isinstance(part, Field)}
    return [
        (fields[one.field].label, say(fields[one.field], one.typed), say(fields[one.field], one.on_card))
        for one in scanned.differing
    ]
