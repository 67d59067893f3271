"""Signing in with Zalo at the browser, and the phone of who signed in that way."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import browser, services
from accounts.forms import CodeForm, PhoneForm
from accounts.models import Citizen
from accounts.views import code_for, next_of
from core.doors import throttled
from core.errors import DomainError, Invalid, NotFound
from zalo import services as zalo
from zalo.models import ConsentRequest
from zalo.oauth import Callback
from zalo.refusals import AppNotReady

OTHER_WAY = "Thử lại, hoặc nhận mã qua số điện thoại ở dưới."
OUT_OF_ORDER = "Đăng nhập bằng Zalo đang tạm ngừng."


@require_POST
@never_cache
@throttled("sign_in")
def to_zalo(request: HttpRequest) -> HttpResponse:
    """Go to Zalo's consent page."""
    if not browser.offers_zalo():
        raise NotFound
    return browser.leave_for_zalo(request, then=next_of(request))


@require_safe
@never_cache
def from_zalo(request: HttpRequest) -> HttpResponse:
    """Come back from there: signed in, or to the sign-in page with the reason why not."""
    callback, then = Callback.read(request.GET), reverse("my-appointments")
    try:
        consent = zalo.consent_of(
            flow=ConsentRequest.Flow.CITIZEN, callback=callback, browser=browser.at_zalo(request)
        )
        then = consent.errand or then
        if consent.used_at and browser.signed_in(request):  # reloaded, or gone back to
            return redirect(then)
        tokens = services.finish_zalo_sign_in(request=consent, callback=callback, now=timezone.now())
    except DomainError as refusal:
        return _refused(request, refusal, then=then)
    answer = redirect(then)
    browser.sign_in(request, answer, tokens)
    return answer


def _refused(request: HttpRequest, refusal: DomainError, *, then: str) -> HttpResponse:
    why = OUT_OF_ORDER if isinstance(refusal, AppNotReady) else str(refusal)
    context = {
        "form": PhoneForm(),
        "next": then,
        "offers_zalo": browser.offers_zalo(),
        "not_in": f"{why} {OTHER_WAY}",
    }
    return render(request, "accounts/sign_in.html", context, status=refusal.status)


# --- A phone for an account that Zalo opened ----------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@throttled("sign_in")
def own_phone(request: HttpRequest) -> HttpResponse:
    """Ask for the phone of who signed in with Zalo, and send a code to it."""
    citizen = browser.signed_in(request)
    if citizen is None or citizen.phone:
        return redirect(next_of(request))
    form = PhoneForm(request.POST or None)
    challenge, status = code_for(form)
    if challenge:
        query = urlencode({"next": next_of(request)})
        return redirect(f"{reverse('own-phone-code', args=[challenge.public_id])}?{query}")
    context = {"form": form, "next": next_of(request)}
    return render(request, "accounts/own_phone.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@throttled("sign_in")
def own_phone_code(request: HttpRequest, challenge: UUID) -> HttpResponse:
    """Take the code; the phone is the citizen's from then on."""
    citizen = browser.signed_in(request)
    if citizen is None or citizen.phone:
        return redirect(next_of(request))
    form = CodeForm(request.POST or None)
    if form.is_valid() and _is_theirs(form, citizen, challenge):
        return redirect(next_of(request))
    context = {"form": form, "next": next_of(request)}
    return render(request, "accounts/own_phone_code.html", context, status=422 if form.errors else 200)


def _is_theirs(form: CodeForm, citizen: Citizen, challenge: UUID) -> bool:
    """Give the citizen the phone; false, and the reason on the form, if the code is not right."""
    code = form.cleaned_data["code"]
    try:
        services.add_phone(citizen=citizen, challenge_id=challenge, code=code, now=timezone.now())
    except Invalid as refusal:
        form.add_error("code", refusal.errors[0].message)
    except DomainError as refusal:
        form.add_error("code", str(refusal))
    return not form.errors
