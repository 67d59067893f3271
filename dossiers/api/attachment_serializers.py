"""How papers of a dossier are asked for and shown in the API."""

from typing import Any

from rest_framework import serializers

from core.api.fields import Moment
from dossiers.models import JPEG, PDF, Attachment
from dossiers.services.asked_papers import Asked

KINDS = [(value.lower(), label) for value, label in Attachment.Kind.choices]


class KindInput(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=KINDS)

    @property
    def asked_kind(self) -> Attachment.Kind:
        return Attachment.Kind(self.validated_data["kind"].upper())


class AttachmentInput(KindInput):
    file = serializers.FileField(allow_empty_file=True, help_text="JPEG, PNG, HEIC hoặc PDF, đến 10 MB")


class AttachmentOutput(serializers.Serializer[Attachment]):
    id = serializers.UUIDField(source="public_id", read_only=True)
    kind = serializers.SerializerMethodField()
    media_type = serializers.ChoiceField(choices=[JPEG, PDF], read_only=True)
    size = serializers.IntegerField(read_only=True, help_text="byte, sau khi vẽ lại")
    pages = serializers.IntegerField(read_only=True)
    created_at = Moment()

    def get_kind(self, attachment: Attachment) -> str:
        return attachment.kind.lower()


class AskedOutput(serializers.Serializer[Asked]):
    kind = serializers.SerializerMethodField()
    name = serializers.CharField(read_only=True)
    hint = serializers.CharField(read_only=True)

    def get_kind(self, asked: Asked) -> str:
        return asked.kind.lower()


class AttachmentsOutput(serializers.Serializer[Any]):
    """`asked` is what this dossier may bring along; nothing else is taken."""

    asked = AskedOutput(many=True, read_only=True)
    attachments = AttachmentOutput(many=True, read_only=True)


class UploadAddressOutput(serializers.Serializer[Any]):
    url = serializers.URLField(help_text="nhận POST multipart, trường `file`, không cần đăng nhập")
    expires_in = serializers.IntegerField(help_text="giây")


class PickedInput(serializers.Serializer[Any]):
    """For the schema: which name the picker of a phone gives its field, no paper of Zalo says."""

    file = serializers.FileField()


class PickedOutput(serializers.Serializer[Any]):
    """As Zalo's file picker expects an answer."""

    error = serializers.IntegerField(help_text="0")
    message = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        # `data` is a word of the framework and cannot be an attribute.
        return {**super().get_fields(), "data": AttachmentOutput()}
