from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from core.admin import RecordAdmin, apply_use_case
from zalo.models import OaToken, StoredEvent
from zalo.services import retry_event


@admin.register(OaToken)
class OaTokenAdmin(RecordAdmin):
    """Whether each Official Account can send. The tokens themselves are shown to nobody."""

    list_display = ("oa_id", "state", "expires_at", "refreshed_at", "granted_at", "last_error")
    list_filter = ("state",)
    ordering = ("oa_id",)
    fields = ("oa_id", "state", "last_error", "expires_at", "refreshed_at", "granted_at", "retry_at")


@admin.register(StoredEvent)
class StoredEventAdmin(RecordAdmin):
    """What Zalo told us, and what could not be done about it. What it says is shown to nobody."""

    when_empty = (
        "Zalo chưa báo gì. Nếu đã có người nhắn hoặc quan tâm mà vẫn trống: xem lại Webhook ở trang của Zalo."
    )
    list_display = ("received_at", "name", "state", "last_error", "attempts", "oa_id")
    list_display_links = ("received_at", "name")
    list_filter = ("state", ("received_at", admin.DateFieldListFilter))
    ordering = ("-pk",)
    actions = ("retry_selected",)
    fields = (
        ("name", "oa_id"),
        ("state", "last_error"),
        ("occurred_at", "received_at"),
        ("due_at", "finished_at"),
        ("attempts", "lease_until"),
    )

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("zalo.change_storedevent")

    @admin.action(description="Xử lý lại", permissions=["retry"])
    def retry_selected(self, request: HttpRequest, queryset: QuerySet[StoredEvent]) -> None:
        now = timezone.now()
        apply_use_case(
            self, request, queryset, lambda row: retry_event(event=row, now=now), words="xử lý lại"
        )
