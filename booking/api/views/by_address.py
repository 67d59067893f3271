"""What opens without a sign-in: an appointment to whoever proves to know it, its ticket to whoever has a
signed address.
"""

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import citizen_of
from booking.api import inputs, outputs
from booking.models import Appointment
from booking.services import lookup, tickets
from core import proofs
from core.api.shared import FileView
from core.api.throttling import PerAddress, limited
from core.errors import NotAuthenticated, NotFound

LookupLimit = limited("lookup")
MINE = "Lịch hẹn"
KEY = OpenApiParameter(
    "key", str, description="chữ ký trong ticket_url, dùng được 10 phút, thay cho đăng nhập"
)
ROLL = OpenApiParameter("roll", bool, description="1: cho máy in nhiệt 80 mm")


class LookUp(APIView):
    """An appointment by its code and what only the person and the family know."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (PerAddress, LookupLimit)

    @extend_schema(
        operation_id="look_up_appointment",
        request=inputs.LookupInput,
        responses=outputs.AppointmentOutput,
        tags=[MINE],
        summary="Tra cứu lịch hẹn không cần tài khoản; nhập sai 5 lần trong một giờ thì khóa mã",
    )
    def post(self, request: Request) -> Response:
        asked = inputs.LookupInput(data=request.data)
        asked.is_valid(raise_exception=True)
        said, now = asked.validated_data, timezone.now()
        appointment = lookup.look_up(
            code=said["code"],
            birth_year=said["birth_year"],
            id_last4=said["id_last4"],
            phone_last4=said["phone_last4"],
            now=now,
        )
        return Response(outputs.AppointmentOutput(appointment, context={"now": now}).data)


class TicketFile(FileView):
    """A file about one appointment, for its owner, and for ten minutes for whoever has the signed address."""

    permission_classes = (AllowAny,)

    def appointment(self, request: Request, code: str) -> Appointment:
        """The appointment, if the caller may see it.

        :raises NotAuthenticated: neither signed in nor with a signed address
        :raises NotFound: another citizen's, none, or an address that is wrong or too old
        """
        appointments = Appointment.objects.for_display().filter(code=code)
        key = request.query_params.get("key")
        if key is not None:
            if proofs.code_of(tickets.TICKET, key, now=timezone.now()) != code:
                raise NotFound
        elif request.user:
            appointments = appointments.of(citizen_of(request))
        else:
            raise NotAuthenticated
        appointment = appointments.first()
        if appointment is None:
            raise NotFound
        return appointment


class TicketPdf(TicketFile):
    content_type, file_name = "application/pdf", "phieu-hen-{code}.pdf"

    @extend_schema(
        operation_id="get_ticket_pdf",
        parameters=[KEY, ROLL],
        responses={(200, content_type): OpenApiTypes.BINARY},
        tags=[MINE],
        summary="Phiếu hẹn để in, khổ A6 hoặc cuộn 80 mm",
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        roll = request.query_params.get("roll") in ("1", "true")
        return self.answer(tickets.render(self.appointment(request, code), form="pdf", roll=roll), code=code)


class TicketSvg(TicketFile):
    content_type, file_name = "image/svg+xml", "phieu-hen-{code}.svg"

    @extend_schema(
        operation_id="get_ticket_svg",
        parameters=[KEY],
        responses={(200, content_type): OpenApiTypes.BINARY},
        tags=[MINE],
        summary="Phiếu hẹn, hình vẽ",
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        return self.answer(tickets.render(self.appointment(request, code), form="svg"), code=code)


class TicketPng(TicketFile):
    content_type, file_name = "image/png", "phieu-hen-{code}.png"

    @extend_schema(
        operation_id="get_ticket_png",
        parameters=[KEY],
        responses={(200, content_type): OpenApiTypes.BINARY},
        tags=[MINE],
        summary="Phiếu hẹn, ảnh rộng 1080 điểm để lưu vào điện thoại",
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        return self.answer(tickets.render(self.appointment(request, code), form="png"), code=code)


class CalendarFile(TicketFile):
    content_type, file_name = "text/calendar; charset=utf-8", "lich-hen-{code}.ics"

    @extend_schema(
        operation_id="get_calendar_file",
        parameters=[KEY],
        responses={(200, "text/calendar"): OpenApiTypes.STR},
        tags=[MINE],
        summary="Lịch hẹn cho lịch của điện thoại",
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        appointment = self.appointment(request, code)
        return self.answer(tickets.calendar(appointment, now=timezone.now()), code=code)
