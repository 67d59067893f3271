"""How many messages an office may send, and what they cost."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from agencies.models import Agency
from core.admin import OwnRowsFilter, RecordAdmin
from core.officers import at_work
from core.text import say_money
from notifications.models import OaQuota, Spending


@admin.register(OaQuota)
class OaQuotaAdmin(RecordAdmin):
    """What Zalo last said about the daily quota of template messages, and what tomorrow's reminders need."""

    when_empty = (
        "Chưa biết hạn mức. Zalo cho biết khi gửi mẫu tin lần đầu. Hạn mức hôm nay: xem ở Kết nối Zalo."
    )
    list_display = ("oa_id", "day", "remaining", "needed", "remaining_then", "shortfall", "seen_at")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OaQuota]:
        """Those of the officer's agencies; the rows themselves know only the account."""
        scope = at_work(request).scope
        rows = OaQuota.objects.order_by(*self.ordering)
        if scope.everything:
            return rows
        return rows.filter(oa_id__in=Agency.objects.filter(pk__in=scope.agencies).values("oa_id"))

    @admin.display(description="thiếu")
    def shortfall(self, quota: OaQuota) -> str:
        return str(quota.short) if quota.needed is not None else "–"


def _count(column: str, title: str) -> Callable[[Any, Spending], int]:
    """A column of counts under a heading short enough for all of them to stand on one screen."""

    @admin.display(description=title, ordering=column)
    def shown(_: Any, row: Spending) -> int:
        return int(getattr(row, column))

    return shown


@admin.register(Spending)
class SpendingAdmin(RecordAdmin):
    """What the messages of an agency cost, month by month, and by which channels they went."""

    agency_path = "agency"
    when_empty = "Chưa gửi tin nào. Mỗi tháng có tin, mỗi đơn vị một dòng ở đây."
    list_display = (
        "shown_month",
        "agency",
        "shown_cost",
        "by_chat",
        "by_uid",
        "by_phone",
        "by_miniapp",
        "in_inbox",
        "shown_unpriced",
    )
    by_chat = _count("cs", "tư vấn")
    by_uid = _count("template_uid", "mẫu, Zalo")
    by_phone = _count("template_phone", "mẫu, số ĐT")
    by_miniapp = _count("miniapp", "Mini App")
    in_inbox = _count("inbox", "hộp tin")
    list_filter = (("agency", OwnRowsFilter), ("month", admin.DateFieldListFilter))
    list_select_related = ("agency",)
    ordering = ("-month", "agency")
    fields = list_display

    @admin.display(description="tháng", ordering="month")
    def shown_month(self, row: Spending) -> str:
        return f"{row.month:%m/%Y}"

    @admin.display(description="chưa rõ giá")
    def shown_unpriced(self, row: Spending) -> str:
        return str(row.unpriced) if row.unpriced else "–"

    @admin.display(description="thành tiền", ordering="cost")
    def shown_cost(self, row: Spending) -> str:
        return say_money(row.cost)
