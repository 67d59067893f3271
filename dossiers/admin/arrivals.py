"""Cards that came, by the list: looked at first, told with one press."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone

from accounts.models import Officer
from core.errors import DomainError, Invalid
from core.officers import Deed
from core.pages import PageAdmin, attempt, needs
from dossiers.admin.counter_forms import ReadyForm
from dossiers.models.dossiers import DossierQuerySet
from dossiers.services import afterwards, arrivals


class ArrivalPages(PageAdmin):
    def arrival_urls(self) -> list[URLPattern]:
        return [self.route("ready/", self.ready, "ready")]

    @needs("dossiers.view_card", "dossiers.work_card")
    def ready(self, request: HttpRequest) -> HttpResponse:
        """Read a list of codes, show what it means, and tell those whose card came."""
        form = ReadyForm(
            request.POST or None, request.FILES or None, initial={"codes": request.GET.get("ma", "")}
        )
        found = self._read(request, form) if form.is_valid() else None
        if found is not None and "send" in request.POST:
            return self._tell_arrived(request, found)
        context: dict[str, Any] = {"form": form, "found": found, "back": self.address("ready")}
        if found is not None:
            self.note(request, Deed.LISTED, found.matched, "xem thử danh sách thẻ về")
            context["codes"] = "\n".join(card.code for card in found.matched)
            context["untold"] = sum(card.citizen_id is None for card in found.matched)
        return self.page(request, "admin/dossiers/ready.html", title="Báo có thẻ", **context)

    def _in_scope(self, request: HttpRequest) -> DossierQuerySet:
        """Dossiers that are not at the counter as well, to say how those stand."""
        return cast("DossierQuerySet", super().get_queryset(request))

    def _read(self, request: HttpRequest, form: ReadyForm) -> arrivals.Found | None:
        try:
            return arrivals.find_ready(entries=form.entries(), cards=self._in_scope(request))
        except Invalid as refusal:
            form.add_error("codes", refusal.errors[0].message)
        except DomainError as refusal:
            form.add_error("file", str(refusal))
        return None

    def _tell_arrived(self, request: HttpRequest, found: arrivals.Found) -> HttpResponse:
        done = attempt(
            request,
            lambda: afterwards.mark_ready(
                dossiers=[card.pk for card in found.matched],
                officer=cast("Officer", request.user),
                now=timezone.now(),
            ),
            note=lambda ready: self.note(request, Deed.DID, ready, "báo có thẻ") if ready else None,
        )
        if done is not None:
            untold = sum(card.citizen_id is None for card in done)
            messages.success(request, f"Đã báo có thẻ: {len(done)} hồ sơ.")
            if untold:
                messages.warning(request, f"{untold} người không có tài khoản: báo trực tiếp.")
        return redirect(self.address("ready"))
