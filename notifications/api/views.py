"""The citizen's own messages."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import citizen_of
from notifications.api.serializers import MessageOutput
from notifications.models import Message
from notifications.services import inbox, open_message, put_into_words

MESSAGES = "Tin của tôi"


@extend_schema_view(
    get=extend_schema(
        operation_id="list_messages",
        tags=[MESSAGES],
        summary="Tin của tôi, mới nhất trước",
        description="Xem danh sách chưa phải là đã nhận: hiện tin cho người đọc rồi gọi `open`.",
    )
)
class MessageList(ListAPIView[Message]):
    serializer_class = MessageOutput
    page_ordering = ("-created_at", "-pk")

    def get_queryset(self) -> QuerySet[Message]:
        if getattr(self, "swagger_fake_view", False):
            return Message.objects.none()
        return inbox(citizen=citizen_of(self.request), now=timezone.now())

    def list(self, request: Request, *_: object, **__: object) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        answer = self.get_serializer(put_into_words(page, now=timezone.now()), many=True)
        return self.get_paginated_response(answer.data)


class MessageOpening(APIView):
    @extend_schema(
        operation_id="open_message",
        request=None,
        responses={204: None},
        tags=[MESSAGES],
        summary="Đã mở tin này",
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        open_message(citizen=citizen_of(request), public_id=public_id, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
