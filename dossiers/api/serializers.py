"""How the guide is asked and answers in the API, and how procedures are listed."""

from typing import Any

from rest_framework import serializers

from agencies.models import WARD, AdminUnit, Agency
from core.api.fields import Pattern, Text, YesNo
from dossiers.form_definitions import FORMS
from dossiers.models import CardKind, Situation, Version
from dossiers.services.guide import Answer, place_for, usual_charge
from dossiers.services.versions import Law

MOST_EXEMPTIONS = 20
SITUATIONS = [(value.lower(), label) for value, label in Situation.choices]
CARDS = [(value.lower(), label) for value, label in CardKind.choices]
VISITS = [("needed", "phải đến"), ("optional", "làm trực tuyến được, đến cũng được")]


def ward_named(ward: str) -> AdminUnit:
    """:raises ValidationError: no set of units has this code"""
    unit_set, code = ward.split(":")
    found = AdminUnit.objects.filter(set=unit_set, code=code).first()
    if found is None:
        raise serializers.ValidationError("Không có phường, xã này.", code="does_not_exist")
    return found


class EligibilityInput(serializers.Serializer[Any]):
    agency = serializers.SlugRelatedField(
        slug_field="slug",
        queryset=Agency.objects.filter(is_active=True),
        error_messages={"does_not_exist": "Không có đơn vị này."},
    )
    birth_date = Text(max_length=10, help_text="YYYY, YYYY-MM hoặc YYYY-MM-DD")
    has_card = YesNo()
    card = serializers.ChoiceField(
        choices=CARDS, required=False, allow_null=True, default=None, help_text="thẻ mới nhất đã được cấp"
    )
    situation = serializers.ChoiceField(choices=SITUATIONS)
    exemptions: serializers.ListField = serializers.ListField(
        child=Text(max_length=40), required=False, default=list, max_length=MOST_EXEMPTIONS
    )
    ward = Pattern(
        WARD, required=False, allow_null=True, default=None, help_text="nơi thường trú, 2025:20353"
    )

    def validate_ward(self, ward: str | None) -> AdminUnit | None:
        return None if ward is None else ward_named(ward)


class EligibilityOutput(serializers.Serializer[Answer]):
    """`procedure` is null where none of that day fits: `why` says so, and `where` still names the office."""

    law_date = serializers.DateField(source="law_day", read_only=True)
    procedure = serializers.SerializerMethodField(help_text="mã thủ tục")
    name = serializers.SerializerMethodField()
    kind = serializers.SerializerMethodField(help_text="issue, exchange, reissue")
    regime = serializers.SerializerMethodField()
    visit = serializers.SerializerMethodField(help_text="needed, optional")
    online_url = serializers.CharField(
        read_only=True, help_text="nơi làm trực tuyến trọn vẹn; rỗng nếu phải đến"
    )
    in_person = serializers.BooleanField(default=True, read_only=True, help_text="luôn nộp trực tiếp được")
    where = serializers.ListField(child=serializers.CharField(), read_only=True)
    papers = serializers.ListField(child=serializers.CharField(), read_only=True)
    fee = serializers.SerializerMethodField(help_text="đồng, dự kiến, nộp tại quầy")
    fee_online = serializers.SerializerMethodField(help_text="đồng, dự kiến, nộp trực tuyến")
    exemption = serializers.SerializerMethodField(help_text="mã đối tượng miễn đã áp dụng")
    processing_days = serializers.SerializerMethodField(help_text="ngày làm việc")
    card_valid_until = serializers.DateField(read_only=True, allow_null=True)
    card_for_life = serializers.BooleanField(source="is_for_life", read_only=True)
    why = serializers.ListField(child=serializers.CharField(), read_only=True)

    def get_procedure(self, answer: Answer) -> str | None:
        return answer.place.code if answer.place else None

    def get_name(self, answer: Answer) -> str | None:
        return answer.version.name if answer.version else None

    def get_kind(self, answer: Answer) -> str | None:
        return answer.version.regulation.kind.lower() if answer.version else None

    def get_regime(self, answer: Answer) -> str | None:
        return answer.version.regime.lower() if answer.version else None

    def get_visit(self, answer: Answer) -> str:
        return answer.visit.lower()

    def get_fee(self, answer: Answer) -> int | None:
        return answer.charge.counter if answer.charge else None

    def get_fee_online(self, answer: Answer) -> int | None:
        return answer.charge.online if answer.charge else None

    def get_exemption(self, answer: Answer) -> str | None:
        exemption = answer.charge.exemption if answer.charge else None
        return exemption.code if exemption else None

    def get_processing_days(self, answer: Answer) -> int | None:
        return answer.place.working_days if answer.place else None


