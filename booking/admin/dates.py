"""Lists of dates: what is to come stands first, and is what one sees without asking."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from core.time import local_date

WHEN = "khi"
COMING, PAST, ALL = "", "da-qua", "tat-ca"


class WhenFilter(admin.SimpleListFilter):
    """To come (without asking), past, or all."""

    title = "thời gian"
    parameter_name = WHEN

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return ((COMING, "Từ hôm nay"), (PAST, "Đã qua"), (ALL, "Tất cả"))

    def choices(self, changelist: Any) -> Any:
        for value, words in self.lookup_choices:
            query = changelist.get_query_string({WHEN: value} if value else {}, [] if value else [WHEN])
            yield {"selected": (self.value() or COMING) == value, "query_string": query, "display": words}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = local_date(timezone.now())
        if self.value() == ALL:
            return queryset
        return queryset.filter(date__lt=today) if self.value() == PAST else queryset.filter(date__gte=today)


def order_of_dates(request: HttpRequest) -> tuple[str, str]:
    """The nearest first: forward from today, backward into the past."""
    return ("-date", "-pk") if request.GET.get(WHEN) == PAST else ("date", "pk")
