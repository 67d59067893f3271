"""The officers' side of every room stands on `OfficeAdmin`."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.contrib.admin import RelatedFieldListFilter
from django.core.paginator import Page, Paginator
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from core.db import retry_once
from core.errors import DomainError
from core.officers import Deed, Part, at_work

Made = TypeVar("Made")
COUNTED_AT_MOST = 1_000
CHOICES_AT_MOST = 200


class FirstPages(Paginator):
    """Reads no further than a thousand rows: a list of a hundred thousand opens as fast as a short one.

    Their keys are read in one statement, and a page by its keys: nothing else is looked for twice, and what a
    row shows is joined to the rows of the page only. Who looks for something beyond them narrows the list by
    its filters or its search.
    """

    @cached_property
    def keys(self) -> list[Any]:
        rows = cast("QuerySet[Any]", self.object_list)
        return list(rows.values_list("pk", flat=True)[:COUNTED_AT_MOST])

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        return len(self.keys if isinstance(rows, QuerySet) else rows)

    def page(self, number: int | str) -> Page:
        rows = self.object_list
        if not isinstance(rows, QuerySet):
            return super().page(number)
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        shown = self.keys[first : first + self.per_page]
        return Page(rows.filter(pk__in=shown), number, self)


class OneLook(ChangeList):
    """Shows a short list by the keys that were read to count it, instead of looking for its rows again."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.multi_page and isinstance(self.paginator, FirstPages):
            self.result_list = self.paginator.page(1).object_list


