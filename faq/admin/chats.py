from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from agencies.models import Agency
from core.admin import RecordAdmin, apply_use_case
from core.officers import at_work
from core.time import say_time
from faq.models import Conversation
from faq.services import resume


@admin.register(Conversation)
class ConversationAdmin(RecordAdmin):
    """The chats in which a human speaks for the office and the portal keeps quiet. No word is kept."""

    when_empty = "Không nơi nào cán bộ đang trả lời tay. Mọi cuộc trò chuyện được trả lời tự động."
    list_display = ("name", "pause", "paused_by", "until", "oa_id")
    ordering = ("-paused_until", "-pk")
    actions = ("resume_selected",)
    fields = ("name", "pause", "paused_by", "until", "oa_id")

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> tuple[str, ...]:
        return self.fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversation]:
        """Those of the officer's agencies; the rows themselves know only the account."""
        scope = at_work(request).scope
        rows = Conversation.objects.paused(timezone.now()).order_by(*self.ordering)
        if scope.everything:
            return rows
        return rows.filter(oa_id__in=Agency.objects.filter(pk__in=scope.agencies).values("oa_id"))

    @admin.display(description="người nhắn")
    def name(self, conversation: Conversation) -> str:
        """By the end of the id that Zalo's own page of the Official Account shows as well."""
        return f"…{conversation.uid[-6:]}"

    @admin.display(description="không trả lời tự động đến", ordering="paused_until")
    def until(self, conversation: Conversation) -> str:
        return say_time(conversation.paused_until) if conversation.paused_until else ""

    def has_resume_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("faq.change_conversation")

    @admin.action(description="Cho trả lời tự động lại", permissions=["resume"])
    def resume_selected(self, request: HttpRequest, queryset: QuerySet[Conversation]) -> None:
        now = timezone.now()
        apply_use_case(
            self,
            request,
            queryset,
            lambda row: resume(conversation=row, now=now),
            words="cho trả lời tự động lại",
        )
