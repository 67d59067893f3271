"""What every request passes through first."""

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from core.logs import request_id


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
