from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import citizen_of
from accounts.api.views import MeView
from agencies.models import Agency
from booking.api import inputs, outputs
from booking.models import Appointment, Person, Registration, Site
from booking.models.calendar import with_next_open_date
from booking.services import appointments, availability, registrations
from booking.services.owners import claim_old_account, erase_citizen
from core.api.idempotency import idempotent
from core.api.throttling import PerAddress, PerCitizen, limited
from core.db import retry_once
from core.errors import Malformed
from core.time import local_date

BookLimit = limited("book", by=PerCitizen)
PLACES, MINE, WISHES = "Nơi và giờ", "Lịch hẹn", "Đăng ký chờ xếp"
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Gửi lại cùng khóa nhận lại cùng trả lời, trong 24 giờ.",
)


def date_in(request: Request, name: str, *, default: date | None = None) -> date:
    """Read a date from the query.

    :raises Malformed: it is missing or not a date
    """
    text = request.query_params.get(name)
    if text is None and default is not None:
        return default
    try:
        return date.fromisoformat(text or "")
    except ValueError as unreadable:
        raise Malformed from unreadable


@method_decorator(conditional_page, name="dispatch")
class PublicView(APIView):
    """Open to all, and answered with 304 to whoever has the same answer already."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (PerAddress,)


class AgencyList(PublicView):
    @extend_schema(
        operation_id="list_agencies",
        responses=outputs.AgencyOutput(many=True),
        tags=[PLACES],
        summary="Các đơn vị",
    )
    def get(self, request: Request) -> Response:
        agencies = Agency.objects.filter(is_active=True).order_by("name", "pk")
        return Response(outputs.AgencyOutput(agencies, many=True).data)


@method_decorator(conditional_page, name="dispatch")
class SiteViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Site]):
    """Sites with their free days and hours."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (PerAddress,)
    serializer_class = outputs.SiteOutput
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    page_ordering = ("name", "pk")

    def get_queryset(self) -> QuerySet[Site]:
        sites = Site.objects.open_to_citizens()
        if agency := self.request.query_params.get("agency"):
            sites = sites.filter(agency__slug=agency)
        if ward := self.request.query_params.get("ward"):
            if not inputs.is_ward(ward):
                raise Malformed
            sites = sites.of_ward(ward)
        wards_and_agency = sites.select_related("agency").prefetch_related("wards")
        return with_next_open_date(wards_and_agency, now=timezone.now())

    @extend_schema(
        operation_id="list_sites",
        tags=[PLACES],
        summary="Các điểm thu nhận",
        parameters=[
            OpenApiParameter("agency", str, description="mã đơn vị"),
            OpenApiParameter("ward", str, description="phường, xã: 2025:20353"),
        ],
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    def _site(self, public_id: UUID) -> Site:
        return get_object_or_404(Site.objects.open_to_citizens(), public_id=public_id)

    @extend_schema(
        operation_id="list_days",
        responses=outputs.DayOutput(many=True),
        tags=[PLACES],
        summary="Các ngày của một điểm, nhiều nhất 92 ngày",
        parameters=[
            OpenApiParameter("from", OpenApiTypes.DATE, description="mặc định hôm nay"),
            OpenApiParameter("to", OpenApiTypes.DATE, description="mặc định 30 ngày sau"),
        ],
        filters=False,
    )
    @action(detail=True, pagination_class=None)
    def days(self, request: Request, public_id: UUID) -> Response:
        first = date_in(request, "from", default=local_date(timezone.now()))
        last = date_in(request, "to", default=first + timedelta(days=30))
        if not timedelta(0) <= last - first < timedelta(days=availability.LONGEST_RANGE):
            raise Malformed
        days = availability.days_of(self._site(public_id), first=first, last=last, now=timezone.now())
        return Response(outputs.DayOutput(days, many=True).data)

    @extend_schema(
        operation_id="list_slots",
        responses=outputs.SlotOutput(many=True),
        tags=[PLACES],
        summary="Các khung giờ của một ngày",
        parameters=[OpenApiParameter("date", OpenApiTypes.DATE, required=True)],
        filters=False,
    )
    @action(detail=True, pagination_class=None)
    def slots(self, request: Request, public_id: UUID) -> Response:
        on = date_in(request, "date")
        slots = availability.slots_of(self._site(public_id), on=on, now=timezone.now())
        return Response(outputs.SlotOutput(slots, many=True).data)


class AppointmentViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Appointment]
):
    """The citizen's own appointments; another's answer 404."""

    serializer_class = outputs.AppointmentOutput
    lookup_field = "code"
    page_ordering = ("-starts_at", "-pk")

    def get_queryset(self) -> QuerySet[Appointment]:
        if getattr(self, "swagger_fake_view", False):
            return Appointment.objects.none()
        mine = Appointment.objects.of(citizen_of(self.request)).for_display()
        return mine.annotate(starts_at=F("slot__starts_at"))

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "now": timezone.now()}

    def get_throttles(self) -> list[Any]:
        kinds: Sequence[Any] = (
            (PerAddress, BookLimit) if self.action == "create" else (PerAddress, PerCitizen)
        )
        return [kind() for kind in kinds]

    @extend_schema(operation_id="list_appointments", tags=[MINE], summary="Lịch hẹn của tôi và người nhà")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(operation_id="get_appointment", tags=[MINE], summary="Một lịch hẹn")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().retrieve(request, *args, **kwargs)

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
        answer = outputs.BookingOutput(booked, context={"now": now})
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


class RegistrationViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Registration]
):
    """The citizen's own wishes where the office assigns place and hour."""

    serializer_class = outputs.RegistrationOutput
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    page_ordering = ("-pk",)

    def get_queryset(self) -> QuerySet[Registration]:
        if getattr(self, "swagger_fake_view", False):
            return Registration.objects.none()
        people = Person.objects.select_related(
            "appointment__slot", "appointment__day__site__agency"
        ).order_by("position")
        mine = Registration.objects.of(citizen_of(self.request)).select_related("agency", "site", "booking")
        return mine.prefetch_related(Prefetch("booking__people", queryset=people))

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "now": timezone.now()}

    def get_throttles(self) -> list[Any]:
        kinds: Sequence[Any] = (
            (PerAddress, BookLimit) if self.action == "create" else (PerAddress, PerCitizen)
        )
        return [kind() for kind in kinds]

    @extend_schema(operation_id="list_registrations", tags=[WISHES], summary="Đăng ký của tôi")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(operation_id="get_registration", tags=[WISHES], summary="Một đăng ký")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        operation_id="register",
        request=inputs.RegistrationInput,
        responses={201: outputs.RegistrationOutput},
        parameters=[IDEMPOTENCY_KEY],
        tags=[WISHES],
        summary="Đăng ký: nơi, giờ và số được báo chiều hôm trước",
    )
    @idempotent
    def create(self, request: Request) -> Response:
        asked = inputs.RegistrationInput(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        wish = registrations.Wish(
            agency=said["agency"],
            from_date=said["from"],
            to_date=said["to"],
            half=Registration.Half(said["half"].upper()),
            site=said["site"],
            ward=said["ward"] or "",
        )
        registration = registrations.register(
            wish=wish, party=asked.party_of(citizen_of(request)), now=timezone.now()
        )
        # Read as a list reads it: the people in their order, in one query however many.
        answer = self.get_serializer(self.get_queryset().get(pk=registration.pk))
        return Response(answer.data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="withdraw_registration", responses={204: None}, tags=[WISHES], summary="Rút đăng ký"
    )
    def destroy(self, request: Request, public_id: UUID) -> Response:
        citizen, now = citizen_of(request), timezone.now()
        retry_once(lambda: registrations.withdraw(public_id=public_id, citizen=citizen, now=now))
        return Response(status=status.HTTP_204_NO_CONTENT)


class Me(MeView):
    """The citizen's profile. Erasing it ends what the account holds, so the use case lives in this room."""

    @extend_schema(
        operation_id="erase_me",
        responses={204: None},
        tags=["Tài khoản"],
        summary="Xóa tài khoản, hủy mọi lịch hẹn",
    )
    def delete(self, request: Request) -> Response:
        citizen, now = citizen_of(request), timezone.now()
        retry_once(lambda: erase_citizen(citizen=citizen, now=now))
        return Response(status=status.HTTP_204_NO_CONTENT)


class AccountClaim(APIView):
    """Joining an older account that holds the same phone."""

    throttle_classes = (PerAddress, BookLimit)

    @extend_schema(
        operation_id="claim_old_account",
        request=inputs.ProofInput,
        responses={204: None},
        tags=["Tài khoản"],
        summary="Nhập tài khoản cũ cùng số điện thoại, chứng minh bằng năm sinh và 4 số cuối",
    )
    def post(self, request: Request) -> Response:
        asked = inputs.ProofInput(data=request.data)
        asked.is_valid(raise_exception=True)
        birth_year, id_last4 = asked.validated_data["birth_year"], asked.validated_data["id_last4"]
        citizen, now = citizen_of(request), timezone.now()
        retry_once(
            lambda: claim_old_account(citizen=citizen, birth_year=birth_year, id_last4=id_last4, now=now)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
