"""What several views of this room say, ask and do in the same way."""

from typing import Any, TypeVar

from django.db.models import Model
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework import mixins, viewsets

from core.api.throttling import PerAddress, PerCitizen, limited

Own = TypeVar("Own", bound=Model)

BookLimit = limited("book", by=PerCitizen)
PLACES, MINE, WISHES = "Nơi và giờ", "Lịch hẹn", "Đăng ký chờ xếp"
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Gửi lại cùng khóa nhận lại cùng trả lời, trong 24 giờ.",
)


class OwnThings(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Own]):
    """What a citizen has made: listed, shown one by one, and made more of at a measured pace."""

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "now": timezone.now()}

    def get_throttles(self) -> list[Any]:
        return [PerAddress(), BookLimit() if self.action == "create" else PerCitizen()]