class OwnRowsFilter(RelatedFieldListFilter):
    """Offers only what the officer may see: another agency's name is not to be read off a filter."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        model = field.remote_field.model
        if not model_admin.admin_site.is_registered(model):
            return super().field_choices(field, request, model_admin)
        registered = model_admin.admin_site.get_model_admin(model)
        rows = registered.get_queryset(request).order_by(*registered.get_ordering(request))
        return [(row.pk, str(row)) for row in rows[:CHOICES_AT_MOST]]


class OfficeAdmin(ModelAdmin):
    """Plain tables are edited, as anywhere in Django's admin.

    Every list, form, search and action sees the rows of the officer's scope and no others: those of their
    agencies (`agency_path`) or of their single sites (`site_path`). Where a row is of no agency, only who is
    posted to the whole portal sees it, unless it `is_public`.
    """

    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True
    paginator: type[Paginator] = FirstPages
    # The path from a row to its agency, and to its site where it has one.
    agency_path = ""
    site_path = ""
    # What is of no agency and may be read by every officer.
    is_public = False
    # What officers of single sites may read as well, because it is of the whole agency and of nobody. Only
    # those who work for the whole of it write there.
    is_common = False
    # What a list without rows says: what would stand in it, and when.
    when_empty = ""
    # Rows that tell of people: whoever looks at them is noted.
    shows_people = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows of the officer's scope."""
        rows = super().get_queryset(request)
        scope = at_work(request).scope
        if scope.everything or (self.is_public and not self.agency_path):
            return rows
        if not self.agency_path:
            return rows.none()
        agencies = scope.agencies_in_part if self.is_common else scope.agencies
        seen = Q(**{f"{self.agency_path}__in": agencies})
        if self.site_path:
            seen |= Q(**{f"{self.site_path}__in": scope.sites})
        return rows.filter(seen)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return OneLook

    def rows_to_name(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows that a form of this officer may point at."""
        rows, scope = self.get_queryset(request), at_work(request).scope
        if not self.is_common or scope.everything:
            return rows
        return rows.filter(**{f"{self.agency_path}__in": scope.agencies})

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """An officer names no row outside of their scope."""
        if self.admin_site.is_registered(db_field.related_model):
            registered = self.admin_site.get_model_admin(db_field.related_model)
            kwargs.setdefault("queryset", registered.rows_to_name(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return super().has_add_permission(request, *args) and self._may_write(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._may_write(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._may_write(request, obj)

    def _may_write(self, request: HttpRequest, row: Any = None) -> bool:
        scope = at_work(request).scope
        if not self.is_common or scope.everything:
            return True
        if not isinstance(row, models.Model):  # none yet; the theme's actions give the row's key
            return bool(scope.agencies)
        agency = row.pk if self.agency_path == "pk" else getattr(row, f"{self.agency_path}_id")
        return agency in scope.agencies

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, *_: Any) -> HttpResponse:
        """Another agency's row is as little there as one that never was."""
        raise Http404

    # --- The audit log ------------------------------------------------------------------------------------

    def subject_of(self, row: Any) -> str:
        """What the audit log calls a row."""
        return str(row)

    def note(self, request: HttpRequest, deed: Deed, rows: Sequence[Any] = (), words: str = "") -> None:
        """Write down what was seen of or done to rows of a table: for each agency its own, and no other's."""
        if not rows:
            at_work(request).note(deed, self.model._meta.label, (), words)
            return
        model = type(rows[0])
        is_known = model is not self.model and self.admin_site.is_registered(model)
        table = cast("OfficeAdmin", self.admin_site.get_model_admin(model)) if is_known else self
        at_work(request).note_parts(deed, model._meta.label, table.parts_of(request, rows), words)

    def parts_of(self, request: HttpRequest, rows: Sequence[Any]) -> list[Part]:
        """The rows by their agencies; costs a query only where the officer works for more than one."""
        scope = at_work(request).scope
        if not self.agency_path or not (scope.everything or len(scope.agencies_in_part) > 1):
            return [(None, [self.subject_of(row) for row in rows])]
        there = self.model._default_manager.filter(pk__in=[row.pk for row in rows])  # noqa: SLF001 - Django's name
        agency_of = dict(there.values_list("pk", self.agency_path))
        found: dict[int | None, list[str]] = {}
        for row in rows:
            found.setdefault(agency_of.get(row.pk), []).append(self.subject_of(row))
        return [(None if agency is None else [agency], subjects) for agency, subjects in found.items()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        response = super().changelist_view(request, extra_context)
        shown = getattr(response, "context_data", None) or {}
        if self.shows_people and "cl" in shown:
            searched = "có tìm kiếm" if shown["cl"].query else ""
            self.note(request, Deed.LISTED, shown["cl"].result_list, searched)
        return response

    def seen_on_page(self, row: Any) -> list[Any]:
        """The rows of this table whose people the page of one of them shows."""
        return [row]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = kwargs.get("obj")
        if self.shows_people and row is not None:
            self.note(request, Deed.VIEWED, self.seen_on_page(row))
        return super().render_change_form(request, context, *args, **kwargs)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self.note(request, Deed.ADDED, [obj])
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self.note(request, Deed.CHANGED, [obj], _fields_of(message))
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        self.note(request, Deed.DELETED, list(queryset))
        return super().log_deletions(request, queryset)


def _fields_of(message: Any) -> str:
    """The names of the fields that a form changed, of the rows below it as well; no values."""
    if not isinstance(message, list):
        return ""
    parts = [part for entry in message for part in entry.values() if isinstance(part, dict)]
    return ", ".join(dict.fromkeys(field for part in parts for field in part.get("fields", ())))


class RecordAdmin(OfficeAdmin):
    """Rows with rules: officers read them and run use cases; nobody edits, adds or deletes a field."""

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


def apply_use_case(
    admin: OfficeAdmin,
    request: HttpRequest,
    queryset: QuerySet[Any],
    use_case: Callable[[Any], object],
    *,
    words: str,
) -> None:
    """Run a use case on each selected row, note it, and report each refusal in its own words."""
    done = 0
    for row in queryset:

        def note(_: object, changed: Any = row) -> None:
            admin.note(request, Deed.DID, [changed], words)

        try:
            noted(partial(use_case, row), note)
        except DomainError as refusal:
            admin.message_user(request, f"{row}: {refusal}", messages.ERROR)
        else:
            done += 1
    if done:
        admin.message_user(request, f"Đã thực hiện với {done} dòng.", messages.SUCCESS)


def noted(call: Callable[[], Made], note: Callable[[Made], object]) -> Made:
    """Run a use case and write it down, both or neither; once more after a deadlock."""

    def both() -> Made:
        with transaction.atomic():
            made = call()
            note(made)
            return made

    return retry_once(both)
