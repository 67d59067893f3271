"""What the office answers, for citizens' browsers."""

import json
from urllib.parse import urljoin, urlsplit
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import Agency
from core.doors import throttled
from faq.forms import FakeForm
from faq.markdown import to_html, to_text
from faq.services import announcing, asking
from faq.services.fakes import report_fake
from faq.services.reading import Book, Said

LONGEST_SEARCH = 200
# In the address to which whoever gave an opinion is sent.
THANKS = "da-gui"
# JSON inside a script element: no sign of it may end the element.
_ESCAPED = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


class FeedbackForm(forms.Form):
    helpful = forms.ChoiceField(
        choices=[("co", "Có"), ("khong", "Chưa")],
        error_messages={"required": "Chọn Có hoặc Chưa.", "invalid_choice": "Chọn Có hoặc Chưa."},
    )
    comment = forms.CharField(label="Còn thiếu điều gì?", required=False, max_length=500)


@require_safe
def questions(request: HttpRequest, slug: str) -> HttpResponse:
    """All that the office answers, by topic, or what fits some words (`only=found`: no more than that)."""
    office = _office(slug)
    book = Book(office, now=timezone.now())
    sought = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    reply = asking.understand(agency=office, book=book, text=sought) if sought else None
    asked_for = [choice.key for choice in reply.choices] if reply and reply.clarifies else []
    found = asking.search(book=book, text=sought) if sought else []
    context = {
        "agency": office,
        "sought": sought,
        "found": [said for said in found if said.key not in asked_for],
        "notice": asking.notice_for(office, sought),
        "reply": reply,
    }
    if request.GET.get("only") == "found":
        return render(request, "faq/found.html", context)
    return render(request, "faq/questions.html", {**context, "topics": book.topics()})


@require_http_methods(["GET", "HEAD", "POST"])
@throttled("ask")
def question(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One question at its lasting address; it is posted to whether the answer helped."""
    office = _office(slug)
    now = timezone.now()
    said = Book(office, now=now).one(key)
    form = FeedbackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asking.give_feedback(
            key=key,
            agency=office,
            is_helpful=form.cleaned_data["helpful"] == "co",
            comment=form.cleaned_data["comment"],
            now=now,
        )
        return redirect(f"{request.path}?{THANKS}=1")
    context = {
        "agency": office,
        "said": said,
        "answer": to_html(said.says),
        "structured": _structured(office, said),
        "form": form,
        "is_thanked": THANKS in request.GET,
    }
    return render(request, "faq/question.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@throttled("report")
def fakes(request: HttpRequest, slug: str) -> HttpResponse:
    """How to tell the office from who pretends to be it; it is posted to whom somebody met."""
    office = _office(slug)
    form = FakeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        report_fake(agency=office, **form.cleaned_data, now=timezone.now())
        return redirect(f"{request.path}?{THANKS}=1")
    context = {
        "agency": office,
        "host": urlsplit(settings.PUBLIC_BASE_URL).netloc,
        "form": form,
        "is_thanked": THANKS in request.GET,
    }
    return render(request, "faq/fakes.html", context, status=422 if form.errors else 200)


@require_safe
def announcements(request: HttpRequest, slug: str) -> HttpResponse:
    """All that the office announces now, the pinned first."""
    office = _office(slug)
    rows = announcing.on_show(agency=office, now=timezone.now())
    return render(request, "faq/announcements.html", {"agency": office, "rows": rows})


@require_safe
def announcement(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """One announcement at its lasting address, said to be over when it is."""
    office, now = _office(slug), timezone.now()
    row = announcing.one(agency=office, public_id=public_id, now=now)
    is_over = not announcing.on_show(agency=office, now=now).filter(pk=row.pk).exists()
    return render(request, "faq/announcement.html", {"agency": office, "row": row, "is_over": is_over})


def _office(slug: str) -> Agency:
    return get_object_or_404(Agency.objects.select_related("parent"), slug=slug, is_active=True)


def _structured(office: Agency, said: Said) -> SafeString:
    """The question as search engines read it (schema.org). Data, not a script: no policy holds it back."""
    address = urljoin(f"{settings.PUBLIC_BASE_URL}/", reverse("question", args=[office.slug, said.key]))
    page = {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "url": address,
        "inLanguage": "vi",
        "mainEntity": [
            {
                "@type": "Question",
                "name": said.asks,
                "acceptedAnswer": {"@type": "Answer", "text": to_text(said.says)},
            }
        ],
    }
    return mark_safe(json.dumps(page, ensure_ascii=False).translate(_ESCAPED))  # noqa: S308 - escaped just now
