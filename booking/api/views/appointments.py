"""The citizen's own appointments."""

from django.db.models import F, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import citizen_of
from booking.api import inputs, outputs
from booking.api.shared import MINE, OwnVisits
from booking.models import Appointment
from booking.services import appointments
from core.api.idempotency import idempotent
from core.api.shared import IDEMPOTENCY_KEY
from core.db import retry_once


@extend_schema_view(
    list=extend_schema(
        operation_id="list_appointments", tags=[MINE], summary="Lịch hẹn của tôi và người nhà"
    ),
    retrieve=extend_schema(operation_id="get_appointment", tags=[MINE], summary="Một lịch hẹn"),
)
class AppointmentViewSet(OwnVisits[Appointment]):
    """The citizen's own appointments; another's answer 404."""

    serializer_class = outputs.AppointmentOutput
    lookup_field = "code"
    page_ordering = ("-starts_at", "-pk")

    def get_queryset(self) -> QuerySet[Appointment]:
        if getattr(self, "swagger_fake_view", False):
            return Appointment.objects.none()
        mine = Appointment.objects.of(citizen_of(self.request)).for_display()
        return mine.annotate(starts_at=F("slot__starts_at"))

    @extend_schema(
        operation_id="book",
        request=inputs.BookingInput,
        responses={201: outputs.BookingOutput},
        parameters=[IDEMPOTENCY_KEY],
        tags=[MINE],
        summary="Đặt lịch cho mình và người nhà: tất cả hoặc không ai",
    )
    @idempotent
    def create(self, request: Request) -> Response:
        asked = inputs.BookingInput(data=request.data)
        asked.is_valid(raise_exception=True)
        now = timezone.now()
        booked = appointments.book(
            slot_id=asked.validated_data["slot"],
            party=asked.party_of(citizen_of(request)),
            together=asked.validated_data["together"],
            now=now,
        )
        answer = outputs.BookingOutput(booked, context={**self.get_serializer_context(), "now": now})
        return Response(answer.data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="cancel_appointment",
        request=None,
        responses=outputs.AppointmentOutput,
        tags=[MINE],
        summary="Hủy lịch hẹn",
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, code: str) -> Response:
        citizen, now = citizen_of(request), timezone.now()
        appointment = retry_once(lambda: appointments.cancel(code=code, citizen=citizen, now=now))
        return Response(self.get_serializer(appointment).data)

    @extend_schema(
        operation_id="confirm_appointment",
        request=None,
        responses=outputs.AppointmentOutput,
        tags=[MINE],
        summary="Tôi sẽ đến",
    )
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, code: str) -> Response:
        citizen, now = citizen_of(request), timezone.now()
        appointment = retry_once(lambda: appointments.confirm(code=code, citizen=citizen, now=now))
        return Response(self.get_serializer(appointment).data)

    @extend_schema(
        operation_id="reschedule_appointment",
        request=inputs.RescheduleInput,
        responses=outputs.AppointmentOutput,
        tags=[MINE],
        summary="Đổi giờ",
    )
    @action(detail=True, methods=["post"])
    def reschedule(self, request: Request, code: str) -> Response:
        asked = inputs.RescheduleInput(data=request.data)
        asked.is_valid(raise_exception=True)
        slot_id, citizen, now = asked.validated_data["slot"], citizen_of(request), timezone.now()
        appointment = retry_once(
            lambda: appointments.reschedule(code=code, slot_id=slot_id, citizen=citizen, now=now)
        )
        return Response(self.get_serializer(appointment).data)
