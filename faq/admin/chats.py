from datetime import datetime
from typing import ClassVar

from django.contrib import admin
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone

from agencies.models import Agency
from core.admin import RecordAdmin, apply_use_case
from core.officers import at_work
from core.time import local_date, say_clock, say_time
from faq.models import Conversation
from faq.services import end_wait, resume


@admin.register(Conversation)
class ConversationAdmin(RecordAdmin):
    """The chats in which a human is waited for, the longest wait first, and those in which one speaks for the
    office and the portal keeps quiet. No word is kept.
    """

    when_empty = "Không ai chờ gặp cán bộ. Mọi cuộc trò chuyện được trả lời tự động."
    list_display = ("name", "state", "until", "office")
    ordering: ClassVar = (F("human_wanted_at").asc(nulls_last=True), "-paused_until", "-pk")
    actions = ("resume_selected", "end_wait_selected")
    fields = ("name", "state", "until", "office", "paused_by", "oa_id")

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> tuple[str, ...]:
        return self.fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversation]:
        """Those of the officer's agencies; the rows themselves know only the account."""
        scope = at_work(request).scope
        now = timezone.now()
        by_an_officer = Q(paused_until__gt=now, pause=Conversation.Pause.OFFICER)
        rows = Conversation.objects.filter(by_an_officer | Q(human_wanted_at__isnull=False))
        office = Agency.objects.filter(oa_id=OuterRef("oa_id"), is_active=True).order_by("pk")
        rows = rows.annotate(office_name=Subquery(office.values("name")[:1])).order_by(*self.ordering)
        if scope.everything:
            return rows
        return rows.filter(oa_id__in=Agency.objects.filter(pk__in=scope.agencies).values("oa_id"))

    @admin.display(description="người nhắn")
    def name(self, conversation: Conversation) -> str:
        """By the end of the id that Zalo's own page of the Official Account shows as well."""
        return f"…{conversation.uid[-6:]}"

    @admin.display(description="thế nào")
    def state(self, conversation: Conversation) -> str:
        now, since = timezone.now(), conversation.human_wanted_at
        if since:
            return f"chờ gặp cán bộ {_say_wait(since, now=now)}"
        return conversation.get_pause_display() if conversation.is_paused(now) else ""

    @admin.display(description="trả lời tự động")
    def until(self, conversation: Conversation) -> str:
        now, until = timezone.now(), conversation.paused_until
        if until is None or until <= now:
            return "đang trả lời"
        return f"im đến {say_clock(until) if local_date(until) == local_date(now) else say_time(until)}"

    @admin.display(description="đơn vị")
    def office(self, conversation: Conversation) -> str:
        return getattr(conversation, "office_name", None) or ""

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

    @admin.action(description="Đã giúp xong, thôi chờ", permissions=["resume"])
    def end_wait_selected(self, request: HttpRequest, queryset: QuerySet[Conversation]) -> None:
        apply_use_case(
            self,
            request,
            queryset,
            lambda row: end_wait(conversation=row),
            words="đã giúp người chờ gặp cán bộ",
        )


def _say_wait(since: datetime, *, now: datetime) -> str:
    """`25 phút, từ 08:10`; of another day by its date alone."""
    if local_date(since) != local_date(now):
        return f"từ {say_time(since)}"
    minutes = max(int((now - since).total_seconds() // 60), 0)
    waited = f"{minutes // 60} giờ {minutes % 60} phút" if minutes >= 60 else f"{minutes} phút"
    return f"{waited}, từ {say_clock(since)}"
