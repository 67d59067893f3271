"""The citizen's own dossiers: the list, how far each is, taking one back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.browser import signed_in
from accounts.services import takes_messages
from dossiers.models import Correction, Dossier
from dossiers.next_steps import next_step
from dossiers.page_forms import PageForm
from dossiers.reasons import ATTACHMENTS, EXEMPTIONS
from dossiers.services import papers
from dossiers.services.outlook import outlook_of
from dossiers.services.pages import Page, page_with, pages_of
from dossiers.services.progress import steps_of
from dossiers.states import ENDED, WITHDRAWABLE, Status
from dossiers.views.holding import owner_of, to_sign_in, with_dossier

SHOWN = 50
# What the office writes about a dossier, and stands until it is answered.
LETTERS: Mapping[str, tuple[str, Callable[[Dossier], bytes]]] = {
    Status.NEEDS_CORRECTION: ("Phiếu yêu cầu bổ sung", papers.correction_pdf),
    Status.REFUSED: ("Thông báo không tiếp nhận", papers.refusal_pdf),
}
# What is sent back beside the fields of the form, and where it is mended.
ELSEWHERE = {
    ATTACHMENTS: ("Giấy tờ gửi kèm", "declare-papers"),
    EXEMPTIONS: ("Miễn lệ phí", "declare-case"),
}


@dataclass(frozen=True)
class Mending:
    """A field that an officer sent back, and where it is mended."""

    label: str
    words: str
    address: str


@require_safe
@never_cache
def my_dossiers(request: HttpRequest) -> HttpResponse:
    """Every draft and dossier of this account, what can be gone on with first."""
    citizen = signed_in(request)
    if citizen is None:
        return to_sign_in(reverse("my-dossiers"))
    rows = Dossier.objects.of(citizen).for_display().order_by("-touched_at", "-pk")[:SHOWN]
    context = {
        "going": [{"dossier": row, "next": next_step(row)} for row in rows if row.ended_at is None],
        "erased": request.GET.get("xong") == "da-xoa",
        "ended": [{"dossier": row, "next": next_step(row)} for row in rows if row.ended_at is not None],
    }
    return render(request, "dossiers/mine.html", context)


@require_safe
@with_dossier
def dossier(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    """How far it is, what is next, what can be done with it."""
    pages = pages_of(dossier)
    corrections = dossier.corrections.filter(answered_at=None).order_by("pk")
    mendings = [_mending(dossier, pages, line) for line in corrections]
    outlook = outlook_of(dossier, now=timezone.now()) if dossier.forgotten_at is None else None
    context = {
        "dossier": dossier,
        "agency": dossier.agency,
        "national": dossier.national_status,
        "steps": steps_of(dossier),
        "next": next_step(dossier),
        "mendings": mendings,
        "outlook": outlook,
        "events": list(dossier.events.order_by("pk")),
        "last": dossier.events.order_by("-pk").first(),
        "may_erase": dossier.status == Status.DRAFT or dossier.status in ENDED,
        "may_withdraw": dossier.status in WITHDRAWABLE,
        "letter": _letter(dossier, has_corrections=bool(mendings)),
        "may_print": dossier.forgotten_at is None and bool(dossier.full_name),
        "takes_messages": takes_messages(citizen=owner_of(dossier)),
        "just_sent": request.GET.get("xong") == "da-nop" and dossier.status == Status.SUBMITTED,
        "just_withdrawn": request.GET.get("xong") == "da-rut" and dossier.status == Status.WITHDRAWN,
    }
    return render(request, "dossiers/dossier.html", context)


@require_safe
@with_dossier
def form_file(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    """The form as it was filled in, to print."""
    return _file(papers.form_pdf(dossier), f"to-khai-{dossier.code}.pdf")


@require_safe
@with_dossier
def letter_file(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    """What the office wrote about it, as long as it stands so."""
    if dossier.status not in LETTERS:
        return redirect("dossier", public_id=dossier.public_id)
    name, draw = LETTERS[Status(dossier.status)]
    return _file(draw(dossier), f"{name.lower().replace(' ', '-')}-{dossier.code}.pdf")


def _file(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(False, name) or "inline"}  # noqa: FBT003
    answer = HttpResponse(content, content_type="application/pdf", headers=headers)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _letter(dossier: Dossier, *, has_corrections: bool) -> str:
    """What the letter of the office is called; empty if there is none."""
    if dossier.status not in LETTERS or dossier.forgotten_at is not None:
        return ""
    is_there = has_corrections or dossier.events.filter(to_status=Status.REFUSED).exists()
    return LETTERS[Status(dossier.status)][0] if is_there else ""


def _mending(dossier: Dossier, pages: tuple[Page, ...], line: Correction) -> Mending:
    if line.field in ELSEWHERE:
        label, name = ELSEWHERE[line.field]
        return Mending(label, line.words, reverse(name, args=[dossier.public_id]))
    page = page_with(pages, line.field)
    if page is None:
        return Mending("", line.words, reverse("declare-check", args=[dossier.public_id]))
    label = PageForm(page=page).label_of(line.field)
    address = reverse("declare-page", args=[dossier.public_id, page.number])
    return Mending(label, line.words, f"{address}?ve=kiem-tra#id_{line.field}")
