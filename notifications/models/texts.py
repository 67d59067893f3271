from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import models

from agencies.models import Agency
from core.errors import DomainError
from notifications.kinds import Kind, check_text
from notifications.models.messages import Message


class MessageTextQuerySet(models.QuerySet["MessageText"]):
    def by_agency_and_kind(self, messages: Sequence[Message]) -> dict[tuple[int, str], "MessageText"]:
        """The offices' own texts for these messages, in one query."""
        texts = self.filter(agency__in={message.agency_id for message in messages})
        return {(text.agency_id, text.kind): text for text in texts}


class MessageText(models.Model):
    """What one agency says in a kind of message: own words in the chat, an approved template elsewhere."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="message_texts", verbose_name="đơn vị")
    kind = models.CharField("loại tin", max_length=16, choices=Kind)
    text = models.TextField(
        "lời nhắn",
        max_length=1500,
        blank=True,
        default="",
        help_text="Để trống: dùng lời chung. Chỗ điền viết {name}; phần trong [ ] bị bỏ khi chưa có giá trị.",
    )
    template_id = models.CharField(
        "mã mẫu tin đã duyệt",
        max_length=40,
        blank=True,
        default="",
        help_text="Mã mẫu ZBS của đơn vị. Để trống: chỉ gửi được cho người vừa nhắn với Official Account.",
    )

    objects = MessageTextQuerySet.as_manager()

    class Meta:
        verbose_name = "lời nhắn"
        verbose_name_plural = "lời nhắn"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind"],
                name="one_text_per_agency_and_kind",
                violation_error_message="Đơn vị đã có lời nhắn cho loại tin này.",
            ),
        ]

    def __str__(self) -> str:
        return f"lời nhắn {Kind(self.kind).label}"

    def clean(self) -> None:
        super().clean()
        if self.text and self.kind in Kind.values:
            try:
                check_text(Kind(self.kind), self.text)
            except DomainError as refusal:
                raise ValidationError({"text": str(refusal)}) from refusal
