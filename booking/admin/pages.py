"""What the officers' own pages share: the frame, what an officer may see, and refusals beside their field."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode

from booking.models import Site
from core import doors
from core.admin import RecordAdmin, noted
from core.errors import DomainError, Invalid
from core.officers import Deed
from core.text import without_numbers
from core.time import local_date

Made = TypeVar("Made")
View = Callable[..., HttpResponse]


def needs(*permissions: str) -> Callable[[View], View]:
    """Open a page only to officers with all of these rights."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(admin: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perms(permissions):
                raise PermissionDenied
            return view(admin, request, *args, **kwargs)

        return guarded

    return guard


class PageAdmin(RecordAdmin):
    """Rows with rules, and pages of their own around them."""

    def own_urls(self) -> list[URLPattern]:
        return []

    def get_urls(self) -> list[URLPattern]:
        return [*self.own_urls(), *super().get_urls()]

    def route(self, address: str, view: View, name: str) -> URLPattern:
        return path(address, self.admin_site.admin_view(view), name=self._name(name))

    def address(self, name: str, *args: object) -> str:
        return reverse(f"{self.admin_site.name}:{self._name(name)}", args=args)

    def _name(self, name: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"

    def page(self, request: HttpRequest, template: str, *, title: str, **context: Any) -> HttpResponse:
        frame = self.admin_site.each_context(request)
        return render(request, template, {**frame, "title": title, **context})

    def did(self, request: HttpRequest, row: Model, words: str, *, why: str = "") -> None:
        """Note a use case in the audit log, and with its reason in the row's own history."""
        self.note(request, Deed.DID, [row], words)
        said = f"{words}: {without_numbers(why)}" if why else words
        ModelAdmin.log_change(self, request, row, said)

    def scoped(self, request: HttpRequest, model: type[Model]) -> Any:
        """The rows of a table that this officer may see: what that table's own list shows them."""
        return self.admin_site.get_model_admin(model).get_queryset(request)

    def sites(self, request: HttpRequest) -> list[Site]:
        """The sites of this officer that take people, for choosing one: offices before stops."""
        sites = self.scoped(request, Site).filter(is_active=True).select_related("agency")
        return list(sites.order_by("agency__name", "kind", "name", "pk"))


def day_asked(request: HttpRequest, *, days_ahead: int = 0) -> date:
    """The day that the address asks for; else today, or so many days later."""
    today = local_date(timezone.now())
    return doors.day_asked(request, otherwise=today + timedelta(days=days_ahead))


def asked(on: date, site: Site | None = None) -> str:
    """The query that asks for this day and site."""
    return urlencode({"ngay": f"{on:%Y-%m-%d}"} | ({"diem": str(site.public_id)} if site else {}))


def site_asked(request: HttpRequest, sites: list[Site]) -> Site | None:
    """The site in `?diem=…`, if it is one of these."""
    return next((site for site in sites if str(site.public_id) == request.GET.get("diem")), None)


def attempt(
    request: HttpRequest,
    call: Callable[[], Made],
    *,
    note: Callable[[Made], object],
    form: forms.Form | None = None,
) -> Made | None:
    """Run a use case and note it, both or neither; a refusal is said beside its field, above the form, or as
    a notice, and gives None.
    """
    try:
        return noted(call, note)
    except Invalid as refusal:
        for fault in refusal.errors:
            _say(request, form, fault.field.rpartition(".")[2], fault.message)
    except DomainError as refusal:
        _say(request, form, "", str(refusal))
    return None


def _say(request: HttpRequest, form: forms.Form | None, field: str, words: str) -> None:
    if form is None:
        messages.error(request, words)
    else:
        form.add_error(field if field in form.fields else None, words)
