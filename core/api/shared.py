"""What views of several rooms say, ask and do in the same way."""

from typing import Any, ClassVar, TypeVar

from django.db.models import Model
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework import mixins, viewsets
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from core.api.throttling import PerAddress, PerCitizen

Own = TypeVar("Own", bound=Model)

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Gửi lại cùng khóa nhận lại cùng trả lời, trong 24 giờ.",
)


class OwnThings(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Own]):
    """What a citizen has made: listed, shown one by one, and made more of at a measured pace."""

    create_limit: ClassVar[type[BaseThrottle]]

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "now": timezone.now()}

    def get_throttles(self) -> list[Any]:
        return [PerAddress(), self.create_limit() if self.action == "create" else PerCitizen()]


class FileView(APIView):
    """A file about one thing, given whatever the caller says to accept; a refusal is the usual JSON."""

    content_type: ClassVar[str]
    file_name: ClassVar[str]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: FBT001, FBT002 - the framework's signature
        return super().perform_content_negotiation(request, force=True)

    def answer(self, contents: bytes | str, *, code: str) -> HttpResponse:
        name = self.file_name.format(code=code)
        return HttpResponse(
            contents,
            content_type=self.content_type,
            headers={
                "Content-Disposition": f'inline; filename="{name}"',
                "Cache-Control": "private, no-store",
            },
        )
