from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from core import phones
from core.admin import OfficeAdmin, OwnRowsFilter, RecordAdmin, apply_use_case
from core.text import say_money
from core.time import say_time
from notifications.kinds import PLACEHOLDERS, Kind, default_text, render
from notifications.models import Message, MessageText
from notifications.services import resend


@admin.register(Message)
class MessageAdmin(RecordAdmin):
    """What was told to whom, and what could not be. Officers read it, and may have a message sent again."""

    agency_path = "agency"
    shows_people = True
    when_empty = "Chưa có tin nào. Tin có ở đây ngay khi người dân đặt lịch hoặc đến lúc nhắc hẹn."
    list_display = ("shown_kind", "about", "shown_recipient", "state", "due", "error", "channel", "agency")
    list_filter = (
        "state",
        "kind",
        "channel",
        ("due_at", admin.DateFieldListFilter),
        ("agency", OwnRowsFilter),
    )
    list_select_related = ("agency", "recipient")
    search_fields = ("pk",)  # the box stands only where there is some
    search_help_text = "Mã hẹn, mã tin"
    ordering = ("-pk",)
    actions = ("resend_selected",)
    fieldsets = (
        (
            "Tin",
            {"fields": (("shown_kind", "about"), ("shown_recipient", "agency"), "words")},
        ),
        (
            "Đã đến chưa",
            {
                "fields": (
                    ("state", "error"),
                    ("due_at", "expires_at"),
                    ("sent_at", "delivered_at", "opened_at"),
                    ("channel", "shown_cost", "attempts"),
                )
            },
        ),
        (
            "Để kỹ thuật tra",
            {
                "classes": ("collapse",),
                "fields": (
                    ("created_at", "lease_until"),
                    ("public_id", "tracking_id"),
                    ("provider_id", "oa_id"),
                    "last_error",
                ),
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        lines = [line for _, said in self.fieldsets for line in said["fields"]]
        return tuple(name for line in lines for name in ((line,) if isinstance(line, str) else line))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Message], search_term: str
    ) -> tuple[QuerySet[Message], bool]:
        term = search_term.strip()
        return (queryset.filter(pk__in=Message.objects.named(term)) if term else queryset), False

    @admin.display(description="loại tin", ordering="kind")
    def shown_kind(self, message: Message) -> str:
        return message.get_kind_display()

    @admin.display(description="người nhận")
    def shown_recipient(self, message: Message) -> str:
        """By what the message itself calls the person, and the end of the phone."""
        name = message.context.get("name", "công dân")
        phone = phones.masked(message.recipient.phone or "")
        return f"{name} {phone}" if phone else name

    @admin.display(description="gửi từ", ordering="due_at")
    def due(self, message: Message) -> str:
        return say_time(message.due_at)

    @admin.display(description="giá")
    def shown_cost(self, message: Message) -> str:
        if message.cost is not None:
            return say_money(message.cost)
        return "chưa biết" if message.sent_at else "–"

    @admin.display(description="vì sao chưa đến")
    def error(self, message: Message) -> str:
        return message.error_in_words or "–"

    @admin.display(description="lời nhắn")
    def words(self, message: Message) -> str:
        """What the person reads, in the agency's own words if it has some."""
        if not message.context:
            return "(đã xóa)"
        own = MessageText.objects.filter(agency=message.agency_id, kind=message.kind).first()
        text = own.text if own and own.text else default_text(Kind(message.kind))
        return render(text, message.context)

    def subject_of(self, row: Message) -> str:
        return row.about

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notifications.change_message")

    @admin.action(description="Gửi lại", permissions=["resend"])
    def resend_selected(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        now = timezone.now()
        apply_use_case(self, request, queryset, lambda row: resend(message=row, now=now), words="gửi lại")


@admin.register(MessageText)
class MessageTextAdmin(OfficeAdmin):
    """The words and approved templates of each agency. Without own words it speaks those of the house."""

    agency_path = "agency"
    is_common = True
    list_display = ("agency", "kind", "template_id", "has_own_words")
    list_filter = (("agency", OwnRowsFilter), "kind")
    list_select_related = ("agency",)
    autocomplete_fields = ("agency",)
    ordering = ("agency", "kind")
    fields = ("agency", "kind", "template_id", "text", "words_of_the_house", "placeholders")
    readonly_fields = ("words_of_the_house", "placeholders")

    @admin.display(description="lời riêng", boolean=True)
    def has_own_words(self, words: MessageText) -> bool:
        return bool(words.text)

    @admin.display(description="lời chung")
    def words_of_the_house(self, words: MessageText) -> str:
        return default_text(Kind(words.kind)) if words.kind else "chọn loại tin rồi lưu để xem"

    @admin.display(description="chỗ điền")
    def placeholders(self, words: MessageText) -> str:
        if not words.kind:
            return "chọn loại tin rồi lưu để xem"
        allowed = PLACEHOLDERS[Kind(words.kind)]
        always, droppable = sorted(allowed.always), sorted(allowed.allowed - allowed.always)
        return f"luôn có: {', '.join(always)}; có thể trống, đặt trong [ ]: {', '.join(droppable)}"
