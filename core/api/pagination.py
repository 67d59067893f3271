from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from core.errors import Malformed


class CursorPages(CursorPagination):
    """Pages by cursor, `{"next", "previous", "results"}`. A view names its order as `page_ordering`."""

    page_size = 20

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:  # noqa: ARG002 - the framework's signature
        return tuple(view.page_ordering)

    def decode_cursor(self, request: Request) -> Cursor | None:
        """:raises Malformed: the cursor was not made by us"""
        try:
            return super().decode_cursor(request)
        except NotFound as unreadable:
            raise Malformed from unreadable
