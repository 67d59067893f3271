"""The last look at a declaration, what is declared with it, and the one button that hands it in."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import services as accounts
from accounts.notice import CURRENT_NOTICE
from core.db import retry_once
from core.doors import throttled
from core.errors import DomainError, FieldError, Invalid
from core.time import local_date
from dossiers.begin_forms import DeclareForm
from dossiers.form_definitions.shape import Field
from dossiers.models import Dossier
from dossiers.page_forms import PageForm, say
from dossiers.services import declaring, filling
from dossiers.services.asked_papers import asked_papers
from dossiers.services.attachments import attachments_of
from dossiers.services.declaring import Declared
from dossiers.services.outlook import outlook_of
from dossiers.services.pages import Page, page_with, pages_of
from dossiers.views.filling import has_new_law
from dossiers.views.holding import frame, owner_of, who, with_dossier

OF_THE_CHECK = {"accept.notice": "notice", "declared_true": "truth", "accept.on_behalf": "on_behalf"}


@dataclass(frozen=True)
class Told:
    """A section as it was filled in, and where it is mended."""

    page: Page
    address: str
    lines: list[tuple[str, str]]


@dataclass(frozen=True)
class Fault:
    words: str
    address: str


@require_http_methods(["GET", "HEAD", "POST"])
@throttled("citizen", by=who)
@with_dossier
def check(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    """Everything once more; hand in when nothing is missing."""
    if not dossier.is_editable:
        return redirect("dossier", public_id=dossier.public_id)
    if has_new_law(dossier):
        return redirect("declare-new-law", public_id=dossier.public_id)
    for_another = filling.needs_word_of_the_person(dossier, today=local_date(timezone.now()))
    citizen = owner_of(dossier)
    form = DeclareForm(
        request.POST or None, for_another=for_another, takes_messages=accounts.takes_messages(citizen=citizen)
    )
    if not form.is_valid():
        return _page(request, dossier, form, status=422 if form.errors else 200)
    declared = Declared(
        notice=CURRENT_NOTICE.version,
        is_true=form.cleaned_data["truth"],
        on_behalf=form.cleaned_data.get("on_behalf", False),
    )
    try:
        retry_once(
            lambda: declaring.submit(
                public_id=dossier.public_id, citizen=citizen, declared=declared, now=timezone.now()
            )
        )
    except DomainError as refusal:
        return _page(request, Dossier.objects.for_display().get(pk=dossier.pk), form, refusal=refusal)
    if "messages" in form.fields:
        accounts.choose_messages(
            citizen=citizen,
            wanted=form.cleaned_data["messages"],
            notice_version=CURRENT_NOTICE.version,
            now=timezone.now(),
        )
    return redirect(f"{reverse('dossier', args=[dossier.public_id])}?xong=da-nop")


def _page(
    request: HttpRequest,
    dossier: Dossier,
    form: DeclareForm,
    *,
    refusal: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    pages = pages_of(dossier)
    faults = (
        refusal.errors if isinstance(refusal, Invalid) else filling.faults(dossier, today=local_date(now))
    )
    asked = asked_papers(dossier)
    around = frame(dossier, step=0)
    context = {
        **around,
        "step": around["steps"],
        "asked": asked,
        "papers": attachments_of(dossier),
        "form": form,
        "told": [_told(dossier, page) for page in pages],
        "faults": [_fault(dossier, pages, fault) for fault in faults],
        "refusal": refusal if not isinstance(refusal, Invalid) else None,
        "existing": refusal.details.get("existing") if refusal else None,
        "outlook": outlook_of(dossier, now=now),
        "notice": CURRENT_NOTICE,
        "sensitive": [
            part.name
            for part in filling.form_of(dossier).parts
            if isinstance(part, Field) and part.is_sensitive
        ],
        "last_page": _step_before(dossier, pages, asks_papers=bool(asked)),
        "review_days": declaring.REVIEW_DAYS,
        "was_sent": request.method == "POST",
    }
    return render(request, "dossiers/check.html", context, status=refusal.status if refusal else status)


def _step_before(dossier: Dossier, pages: tuple[Page, ...], *, asks_papers: bool) -> str:
    if asks_papers:
        return reverse("declare-papers", args=[dossier.public_id])
    return reverse("declare-page", args=[dossier.public_id, len(pages)])


def _told(dossier: Dossier, page: Page) -> Told:
    data = filling.extra_data_of(dossier) if page.before else filling.data_of(dossier)
    lines: list[tuple[str, str]] = []
    for part in page.parts:
        if isinstance(part, Field):
            lines.append((part.label, say(part, data.get(part.key))))
        elif data.get(part.key):
            lines += [
                (f"{part.label}: {field.label}", say(field, data[part.key].get(field.key)))
                for field in part.fields
            ]
    return Told(page, _address(dossier, page), [line for line in lines if line[1]])


def _address(dossier: Dossier, page: Page, anchor: str = "") -> str:
    address = reverse("declare-page", args=[dossier.public_id, page.number])
    return f"{address}?ve=kiem-tra{anchor}"


def _fault(dossier: Dossier, pages: tuple[Page, ...], fault: FieldError) -> Fault:
    page = page_with(pages, fault.field)
    if page is None:
        return Fault(fault.message, f"#id_{OF_THE_CHECK.get(fault.field, 'notice')}")
    form = PageForm({}, page=page)
    form.is_valid()
    form.complain([fault])
    words = next((words for _, words in form.summary()), fault.message)
    return Fault(words, _address(dossier, page, f"#id_{fault.field}"))
