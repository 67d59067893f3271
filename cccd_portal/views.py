import logging
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.defaults import page_not_found, server_error

from cccd_portal import zalo_events
from core.api.problems import internal_error, problem_response
from core.errors import NotFound
from zalo.webhooks import BadSignature, verify

log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def zalo_webhook(request: HttpRequest) -> HttpResponse:
    """Take an event from Zalo. Answers 200 whatever comes, because Zalo cuts off who refuses too often; what
    is not signed by Zalo is logged and dropped.
    """
    now = timezone.now()
    try:
        event = verify(
            request.body,
            signature=request.headers.get("X-ZEvent-Signature"),
            now=now,
            server=request.headers.get("X-ZEvent-Server"),
        )
    except BadSignature as refused:
        log.warning("A webhook was dropped: %s", refused.why)
    else:
        zalo_events.handle(event, now=now)
    return JsonResponse({"error": 0})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem_response(NotFound(), request)
    return page_not_found(request, exception)


def bug(request: HttpRequest, *_: Any) -> HttpResponse:
    if request.path.startswith("/api/"):
        return internal_error(request)
    return server_error(request)
