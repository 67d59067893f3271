"""One body for every refusal of the API: RFC 9457 `application/problem+json`, as `api.md` fixes it."""

import json
import logging
import math
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response

from core import errors
from core.errors import DomainError, FieldError, Invalid
from core.logs import request_id

IN_VIETNAMESE = {
    "required": "Cần ghi mục này.",
    "null": "Mục này không được để trống.",
    "blank": "Mục này không được để trống.",
    "empty": "Cần ít nhất một mục.",
    "invalid": "Giá trị chưa đúng kiểu.",
    "invalid_choice": "Chọn một trong các giá trị cho phép.",
    "max_length": "Nội dung quá dài.",
    "min_length": "Nội dung quá ngắn.",
    "max_value": "Số quá lớn.",
    "min_value": "Số quá nhỏ.",
    "not_a_list": "Cần một danh sách.",
}
log = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"


class MethodNotAllowed(DomainError):
    code = "method_not_allowed"
    message = "Địa chỉ này không nhận cách gọi đó."
    status = 405


class NotAcceptable(DomainError):
    code = "not_acceptable"
    message = "Máy chủ chỉ trả lời bằng JSON."
    status = 406


class Internal(DomainError):
    """A bug. Its request id is shown so that the citizen's report can be found in the log."""

    code = "internal"
    message = "Hệ thống gặp lỗi, chưa có gì thay đổi. Thử lại sau; nếu vẫn lỗi, báo mã {request_id}."
    status = 500


# What the framework raises on its own, and what a citizen is told instead. The first match counts.
_KNOWN: tuple[tuple[tuple[type[Exception], ...], type[DomainError]], ...] = (
    ((exceptions.ParseError,), errors.Malformed),
    ((exceptions.NotAuthenticated, exceptions.AuthenticationFailed), errors.NotAuthenticated),
    ((exceptions.PermissionDenied, PermissionDenied), errors.Forbidden),
    ((exceptions.NotFound, Http404), errors.NotFound),
    ((exceptions.MethodNotAllowed,), MethodNotAllowed),
    ((exceptions.NotAcceptable,), NotAcceptable),
    ((exceptions.UnsupportedMediaType,), errors.UnsupportedMediaType),
    ((RequestDataTooBig,), errors.TooLarge),
    # A deadlock or a lock not had in time that survived its one retry.
    ((OperationalError,), errors.Unavailable),
)


def as_refusal(error: Exception) -> DomainError | None:
    """Say which refusal an exception is; None means it is a bug."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, exceptions.ValidationError):
        return Invalid(errors=list(flatten(error.detail)))
    if isinstance(error, exceptions.Throttled):
        return errors.RateLimited(retry_after=math.ceil(getattr(error, "wait", None) or 1))
    for kinds, refusal in _KNOWN:
        if isinstance(error, kinds):
            return refusal()
    return None


def flatten(detail: Any, path: str = "") -> Iterator[FieldError]:
    """Walk the nested errors of a serializer and give one entry a field, with its path."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from flatten(inner, _below(path, name))
    elif isinstance(detail, list) and any(isinstance(entry, dict | list) for entry in detail):
        for index, inner in enumerate(detail):
            yield from flatten(inner, f"{path}[{index}]")
    elif isinstance(detail, list):
        yield from (_field_error(path, entry) for entry in detail)
    else:
        yield _field_error(path, detail)


def _field_error(path: str, entry: Any) -> FieldError:
    code, message = str(getattr(entry, "code", "invalid")), str(entry)
    # What the framework has no Vietnamese words for.
    return FieldError(
        path, code, IN_VIETNAMESE.get(code, "Giá trị chưa đúng.") if message.isascii() else message
    )


def _below(path: str, name: str | int) -> str:
    if name == "non_field_errors":
        return path
    if isinstance(name, int):  # the wrong entries of a list come as a dict, too
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else name


def body_of(refusal: DomainError, *, instance: str) -> dict[str, Any]:
    problem: dict[str, Any] = {
        "type": f"urn:cccd-portal:problem:{refusal.code}",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "code": refusal.code,
        "detail": str(refusal),
        "instance": instance,
        "errors": [vars(entry) for entry in refusal.errors] if isinstance(refusal, Invalid) else [],
    }
    return {**refusal.details, **problem}


def headers_of(refusal: DomainError) -> dict[str, str]:
    if isinstance(refusal, errors.NotAuthenticated):
        return {"WWW-Authenticate": "Bearer"}
    wait = refusal.details.get("retry_after")
    return {"Retry-After": str(wait)} if wait is not None else {}


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an expected refusal into its problem; leave a bug to the 500 handler, which reports it."""
    refusal = as_refusal(error)
    if refusal is None:
        return None
    if isinstance(error, OperationalError):
        log.error("Answered 503 after %s", type(error.__cause__).__name__)
    request = context["request"]
    return Response(
        body_of(refusal, instance=request.path),
        status=refusal.status,
        headers=headers_of(refusal),
        content_type=CONTENT_TYPE,
    )


def problem_response(refusal: DomainError, request: HttpRequest) -> HttpResponse:
    """The same answer outside REST framework: unknown addresses, bugs, the webhook."""
    return HttpResponse(
        json.dumps(body_of(refusal, instance=request.path), ensure_ascii=False),
        status=refusal.status,
        headers=headers_of(refusal),
        content_type=CONTENT_TYPE,
    )


def internal_error(request: HttpRequest) -> HttpResponse:
    return problem_response(Internal(request_id=request_id.get()), request)
