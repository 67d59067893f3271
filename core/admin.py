"""The officers' side of every room stands on `OfficeAdmin`."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from core.errors import DomainError


class OfficeAdmin(ModelAdmin):
    """Plain tables are edited, as anywhere in Django's admin."""

    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True
    # The path from a row to its agency, for officers who belong to one; empty where rows are everybody's.
    agency_path = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Only the rows of the officer's own agency; those of all agencies for staff of the whole portal."""
        rows = super().get_queryset(request)
        own = getattr(request.user, "agency_id", None)
        return rows.filter(**{self.agency_path: own}) if own and self.agency_path else rows

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """An officer of one agency gives rows to no other."""
        own = getattr(request.user, "agency_id", None)
        if own and db_field.name == self.agency_path:
            kwargs["queryset"] = db_field.related_model.objects.filter(pk=own)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class RecordAdmin(OfficeAdmin):
    """Rows with rules: officers read them and run use cases; nobody edits, adds or deletes a field."""

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


def apply_use_case(
    admin: ModelAdmin,
    request: HttpRequest,
    queryset: QuerySet[Any],
    use_case: Callable[[Any], object],
) -> None:
    """Run a use case on each selected row, and report each refusal in its own words."""
    done = 0
    for row in queryset:
        try:
            use_case(row)
        except DomainError as refusal:
            admin.message_user(request, f"{row}: {refusal}", messages.ERROR)
        else:
            done += 1
    if done:
        admin.message_user(request, f"Đã thực hiện với {done} dòng.", messages.SUCCESS)
