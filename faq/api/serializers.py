"""Questions and answers in the API."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from agencies.models import Agency
from booking.models import Session
from core.api.fields import Moment, Text, YesNo
from faq.markdown import to_html, to_text
from faq.matching.judging import Kind
from faq.models import Announcement, AnnouncementWard
from faq.services.asking import Choice, Reply
from faq.services.reading import Said

KINDS = [("answer", "một câu trả lời"), ("choices", "chọn một trong các câu"), ("unknown", "không rõ")]


class AgencyField(serializers.SlugRelatedField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            slug_field="slug",
            queryset=Agency.objects.filter(is_active=True).select_related("parent"),
            error_messages={"does_not_exist": "Không có đơn vị này."},
            **kwargs,
        )


class WardOfAnnouncement(serializers.Serializer[AnnouncementWard]):
    code = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)


class SessionOfAnnouncement(serializers.Serializer[Session]):
    site = serializers.UUIDField(source="site.public_id", read_only=True)
    date = serializers.DateField(read_only=True)
    starts_at = serializers.TimeField(read_only=True, format="%H:%M")
    ends_at = serializers.TimeField(read_only=True, format="%H:%M")
    called_off = serializers.SerializerMethodField(help_text="true: buổi đã hủy")

    def get_called_off(self, session: Session) -> bool:
        return session.cancelled_at is not None


class AnnouncementOutput(serializers.Serializer[Any]):
    """What an office announces now. Of the whole office where it names no site, session or ward."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    title = serializers.CharField(read_only=True)
    says = serializers.SerializerMethodField(help_text="chữ thường, không ký hiệu")
    says_html = serializers.SerializerMethodField(help_text="HTML đã làm sạch")
    starts_at = Moment()
    ends_at = Moment(allow_null=True)
    pinned = serializers.BooleanField(source="is_pinned", read_only=True)
    sites = serializers.SerializerMethodField(help_text="mã các điểm thu nhận")
    sessions = SessionOfAnnouncement(many=True, read_only=True)
    wards = WardOfAnnouncement(many=True, read_only=True, help_text="trống: cho mọi người")

    def get_sites(self, row: Announcement) -> list[UUID]:
        return [site.public_id for site in row.sites.all()]

    def get_says(self, row: Announcement) -> str:
        return to_text(row.says)

    def get_says_html(self, row: Announcement) -> str:
        return to_html(row.says)


class TopicOutput(serializers.Serializer[Any]):
    key = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)
    questions = serializers.IntegerField(read_only=True, help_text="số câu đơn vị trả lời")


class SaidOutput(serializers.Serializer[Any]):
    """A question as the office answers it on the day of its law."""

    key = serializers.CharField(read_only=True)
    question = serializers.CharField(source="asks", read_only=True)
    answer = serializers.SerializerMethodField(help_text="chữ thường, không ký hiệu")
    answer_html = serializers.SerializerMethodField(help_text="HTML đã làm sạch")
    topic = serializers.CharField(source="topic_key", read_only=True)
    law_basis = serializers.CharField(source="basis", read_only=True)
    confirmed = serializers.BooleanField(
        source="is_confirmed", read_only=True, help_text="false: cần xác nhận tại đơn vị"
    )

    def get_answer(self, said: Said) -> str:
        return to_text(said.says)

    def get_answer_html(self, said: Said) -> str:
        return to_html(said.says)


class ChoiceOutput(serializers.Serializer[Choice]):
    key = serializers.CharField(read_only=True)
    question = serializers.CharField(source="asks", read_only=True)
    label = serializers.CharField(  # type: ignore[assignment] # DRF's own name of a field's title
        read_only=True, help_text="tên ngắn để bấm: trả lời cho `notice`, hoặc chính câu hỏi"
    )


class AskInput(serializers.Serializer[Any]):
    agency = AgencyField()
    text = Text(max_length=2000)
    conversation = serializers.UUIDField(required=False, allow_null=True, default=None)


class ReplyOutput(serializers.Serializer[Reply]):
    """The context holds the conversation."""

    kind = serializers.SerializerMethodField(help_text="answer, choices, unknown")
    answer = SaidOutput(read_only=True, allow_null=True)
    choices = ChoiceOutput(
        source="offered", many=True, read_only=True, help_text="đúng nhất trước, nhiều nhất ba câu"
    )
    notice = serializers.SerializerMethodField(
        help_text="câu hỏi lại khi các câu chỉ khác nhau một điều; khi không có câu nào thì là lời nhắn: "
        "chưa rõ, chào hỏi, khẩn cấp, khiếu nại"
    )
    conversation = serializers.SerializerMethodField()

    def get_kind(self, reply: Reply) -> str:
        return {Kind.ANSWER: "answer", Kind.CHOICES: "choices"}.get(reply.kind, "unknown")

    def get_notice(self, reply: Reply) -> str:
        return reply.clarifies or reply.notice

    def get_conversation(self, _reply: Reply) -> str:
        return str(self.context["conversation"])


class FeedbackInput(serializers.Serializer[Any]):
    helpful = YesNo()
    comment = Text(max_length=500, required=False, allow_blank=True, default="")
    agency = AgencyField(required=False, allow_null=True, default=None)
