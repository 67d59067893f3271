from django.db import models

from zalo.models.templates import Template


class AccountReport(models.Model):
    """What Zalo last told of an Official Account: kept to be shown without asking again.

    Only `services.reports` writes here. `failed_at` is when Zalo was last asked in vain.
    """

    oa_id = models.CharField("mã Official Account", max_length=30)
    name = models.CharField("tên", max_length=120, blank=True)
    is_verified = models.BooleanField("đã xác thực", default=False)
    followers = models.PositiveIntegerField("người quan tâm", null=True, blank=True)
    package = models.CharField("gói", max_length=60, blank=True)
    package_ends = models.CharField("gói hết hạn", max_length=30, blank=True)
    has_payment = models.BooleanField("đã nối tài khoản trả phí", default=False)
    quota_daily = models.PositiveIntegerField("hạn mức ngày", null=True, blank=True)
    quota_remaining = models.PositiveIntegerField("còn lại hôm nay", null=True, blank=True)
    quality = models.CharField("chất lượng hôm nay", max_length=20, choices=Template.Quality, blank=True)
    quality_of_week = models.CharField(
        "chất lượng 7 ngày", max_length=20, choices=Template.Quality, blank=True
    )
    asked_at = models.DateTimeField("hỏi Zalo lúc", null=True, blank=True)
    failed_at = models.DateTimeField("hỏi không được lúc", null=True, blank=True)
    failure = models.CharField("vì sao không được", max_length=80, blank=True)

    class Meta:
        verbose_name = "tình hình của Official Account"
        verbose_name_plural = "tình hình của Official Account"
        constraints = [
            models.UniqueConstraint(fields=["oa_id"], name="one_report_per_oa"),
        ]

    def __str__(self) -> str:
        return f"tình hình OA {self.oa_id}"
