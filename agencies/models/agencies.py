from datetime import date, datetime, time

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from core.time import local_date


class Policy(models.Model):
    """How an office takes people. Data, not code: every agency sets its own."""

    class Allocation(models.TextChoices):
        CITIZEN_PICKS = "CITIZEN_PICKS", "người dân chọn giờ"
        OFFICE_ASSIGNS = "OFFICE_ASSIGNS", "đơn vị xếp giờ"

    class Numbering(models.TextChoices):
        AT_BOOKING = "AT_BOOKING", "cấp số ngay khi đặt"
        EVENING_BEFORE = "EVENING_BEFORE", "cấp số chiều hôm trước"

    allocation = models.CharField(
        "cách xếp lịch", max_length=16, choices=Allocation, default=Allocation.CITIZEN_PICKS
    )
    numbering = models.CharField(
        "cách cấp số", max_length=16, choices=Numbering, default=Numbering.AT_BOOKING
    )
    number_release = models.TimeField("giờ phát số", default=time(16, 0))
    reminder_at = models.TimeField("giờ nhắc hẹn chiều hôm trước", default=time(16, 0))
    window_days = models.PositiveSmallIntegerField(
        "đặt trước tối đa (ngày)", default=30, validators=[MinValueValidator(1), MaxValueValidator(92)]
    )
    cut_off_minutes = models.PositiveSmallIntegerField("ngừng nhận trước giờ hẹn (phút)", default=120)
    arrive_early_minutes = models.PositiveSmallIntegerField("đến trước (phút)", default=5)
    grace_minutes = models.PositiveSmallIntegerField("được trễ (phút)", default=15)
    people_per_booking = models.PositiveSmallIntegerField(
        "số người mỗi lượt đặt", default=10, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    live_per_citizen = models.PositiveSmallIntegerField(
        "số người đang có lịch mỗi tài khoản",
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
    )
    changes_allowed = models.PositiveSmallIntegerField("số lần được đổi giờ", default=3)
    dossier_required = models.BooleanField("phải có hồ sơ khai trước", default=False)
    daily_target = models.PositiveIntegerField("chỉ tiêu mỗi ngày", null=True, blank=True)

    class Meta:
        abstract = True


class Agency(Policy):
    """A police office of any level that takes people for identity cards under its own name and OA."""

    class Level(models.TextChoices):
        PROVINCE = "PROVINCE", "cấp tỉnh"
        DISTRICT = "DISTRICT", "cấp huyện"
        COMMUNE = "COMMUNE", "cấp xã"

    class Area(models.TextChoices):
        """Where the office stands, as far as the law lets cards take longer there."""

        TOWN = "TOWN", "thành phố, thị xã"
        REMOTE = "REMOTE", "huyện miền núi vùng cao, biên giới, hải đảo"
        OTHER = "OTHER", "khu vực còn lại"

    slug = models.SlugField("mã trên địa chỉ", max_length=60, unique=True)
    name = models.CharField("tên đơn vị", max_length=120)
    code_prefix = models.CharField(
        "chữ đầu mã hẹn",
        max_length=2,
        validators=[RegexValidator(r"^[A-Z]{2}$", "Hai chữ cái in hoa.")],
        help_text="Hai chữ, thí dụ TK: mã hẹn sẽ là TK7F3KQ.",
    )
    unit_code = models.CharField("mã đơn vị", max_length=20, blank=True)
    dossier_serial_digits = models.PositiveSmallIntegerField(
        "số chữ số thứ tự của mã hồ sơ",
        null=True,
        blank=True,
        choices=[(digits, f"{digits} chữ số") for digits in (4, 5, 6)],
    )
    level = models.CharField("cấp", max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="đơn vị cấp trên"
    )
    oa_id = models.CharField("mã Official Account", max_length=30, blank=True)
    hotline = models.CharField("đường dây nóng", max_length=20, blank=True)
    address = models.CharField("địa chỉ trụ sở", max_length=200, blank=True)
    papers_to_bring = models.CharField(
        "giấy tờ mang theo",
        max_length=200,
        default="thẻ căn cước hoặc CCCD đang có",
        help_text="Viết tiếp sau chữ “Mang theo:”.",
    )
    area = models.CharField(
        "địa bàn",
        max_length=8,
        choices=Area,
        default=Area.OTHER,
    )
    law_date = models.DateField(
        "áp dụng pháp luật ngày", null=True, blank=True, help_text="Để trống: theo pháp luật hôm nay."
    )
    is_active = models.BooleanField("đang hoạt động", default=True)

    class Meta:
        verbose_name = "đơn vị"
        verbose_name_plural = "đơn vị"
        constraints = [
            models.UniqueConstraint(
                fields=["oa_id"],
                condition=~Q(oa_id=""),
                name="one_agency_per_official_account",
                violation_error_message="Official Account này đã thuộc một đơn vị khác.",
            ),
            models.CheckConstraint(
                condition=Q(people_per_booking__lte=models.F("live_per_citizen")),
                name="a_booking_fits_into_an_account",
                violation_error_message="Số người mỗi lượt đặt không được lớn hơn số người mỗi tài khoản.",
            ),
            models.CheckConstraint(
                condition=Q(dossier_serial_digits=None)
                | (Q(dossier_serial_digits__in=(4, 5, 6)) & ~Q(unit_code="")),
                name="a_series_of_dossiers_has_its_unit",
                violation_error_message="Có dãy mã hồ sơ thì phải có mã đơn vị.",
            ),
        ]
        indexes = [models.Index(fields=["name", "id"], name="agencies_by_name")]  # the officers' list

    def __str__(self) -> str:
        return self.name

    @property
    def office_assigns(self) -> bool:
        return self.allocation == self.Allocation.OFFICE_ASSIGNS

    @property
    def numbers_at_booking(self) -> bool:
        return self.numbering == self.Numbering.AT_BOOKING

    def law_day(self, *, now: datetime) -> date:
        """The day whose law applies here: the one set for the agency, else today in Việt Nam."""
        return self.law_date or local_date(now)


class ZaloConnection(Agency):
    """An agency seen as the owner of an Official Account: how it is connected, and with which templates."""

    class Meta:
        proxy = True
        verbose_name = "kết nối Zalo"
        verbose_name_plural = "kết nối Zalo"
        default_permissions = ("view",)
        permissions = [("connect_zalo", "Kết nối Official Account, hỏi lại Zalo")]
