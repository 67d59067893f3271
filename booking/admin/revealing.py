"""The whole identity number, shown on a page of its own that is on record."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from unfold.decorators import action

from booking.models import Appointment, Person
from core.officers import Deed
from core.pages import PageAdmin


class RevealPage(PageAdmin):
    """Everywhere else a number is its last three digits; whoever needs more says so by a click."""

    def people_of(self, row: Any) -> Sequence[Person]:
        """The people whose numbers the page of this row may show."""
        raise NotImplementedError

    def places_of(self, row: Any) -> list[Appointment]:
        """The appointments of these people, where the row itself is none."""
        return []

    def has_reveal_permission(self, request: HttpRequest, *_: Any) -> bool:
        return request.user.has_perm("booking.reveal_person")

    @action(description="Xem đủ số định danh", url_path="reveal", permissions=["reveal"], icon="visibility")
    def reveal(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Note who looks, then show the numbers; no browser keeps the page."""
        row = get_object_or_404(self.get_queryset(request), pk=object_id)
        self.note(request, Deed.REVEALED, [row])
        if places := self.places_of(row):
            self.note(request, Deed.REVEALED, places)
        return never_cache(self._numbers)(request, row)

    def _numbers(self, request: HttpRequest, row: Any) -> HttpResponse:
        return self.page(
            request,
            "admin/booking/reveal.html",
            title="Số định danh",
            people=self.people_of(row),
            back=self.address("change", row.pk),
        )
