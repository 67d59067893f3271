"""Who is at work at a request: found for the officers' side by its middleware."""

from collections.abc import Callable, Iterable
from functools import cached_property

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import Officer
from accounts.services import audit
from booking.services.postings import scope_of
from core.api.throttling import address_of
from core.officers import Deed, Part, Scope
from core.time import local_date


class AtWork:
    """An officer at one request (`core.officers.AtWork`). Whoever is not signed in sees nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def scope(self) -> Scope:
        officer = self._request.user
        if not isinstance(officer, Officer):
            return Scope()
        return scope_of(officer, on=local_date(timezone.now()))

    def note(
        self,
        deed: Deed,
        what: str,
        subjects: Iterable[object] = (),
        words: str = "",
        *,
        agencies: Iterable[int] | None = None,
    ) -> None:
        self.note_parts(deed, what, [(agencies, subjects)], words)

    def note_parts(self, deed: Deed, what: str, parts: Iterable[Part], words: str = "") -> None:
        officer = self._request.user
        if isinstance(officer, Officer):
            own = self.scope.agencies_in_part
            audit.record_parts(
                officer=officer,
                deed=deed,
                what=what,
                parts=[(own if agencies is None else agencies, subjects) for agencies, subjects in parts],
                words=words,
                address=address_of(self._request),
                now=timezone.now(),
            )


class Officers:
    """Give each request its `at_work`; nothing is asked of the database before it is used."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.at_work = AtWork(request)  # type: ignore[attr-defined]
        return self.get_response(request)
