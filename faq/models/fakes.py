"""What people report of those who pretend to be the office."""

from django.db import models
from django.db.models import Q

from accounts.models import Officer
from agencies.models import Agency
from core.crypto import EncryptedTextField


class FakeReport(models.Model):
    """Somebody, somewhere, who pretends to be the police; told by a citizen, looked at by an officer."""

    class Kind(models.TextChoices):
        CALL = "CALL", "cuộc gọi, tin nhắn SMS"
        ZALO = "ZALO", "tài khoản Zalo, Facebook"
        WEBSITE = "WEBSITE", "trang web, ứng dụng"
        PERSON = "PERSON", "người đến nhà"
        OTHER = "OTHER", "cách khác"

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="fake_reports", verbose_name="đơn vị")
    kind = models.CharField("giả mạo bằng", max_length=8, choices=Kind)
    where = EncryptedTextField("số, tên hoặc địa chỉ trang")
    says = EncryptedTextField("chuyện gì đã xảy ra", blank=True)
    phone = EncryptedTextField("số điện thoại của người báo", blank=True)
    reported_at = models.DateTimeField("báo lúc")
    handled_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="cán bộ xử lý"
    )
    handled_at = models.DateTimeField("xử lý lúc", null=True, editable=False)

    class Meta:
        verbose_name = "báo giả mạo"
        verbose_name_plural = "báo giả mạo"
        permissions = [("handle_fakereport", "Xử lý tin báo giả mạo")]
        constraints = [
            models.CheckConstraint(
                condition=Q(handled_at=None, handled_by=None)
                | Q(handled_at__isnull=False, handled_by__isnull=False),
                name="a_handled_fake_report_says_by_whom",
            ),
        ]
        indexes = [models.Index(fields=["reported_at"], name="fake_reports_by_age")]  # the nightly purge

    def __str__(self) -> str:
        return f"báo giả mạo {self.pk}"
