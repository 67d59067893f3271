"""Signing in at the browser, the data notice, the account itself."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import browser, services
from accounts.forms import CodeForm, PhoneForm, why_not_sent
from accounts.models import OtpChallenge
from accounts.notice import CURRENT_NOTICE
from core.doors import throttled
from core.errors import DomainError, Invalid, RateLimited

LONGEST_NEXT = 500  # as much as is remembered on the way to Zalo


def next_of(request: HttpRequest) -> str:
    """Where to go after signing in: a path of ours that can be remembered, else the list of appointments."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if len(wanted) > LONGEST_NEXT or not wanted.isprintable():
        wanted = ""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse("my-appointments")


@require_http_methods(["GET", "HEAD", "POST"])
@throttled("sign_in")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the phone and send a code."""
    form = PhoneForm(request.POST or None)
    challenge, status = code_for(form)
    if challenge:
        return _to_code(request, challenge)
    context = {"form": form, "next": next_of(request), "offers_zalo": browser.offers_zalo(), "not_in": ""}
    return render(request, "accounts/sign_in.html", context, status=status)


def code_for(form: PhoneForm) -> tuple[OtpChallenge | None, int]:
    """Send a code to the phone that was filled in. Where none was sent, the form says why, and the number is
    the status of its page.
    """
    if not form.is_valid():
        return None, 422 if form.errors else 200
    try:
        return _send_or_sent(form.cleaned_data["phone"]), 200
    except DomainError as refusal:
        form.add_error("phone", why_not_sent(refusal))
        return None, refusal.status


def _send_or_sent(phone: str) -> OtpChallenge:
    """Send a code, or go on with the one that was sent a moment ago."""
    now = timezone.now()
    try:
        return services.request_code(phone=phone, now=now)
    except RateLimited:
        on_its_way = services.code_on_its_way(phone=phone, now=now)
        if on_its_way is None:
            raise
        return on_its_way


def _to_code(request: HttpRequest, challenge: OtpChallenge) -> HttpResponse:
    query = urlencode({"next": next_of(request)})
    return redirect(f"{reverse('sign-in-code', args=[challenge.public_id])}?{query}")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@throttled("sign_in")
def sign_in_code(request: HttpRequest, challenge: UUID) -> HttpResponse:
    """Take the code, or send another."""
    if "again" in request.POST:
        return _send_again(request, challenge)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            tokens = services.verify_code(
                challenge_id=challenge, code=form.cleaned_data["code"], now=timezone.now()
            )
        except Invalid as refusal:
            form.add_error("code", refusal.errors[0].message)
        else:
            answer = redirect(next_of(request))
            browser.sign_in(request, answer, tokens)
            return answer
    return _code_page(request, form, status=422 if form.errors else 200)


def _send_again(request: HttpRequest, challenge: UUID) -> HttpResponse:
    known = OtpChallenge.objects.filter(public_id=challenge).first()
    if known is None:
        return redirect("sign-in")
    try:
        fresh = services.request_code(phone=known.phone, now=timezone.now())
    except DomainError as refusal:
        return _code_page(request, CodeForm(), status=refusal.status, not_sent=why_not_sent(refusal))
    return _to_code(request, fresh)


def _code_page(request: HttpRequest, form: CodeForm, *, status: int, not_sent: str = "") -> HttpResponse:
    context = {"form": form, "next": next_of(request), "not_sent": not_sent}
    return render(request, "accounts/sign_in_code.html", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    answer = redirect("home")
    browser.sign_out(request, answer)
    return answer


@require_POST
def choose_messages(request: HttpRequest) -> HttpResponse:
    """Agree to numbers and reminders by Zalo, or take it back."""
    citizen = browser.signed_in(request)
    if citizen is not None:
        services.choose_messages(
            citizen=citizen,
            wanted=request.POST.get("wanted") == "yes",
            notice_version=CURRENT_NOTICE.version,
            now=timezone.now(),
        )
    return redirect("my-appointments")


@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """The data notice, as the citizen agrees to it."""
    return render(request, "accounts/notice.html", {"notice": CURRENT_NOTICE})
