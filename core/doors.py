"""What doors for people's browsers have in common with those of the API."""

import functools
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core.api.throttling import MINUTE, address_of, count
from core.errors import RateLimited

Page = Callable[..., HttpResponse]


def throttled(scope: str, *, by: Callable[[HttpRequest], str] = address_of) -> Callable[[Page], Page]:
    """Count what is posted to a page, by address or by what `by` says, against the same limit as the API's
    call of that scope. Whom `by` does not know is not counted.

    :raises RateLimited: too many this minute; it is shown as a page
    """

    def decorate(page: Page) -> Page:
        @functools.wraps(page)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            limit = settings.THROTTLES_PER_MINUTE[scope] * settings.THROTTLE_FACTOR
            ident = by(request) if request.method == "POST" and limit else ""
            if ident and count(scope, ident) > limit:
                raise RateLimited(retry_after=MINUTE - int(time.time()) % MINUTE)
            return page(request, *args, **kwargs)

        return wrapper

    return decorate


def day_asked(request: HttpRequest, *, otherwise: date) -> date:
    """The day in `?ngay=2026-11-23`; where there is none, or none that exists, another."""
    try:
        return date.fromisoformat(request.GET.get("ngay", ""))
    except ValueError:
        return otherwise
