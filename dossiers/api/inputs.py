"""What the API reads about dossiers. Shapes only: what a form takes is for the use cases."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from accounts.api.serializers import AcceptInput
from accounts.relations import Relation
from agencies.models import WARD, Agency
from core.api.fields import Pattern, Text, YesNo
from dossiers.api.serializers import CARDS, MOST_EXEMPTIONS, SITUATIONS, ward_named
from dossiers.models import Situation
from dossiers.services.declaring import Changes, Declared, Start
from dossiers.services.scanning import LONGEST

RELATIONS = [(value.lower(), label) for value, label in Relation.choices]
LAST_FOUR = r"^[0-9]{4}\Z"
LONGEST_PROOF = 200


class AboutThePersonInput(serializers.Serializer[Any]):
    """What the fee and the papers hang on, beside the form. Null empties a thing."""

    card = serializers.ChoiceField(
        choices=CARDS, required=False, allow_null=True, help_text="thẻ mới nhất đã được cấp"
    )
    exemptions: serializers.ListField = serializers.ListField(
        child=Text(max_length=40), required=False, max_length=MOST_EXEMPTIONS
    )
    ward = Pattern(WARD, required=False, allow_null=True, help_text="nơi thường trú, 2025:20353")
    unregistered = YesNo(
        required=False, help_text="chưa có trong Cơ sở dữ liệu quốc gia về dân cư: khai thêm tờ khai thứ hai"
    )

    def validate_ward(self, ward: str | None) -> str | None:
        if ward is not None:
            ward_named(ward)
        return ward


class DossierInput(AboutThePersonInput):
    agency = serializers.SlugRelatedField(
        slug_field="slug",
        queryset=Agency.objects.filter(is_active=True),
        error_messages={"does_not_exist": "Không có đơn vị này."},
    )
    procedure = Text(max_length=60, help_text="mã thủ tục của đơn vị, như `GET /procedures/` liệt kê")
    reason = serializers.ChoiceField(choices=SITUATIONS)
    relation = serializers.ChoiceField(choices=RELATIONS, help_text="người được khai là gì của tài khoản")

    def start(self) -> Start:
        said = self.validated_data
        return Start(
            agency=said["agency"],
            procedure=said["procedure"],
            situation=Situation(said["reason"].upper()),
            relation=Relation(said["relation"].upper()),
            card=(said.get("card") or "").upper(),
            exemptions=said.get("exemptions") or (),
            ward=said.get("ward") or "",
            is_unregistered=said.get("unregistered", False),
        )


class DossierChangesInput(AboutThePersonInput):
    """Only the fields that are named change; null takes a field out of the form."""

    extra_data = serializers.DictField(required=False)

    def get_fields(self) -> dict[str, Any]:
        # `data` is a word of the framework and cannot be an attribute.
        return {**super().get_fields(), "data": serializers.DictField(required=False)}

    def changes(self) -> Changes:
        said: Mapping[str, Any] = self.validated_data
        return Changes(
            data=said.get("data"),
            extra_data=said.get("extra_data"),
            card=(said["card"] or "").upper() if "card" in said else None,
            exemptions=said.get("exemptions"),
            ward=said["ward"] or "" if "ward" in said else None,
            is_unregistered=said.get("unregistered"),
        )


class ScanInput(serializers.Serializer[Any]):
    text = Text(max_length=LONGEST, trim_whitespace=False, help_text="nội dung mã QR, như máy quét đọc được")
    overwrite = YesNo(required=False, default=False, help_text="ghi đè cả những mục đã khai khác trên thẻ")


class DossierLookupInput(serializers.Serializer[Any]):
    """The code, and what only the person and the family know."""

    code = Text(max_length=40, help_text="mã tờ khai; chữ thường và dấu cách cũng được")
    birth_year = serializers.IntegerField(min_value=1900, max_value=2100)
    id_last4 = Pattern(LAST_FOUR)


class LookupProofInput(serializers.Serializer[Any]):
    proof = Text(max_length=LONGEST_PROOF, help_text="nhận được khi tra cứu, dùng được 30 phút")


class SubmitInput(serializers.Serializer[Any]):
    declared_true = YesNo(help_text="cam đoan đã khai đúng sự thật")
    accept = AcceptInput()

    def declared(self) -> Declared:
        said = self.validated_data
        accept = said["accept"]
        return Declared(notice=accept["notice"], is_true=said["declared_true"], on_behalf=accept["on_behalf"])
