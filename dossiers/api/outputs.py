"""What the API says of dossiers. Read-only, and no rule but how a thing is written."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts.identity import masked_number
from agencies.models import Agency
from core.api.fields import Moment
from core.time import local_date
from dossiers.api.serializers import EligibilityOutput
from dossiers.models import Correction, Dossier, DossierEvent
from dossiers.next_steps import next_step
from dossiers.services import filling
from dossiers.services.addresses import form_url
from dossiers.services.guide import place_for
from dossiers.services.looking_up import declared_lines, proof_of
from dossiers.services.outlook import outlook_of
from dossiers.states import ENDED, WITHDRAWABLE, Status

STATUSES = [value.lower() for value in Status.values]


class FaultOutput(serializers.Serializer[Any]):
    field = serializers.CharField(read_only=True, help_text="mục của `data`; của `extra_data.…` ghi rõ")
    code = serializers.CharField(read_only=True)
    message = serializers.CharField(read_only=True)


class CorrectionOutput(serializers.ModelSerializer[Correction]):
    message = serializers.CharField(source="words", read_only=True)
    asked_at = Moment()

    class Meta:
        model = Correction
        fields = ("field", "reason", "message", "asked_at")
        read_only_fields = fields


class StandingOutput(serializers.ModelSerializer[Dossier]):
    """Who a dossier is for and how far it is, the number masked."""

    status = serializers.SerializerMethodField(help_text=", ".join(STATUSES))
    status_words = serializers.CharField(source="get_status_display", read_only=True)
    national_status = serializers.SerializerMethodField(
        help_text="mã trạng thái 1–10 của một cửa quốc gia; null khi chưa nộp"
    )
    national_status_words = serializers.SerializerMethodField()
    agency = serializers.SlugRelatedField[Agency](slug_field="slug", read_only=True)
    agency_name = serializers.CharField(source="agency.name", read_only=True)
    procedure = serializers.SerializerMethodField(help_text="mã thủ tục ở đơn vị")
    procedure_name = serializers.CharField(source="version.name", read_only=True)
    kind = serializers.SerializerMethodField(help_text="issue, exchange, reissue")
    reason = serializers.SerializerMethodField()
    relation = serializers.SerializerMethodField()
    personal_id = serializers.SerializerMethodField(help_text="ba số cuối")
    updated_at = Moment(source="touched_at")
    submitted_at = Moment(allow_null=True)
    due_at = Moment(allow_null=True, help_text="dự kiến kiểm tra xong")
    next_step = serializers.SerializerMethodField()

    class Meta:
        model = Dossier
        fields: tuple[str, ...] = (
            "code",
            "official_code",
            "status",
            "status_words",
            "national_status",
            "national_status_words",
            "agency",
            "agency_name",
            "procedure",
            "procedure_name",
            "kind",
            "reason",
            "relation",
            "full_name",
            "personal_id",
            "updated_at",
            "submitted_at",
            "due_at",
            "return_on",
            "next_step",
        )
        read_only_fields = fields

    def get_status(self, dossier: Dossier) -> str:
        return dossier.status.lower()

    def get_national_status(self, dossier: Dossier) -> int | None:
        national = dossier.national_status
        return None if national is None else int(national)

    def get_national_status_words(self, dossier: Dossier) -> str | None:
        national = dossier.national_status
        return None if national is None else national.words

    def get_procedure(self, dossier: Dossier) -> str:
        place = place_for(dossier.version, dossier.agency)
        return place.code if place else dossier.version.regulation.key

    def get_kind(self, dossier: Dossier) -> str:
        return dossier.version.regulation.kind.lower()

    def get_reason(self, dossier: Dossier) -> str:
        return dossier.situation.lower()

    def get_relation(self, dossier: Dossier) -> str:
        return dossier.relation.lower()

    def get_personal_id(self, dossier: Dossier) -> str | None:
        return masked_number(filling.number_of(filling.data_of(dossier)))

    def get_next_step(self, dossier: Dossier) -> str:
        return next_step(dossier)


class DossierBrief(StandingOutput):
    """A dossier in its owner's list."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    version = serializers.IntegerField(source="revision", read_only=True, help_text="cho If-Match")

    class Meta(StandingOutput.Meta):
        fields = ("id", "version", *StandingOutput.Meta.fields)
        read_only_fields = fields


