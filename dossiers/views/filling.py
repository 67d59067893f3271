"""Filling in, page by page. Whatever was typed is kept, also when the sign-in ended meanwhile."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.browser import signed_in
from accounts.relations import Relation
from agencies.services.units import set_on
from core.doors import throttled
from core.errors import DomainError, Invalid, NotAllowedNow, StaleVersion
from core.time import local_date, say_clock
from dossiers.models import Dossier
from dossiers.page_forms import Block, PageForm, Question, initial_of
from dossiers.services import declaring, filling
from dossiers.services.asked_papers import asked_papers
from dossiers.services.declaring import Changes
from dossiers.services.pages import Page, faults_on, pages_of
from dossiers.states import Status
from dossiers.views.holding import frame, not_yours, own_dossier, to_sign_in, who, with_dossier
from dossiers.views.writing import data_of, differences, kept, proof_of, writable


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@throttled("citizen", by=who)
def page(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """Ask one page of the form, keep what was typed, go on when nothing stands against it."""
    if request.method == "POST":
        return _take(request, public_id, number)
    if signed_in(request) is None:
        return to_sign_in(request.path)
    dossier = own_dossier(request, public_id)
    if dossier is None:
        return not_yours(request)
    elsewhere = _elsewhere(dossier, number)
    if elsewhere is not None:
        return elsewhere
    asked = pages_of(dossier)[number - 1]
    form = PageForm(initial=initial_of(asked, data_of(dossier, asked)), **_options(dossier, asked))
    return _show(request, dossier, asked, form)


def _elsewhere(dossier: Dossier, number: int) -> HttpResponse | None:
    """Where to, if this page cannot be filled in now."""
    if not dossier.is_editable:
        return redirect("dossier", public_id=dossier.public_id)
    if has_new_law(dossier):
        return redirect("declare-new-law", public_id=dossier.public_id)
    if not 1 <= number <= len(pages_of(dossier)):
        return redirect("declare-check", public_id=dossier.public_id)
    return None


def _take(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """Keep a page that was sent, and go on, or say what to mend."""
    dossier = writable(request, public_id)
    if dossier is None:
        return to_sign_in(request.path) if signed_in(request) is None else not_yours(request)
    if not dossier.is_editable or not 1 <= number <= len(pages_of(dossier)):
        return redirect("dossier", public_id=public_id)
    asked = pages_of(dossier)[number - 1]
    form = PageForm(request.POST, **_options(dossier, asked))
    if not form.is_valid():
        return _show(request, dossier, asked, form, status=422)
    try:
        dossier = kept(request, dossier, asked, form)
    except StaleVersion:
        return _stale(request, dossier, asked, form)
    except (NotAllowedNow, Invalid):  # handed in from another window, or its procedure is no more
        return redirect("dossier", public_id=public_id)
    return _judge(request, dossier, asked, form)


def _judge(request: HttpRequest, dossier: Dossier, asked: Page, form: PageForm) -> HttpResponse:
    """Go on from a page that was kept, if nothing stands against it or the rest is left for later."""
    if signed_in(request) is None:
        return to_sign_in(request.path)
    found = faults_on(dossier, asked, today=local_date(timezone.now()))
    if found and "skip" not in request.POST:
        form.complain(found)
        return _show(request, dossier, asked, form, status=422)
    return _go_on(request, dossier, asked.number)


def _stale(request: HttpRequest, read: Dossier, asked: Page, form: PageForm) -> HttpResponse:
    """Show what this page says and what another device said, side by side; go on where both say the same."""
    dossier = Dossier.objects.for_display().get(pk=read.pk)
    differing = differences(dossier, asked, form)
    if not differing:
        return _judge(request, dossier, asked, form)
    names = [name for name in request.POST if name in form.asked]
    context = {
        **frame(dossier, step=asked.number),
        "page": asked,
        "differences": differing,
        "sent": [(name, value) for name in names for value in request.POST.getlist(name)],
        "proof": proof_of(dossier),
    }
    return render(request, "dossiers/conflict.html", context, status=409)


@require_POST
@never_cache
@throttled("citizen", by=who)
def keep(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """What a page with a script sends while somebody types; nothing is judged."""
    dossier = writable(request, public_id)
    if dossier is None or not 1 <= number <= len(pages_of(dossier)):
        return JsonResponse({}, status=404)
    asked = pages_of(dossier)[number - 1]
    form = PageForm(request.POST, **_options(dossier, asked))
    if not form.is_valid():
        return JsonResponse({}, status=422)
    try:
        dossier = kept(request, dossier, asked, form)
    except DomainError as refusal:
        return JsonResponse({}, status=refusal.status)
    return JsonResponse({"revision": dossier.revision, "saved": say_clock(dossier.touched_at)})


@require_http_methods(["GET", "HEAD", "POST"])
@with_dossier
def new_law(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    """The form changed since the draft was begun: say so, and go on by the new one."""
    if not dossier.is_editable or not has_new_law(dossier):
        return redirect("dossier", public_id=dossier.public_id)
    version = declaring.version_today(dossier, now=timezone.now())
    if request.method == "POST" and version is not None and dossier.citizen:
        declaring.save(
            public_id=dossier.public_id,
            citizen=dossier.citizen,
            revision=dossier.revision,
            changes=Changes(),
            now=timezone.now(),
        )
        return redirect("declare-page", public_id=dossier.public_id, number=1)
    context = {"dossier": dossier, "agency": dossier.agency, "version": version}
    return render(request, "dossiers/new_law.html", context)


def has_new_law(dossier: Dossier) -> bool:
    """Whether a draft can only go on by another form, or not at all."""
    if dossier.submitted_at is not None:
        return False
    version = declaring.version_today(dossier, now=timezone.now())
    return version is None or version.form != dossier.version.form


def _show(
    request: HttpRequest, dossier: Dossier, asked: Page, form: PageForm, *, status: int = 200
) -> HttpResponse:
    corrections: dict[str, str] = {}
    for line in dossier.corrections.filter(answered_at=None).order_by("pk"):
        corrections[line.field] = f"{corrections.get(line.field, '')} {line.words}".strip()
    blocks = form.blocks(corrections, open_groups=_open_groups(dossier))
    context = {
        **frame(dossier, step=asked.number),
        "page": asked,
        "form": form,
        "blocks": blocks,
        "summary": form.summary(),
        "sensitive": [one.field.name for one in _questions(blocks) if one.field.is_sensitive],
        "form_title": filling.form_of(dossier).title,
        "units": f"{reverse('units')}?set={set_on(dossier.law_day)}",
        "proof": proof_of(dossier),
        "to_check": request.GET.get("ve") == "kiem-tra",
        "may_scan": asked.number == 1 and not corrections,
        "scanned": request.GET.get("quet") == "xong",
        "saved_at": dossier.touched_at if dossier.revision > 1 else None,
        "previous": _previous(request, dossier, asked.number),
        "can_skip": form.is_wrong and dossier.status == Status.DRAFT,
    }
    return render(request, "dossiers/page.html", context, status=status)


def _options(dossier: Dossier, asked: Page) -> dict[str, Any]:
    return {"page": asked, "own": dossier.relation == Relation.SELF}


def _questions(blocks: list[Block]) -> list[Question]:
    return [question for block in blocks for question in block.questions]


def _open_groups(dossier: Dossier) -> set[str]:
    """The other people who must be named in this case, so that nobody has to look for them."""
    data = filling.data_of(dossier)
    named = {"spouse"} if data.get("marital_status") == "married" else set()
    return named | {"representative"} if filling.is_child(dossier) else named


def _previous(request: HttpRequest, dossier: Dossier, number: int) -> str:
    if request.GET.get("ve") == "kiem-tra":
        return reverse("declare-check", args=[dossier.public_id])
    if number > 1:
        return reverse("declare-page", args=[dossier.public_id, number - 1])
    return reverse("my-dossiers")


def _go_on(request: HttpRequest, dossier: Dossier, number: int) -> HttpResponse:
    if request.GET.get("ve") != "kiem-tra" and number < len(pages_of(dossier)):
        return redirect("declare-page", public_id=dossier.public_id, number=number + 1)
    if request.GET.get("ve") != "kiem-tra" and asked_papers(dossier):
        return redirect("declare-papers", public_id=dossier.public_id)
    return redirect("declare-check", public_id=dossier.public_id)
