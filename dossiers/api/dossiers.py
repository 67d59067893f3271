"""The citizen's own dossiers."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import generics, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import citizen_of
from core.api.idempotency import idempotent
from core.api.shared import IDEMPOTENCY_KEY, OwnThings
from core.api.throttling import PerCitizen, limited
from core.db import retry_once
from core.errors import Invalid, PreconditionRequired, StaleVersion
from dossiers.api import examples, inputs, outputs
from dossiers.models import Dossier, DossierEvent
from dossiers.services import declaring, scanning

DOSSIERS = "Hồ sơ"
DeclareLimit = limited("declare", by=PerCitizen)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description='ETag của lần đọc gần nhất, thí dụ "3"',
)
_TAG = re.compile(r'(?:W/)?"?([0-9]{1,9})"?')


def revision_of(request: Request) -> int:
    """The revision that the caller has read. A weak tag is the same: compressing proxies weaken them.

    :raises PreconditionRequired: none is named
    :raises StaleVersion: it is none of ours
    """
    tag = request.headers.get("If-Match", "").strip()
    if not tag:
        raise PreconditionRequired
    found = _TAG.fullmatch(tag)
    if found is None:
        raise StaleVersion
    return int(found[1])


@extend_schema_view(
    list=extend_schema(
        operation_id="list_dossiers",
        responses=outputs.DossierBrief(many=True),
        tags=[DOSSIERS],
        summary="Hồ sơ tôi đã khai cho mình và người nhà",
    ),
    retrieve=extend_schema(
        operation_id="get_dossier", tags=[DOSSIERS], summary="Một hồ sơ, kèm ETag để sửa tiếp"
    ),
)
# Not routed here: taking back and erasing give up a place, which the room above adds with the address.
class DossierViewSet(OwnThings[Dossier]):
    """The citizen's own dossiers; another's answer 404."""

    create_limit = DeclareLimit
    serializer_class = outputs.DossierOutput
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    page_ordering = ("-pk",)

    def get_queryset(self) -> QuerySet[Dossier]:
        if getattr(self, "swagger_fake_view", False):
            return Dossier.objects.none()
        mine = Dossier.objects.of(citizen_of(self.request)).for_display()
        return mine.prefetch_related("version__places")

    def get_serializer_class(self) -> Any:
        return outputs.DossierBrief if self.action == "list" else outputs.DossierOutput

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._answer(self.get_object())

    @extend_schema(
        operation_id="begin_dossier",
        request=inputs.DossierInput,
        responses={201: outputs.DossierOutput},
        parameters=[IDEMPOTENCY_KEY],
        examples=[examples.BEGIN],
        tags=[DOSSIERS],
        summary="Bắt đầu khai hồ sơ cho mình hoặc người nhà",
    )
    @idempotent
    def create(self, request: Request) -> Response:
        asked = inputs.DossierInput(data=request.data)
        asked.is_valid(raise_exception=True)
        dossier = declaring.begin(start=asked.start(), citizen=citizen_of(request), now=timezone.now())
        return self._answer(dossier, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="save_dossier",
        request=inputs.DossierChangesInput,
        examples=[examples.SAVE],
        responses=outputs.DossierOutput,
        parameters=[IF_MATCH],
        tags=[DOSSIERS],
        summary="Lưu những mục đã khai; đúng sai xem ở missing",
    )
    def partial_update(self, request: Request, public_id: UUID) -> Response:
        revision = revision_of(request)
        asked = inputs.DossierChangesInput(data=request.data)
        asked.is_valid(raise_exception=True)
        citizen, changes, now = citizen_of(request), asked.changes(), timezone.now()
        try:
            dossier = retry_once(
                lambda: declaring.save(
                    public_id=public_id, citizen=citizen, revision=revision, changes=changes, now=now
                )
            )
        except Invalid as refusal:
            raise Invalid(
                errors=[replace(fault, field=_in_body(fault.field)) for fault in refusal.errors]
            ) from refusal
        return self._answer(dossier)

    @extend_schema(
        operation_id="submit_dossier",
        request=inputs.SubmitInput,
        examples=[examples.SUBMIT],
        responses=outputs.DossierOutput,
        tags=[DOSSIERS],
        summary="Nộp hồ sơ; nộp lại sau khi bổ sung. Nộp hai lần cũng như một",
    )
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, public_id: UUID) -> Response:
        asked = inputs.SubmitInput(data=request.data)
        asked.is_valid(raise_exception=True)
        citizen, declared, now = citizen_of(request), asked.declared(), timezone.now()
        return self.done(
            lambda: declaring.submit(public_id=public_id, citizen=citizen, declared=declared, now=now)
        )

    @extend_schema(
        operation_id="scan_card_into_dossier",
        request=inputs.ScanInput,
        examples=[examples.SCAN],
        responses=outputs.ScannedOutput,
        parameters=[IF_MATCH],
        tags=[DOSSIERS],
        summary="Điền các mục còn trống bằng mã QR trên thẻ",
    )
    @action(detail=True, methods=["post"])
    def scan(self, request: Request, public_id: UUID) -> Response:
        revision = revision_of(request)
        asked = inputs.ScanInput(data=request.data)
        asked.is_valid(raise_exception=True)
        said, citizen, now = asked.validated_data, citizen_of(request), timezone.now()
        scanned = retry_once(
            lambda: scanning.scan(
                public_id=public_id,
                citizen=citizen,
                revision=revision,
                text=said["text"],
                overwrite=said["overwrite"],
                now=now,
            )
        )
        body = outputs.ScannedOutput(scanned, context=self.get_serializer_context()).data
        return Response(body, headers=_tag_of(scanned.dossier))

    def done(self, use_case: Callable[[], Dossier]) -> Response:
        return self._answer(retry_once(use_case))

    def _answer(self, dossier: Dossier, *, status: int = status.HTTP_200_OK) -> Response:
        body = self.get_serializer(dossier).data
        return Response(body, status=status, headers=_tag_of(dossier))


class DossierEventList(generics.ListAPIView[DossierEvent]):
    serializer_class = outputs.DossierEventOutput
    page_ordering = ("pk",)

    def get_queryset(self) -> QuerySet[DossierEvent]:
        if getattr(self, "swagger_fake_view", False):
            return DossierEvent.objects.none()
        mine = Dossier.objects.of(citizen_of(self.request))
        return get_object_or_404(mine, public_id=self.kwargs["public_id"]).events.all()

    @extend_schema(
        operation_id="list_dossier_events", tags=[DOSSIERS], summary="Diễn biến của hồ sơ, cũ trước"
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


def _tag_of(dossier: Dossier) -> dict[str, str]:
    return {"ETag": f'"{dossier.revision}"'}


def _in_body(field: str) -> str:
    """The path in the body, where the use case names a field of the form."""
    if field.startswith("extra_data") or field in ("procedure", "exemptions"):
        return field
    return f"data.{field}" if field else "data"
