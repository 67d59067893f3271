from django.db import models
from django.db.models import Q

from agencies.models.agencies import Agency
from core.time import WEEKDAYS


class CalendarEntry(models.Model):
    """A date that is not what its weekday says: off, worked after all, or worked by half.

    A country, an agency or a site may each say something about one date; the nearest is listened to.
    """

    class Kind(models.TextChoices):
        HOLIDAY = "HOLIDAY", "nghỉ cả ngày"
        HALF = "HALF", "làm nửa ngày"
        WORKING = "WORKING", "làm việc"

    class Half(models.TextChoices):
        MORNING = "MORNING", "buổi sáng"
        AFTERNOON = "AFTERNOON", "buổi chiều"

    date = models.DateField("ngày")
    kind = models.CharField("loại ngày", max_length=7, choices=Kind, default=Kind.HOLIDAY)
    like_weekday = models.PositiveSmallIntegerField(
        "làm theo lịch của",
        choices=list(enumerate(WEEKDAYS)),
        null=True,
        blank=True,
        help_text="Cho ngày làm bù: thứ Bảy làm bù cho thứ Sáu thì chọn thứ Sáu. Để trống: theo đúng thứ.",
    )
    works = models.CharField("buổi làm việc", max_length=9, choices=Half, blank=True)
    note = models.CharField(
        "lời ghi cho người dân", max_length=80, help_text="Hiện trên trang đặt lịch, thí dụ: Nghỉ Quốc khánh."
    )
    is_expected = models.BooleanField(
        "dự kiến", default=False, help_text="Chưa có thông báo chính thức; người dân thấy chữ “dự kiến”."
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="WORKING") | Q(like_weekday=None),
                name="only_a_worked_%(class)s_is_like_a_weekday",
                violation_error_message="Chỉ ngày làm việc mới theo lịch của một thứ khác.",
            ),
            models.CheckConstraint(
                condition=Q(like_weekday=None) | Q(like_weekday__lte=6),
                name="a_%(class)s_is_like_one_of_seven_weekdays",
            ),
            models.CheckConstraint(
                condition=Q(kind="HALF", works__in=("MORNING", "AFTERNOON"))
                | (~Q(kind="HALF") & Q(works="")),
                name="a_half_%(class)s_names_the_half_that_is_worked",
                violation_error_message="Chọn buổi làm việc cho ngày làm nửa ngày, và chỉ cho ngày đó.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y}, {self.get_kind_display()}"

    @property
    def said(self) -> str:
        """The note as citizens read it."""
        return f"{self.note} (dự kiến)" if self.is_expected else self.note


class CalendarDay(CalendarEntry):
    """What the whole country, or one agency, does on a date.

    The country's are loaded (`services.holidays`). One that an officer changed is theirs from then on:
    loading again leaves it alone.
    """

    class Origin(models.TextChoices):
        LOADED = "LOADED", "nạp sẵn"
        OFFICE = "OFFICE", "cán bộ ghi"

    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="calendar_days",
        verbose_name="đơn vị",
        help_text="Để trống: cả nước.",
    )
    origin = models.CharField("nguồn", max_length=6, choices=Origin, default=Origin.OFFICE, editable=False)
    source = models.CharField("căn cứ", max_length=120, blank=True)

    class Meta(CalendarEntry.Meta):
        verbose_name = "ngày nghỉ, làm bù"
        verbose_name_plural = "ngày nghỉ, làm bù"
        constraints = [
            *CalendarEntry.Meta.constraints,
            # Serves the reading of a range as well.
            models.UniqueConstraint(
                fields=["date", "agency"],
                nulls_distinct=False,
                name="one_calendar_day_per_date_and_agency",
                violation_error_message="Ngày này đã có trong lịch. Sửa dòng đã có.",
            ),
            models.CheckConstraint(
                condition=Q(origin="OFFICE") | Q(agency=None), name="only_the_country_has_loaded_days"
            ),
        ]
