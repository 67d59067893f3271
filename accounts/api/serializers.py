from typing import Any

from rest_framework import serializers

from accounts.models import Citizen, Consent
from core import phones
from core.api.fields import Pattern, Text, YesNo

TOKEN_LIMIT = 4096


class ZaloSignInInput(serializers.Serializer[Any]):
    access_token = Text(max_length=TOKEN_LIMIT)


class PhoneLinkInput(serializers.Serializer[Any]):
    access_token = Text(max_length=TOKEN_LIMIT)
    phone_token = Text(max_length=TOKEN_LIMIT)


class PhoneLinkOutput(serializers.Serializer[Any]):
    phone = serializers.CharField(read_only=True)


class CodeInput(serializers.Serializer[Any]):
    phone = Text(max_length=30)

    def validate_phone(self, typed: str) -> str:
        try:
            return phones.mobile(typed)
        except ValueError as unreadable:
            message = "Số điện thoại không đúng. Nhập số di động Việt Nam, thí dụ 0905123456."
            raise serializers.ValidationError(message, code="phone") from unreadable


class ChallengeOutput(serializers.Serializer[Any]):
    challenge = serializers.UUIDField(read_only=True)
    expires_in = serializers.IntegerField(read_only=True, help_text="giây")


class CodeVerifyInput(serializers.Serializer[Any]):
    challenge = serializers.UUIDField()
    code = Pattern(r"^[0-9]{6}\Z", error_messages={"invalid": "Mã gồm 6 chữ số."})


class RefreshInput(serializers.Serializer[Any]):
    refresh = Text(max_length=TOKEN_LIMIT)


class CitizenOutput(serializers.ModelSerializer[Citizen]):
    id = serializers.UUIDField(source="public_id", read_only=True)
    phone = serializers.CharField(read_only=True, allow_null=True)
    zalo = serializers.SerializerMethodField()

    class Meta:
        model = Citizen
        fields = ("id", "name", "phone", "zalo")
        read_only_fields = fields

    def get_zalo(self, citizen: Citizen) -> bool:
        return citizen.zalo_id is not None


class TokensOutput(serializers.Serializer[Any]):
    access = serializers.CharField(read_only=True)
    refresh = serializers.CharField(read_only=True)
    expires_in = serializers.IntegerField(read_only=True, help_text="giây")
    citizen = CitizenOutput(read_only=True)


class ProfileInput(serializers.Serializer[Any]):
    name = Text(max_length=100)


class NoticeOutput(serializers.Serializer[Any]):
    version = serializers.CharField(read_only=True)
    text = serializers.CharField(read_only=True, help_text="Markdown")


PURPOSES = {purpose.lower(): purpose for purpose in Consent.Purpose}


class ConsentInput(serializers.Serializer[Any]):
    purpose = serializers.ChoiceField(choices=list(PURPOSES))
    is_given = serializers.BooleanField()
    notice_version = Text(max_length=10)

    def validate_purpose(self, named: str) -> Consent.Purpose:
        return PURPOSES[named]


class ConsentsOutput(serializers.Serializer[Any]):
    given = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text=", ".join(PURPOSES)
    )


class AcceptInput(serializers.Serializer[Any]):
    """What is agreed to with whatever is handed in: the notice about data, and being asked to by others."""

    notice = Text(max_length=20)
    on_behalf = YesNo(required=False, default=False)