class ReasonOutput(serializers.Serializer[Any]):
    """One reason for a procedure. Where two differ by the card or the age, both are listed."""

    situation = serializers.SerializerMethodField()
    says = serializers.CharField(read_only=True)
    law = serializers.CharField(read_only=True)
    card = serializers.SerializerMethodField(help_text="chỉ cho người đang có thẻ này; null: cho tất cả")
    from_age = serializers.IntegerField(read_only=True)
    to_age = serializers.IntegerField(read_only=True, allow_null=True, help_text="đến dưới tuổi này")
    visit = serializers.SerializerMethodField()

    def get_situation(self, reason: Any) -> str:
        return str(reason.situation).lower()

    def get_card(self, reason: Any) -> str | None:
        return str(reason.card).lower() or None

    def get_visit(self, reason: Any) -> str:
        return str(reason.visit).lower()


class ProcedureOutput(serializers.Serializer[Any]):
    """A procedure at one office on the day of its law; the context holds both."""

    code = serializers.SerializerMethodField()
    key = serializers.CharField(source="regulation.key", read_only=True)
    name = serializers.CharField(read_only=True)
    kind = serializers.SerializerMethodField()
    regime = serializers.SerializerMethodField()
    applicants = serializers.CharField(read_only=True)
    form = serializers.SerializerMethodField(help_text="JSON Schema; null khi không phải khai")
    form_if_unregistered = serializers.SerializerMethodField(
        help_text="JSON Schema, cho người chưa có trong Cơ sở dữ liệu quốc gia về dân cư"
    )
    papers = serializers.SerializerMethodField()
    fee = serializers.SerializerMethodField(help_text="đồng, mức cao nhất của thủ tục khi không được miễn")
    processing_days = serializers.SerializerMethodField(help_text="ngày làm việc")
    visit = serializers.SerializerMethodField(help_text="optional khi có trường hợp làm trực tuyến được")
    reasons = serializers.SerializerMethodField()
    basis = serializers.CharField(read_only=True)
    valid_from = serializers.DateField(read_only=True)
    valid_to = serializers.DateField(read_only=True, allow_null=True)

    @property
    def agency(self) -> Agency:
        return self.context["agency"]

    @property
    def law(self) -> Law:
        return self.context["law"]

    def get_code(self, version: Version) -> str:
        place = place_for(version, self.agency)
        return place.code if place else version.regulation.key

    def get_kind(self, version: Version) -> str:
        return version.regulation.kind.lower()

    def get_regime(self, version: Version) -> str:
        return version.regime.lower()

    def get_form(self, version: Version) -> dict[str, Any] | None:
        return FORMS[version.form].schema() if version.form else None

    def get_form_if_unregistered(self, version: Version) -> dict[str, Any] | None:
        return FORMS[version.form_if_unregistered].schema() if version.form_if_unregistered else None

    def get_papers(self, version: Version) -> list[str]:
        lines = sorted(version.papers.all(), key=lambda line: (line.position, line.pk))
        return list(dict.fromkeys(line.says for line in lines))

    def get_fee(self, version: Version) -> int | None:
        charge = usual_charge(self.law, version)
        return charge.counter if charge else None

    def get_processing_days(self, version: Version) -> int | None:
        place = place_for(version, self.agency)
        return place.working_days if place else None

    def get_visit(self, version: Version) -> str:
        return "optional" if any(reason.is_online for reason in version.reasons.all()) else "needed"

    def get_reasons(self, version: Version) -> list[dict[str, Any]]:
        lines = sorted(version.reasons.all(), key=lambda line: line.pk)
        return [dict(ReasonOutput(line).data) for line in lines]
