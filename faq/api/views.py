import uuid
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencies.models import Agency, is_ward
from core.api.public import PublicView
from core.api.throttling import PerAddress, limited
from core.errors import Malformed
from faq.api.serializers import (
    AnnouncementOutput,
    AskInput,
    FeedbackInput,
    ReplyOutput,
    SaidOutput,
    TopicOutput,
)
from faq.models import Announcement
from faq.services import announcing, asking
from faq.services.reading import Book

FAQ, NEWS = "Hỏi đáp", "Thông báo"
AskLimit = limited("ask")
AGENCY = OpenApiParameter("agency", str, required=True, description="mã đơn vị")
LONGEST_SEARCH = 200


def _agency(request: Request) -> Agency:
    slug = request.query_params.get("agency")
    if not slug:
        raise Malformed
    return get_object_or_404(Agency.objects.select_related("parent"), slug=slug, is_active=True)


def _book(request: Request) -> Book:
    return Book(_agency(request), now=timezone.now())


@method_decorator(conditional_page, name="dispatch")
class AnnouncementList(ListAPIView[Announcement]):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (PerAddress,)
    serializer_class = AnnouncementOutput
    page_ordering = ("-is_pinned", "-starts_at", "-pk")

    def get_queryset(self) -> QuerySet[Announcement]:
        if getattr(self, "swagger_fake_view", False):
            return Announcement.objects.none()
        ward = self.request.query_params.get("ward", "")
        if ward and not is_ward(ward):
            raise Malformed
        return announcing.on_show(agency=_agency(self.request), ward=ward, now=timezone.now())

    @extend_schema(
        operation_id="list_announcements",
        tags=[NEWS],
        summary="Thông báo đang có của đơn vị, tin ghim trước, rồi tin mới nhất",
        parameters=[
            AGENCY,
            OpenApiParameter(
                "ward", str, description="mã phường, xã (2025:20353): tin chung và tin của nơi đó"
            ),
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class TopicList(PublicView):
    @extend_schema(
        operation_id="list_faq_topics",
        responses=TopicOutput(many=True),
        tags=[FAQ],
        summary="Các chủ đề hỏi đáp mà đơn vị trả lời",
        parameters=[AGENCY],
    )
    def get(self, request: Request) -> Response:
        return Response(TopicOutput(_book(request).topics(), many=True).data)


class QuestionList(PublicView):
    @extend_schema(
        operation_id="list_faq_questions",
        responses=SaidOutput(many=True),
        tags=[FAQ],
        summary="Câu hỏi và câu trả lời của đơn vị theo pháp luật ngày của đơn vị",
        parameters=[
            AGENCY,
            OpenApiParameter("topic", str, description="mã chủ đề"),
            OpenApiParameter("q", str, description="tìm; câu đúng nhất trước, nhiều nhất 10"),
        ],
    )
    def get(self, request: Request) -> Response:
        book = _book(request)
        topic, text = request.query_params.get("topic", ""), request.query_params.get("q", "")
        found = asking.search(book=book, text=text[:LONGEST_SEARCH]) if text else book.all(topic=topic)
        chosen = [said for said in found if topic in ("", said.topic_key)]
        return Response(SaidOutput(chosen, many=True).data)


class Ask(APIView):
    """Open to all. What was not understood is kept for 90 days, without figures."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (AskLimit,)

    @extend_schema(
        operation_id="ask_faq",
        request=AskInput,
        responses=ReplyOutput,
        tags=[FAQ],
        summary="Hỏi bằng lời của mình: một câu trả lời, vài câu để chọn, hoặc không rõ",
    )
    def post(self, request: Request) -> Response:
        asked = AskInput(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        reply = asking.ask(agency=said["agency"], text=said["text"], now=timezone.now())
        return Response(
            ReplyOutput(reply, context={"conversation": said["conversation"] or uuid.uuid4()}).data
        )


class FeedbackView(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (AskLimit,)

    @extend_schema(
        operation_id="give_faq_feedback",
        request=FeedbackInput,
        responses={204: None},
        tags=[FAQ],
        summary="Câu trả lời có ích không?",
    )
    def post(self, request: Request, key: str) -> Response:
        given = FeedbackInput(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        asking.give_feedback(
            key=key,
            agency=said["agency"],
            is_helpful=said["helpful"],
            comment=said["comment"],
            now=timezone.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
