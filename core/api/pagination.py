from typing import Any

from django.core.exceptions import ValidationError
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from core.errors import Malformed


class CursorPages(CursorPagination):
    """Pages by cursor, `{"next", "previous", "results"}`. A view names its order as `page_ordering`."""

    page_size = 20

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:  # noqa: ARG002 - the framework's signature
        return tuple(view.page_ordering)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        """:raises Malformed: the cursor was not made by us, or not for this list"""
        if not request.query_params.get(self.cursor_query_param):
            return super().paginate_queryset(queryset, request, view)
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValidationError, ValueError) as unreadable:  # a position that this list cannot have
            raise Malformed from unreadable

    def decode_cursor(self, request: Request) -> Cursor | None:
        """:raises Malformed: the cursor was not made by us"""
        given = request.query_params.get(self.cursor_query_param, "")
        try:
            cursor = super().decode_cursor(request)
        except NotFound as unreadable:
            raise Malformed from unreadable
        # The framework reads any letters somehow; a cursor of ours is one that it would write again.
        if cursor is not None and self.encode_cursor(cursor) != replace_query_param(
            self.base_url or "", self.cursor_query_param, given
        ):
            raise Malformed
        return cursor
