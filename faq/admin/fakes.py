from functools import partial
from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.text import Truncator
from unfold.decorators import action

from accounts.models import Officer
from core.admin import OwnRowsFilter, apply_use_case
from core.pages import PageAdmin
from faq.models import FakeReport
from faq.services.fakes import mark_handled


@admin.register(FakeReport)
class FakeReportAdmin(PageAdmin):
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
    actions_detail = ("handle",)

    @admin.display(description="số, tên hoặc địa chỉ")
    def who(self, report: FakeReport) -> str:
        return Truncator(report.where).chars(60)

    def has_handle_permission(self, request: HttpRequest, *_: Any) -> bool:
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

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """None where somebody has handled it."""
        is_open = FakeReport.objects.filter(pk=object_id, handled_at=None).exists()
        return super().get_actions_detail(request, object_id) if is_open else []

    @action(description="Đã xử lý", url_path="handle", permissions=["handle"], icon="task_alt")
    def handle(self, request: HttpRequest, object_id: str) -> HttpResponse:
        rows = self.get_queryset(request)
        report = get_object_or_404(rows, pk=object_id if object_id.isdecimal() else 0)
        return self.ask_once(
            request,
            report,
            partial(mark_handled, report=report, by=cast("Officer", request.user), now=timezone.now()),
            deed="xử lý tin báo giả mạo",
            done="Đã ghi là xử lý xong.",
            title="Tin báo này đã xử lý xong?",
            about="Ghi tên cán bộ và giờ vào tin báo. Tin báo vẫn giữ đủ 90 ngày.",
            do="Đã xử lý",
        )
