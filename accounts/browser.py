"""Who sits at the browser. The citizens' cookie has nothing to do with the officers' session."""

import secrets
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.errors import SignedOut
from accounts.models import Citizen
from zalo import services as zalo
from zalo.models import ConsentRequest

COOKIE = "citizen_session"
# What ties a way to Zalo and back to one browser.
AT_ZALO_COOKIE = "citizen_at_zalo"
_UNKNOWN = object()


def signed_in(request: HttpRequest) -> Citizen | None:
    """The citizen whose cookie came with the request; asked once for each request."""
    known: Any = getattr(request, "browser_citizen", _UNKNOWN)
    if known is _UNKNOWN:
        return _remember(request, _look(request))
    return cast("Citizen | None", known)


def _remember(request: Any, citizen: Citizen | None) -> Citizen | None:
    request.browser_citizen = citizen
    return citizen


def _look(request: HttpRequest) -> Citizen | None:
    token = request.COOKIES.get(COOKIE, "")
    if not token:
        return None
    try:
        return services.session_of_browser(token=token, now=timezone.now()).citizen
    except SignedOut:
        return None


def sign_in(request: HttpRequest, response: HttpResponse, tokens: services.Tokens) -> None:
    """Let the browser remember a sign-in."""
    _remember(request, tokens.citizen)
    response.set_cookie(
        COOKIE,
        services.browser_token(tokens=tokens, now=timezone.now()),
        max_age=settings.BROWSER_SIGN_IN_LIFETIME,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def sign_out(request: HttpRequest, response: HttpResponse) -> None:
    """End the sign-in, here and at the server, and forget what else this browser knows of a citizen.

    Cookies of other rooms that must go as well, such as the one of an unfinished booking, begin with
    `citizen_`: the next person at a shared computer must not find them.
    """
    services.end_browser_session(token=request.COOKIES.get(COOKIE, ""), now=timezone.now())
    for name in request.COOKIES:
        if name.startswith("citizen_"):
            response.delete_cookie(name, samesite="Lax")


# --- To Zalo and back --------------------------------------------------------------------------------------


def offers_zalo() -> bool:
    """Whether citizens can sign in with Zalo at a browser: our app is known there."""
    return bool(settings.ZALO_APP_ID)


def leave_for_zalo(request: HttpRequest, *, then: str) -> HttpResponse:
    """A page that goes on to Zalo's consent page by itself; who comes back signed in goes on to `then`.

    A page and not a redirect: the policy of our pages lets no form end at another host.
    """
    browser = request.COOKIES.get(AT_ZALO_COOKIE) or secrets.token_urlsafe(24)
    address = zalo.begin_consent(
        flow=ConsentRequest.Flow.CITIZEN,
        browser=browser,
        redirect_uri=settings.PUBLIC_BASE_URL + reverse("zalo-callback"),
        errand=then,
        now=timezone.now(),
    )
    answer = render(request, "accounts/to_zalo.html", {"address": address})
    answer.set_cookie(
        AT_ZALO_COOKIE,
        browser,
        max_age=zalo.CONSENT_LIFETIME,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


def at_zalo(request: HttpRequest) -> str:
    """The secret with which this browser went to Zalo; empty if it did not, or long ago."""
    return request.COOKIES.get(AT_ZALO_COOKIE, "")
