"""Signing in at the browser, the data notice, the account itself."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import browser, services
from accounts.forms import CodeForm, PhoneForm
from accounts.notice import CURRENT_NOTICE
from core.errors import DomainError, Invalid


def _next(request: HttpRequest) -> str:
    """Where to go after signing in: a path of ours, else the list of appointments."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse("my-appointments")


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the phone and send a code."""
    form = PhoneForm(request.POST or None)
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            challenge = services.request_code(phone=form.cleaned_data["phone"], now=timezone.now())
        except DomainError as refusal:
            form.add_error("phone", str(refusal))
            status = refusal.status
        else:
            return redirect(f"{reverse('sign-in-code', args=[challenge.public_id])}?next={_next(request)}")
    context = {"form": form, "next": _next(request)}
    return render(request, "accounts/sign_in.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest, challenge: UUID) -> HttpResponse:
    """Take the code."""
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            tokens = services.verify_code(
                challenge_id=challenge, code=form.cleaned_data["code"], now=timezone.now()
            )
        except Invalid as refusal:
            form.add_error("code", refusal.errors[0].message)
        else:
            answer = redirect(_next(request))
            browser.sign_in(request, answer, tokens)
            return answer
    context = {"form": form, "next": _next(request)}
    return render(request, "accounts/sign_in_code.html", context, status=422 if form.errors else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    answer = redirect("home")
    browser.sign_out(request, answer)
    return answer


@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """The data notice, as the citizen agrees to it."""
    return render(request, "accounts/notice.html", {"notice": CURRENT_NOTICE})
