"""Papers that a citizen puts with a dossier of their own; another's answers 404."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import citizen_of
from core.api.parsers import FileParser
from core.api.throttling import PerAddress, PerCitizen, limited
from core.errors import FieldError, Invalid, NotFound
from dossiers.api.attachment_serializers import (
    AttachmentInput,
    AttachmentOutput,
    AttachmentsOutput,
    KindInput,
    PickedInput,
    PickedOutput,
    UploadAddressOutput,
)
from dossiers.cleaning import content_of
from dossiers.downloads import as_download
from dossiers.errors import FileTooLarge
from dossiers.models import JPEG, PDF, Dossier
from dossiers.services import attachments
from dossiers.services.asked_papers import asked_papers
from dossiers.services.attachments import Upload
from dossiers.services.upload_tokens import LIFETIME, Grant, grant_upload, read_grant

PAPERS = "Giấy tờ kèm hồ sơ"
UploadLimit = limited("upload", by=PerCitizen)


class PaperParser(FileParser):
    too_large = FileTooLarge


class _PerGrant(PerAddress):
    """Counts what comes to a signed address together with what its citizen hands in signed in."""

    def ident(self, request: Request) -> str | None:
        return str(_grant_of(request).citizen.pk)


GrantLimit = limited("upload", by=_PerGrant)


class Attachments(APIView):
    parser_classes = (PaperParser,)

    def get_throttles(self) -> list[Any]:
        return [PerAddress(), UploadLimit() if self.request.method == "POST" else PerCitizen()]

    @extend_schema(
        operation_id="list_attachments",
        responses=AttachmentsOutput,
        tags=[PAPERS],
        summary="Giấy tờ đã gửi, và loại giấy tờ hồ sơ này có thể gửi",
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        mine = Dossier.objects.of(citizen_of(request)).filter(public_id=public_id)
        dossier = mine.for_display().first()
        if dossier is None:
            raise NotFound
        said = {"asked": asked_papers(dossier), "attachments": attachments.attachments_of(dossier)}
        return Response(AttachmentsOutput(said).data)

    @extend_schema(
        operation_id="attach",
        request=AttachmentInput,
        responses={201: AttachmentOutput},
        tags=[PAPERS],
        summary="Gửi một giấy tờ; gửi lại đúng tệp đó thì nhận lại tệp đã có",
        description="Loại tệp xét theo nội dung. Ảnh và trang PDF được vẽ lại: vị trí chụp, mã lệnh, tệp "
        "ẩn và mọi thông tin kèm theo không còn.",
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        asked = AttachmentInput(data=request.data)
        asked.is_valid(raise_exception=True)
        upload = Upload(
            dossier_id=public_id,
            kind=asked.asked_kind,
            content=content_of(asked.validated_data["file"]),
            citizen=citizen_of(request),
        )
        attachment = attachments.attach(upload=upload, now=timezone.now())
        return Response(AttachmentOutput(attachment).data, status=status.HTTP_201_CREATED)


class OneAttachment(APIView):
    @extend_schema(
        operation_id="get_attachment",
        responses={(200, JPEG): OpenApiTypes.BINARY, (200, PDF): OpenApiTypes.BINARY},
        tags=[PAPERS],
        summary="Một giấy tờ đã gửi, như cán bộ sẽ thấy",
    )
    def get(self, request: Request, public_id: UUID, attachment_id: UUID) -> HttpResponse:
        attachment = attachments.own_attachment(
            dossier_id=public_id, attachment_id=attachment_id, citizen=citizen_of(request)
        )
        return as_download(attachment, attachments.read(attachment))

    @extend_schema(
        operation_id="remove_attachment",
        responses={204: None},
        tags=[PAPERS],
        summary="Bỏ một giấy tờ, khi hồ sơ còn sửa được",
    )
    def delete(self, request: Request, public_id: UUID, attachment_id: UUID) -> Response:
        attachments.remove(
            dossier_id=public_id, attachment_id=attachment_id, citizen=citizen_of(request), now=timezone.now()
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class UploadAddress(APIView):
    def get_throttles(self) -> list[Any]:
        return [PerAddress(), UploadLimit()]

    @extend_schema(
        operation_id="make_upload_address",
        request=KindInput,
        responses={201: UploadAddressOutput},
        tags=[PAPERS],
        summary="Địa chỉ để bộ chọn tệp của Zalo gửi thẳng một loại giấy tờ, dùng được 10 phút",
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        asked = KindInput(data=request.data)
        asked.is_valid(raise_exception=True)
        token = grant_upload(
            dossier_id=public_id, kind=asked.asked_kind, citizen=citizen_of(request), now=timezone.now()
        )
        url = f"{settings.PUBLIC_BASE_URL}{reverse('api-upload')}?token={token}"
        said = {"url": url, "expires_in": int(LIFETIME.total_seconds())}
        return Response(UploadAddressOutput(said).data, status=status.HTTP_201_CREATED)


class UploadByAddress(APIView):
    """Open to whoever has a signed address: the file picker of Zalo sends no header of ours."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (PerAddress, GrantLimit)
    parser_classes = (PaperParser,)

    @extend_schema(
        operation_id="attach_by_address",
        request=PickedInput,
        responses={201: PickedOutput},
        parameters=[OpenApiParameter("token", str, required=True, description="có sẵn trong địa chỉ")],
        tags=[PAPERS],
        summary="Gửi một giấy tờ bằng địa chỉ đã xin, không cần đăng nhập",
    )
    def post(self, request: Request) -> Response:
        grant = _grant_of(request)
        upload = Upload(
            dossier_id=grant.dossier_id,
            kind=grant.kind,
            content=content_of(_only_file(request)),
            citizen=grant.citizen,
        )
        attachment = attachments.attach(upload=upload, now=timezone.now())
        said = {"error": 0, "message": "Đã nhận giấy tờ.", "data": attachment}
        return Response(PickedOutput(said).data, status=status.HTTP_201_CREATED)


def _grant_of(request: Request) -> Grant:
    return read_grant(request.query_params.get("token", ""), now=timezone.now())


def _only_file(request: Request) -> Any:
    """The file, whatever the picker of this phone calls its field."""
    sent = [file for _, files in request.FILES.lists() for file in files]
    if len(sent) != 1:
        code, words = ("too_many", "Gửi từng tệp một.") if sent else ("required", "Cần chọn một tệp.")
        raise Invalid(errors=[FieldError("file", code, words)])
    return sent[0]
