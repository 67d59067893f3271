from django.contrib.auth.models import AbstractUser
from django.db import models

from agencies.models import Agency


class Officer(AbstractUser):
    """Somebody who signs in to the officers' side."""

    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="officers",
        verbose_name="đơn vị",
        help_text="Để trống: người của toàn cổng (quản trị, kiểm tra).",
    )

    class Meta:
        verbose_name = "cán bộ"
        verbose_name_plural = "cán bộ"
