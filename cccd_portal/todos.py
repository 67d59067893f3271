"""What waits for an officer in the chat, among the answers and announcements, and of what people report."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from core.time import local_date, say_clock, say_day
from faq.models import Announcement, Answer, Conversation, FakeReport
from faq.services.broadcasting import on_their_way
from faq.services.chatting.humans import waiting_long


@dataclass(frozen=True)
class ToDo:
    """One thing that waits for an officer. `is_urgent` is what should not wait for tomorrow."""

    words: str
    do: str
    link: str
    is_urgent: bool = False


def of_answering(request: HttpRequest, *, now: datetime) -> list[ToDo]:
    """What is most urgent first."""
    return [
        *_waiting_in_chat(request, now=now),
        *_going_out(request),
        *_reported(request),
        *_to_publish(request),
    ]


def say_moment(moment: datetime) -> str:
    return f"{say_clock(moment)} {say_day(local_date(moment))}"


def _mine(request: HttpRequest, model: type[Model]) -> QuerySet[Any]:
    return admin.site.get_model_admin(model).get_queryset(request)


def _waiting_in_chat(request: HttpRequest, *, now: datetime) -> list[ToDo]:
    """The offices at work where somebody has waited a quarter of an hour for a human in the chat."""
    if not request.user.has_perm("faq.change_conversation"):
        return []
    return [
        ToDo(
            f"{waiting.agency.name}: {waiting.people} người chờ gặp cán bộ qua Zalo, lâu nhất từ"
            f" {say_moment(waiting.since)}",
            "Xem",
            reverse("admin:faq_conversation_changelist"),
            is_urgent=True,
        )
        for waiting in waiting_long(_mine(request, Conversation), now=now)
    ]


def _going_out(request: HttpRequest) -> list[ToDo]:
    """The announcements on their way to people's phones: each can still be stopped."""
    if not request.user.has_perm("faq.view_announcement"):
        return []
    return [
        ToDo(
            f"Đang gửi thông báo “{run.title}”: còn {run.waiting} người",
            "Xem",
            reverse("admin:faq_announcement_change", args=[run.pk]),
        )
        for run in on_their_way(_mine(request, Announcement))
    ]


def _reported(request: HttpRequest) -> list[ToDo]:
    if not request.user.has_perm("faq.handle_fakereport"):
        return []
    count = _mine(request, FakeReport).filter(handled_at=None).count()
    link = f"{reverse('admin:faq_fakereport_changelist')}?handled_at__isempty=1"
    return [ToDo(f"{count} tin báo giả mạo chưa xử lý", "Xem", link)] if count else []


def _to_publish(request: HttpRequest) -> list[ToDo]:
    """What others have written and nobody has read, what was read, and announcements not yet shown."""
    may, answers, announcements = request.user.has_perm, _mine(request, Answer), _mine(request, Announcement)
    of_others = answers.exclude(written_by=request.user)
    waiting = (
        ("faq.review_answer", of_others, "DRAFT", "câu trả lời chờ soát"),
        ("faq.publish_answer", answers, "REVIEWED", "câu trả lời đã soát, chờ đăng"),
        ("faq.publish_announcement", announcements, "DRAFT", "thông báo còn là bản nháp, chưa đăng"),
    )
    return [
        ToDo(f"{count} {words}", "Xem", f"{_list_of(rows.model)}?state__exact={state}")
        for right, rows, state, words in waiting
        if may(right) and (count := rows.filter(state=state).count())
    ]


def _list_of(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
