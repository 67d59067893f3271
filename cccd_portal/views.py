import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from django.views.defaults import bad_request as django_bad_request
from django.views.defaults import permission_denied as django_forbidden
from drf_spectacular.views import SpectacularAPIView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request

from cccd_portal import zalo_events
from core.api.problems import internal_error, problem_response
from core.errors import Malformed, NotFound
from core.logs import request_id
from zalo.miniapp_webhooks import verify_miniapp
from zalo.webhooks import BadSignature, Event, verify

log = logging.getLogger(__name__)


# Reads the bytes, the signature and the hour; raises BadSignature.
Verify = Callable[[bytes, str | None, datetime], Event]


@csrf_exempt
@require_POST
def zalo_webhook(request: HttpRequest) -> HttpResponse:
    """Events of the Official Accounts."""
    server = request.headers.get("X-ZEvent-Server")
    return _take_in(request, lambda raw, mac, now: verify(raw, signature=mac, now=now, server=server))


@csrf_exempt
@require_POST
def miniapp_webhook(request: HttpRequest) -> HttpResponse:
    """Events of the Mini App, which are set up at another console and signed in another way."""
    return _take_in(request, lambda raw, mac, now: verify_miniapp(raw, signature=mac, now=now))


def _take_in(request: HttpRequest, check: Verify) -> HttpResponse:
    """Write an event of Zalo down; nothing else is done while Zalo waits.

    Answers 200 whatever comes, because Zalo cuts off who refuses too often; what is not signed by Zalo is
    logged and dropped, and answered as the setting says. The one exception: what could not be written down is
    refused, so that it comes again.
    """
    now = timezone.now()
    try:
        event = check(request.body, request.headers.get("X-ZEvent-Signature"), now)
        zalo_events.take_in(event, now=now)
    except BadSignature as refused:
        log.warning("A webhook was dropped: %s", refused.why)
        return JsonResponse({"error": 0}, status=settings.ZALO_BAD_SIGNATURE_STATUS)
    except RequestDataTooBig:
        log.warning("A webhook was dropped: too large")
    except DatabaseError as error:  # only the class: the words may be personal
        log.error("An event could not be written down: %s", type(error).__name__)
        return JsonResponse({"error": 1}, status=503)
    return JsonResponse({"error": 0})


class ByFormat(DefaultContentNegotiation):
    """Let `?format=json` choose how the answer is written; elsewhere in the API only JSON is spoken."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        asked = request.query_params.get("format")
        return super().select_renderer(request, renderers, asked or format_suffix)


class Schema(SpectacularAPIView):
    content_negotiation_class = ByFormat


@require_safe
def tell_fakes(request: HttpRequest) -> HttpResponse:
    """How to tell this portal and its messages from fakes."""
    return render(request, "portal/tell_fakes.html", {"host": urlsplit(settings.PUBLIC_BASE_URL).netloc})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem_response(Malformed(), request)
    return django_bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An officer reads why, and finds back; everybody else gets Django's few words."""
    return _stopped(
        request,
        status=403,
        title="Không có quyền mở trang này",
        words="Vai trò đang có không gồm việc này, hoặc dòng này không sửa được. Cần làm thì nhờ thủ trưởng "
        "đơn vị cấp vai trò.",
    ) or django_forbidden(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem_response(NotFound(), request)
    words = "Địa chỉ gõ thiếu, hoặc dòng này không còn, hoặc không thuộc nơi được phân công."
    if stopped := _stopped(request, status=404, title="Không tìm thấy", words=words):
        return stopped
    return render(request, "portal/not_found.html", status=404)


def bug(request: HttpRequest, *_: Any) -> HttpResponse:
    if request.path.startswith("/api/"):
        return internal_error(request)
    return render(request, "portal/server_error.html", {"request_id": request_id.get()}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open for too long, or cookies are off: say so instead of a bare 403."""
    words = "Trang này mở đã lâu nên chưa có gì được ghi. Quay lại trang trước, tải lại rồi bấm lần nữa."
    if stopped := _stopped(request, status=403, title="Trang mở quá lâu", words=words):
        return stopped
    return render(request, "portal/csrf.html", status=403)


def _stopped(request: HttpRequest, *, status: int, title: str, words: str) -> HttpResponse | None:
    """The same with the officers' menu around it, for an officer with a browser who is in; else None."""
    looks = "text/html" in request.headers.get("Accept", "") and hasattr(request, "user")
    if not looks or not request.path.startswith("/admin/") or not admin.site.has_permission(request):
        return None
    back = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    said = {"title": title, "words": words, "back": back if is_ours else ""}
    return render(request, "admin/stopped.html", admin.site.each_context(request) | said, status=status)
