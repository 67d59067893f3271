from typing import cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator

from accounts.models import Officer
from core.admin import OwnRowsFilter, RecordAdmin, apply_use_case
from faq.models import FakeReport
from faq.services.fakes import mark_handled


@admin.register(FakeReport)
class FakeReportAdmin(RecordAdmin):
    """What citizens report of fakes; who reported it is on the page of one only."""

    agency_path = "agency"
    shows_people = True
    when_empty = "Chưa có ai báo. Tin báo từ trang “Nhận biết thật, giả” nằm ở đây 90 ngày."
    list_display = ("reported_at", "kind", "who", "handled_at", "handled_by", "agency")
    list_filter = ("kind", ("handled_at", admin.EmptyFieldListFilter), ("agency", OwnRowsFilter))
    list_select_related = ("agency", "handled_by")
    ordering = ("-reported_at", "-pk")
    fields = ("reported_at", "kind", "where", "says", "phone", "handled_at", "handled_by", "agency")
    actions = ("handle_selected",)

    @admin.display(description="số, tên hoặc địa chỉ")
    def who(self, report: FakeReport) -> str:
        return Truncator(report.where).chars(60)

    def has_handle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("faq.handle_fakereport")

    @admin.action(description="Đã xử lý", permissions=["handle"])
    def handle_selected(self, request: HttpRequest, queryset: QuerySet[FakeReport]) -> None:
        officer, now = cast("Officer", request.user), timezone.now()
        apply_use_case(
            self,
            request,
            queryset,
            lambda row: mark_handled(report=row, by=officer, now=now),
            words="xử lý tin báo giả mạo",
        )
