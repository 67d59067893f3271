import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from accounts.models import Citizen
from agencies.models import Agency
from booking.models.calendar import ServiceDay, Slot
from booking.models.people import Booking, Person
from booking.models.sites import Site


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def live(self) -> "AppointmentQuerySet":
        return self.filter(status__in=LIVE)

    def expected(self) -> "AppointmentQuerySet":
        """Those whose people have not come yet."""
        return self.filter(status__in=BEFORE_ARRIVAL)

    def of_day(self, day: ServiceDay) -> "AppointmentQuerySet":
        """Those that hold or held a place that day, in the order in which they are called."""
        kept = self.filter(day=day).exclude(status=Appointment.Status.CANCELLED)
        return kept.order_by("slot__starts_at", F("number").asc(nulls_last=True), "pk")

    def of(self, citizen: Citizen) -> "AppointmentQuerySet":
        return self.filter(person__citizen=citizen)

    def for_display(self) -> "AppointmentQuerySet":
        """With everything an answer, a ticket or a message says, in one query."""
        rows = self.select_related("slot", "day__site__agency", "person__booking", "person__dossier")
        return rows.defer("person__dossier__data", "person__dossier__extra_data")


class Appointment(models.Model):
    """A person's place in a slot, with a queue number at once or from the evening before.

    A visit that takes longer holds as many `places` of its slot as it needs.
    """

    class Status(models.TextChoices):
        BOOKED = "BOOKED", "đã đặt"
        CONFIRMED = "CONFIRMED", "sẽ đến"
        ARRIVED = "ARRIVED", "đã đến"
        CALLED = "CALLED", "đang gọi"
        SERVING = "SERVING", "đang làm"
        DONE = "DONE", "đã xong"
        NO_SHOW = "NO_SHOW", "vắng mặt"
        NOT_REACHED = "NOT_REACHED", "chưa kịp phục vụ"
        CANCELLED = "CANCELLED", "đã hủy"

    code = models.CharField("mã hẹn", max_length=10, editable=False)
    person = models.OneToOneField(
        Person, models.PROTECT, related_name="appointment", verbose_name="người đăng ký"
    )
    day = models.ForeignKey(
        ServiceDay, models.PROTECT, related_name="appointments", verbose_name="ngày làm việc"
    )
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="appointments", verbose_name="khung giờ")
    places = models.PositiveSmallIntegerField("số chỗ", default=1, db_default=1, editable=False)
    number = models.PositiveIntegerField("số thứ tự", null=True, editable=False)
    status = models.CharField("trạng thái", max_length=11, choices=Status, default=Status.BOOKED)
    changes = models.PositiveSmallIntegerField("số lần đổi giờ", default=0)
    placed_at = models.DateTimeField("có chỗ lúc")
    cancelled_at = models.DateTimeField("hủy lúc", null=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "lịch hẹn"
        verbose_name_plural = "lịch hẹn"
        permissions = [("release_appointment", "Giải phóng số định danh bị người khác đặt")]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="one_appointment_per_code"),
            models.UniqueConstraint(fields=["day", "number"], name="one_number_once_per_site_day"),
            models.CheckConstraint(condition=Q(places__gte=1), name="appointment_holds_a_place"),
            models.CheckConstraint(
                name="cancelled_has_its_time",
                condition=Q(status="CANCELLED", cancelled_at__isnull=False)
                | (~Q(status="CANCELLED") & Q(cancelled_at=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def queue_number(self) -> str | None:
        """Text such as `A031`: the site's letter and the number in the day."""
        return None if self.number is None else f"{self.day.site.number_prefix}{self.number:03d}"

    @property
    def arrive_at(self) -> datetime:
        return self.slot.starts_at - timedelta(minutes=self.day.site.agency.arrive_early_minutes)

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def changes_left(self) -> int:
        return max(self.day.site.agency.changes_allowed - self.changes, 0)


Status = Appointment.Status
BEFORE_ARRIVAL = (Status.BOOKED, Status.CONFIRMED)
LIVE = (Status.BOOKED, Status.CONFIRMED, Status.ARRIVED, Status.CALLED, Status.SERVING)


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def waiting(self) -> "RegistrationQuerySet":
        return self.filter(status=Registration.Status.WAITING)

    def of(self, citizen: Citizen) -> "RegistrationQuerySet":
        return self.filter(booking__citizen=citizen)

    def in_order(self) -> "RegistrationQuerySet":
        """The order in which places are given: carried over first, then priority, then first come."""
        return self.order_by("-times_left_over", "-booking__priority", "pk")


class Registration(models.Model):
    """A wish for a range of days; the office gives place, hour and number the afternoon before."""

    class Status(models.TextChoices):
        WAITING = "WAITING", "chờ xếp"
        OFFERED = "OFFERED", "đang giữ chỗ chờ nhận"
        PLACED = "PLACED", "đã xếp"
        EXPIRED = "EXPIRED", "hết hạn, chưa xếp được"
        WITHDRAWN = "WITHDRAWN", "đã rút"

    class Half(models.TextChoices):
        ANY = "ANY", "cả ngày"
        MORNING = "MORNING", "buổi sáng"
        AFTERNOON = "AFTERNOON", "buổi chiều"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    booking = models.OneToOneField(
        Booking, models.PROTECT, related_name="registration", verbose_name="lượt đặt"
    )
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="registrations", verbose_name="đơn vị")
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, related_name="registrations", verbose_name="điểm thu nhận muốn đến"
    )
    ward = models.CharField("phường, xã", max_length=12, blank=True)
    from_date = models.DateField("từ ngày")
    to_date = models.DateField("đến hết ngày")
    half = models.CharField("buổi", max_length=9, choices=Half, default=Half.ANY)
    status = models.CharField("trạng thái", max_length=9, choices=Status, default=Status.WAITING)
    times_left_over = models.PositiveSmallIntegerField("số lần chưa xếp được", default=0)
    left_over_on = models.DateField("ngày gần nhất chưa xếp được", null=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = "đăng ký"
        verbose_name_plural = "đăng ký"
        constraints = [
            models.CheckConstraint(
                condition=Q(to_date__gte=models.F("from_date")),
                name="registration_range_in_order",
                violation_error_message="Ngày cuối phải từ ngày đầu trở đi.",
            ),
        ]
        indexes = [
            # The evening run asks who waits for a day of an agency.
            models.Index(
                fields=["agency", "from_date", "to_date"], condition=Q(status="WAITING"), name="who_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"đăng ký {self.public_id}"
