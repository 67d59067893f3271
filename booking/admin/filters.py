from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from core.time import local_date


class DayFilter(admin.SimpleListFilter):
    title = "ngày"
    parameter_name = "when"
    path: ClassVar[str] = "day__date"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [
            ("today", "hôm nay"),
            ("tomorrow", "ngày mai"),
            ("week", "bảy ngày tới"),
            ("past", "đã qua"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = local_date(timezone.now())
        tomorrow = today + timedelta(days=1)
        ranges: dict[str, dict[str, Any]] = {
            "today": {"": today},
            "tomorrow": {"": tomorrow},
            "week": {"__range": (today, today + timedelta(days=6))},
            "past": {"__lt": today},
        }
        wanted = ranges.get(self.value() or "", {})
        return queryset.filter(**{f"{self.path}{how}": day for how, day in wanted.items()})


class ServiceDayFilter(DayFilter):
    path = "date"
