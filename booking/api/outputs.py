"""What the API says. Read-only, and no rule but how a thing is written."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from agencies.models import Agency
from booking import reminders
from booking.models import Appointment, Registration, Site, Slot
from booking.services.registrations import told_at
from booking.services.schedule import Stint
from booking.services.tickets import ticket_url
from core.api.fields import Moment
from dossiers.services.visits import PapersToBring


class PolicyOutput(serializers.ModelSerializer[Agency]):
    numbering = serializers.SerializerMethodField()
    allocation = serializers.SerializerMethodField()
    number_release = serializers.TimeField(format="%H:%M", read_only=True)
    reminder_at = serializers.TimeField(format="%H:%M", read_only=True)

    class Meta:
        model = Agency
        fields = (
            "numbering",
            "allocation",
            "number_release",
            "reminder_at",
            "window_days",
            "cut_off_minutes",
            "arrive_early_minutes",
            "grace_minutes",
            "people_per_booking",
            "live_per_citizen",
            "changes_allowed",
            "dossier_required",
            "daily_target",
        )
        read_only_fields = fields

    def get_numbering(self, agency: Agency) -> str:
        return agency.numbering.lower()

    def get_allocation(self, agency: Agency) -> str:
        return agency.allocation.lower()


class AgencyOutput(serializers.ModelSerializer[Agency]):
    policy = PolicyOutput(source="*", read_only=True)

    class Meta:
        model = Agency
        fields = ("slug", "name", "oa_id", "hotline", "address", "papers_to_bring", "law_date", "policy")
        read_only_fields = fields


class SiteBrief(serializers.ModelSerializer[Site]):
    id = serializers.UUIDField(source="public_id", read_only=True)

    class Meta:
        model = Site
        fields = ("id", "name", "address")
        read_only_fields = fields


class SiteOutput(serializers.ModelSerializer[Site]):
    id = serializers.UUIDField(source="public_id", read_only=True)
    agency = serializers.SlugRelatedField[Agency](slug_field="slug", read_only=True)
    kind = serializers.SerializerMethodField()
    wards = serializers.SerializerMethodField()
    next_open_date = serializers.DateField(read_only=True, allow_null=True)

    class Meta:
        model = Site
        fields = ("id", "name", "address", "agency", "kind", "wards", "next_open_date")
        read_only_fields = fields

    def get_kind(self, site: Site) -> str:
        return site.kind.lower()

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_wards(self, site: Site) -> list[str]:
        return [ward.code for ward in site.wards.all()]


class DayOutput(serializers.Serializer[Any]):
    date = serializers.DateField(read_only=True)
    is_open = serializers.BooleanField(read_only=True)
    capacity = serializers.IntegerField(read_only=True)
    remaining = serializers.IntegerField(read_only=True)
    note = serializers.CharField(read_only=True)


class SlotOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id", read_only=True)
    starts_at = Moment()
    ends_at = Moment()
    capacity = serializers.IntegerField(read_only=True)
    remaining = serializers.IntegerField(read_only=True)
    wards = serializers.SerializerMethodField(help_text="chỉ nhận người ở những nơi này; trống: ai cũng được")

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_wards(self, slot: Slot) -> list[str]:
        return sorted(ward.code for ward in slot.session.wards.all()) if slot.session else []


class StretchOutput(serializers.Serializer[Any]):
    starts_at = Moment()
    ends_at = Moment()


class WardOutput(serializers.Serializer[Any]):
    code = serializers.CharField(read_only=True, help_text="2025:20353")
    name = serializers.CharField(read_only=True, help_text="Phường Bàn Thạch")


class StintOutput(serializers.Serializer[Any]):
    """What is done at one place on one day."""

    site = SiteBrief(read_only=True)
    date = serializers.DateField(source="day", read_only=True)
    kind = serializers.SerializerMethodField(help_text="mobile: lưu động, overtime: ngoài giờ")
    starts_at = Moment(source="begins_at")
    ends_at = Moment()
    hours = StretchOutput(source="stretches", many=True, read_only=True)
    wards = WardOutput(many=True, read_only=True, help_text="dành cho những nơi này; trống: mọi nơi")
    limited = serializers.BooleanField(
        source="is_limited", read_only=True, help_text="không nhận người ở nơi khác"
    )
    note = serializers.CharField(read_only=True)
    capacity = serializers.IntegerField(read_only=True)
    remaining = serializers.IntegerField(read_only=True, help_text="số chỗ đặt được ngay")
    bookable = serializers.BooleanField(source="is_bookable", read_only=True)
    opens_on = serializers.DateField(
        read_only=True, allow_null=True, help_text="ngày bắt đầu nhận đặt lịch, nếu chưa đến"
    )

    def get_kind(self, stint: Stint) -> str:
        return stint.kind.lower()


class AppointmentOutput(serializers.ModelSerializer[Appointment]):
    status = serializers.SerializerMethodField()
    agency = serializers.CharField(source="day.site.agency.slug", read_only=True)
    site = SiteBrief(source="day.site", read_only=True)
    slot = serializers.UUIDField(source="slot.public_id", read_only=True)
    starts_at = Moment(source="slot.starts_at")
    ends_at = Moment(source="slot.ends_at")
    arrive_at = Moment()
    full_name = serializers.CharField(source="person.full_name", read_only=True)
    personal_id = serializers.CharField(source="person.masked_id", read_only=True, allow_null=True)
    relation = serializers.SerializerMethodField()
    queue_number = serializers.CharField(read_only=True, allow_null=True)
    number_at = serializers.SerializerMethodField()
    bring = serializers.SerializerMethodField()
    dossier = serializers.UUIDField(
        source="person.dossier.public_id", read_only=True, allow_null=True, default=None
    )
    changes_left = serializers.IntegerField(read_only=True)
    ticket_url = serializers.SerializerMethodField(
        help_text="phiếu hẹn PDF, mở được 10 phút không cần đăng nhập; cùng chữ ký mở ticket.svg, ticket.png "
        "và calendar.ics"
    )

    class Meta:
        model = Appointment
        fields = (
            "code",
            "status",
            "agency",
            "site",
            "slot",
            "places",
            "starts_at",
            "ends_at",
            "arrive_at",
            "full_name",
            "personal_id",
            "relation",
            "dossier",
            "queue_number",
            "number_at",
            "bring",
            "changes_left",
            "ticket_url",
        )
        read_only_fields = fields

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_ticket_url(self, appointment: Appointment) -> str:
        return ticket_url(appointment, now=self.context["now"])

    def get_bring(self, appointment: Appointment) -> str:
        papers = self.context.get("papers") or PapersToBring()
        return reminders.say_to_bring(reminders.to_bring(appointment, papers=papers))

    def get_status(self, appointment: Appointment) -> str:
        return appointment.status.lower()

    def get_relation(self, appointment: Appointment) -> str:
        return appointment.person.relation.lower()

    @extend_schema_field({"type": ["string", "null"], "format": "date-time"})
    def get_number_at(self, appointment: Appointment) -> datetime | None:
        """When the number will be told; null once it is there, or never will be."""
        if appointment.number is not None or not appointment.is_live:
            return None
        return reminders.number_told_at(appointment.day.site.agency, appointment.day.date)


class BookingOutput(serializers.Serializer[Any]):
    booking = serializers.UUIDField(source="booking.public_id", read_only=True)
    appointments = AppointmentOutput(many=True, read_only=True)


class RegisteredPersonOutput(serializers.Serializer[Any]):
    full_name = serializers.CharField(read_only=True)
    personal_id = serializers.CharField(source="masked_id", read_only=True, allow_null=True)
    relation = serializers.SerializerMethodField()
    dossier = serializers.UUIDField(source="dossier.public_id", read_only=True, allow_null=True, default=None)

    def get_relation(self, person: Any) -> str:
        return str(person.relation).lower()


@extend_schema_serializer(component_name="Registration")
class RegistrationOutput(serializers.ModelSerializer[Registration]):
    id = serializers.UUIDField(source="public_id", read_only=True)
    status = serializers.SerializerMethodField()
    agency = serializers.SlugRelatedField[Agency](slug_field="slug", read_only=True)
    site = SiteBrief(read_only=True, allow_null=True)
    half = serializers.SerializerMethodField()
    people = RegisteredPersonOutput(source="booking.people.all", many=True, read_only=True)
    appointments = serializers.SerializerMethodField()
    told_at = serializers.SerializerMethodField()

    class Meta:
        model = Registration
        fields = ("id", "status", "agency", "site", "half", "people", "told_at", "appointments")
        read_only_fields = fields

    def get_fields(self) -> dict[str, Any]:
        # `from` is a word of Python and cannot be an attribute.
        return {
            **super().get_fields(),
            "from": serializers.DateField(source="from_date", read_only=True),
            "to": serializers.DateField(source="to_date", read_only=True),
        }

    def get_status(self, registration: Registration) -> str:
        return registration.status.lower()

    def get_half(self, registration: Registration) -> str:
        return registration.half.lower()

    @extend_schema_field(AppointmentOutput(many=True))
    def get_appointments(self, registration: Registration) -> Any:
        people = registration.booking.people.all()
        placed = [person.appointment for person in people if hasattr(person, "appointment")]
        return AppointmentOutput(placed, many=True, context=self.context).data

    @extend_schema_field({"type": ["string", "null"], "format": "date-time"})
    def get_told_at(self, registration: Registration) -> datetime | None:
        return told_at(registration, now=self.context["now"])
