from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q

from agencies.models import Agency


class Officer(AbstractUser):
    """Somebody who signs in to the officers' side; what they may do are their roles, what they see their
    postings.
    """

    left_at = models.DateTimeField("thôi việc lúc", null=True, editable=False)

    class Meta:
        verbose_name = "cán bộ"
        verbose_name_plural = "cán bộ"


class PostingQuerySet(models.QuerySet["Posting"]):
    def on(self, day: date) -> "PostingQuerySet":
        """Those in force on a day."""
        begun = Q(valid_from__lte=day)
        return self.filter(begun & (Q(valid_to=None) | Q(valid_to__gte=day)))


class Posting(models.Model):
    """For which agency an officer works, from which day to which. Without one in force they see nothing."""

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="postings", verbose_name="cán bộ")
    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="postings",
        verbose_name="đơn vị",
        help_text="Để trống: làm việc với mọi đơn vị của cổng.",
    )
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField(
        "đến hết ngày", null=True, blank=True, help_text="Để trống: đến khi thôi việc."
    )

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = "phân công"
        verbose_name_plural = "phân công"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="a_posting_ends_after_it_began",
                violation_error_message="Ngày hết phân công phải từ ngày bắt đầu trở đi.",
            ),
            models.UniqueConstraint(
                fields=["officer", "agency"],
                condition=Q(valid_to=None),
                name="one_open_posting_per_officer_and_agency",
                nulls_distinct=False,
                violation_error_message="Cán bộ đã được phân công ở đơn vị này.",
            ),
        ]

    def __str__(self) -> str:
        return f"phân công {self.pk}"
