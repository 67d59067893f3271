"""Papers as pictures or PDF, only those that the case asks for."""

from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.doors import throttled
from core.errors import DomainError, FieldError, Invalid, NotFound
from dossiers.cleaning import content_of
from dossiers.downloads import as_download
from dossiers.models import Attachment, Dossier
from dossiers.services import attachments
from dossiers.services.asked_papers import Asked, asked_papers
from dossiers.services.attachments import Upload
from dossiers.services.pages import pages_of
from dossiers.views.holding import frame, owner_of, who, with_dossier

CHOOSE = "Chọn ảnh hoặc tệp PDF rồi bấm Gửi."


@dataclass(frozen=True)
class Wanted:
    """A kind of paper, what there is of it, and why the last one was not taken."""

    asked: Asked
    there: list[Attachment] = field(default_factory=list)
    error: str = ""

    @property
    def anchor(self) -> str:
        return f"id_{self.asked.kind.lower()}"


@require_http_methods(["GET", "HEAD", "POST"])
@throttled("upload", by=who)
@with_dossier
def papers(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    """Show what is asked and what is there; take one more file."""
    if not dossier.is_editable:
        return redirect("dossier", public_id=dossier.public_id)
    asked = asked_papers(dossier)
    if not asked:
        return redirect("declare-check", public_id=dossier.public_id)
    if request.method != "POST":
        return _page(request, dossier, asked)
    kind = next((one.kind for one in asked if one.kind == request.POST.get("kind")), asked[0].kind)
    try:
        _attach(request, dossier, kind)
    except DomainError as refusal:
        words = refusal.errors[0].message if isinstance(refusal, Invalid) else str(refusal)
        return _page(request, dossier, asked, wrong={kind: words}, status=refusal.status)
    return redirect(f"{reverse('declare-papers', args=[dossier.public_id])}#id_{kind.lower()}")


def _attach(request: HttpRequest, dossier: Dossier, kind: Attachment.Kind) -> None:
    sent = request.FILES.get("file")
    if sent is None:
        raise Invalid(errors=[FieldError("file", "required", CHOOSE)])
    upload = Upload(
        dossier_id=dossier.public_id, kind=kind, content=content_of(sent), citizen=owner_of(dossier)
    )
    attachments.attach(upload=upload, now=timezone.now())


def _page(
    request: HttpRequest,
    dossier: Dossier,
    asked: list[Asked],
    *,
    wrong: dict[Attachment.Kind, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    there = attachments.attachments_of(dossier)
    wanted = [
        Wanted(one, [row for row in there if row.kind == one.kind], (wrong or {}).get(one.kind, ""))
        for one in asked
    ]
    pages = pages_of(dossier)
    context = {
        **frame(dossier, step=len(pages) + 1),
        "wanted": wanted,
        "summary": [(one.anchor, one.error) for one in wanted if one.error],
        "can_skip": False,
        "previous": reverse("declare-page", args=[dossier.public_id, len(pages)]),
    }
    return render(request, "dossiers/papers.html", context, status=status)


@require_safe
@with_dossier
def paper(request: HttpRequest, dossier: Dossier, attachment_id: UUID) -> HttpResponse:
    """One of the own papers, as the office sees it."""
    try:
        found = attachments.own_attachment(
            dossier_id=dossier.public_id, attachment_id=attachment_id, citizen=owner_of(dossier)
        )
    except NotFound:
        return redirect("dossier", public_id=dossier.public_id)
    return as_download(found, attachments.read(found), inline=True)


@require_POST
@with_dossier
def remove(request: HttpRequest, dossier: Dossier, attachment_id: UUID) -> HttpResponse:
    """Take a paper away again; one that is away already is away."""
    with suppress(DomainError):
        attachments.remove(
            dossier_id=dossier.public_id,
            attachment_id=attachment_id,
            citizen=owner_of(dossier),
            now=timezone.now(),
        )
    return redirect("declare-papers", public_id=dossier.public_id)
