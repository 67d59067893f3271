from django.apps import apps
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import AuditEntry
from core.admin import RecordAdmin
from core.officers import at_work


@admin.register(AuditEntry)
class AuditEntryAdmin(RecordAdmin):
    """What officers saw and did, found by the code of what was looked at or by the officer's name."""

    list_display = ("at", "officer", "deed", "shown_what", "shown_subjects", "words", "address")
    list_filter = ("deed", ("at", admin.DateFieldListFilter))
    list_select_related = ("officer",)
    search_fields = ("officer__username",)
    search_help_text = "Mã hẹn, hoặc tên đăng nhập của cán bộ; đúng từng chữ"
    ordering = ("-at", "-pk")
    fields = ("at", "officer", "deed", "shown_what", "all_subjects", "words", "address", "request_id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        """An agency's auditor reads what officers did while they worked for that agency."""
        scope = at_work(request).scope
        rows = AuditEntry.objects.select_related("officer").order_by(*self.ordering)
        return rows if scope.everything else rows.filter(agencies__overlap=sorted(scope.agencies))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry], search_term: str
    ) -> tuple[QuerySet[AuditEntry], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        named = queryset.filter(officer__username=term)
        return named if named.exists() else queryset.filter(subjects__contains=[term]), False

    @admin.display(description="về", ordering="what")
    def shown_what(self, entry: AuditEntry) -> str:
        """The table as officers call it, not as the code does."""
        try:
            return str(apps.get_model(entry.what)._meta.verbose_name)
        except (LookupError, ValueError):  # of a table that is no more, or of none
            return entry.what

    @admin.display(description="đối tượng")
    def all_subjects(self, entry: AuditEntry) -> str:
        return ", ".join(entry.subjects)

    @admin.display(description="đối tượng")
    def shown_subjects(self, entry: AuditEntry) -> str:
        shown, more = entry.subjects[:5], len(entry.subjects) - 5
        return ", ".join(shown) + (f" và {more} mục nữa" if more > 0 else "")
