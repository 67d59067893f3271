"""What a site does on single dates, whatever its week says."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from agencies.models import CalendarEntry
from booking.models.sites import Site, ward_code


class SiteCalendarDay(CalendarEntry):
    """A date on which one site is off, works by half or works after all; stronger than agency and country."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="calendar_days", verbose_name="điểm thu nhận")

    class Meta(CalendarEntry.Meta):
        verbose_name = "ngày riêng của điểm"
        verbose_name_plural = "ngày riêng của điểm"
        constraints = [
            *CalendarEntry.Meta.constraints,
            models.UniqueConstraint(
                fields=["site", "date"],
                name="one_calendar_day_per_site_and_date",
                violation_error_message="Điểm này đã có dòng cho ngày đó. Sửa dòng đã có.",
            ),
        ]
        indexes = [models.Index(fields=["date", "id"], name="site_days_by_date")]  # the officers' list


class SiteSessionQuerySet(models.QuerySet["Session"]):
    def planned(self) -> "SiteSessionQuerySet":
        return self.filter(cancelled_at=None)

    def limited(self) -> "SiteSessionQuerySet":
        """Those that are for the people of some wards only."""
        return self.filter(Exists(SessionWard.objects.filter(session=OuterRef("pk"))))


class Session(models.Model):
    """Dated hours of a site, worked whatever the week and the calendar say: overtime, a stop of a tour.

    No two planned sessions of a site overlap: whoever plans one holds the site's row (`services.sessions`).
    """

    class Kind(models.TextChoices):
        OVERTIME = "OVERTIME", "ngoài giờ"
        MOBILE = "MOBILE", "lưu động"

    site = models.ForeignKey(Site, models.PROTECT, related_name="sessions", verbose_name="điểm thu nhận")
    date = models.DateField("ngày")
    starts_at = models.TimeField("từ giờ")
    ends_at = models.TimeField("đến giờ")
    slot_minutes = models.PositiveSmallIntegerField(
        "độ dài khung giờ (phút)", default=30, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    capacity = models.PositiveSmallIntegerField(
        "số người mỗi khung giờ", validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    kind = models.CharField("loại buổi", max_length=8, choices=Kind, default=Kind.OVERTIME)
    note = models.CharField(
        "lời ghi cho người dân", max_length=80, blank=True, help_text="Thí dụ: Làm thêm buổi tối."
    )
    cancelled_at = models.DateTimeField("hủy lúc", null=True, editable=False)

    objects = SiteSessionQuerySet.as_manager()

    class Meta:
        verbose_name = "buổi ngoài giờ, lưu động"
        verbose_name_plural = "buổi ngoài giờ, lưu động"
        permissions = [("plan_session", "Mở, hủy buổi ngoài giờ và lịch lưu động")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1, slot_minutes__gte=5), name="session_has_room_and_length"
            ),
        ]
        # The planning of a site's days, and the list of what is to come.
        indexes = [models.Index(fields=["date", "site"], name="sessions_by_date")]

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y} {self.starts_at:%H:%M}–{self.ends_at:%H:%M}"


class SessionWard(models.Model):
    """A ward whose people a session is for; a session without any takes everyone."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="wards", verbose_name="buổi")
    code = models.CharField("mã phường, xã", max_length=12, validators=[ward_code])
    name = models.CharField("tên phường, xã", max_length=80)

    class Meta:
        verbose_name = "địa bàn của buổi"
        verbose_name_plural = "địa bàn của buổi"
        constraints = [models.UniqueConstraint(fields=["session", "code"], name="a_ward_once_per_session")]

    def __str__(self) -> str:
        return self.name