@extend_schema_serializer(component_name="Dossier")
class DossierOutput(DossierBrief):
    """A dossier whole, to its owner."""

    card = serializers.SerializerMethodField()
    exemptions = serializers.ListField(child=serializers.CharField(), read_only=True)
    ward = serializers.SerializerMethodField()
    unregistered = serializers.BooleanField(source="is_unregistered", read_only=True)
    form = serializers.CharField(source="version.form", read_only=True, help_text="khóa của mẫu khai")
    extra_form = serializers.SerializerMethodField(help_text="khóa của mẫu khai thêm; null: không phải khai")
    extra_data = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField(help_text="mọi điều còn thiếu hoặc sai, trước khi nộp")
    needs_on_behalf = serializers.SerializerMethodField(
        help_text="khai hộ người lớn: khi nộp cần accept.on_behalf"
    )
    corrections = serializers.SerializerMethodField(help_text="những mục cán bộ yêu cầu bổ sung")
    expected = serializers.SerializerMethodField(
        help_text="dự kiến cho người này: giấy tờ, lệ phí, có phải đến không; null khi chưa biết ngày sinh"
    )
    ready_at = Moment(allow_null=True)
    form_url = serializers.SerializerMethodField(help_text="tờ khai PDF, mở được 10 phút không cần đăng nhập")
    links = serializers.SerializerMethodField(help_text="những việc lúc này làm được, và địa chỉ")

    class Meta(DossierBrief.Meta):
        fields = (
            *DossierBrief.Meta.fields,
            "card",
            "exemptions",
            "ward",
            "unregistered",
            "form",
            "extra_form",
            "extra_data",
            "missing",
            "needs_on_behalf",
            "corrections",
            "expected",
            "ready_at",
            "form_url",
            "links",
        )
        read_only_fields = fields

    def get_fields(self) -> dict[str, Any]:
        # `data` is a word of the framework and cannot be an attribute.
        return {**super().get_fields(), "data": serializers.SerializerMethodField()}

    def get_card(self, dossier: Dossier) -> str | None:
        return dossier.card.lower() or None

    def get_ward(self, dossier: Dossier) -> str | None:
        return dossier.ward or None

    def get_extra_form(self, dossier: Dossier) -> str | None:
        extra = filling.extra_form_of(dossier)
        return extra.key if extra else None

    @extend_schema_field({"type": "object", "additionalProperties": {}})
    def get_data(self, dossier: Dossier) -> dict[str, Any]:
        return filling.data_of(dossier)

    @extend_schema_field({"type": "object", "additionalProperties": {}})
    def get_extra_data(self, dossier: Dossier) -> dict[str, Any]:
        return filling.extra_data_of(dossier)

    @extend_schema_field(FaultOutput(many=True))
    def get_missing(self, dossier: Dossier) -> Any:
        if not dossier.is_editable:
            return []
        found = filling.faults(dossier, today=local_date(self.context["now"]))
        return FaultOutput(found, many=True).data

    def get_needs_on_behalf(self, dossier: Dossier) -> bool:
        return filling.needs_word_of_the_person(dossier, today=local_date(self.context["now"]))

    @extend_schema_field(CorrectionOutput(many=True))
    def get_corrections(self, dossier: Dossier) -> Any:
        standing = dossier.corrections.filter(answered_at=None).order_by("pk")
        return CorrectionOutput(standing, many=True).data

    @extend_schema_field(EligibilityOutput(allow_null=True))
    def get_expected(self, dossier: Dossier) -> Any:
        outlook = outlook_of(dossier, now=self.context["now"])
        return EligibilityOutput(outlook).data if outlook else None

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_form_url(self, dossier: Dossier) -> str:
        return form_url(dossier, now=self.context["now"])

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_links(self, dossier: Dossier) -> dict[str, str]:
        own = f"/api/v1/dossiers/{dossier.public_id}/"
        possible = {"self": own, "events": f"{own}events/", "form": f"{own}form.pdf"}
        possible["attachments"] = f"{own}attachments/"
        if dossier.is_editable:
            possible |= {"submit": f"{own}submit/", "scan": f"{own}scan/"}
        if dossier.status in WITHDRAWABLE:
            possible["withdraw"] = f"{own}withdraw/"
        if dossier.status in (*WITHDRAWABLE, *ENDED):
            possible["erase"] = own
        return possible


