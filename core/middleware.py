"""What every request passes through first."""

import logging
import secrets
from collections.abc import Callable
from urllib.parse import unquote

from django.core.exceptions import BadRequest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.errors import DomainError, Unavailable
from core.logs import request_id

log = logging.getLogger(__name__)


class RequestId:
    """Give each request an id of ours, put it in the log and in the answer's `X-Request-Id`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(secrets.token_hex(8))
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id.get()
            return response
        finally:
            request_id.reset(token)


class ReadableAddress:
    """Refuse an address with a NUL in it: no text of ours has one, and PostgreSQL takes none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "\x00" in unquote(request.META.get("QUERY_STRING", "")):
            raise BadRequest
        return self.get_response(request)


# No inline script or style, nothing from elsewhere, no frame around us.
PAGES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The officers' admin (django-unfold with Alpine) and the API's browsable page need more, from us only.
TOOLS = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
TOOLS_AT = ("/admin/", "/api/v1/docs/")


class ContentSecurityPolicy:
    """Tell the browser what a page of ours may load."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = TOOLS if request.path.startswith(TOOLS_AT) else PAGES
        # What is stricter than a page says so itself.
        response.headers.setdefault("Content-Security-Policy", policy)
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        return response


class RefusalPages:
    """Show a refusal that no page drew for itself, and a lock not had in time, in words instead of a 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError):
            log.error("Answered 503 after %s", type(exception.__cause__).__name__)
            exception = Unavailable()
        if not isinstance(exception, DomainError):
            return None
        return render(request, "portal/refused.html", {"refusal": exception}, status=exception.status)
