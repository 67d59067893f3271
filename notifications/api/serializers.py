from typing import Any

from rest_framework import serializers

from core.api.fields import Moment
from notifications.kinds import Kind


class MessageOutput(serializers.Serializer[Any]):
    """A `notifications.services.Reading`."""

    id = serializers.UUIDField(source="message.public_id", read_only=True)
    kind = serializers.SerializerMethodField(help_text=", ".join(kind.wire for kind in Kind))
    about = serializers.CharField(
        source="message.about", read_only=True, help_text="mã lịch hẹn, mã đăng ký hoặc mã tờ khai"
    )
    title = serializers.CharField(read_only=True)
    text = serializers.CharField(read_only=True)
    created_at = Moment(source="message.created_at")
    is_new = serializers.BooleanField(
        read_only=True, help_text="chưa chắc đã đến tay người nhận; mở tin này thì coi là đã nhận"
    )

    def get_kind(self, reading: Any) -> str:
        return Kind(reading.message.kind).wire