class DossierEventOutput(serializers.ModelSerializer[DossierEvent]):
    """One thing that happened; of officers, no more than that it was one."""

    at = Moment()
    from_status = serializers.SerializerMethodField()
    to_status = serializers.SerializerMethodField()
    to_status_words = serializers.CharField(source="get_to_status_display", read_only=True)
    by = serializers.SerializerMethodField(
        help_text="citizen, officer, portal (tự dừng khi không ai làm tiếp)"
    )

    class Meta:
        model = DossierEvent
        fields = ("at", "from_status", "to_status", "to_status_words", "by", "reason", "words")
        read_only_fields = fields

    def get_from_status(self, event: DossierEvent) -> str | None:
        return event.from_status.lower() or None

    def get_to_status(self, event: DossierEvent) -> str:
        return event.to_status.lower()

    def get_by(self, event: DossierEvent) -> str:
        if event.reason == DossierEvent.UNTOUCHED:
            return "portal"
        return "officer" if event.officer_id else "citizen"


class DifferenceOutput(serializers.Serializer[Any]):
    field = serializers.CharField(read_only=True)
    typed = serializers.CharField(read_only=True)
    on_card = serializers.CharField(read_only=True)


class ScannedOutput(serializers.Serializer[Any]):
    filled = serializers.ListField(child=serializers.CharField(), read_only=True)
    differing = DifferenceOutput(
        many=True, read_only=True, help_text="những mục đã khai khác trên thẻ, giữ nguyên"
    )
    dossier = DossierOutput(read_only=True)


class DeclaredLineOutput(serializers.Serializer[Any]):
    item = serializers.CharField(source="label", read_only=True)
    words = serializers.CharField(read_only=True)


class LookedUpOutput(StandingOutput):
    """A dossier to its person, who has no account here: what was declared about them, masked, and a proof."""

    hotline = serializers.CharField(source="agency.hotline", read_only=True)
    declared = serializers.SerializerMethodField()
    events = serializers.SerializerMethodField()
    can_withdraw = serializers.SerializerMethodField()
    can_erase = serializers.SerializerMethodField()
    proof = serializers.SerializerMethodField(
        help_text="dùng được 30 phút cho lookup/withdraw/ và lookup/erase/"
    )

    class Meta(StandingOutput.Meta):
        fields = (
            *StandingOutput.Meta.fields,
            "hotline",
            "declared",
            "events",
            "can_withdraw",
            "can_erase",
            "proof",
        )
        read_only_fields = fields

    @extend_schema_field(DeclaredLineOutput(many=True))
    def get_declared(self, dossier: Dossier) -> Any:
        return DeclaredLineOutput(declared_lines(dossier), many=True).data

    @extend_schema_field(DossierEventOutput(many=True))
    def get_events(self, dossier: Dossier) -> Any:
        return DossierEventOutput(dossier.events.order_by("pk"), many=True).data

    def get_can_withdraw(self, dossier: Dossier) -> bool:
        return dossier.status in WITHDRAWABLE

    def get_can_erase(self, dossier: Dossier) -> bool:
        return dossier.status in (*WITHDRAWABLE, *ENDED)

    def get_proof(self, dossier: Dossier) -> str:
        return proof_of(dossier, now=self.context["now"])
