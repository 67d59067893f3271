from datetime import date, datetime

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from agencies.models import Agency


class Officer(AbstractUser):
    """Somebody who signs in to the officers' side; what they may do are their roles, what they see their
    postings.
    """

    left_at = models.DateTimeField("thôi việc lúc", null=True, editable=False)
    # Every session of the officer was begun under it: one more, and all of them are over.
    session_epoch = models.PositiveIntegerField("lượt phiên đăng nhập", default=0, editable=False)
    idle_locked_at = models.DateTimeField("khóa vì lâu không đăng nhập, lúc", null=True, editable=False)
    unlocked_at = models.DateTimeField("mở khóa lúc", null=True, editable=False)

    class Meta:
        verbose_name = "cán bộ"
        verbose_name_plural = "cán bộ"
        permissions = [
            ("unlock_officer", "Được mở khóa đăng nhập của cán bộ"),
            ("reset_second_factor", "Được đặt lại xác thực hai bước của cán bộ"),
        ]

    def get_full_name(self) -> str:
        """As Vietnamese names are written: the family's first."""
        return f"{self.last_name} {self.first_name}".strip()

    @property
    def last_sign_of_life(self) -> datetime:
        """When the officer last signed in, or was unlocked; before the first time, when they were added."""
        return max(filter(None, (self.last_login or self.date_joined, self.unlocked_at)))

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must carry to be let in: it ends with a new password, and with a new epoch."""
        salt = "accounts.models.Officer.get_session_auth_hash"
        value = f"{self.session_epoch}:{self.password}"
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()


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
