from django.contrib import admin
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import HttpRequest

from agencies.models import AdminUnit, UnitSuccessor
from agencies.models.units import AdminUnitQuerySet
from core.admin import RecordAdmin


@admin.register(AdminUnit)
class AdminUnitAdmin(RecordAdmin):
    """Administrative units of both eras, to look up; they come from published data and nobody edits them."""

    is_public = True
    list_display = ("__str__", "upper", "set", "level", "code")
    list_filter = ("set", "level")
    search_fields = ("name",)
    search_help_text = "Tên, không cần dấu, có thể kèm huyện, tỉnh: tan thanh tam ky; P12 Q4"
    ordering = ("-set", "code")
    fields = (
        ("kind", "name", "other_names"),
        ("set", "code", "level"),
        "upper",
        ("valid_from", "valid_to"),
        "successors",
        "predecessors",
    )
    readonly_fields = ("upper", "successors", "predecessors")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AdminUnit]:
        return super().get_queryset(request).select_related("parent__parent")

    def get_search_results(
        self, request: HttpRequest, queryset: AdminUnitQuerySet, search_term: str
    ) -> tuple[AdminUnitQuerySet, bool]:
        """As the citizens' search finds them, best first unless a column was chosen."""
        if not search_term:
            return queryset, False
        named = queryset.filter(pk__in=AdminUnit.objects.named(search_term))
        return named if "o" in request.GET else named.best_first(search_term), False

    @admin.display(description="thuộc")
    def upper(self, unit: AdminUnit) -> str:
        return unit.parent.full_name if unit.parent else ""

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> AdminUnit | None:
        """With its links read at once: the theme asks for each line of the page several times."""
        unit = super().get_object(request, object_id, from_field)
        if unit is not None:
            links = UnitSuccessor.objects.select_related("new__parent", "old__parent__parent")
            prefetch_related_objects(
                [unit],
                Prefetch("successor_links", links.order_by("-is_default", "new__code")),
                Prefetch("predecessor_links", links.order_by("old__code")),
            )
        return unit

    @admin.display(description="nay là")
    def successors(self, unit: AdminUnit) -> str:
        return "; ".join(link.new.full_name for link in unit.successor_links.all())

    @admin.display(description="trước là")
    def predecessors(self, unit: AdminUnit) -> str:
        return "; ".join(link.old.full_name for link in unit.predecessor_links.all())
