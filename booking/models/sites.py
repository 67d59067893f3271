import uuid
from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from agencies.models import AdminUnit, Agency

ward_code = RegexValidator(r"^(2021|2025):[0-9]{5}$", "Mã phường, xã có dạng 2025:20353.")


class SiteQuerySet(models.QuerySet["Site"]):
    def open_to_citizens(self) -> "SiteQuerySet":
        return self.filter(is_active=True, agency__is_active=True)

    def of_ward(self, code: str) -> "SiteQuerySet":
        """Sites that name this ward, what it was or what became of it, and sites that name none and so take
        anyone.
        """
        unit_set, _, number = code.partition(":")
        ward = AdminUnit.objects.filter(set=unit_set, code=number)
        named = SiteWard.objects.filter(site=OuterRef("pk"))
        meant = named.filter(Q(code=code) | ward.told_by("code"))
        return self.filter(Exists(meant) | ~Exists(named))


class Site(models.Model):
    """A place where people are taken in: an office, or a stop of the mobile team."""

    class Kind(models.TextChoices):
        FIXED = "FIXED", "cố định"
        MOBILE = "MOBILE", "lưu động"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="sites", verbose_name="đơn vị")
    name = models.CharField("tên điểm thu nhận", max_length=120)
    address = models.CharField("địa chỉ", max_length=200)
    kind = models.CharField("loại", max_length=6, choices=Kind, default=Kind.FIXED)
    number_prefix = models.CharField(
        "chữ đầu số thứ tự",
        max_length=1,
        default="A",
        validators=[RegexValidator(r"^[A-Z]$", "Một chữ in hoa.")],
    )
    is_active = models.BooleanField("đang hoạt động", default=True)

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = "điểm thu nhận"
        verbose_name_plural = "điểm thu nhận"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name"],
                name="one_site_per_name_of_agency",
                violation_error_message="Đơn vị đã có điểm thu nhận tên này.",
            ),
        ]
        indexes = [models.Index(fields=["name", "id"], name="sites_by_name")]  # the officers' list

    def __str__(self) -> str:
        return self.name


class SiteWard(models.Model):
    """A ward whose people a site is meant for; a site without any takes everyone."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="wards", verbose_name="điểm thu nhận")
    code = models.CharField("mã phường, xã", max_length=12, validators=[ward_code])
    name = models.CharField("tên phường, xã", max_length=80)

    class Meta:
        verbose_name = "địa bàn"
        verbose_name_plural = "địa bàn"
        constraints = [models.UniqueConstraint(fields=["site", "code"], name="a_ward_once_per_site")]

    def __str__(self) -> str:
        return self.name


class OpeningRule(models.Model):
    """Hours that come back every week, cut into slots of one length and capacity."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "thứ Hai"
        TUESDAY = 1, "thứ Ba"
        WEDNESDAY = 2, "thứ Tư"
        THURSDAY = 3, "thứ Năm"
        FRIDAY = 4, "thứ Sáu"
        SATURDAY = 5, "thứ Bảy"
        SUNDAY = 6, "Chủ nhật"

    site = models.ForeignKey(Site, models.CASCADE, related_name="opening_rules", verbose_name="điểm thu nhận")
    weekday = models.PositiveSmallIntegerField("thứ", choices=Weekday)
    starts_at = models.TimeField("từ giờ")
    ends_at = models.TimeField("đến giờ")
    slot_minutes = models.PositiveSmallIntegerField(
        "độ dài khung giờ (phút)", default=30, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    capacity = models.PositiveSmallIntegerField(
        "số người mỗi khung giờ", validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    valid_from = models.DateField("áp dụng từ ngày", null=True, blank=True)
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    class Meta:
        verbose_name = "lịch mở cửa"
        verbose_name_plural = "lịch mở cửa"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="opening_ends_after_it_starts",
                violation_error_message="Giờ đóng phải sau giờ mở.",
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1, slot_minutes__gte=5), name="opening_has_room_and_length"
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="opening_validity_in_order",
                violation_error_message="Ngày hết hạn phải từ ngày bắt đầu trở đi.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts_at:%H:%M}–{self.ends_at:%H:%M}"

    def is_valid(self, day: date) -> bool:
        """Whether the rule is in force on that day, whichever weekday it is for."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)
