"""Where and when: open to all."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.models import Agency, is_ward
from booking.api import outputs
from booking.api.shared import PLACES
from booking.models import Site
from booking.models.calendar import with_next_open_date
from booking.services import availability
from booking.services.schedule import schedule_of
from core.api.public import PublicView
from core.api.throttling import PerAddress
from core.errors import Malformed
from core.time import local_date

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
A_MONTH = timedelta(days=30)
RANGE = [
    OpenApiParameter("from", OpenApiTypes.DATE, description="mặc định hôm nay"),
    OpenApiParameter("to", OpenApiTypes.DATE, description="mặc định 30 ngày sau"),
]
WARD = OpenApiParameter("ward", str, description="phường, xã: 2025:20353")


def date_in(request: Request, name: str, *, default: date | None = None) -> date:
    """Read a date from the query.

    :raises Malformed: it is missing or not a date
    """
    text = request.query_params.get(name)
    if text is None and default is not None:
        return default
    if not DATE.fullmatch(text or ""):  # Python reads weeks and dates without strokes as well
        raise Malformed
    try:
        return date.fromisoformat(text or "")
    except ValueError as unreadable:
        raise Malformed from unreadable


def range_in(request: Request) -> tuple[date, date]:
    """Read `from` and `to`; a month from today where they are not said.

    :raises Malformed: they are no dates, upside down or too far apart
    """
    first = date_in(request, "from", default=local_date(timezone.now()))
    last = date_in(request, "to", default=first + min(A_MONTH, date.max - first))
    if not timedelta(0) <= last - first < timedelta(days=availability.LONGEST_RANGE):
        raise Malformed
    return first, last


def ward_in(request: Request) -> str:
    """Read `ward`; empty where it is not said.

    :raises Malformed: it has not the form of a ward's code
    """
    ward: str = request.query_params.get("ward", "")
    if ward and not is_ward(ward):
        raise Malformed
    return ward


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
        if ward := ward_in(self.request):
            sites = sites.of_ward(ward)
        wards_and_agency = sites.select_related("agency").prefetch_related("wards")
        return with_next_open_date(wards_and_agency, now=timezone.now())

    @extend_schema(
        operation_id="list_sites",
        tags=[PLACES],
        summary="Các điểm thu nhận",
        parameters=[
            OpenApiParameter("agency", str, description="mã đơn vị"),
            WARD,
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
        parameters=RANGE,
        filters=False,
    )
    @action(detail=True, pagination_class=None)
    def days(self, request: Request, public_id: UUID) -> Response:
        first, last = range_in(request)
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


class Schedule(PublicView):
    @extend_schema(
        operation_id="list_schedule",
        responses=outputs.StintOutput(many=True),
        tags=[PLACES],
        summary="Lịch lưu động, ngoài giờ sắp tới của một đơn vị, nhiều nhất 92 ngày",
        parameters=[OpenApiParameter("agency", str, required=True, description="mã đơn vị"), *RANGE, WARD],
    )
    def get(self, request: Request) -> Response:
        first, last = range_in(request)
        slug, ward = request.query_params.get("agency"), ward_in(request)
        if not slug:
            raise Malformed
        agency = get_object_or_404(Agency, slug=slug, is_active=True)
        stints = schedule_of(agency, first=first, last=last, ward=ward, now=timezone.now())
        return Response(outputs.StintOutput(stints, many=True).data)
