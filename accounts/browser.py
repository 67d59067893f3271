"""Who sits at the browser. The citizens' cookie has nothing to do with the officers' session."""

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import services
from accounts.errors import SignedOut
from accounts.models import Citizen

COOKIE = "citizen_session"
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
