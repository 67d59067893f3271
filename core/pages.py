"""What the officers' own pages of every room share: the frame, rights, refusals beside their field, and a
search whose whole numbers stand in no address.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from core.admin import OfficeAdmin, RecordAdmin, noted
from core.errors import DomainError, Invalid
from core.officers import Deed
from core.text import without_numbers

Made = TypeVar("Made")
View = Callable[..., HttpResponse]
UNKNOWN = "?"  # finds nobody


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


class OwnPages(OfficeAdmin):
    """Rows with pages of their own around them."""

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

    def ask_once(
        self,
        request: HttpRequest,
        row: Model,
        call: Callable[[], object],
        *,
        deed: str,
        done: str,
        title: str,
        template: str = "admin/ask.html",
        **context: Any,
    ) -> HttpResponse:
        """Say what a use case will do to a row, run it when that is posted, and lead back to the row."""
        back = self.address("change", row.pk)
        if request.method == "POST":
            if attempt(request, call, note=lambda _: self.did(request, row, deed)) is not None:
                messages.success(request, done)
            return redirect(back)
        return self.page(request, template, title=title, form=forms.Form(), back=back, **context)

    def did(self, request: HttpRequest, row: Model, words: str, *, why: str = "") -> None:
        """Note a use case in the audit log, and with its reason in the row's own history."""
        self.note(request, Deed.DID, [row], words)
        said = f"{words}: {without_numbers(why)}" if why else words
        ModelAdmin.log_change(self, request, row, said)

    def scoped(self, request: HttpRequest, model: type[Model]) -> Any:
        """The rows of a table that this officer may see: what that table's own list shows them."""
        return self.admin_site.get_model_admin(model).get_queryset(request)


class PageAdmin(OwnPages, RecordAdmin):
    """Rows with rules, and pages of their own around them."""


class HiddenSearch(PageAdmin):
    """A list whose search box posts what was typed, and shows the answer under an address without it."""

    search_fields = ("pk",)  # the box stands only where there is some

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method == "POST" and "typed" in request.POST:
            asked = request.GET.copy()
            typed = request.POST["typed"].strip()
            asked["q"] = self.hidden(typed) if typed else ""
            if asked["q"] == UNKNOWN:
                words = f"Chỉ tìm được theo: {self.search_help_text}. Ghi đủ các chữ số."
                messages.warning(request, words)
            asked.pop("p", None)
            return HttpResponseRedirect(f"?{asked.urlencode()}")
        return super().changelist_view(request, extra_context)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = self.hidden(search_term) if search_term.strip() else ""
        return (queryset.filter(self.meant(term)) if term else queryset), False

    def hidden(self, typed: str) -> str:
        """What may stand in an address of what was typed; `UNKNOWN` for what finds nobody."""
        raise NotImplementedError

    def meant(self, term: str) -> Q:
        """The rows that a hidden term means."""
        raise NotImplementedError


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


def printed_by(request: HttpRequest) -> str:
    officer = cast("AbstractUser", request.user)
    return officer.get_full_name() or officer.get_username()


def pdf(drawn: bytes, name: str) -> HttpResponse:
    """A PDF that opens in the browser, ready to print, and is kept nowhere on the way."""
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
