from django.conf import settings
from django.db import models
from django_otp.models import Device, ThrottlingMixin

from core.crypto import EncryptedTextField

# 2, 4, 8 … seconds between wrong codes, but never longer than about half an hour: whoever knows a password
# must not be able to shut its owner out for days.
MOST_FAILURES_COUNTED = 11


class SecondFactorQuerySet(models.QuerySet["SecondFactor"]):
    def locked(self) -> "SecondFactorQuerySet":
        """Lock the row until the transaction ends: of two who bring one code at a time, one comes second."""
        return self.select_for_update(of=("self",), no_key=True)


class SecondFactor(ThrottlingMixin, Device):
    """The app on an officer's phone that shows six digits, anew every thirty seconds (TOTP, RFC 6238)."""

    # A factor is written once its app has shown a code: none waits to be confirmed, and none has a name.
    name = None
    confirmed = None
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="second_factor", verbose_name="cán bộ"
    )
    secret = EncryptedTextField("khóa bí mật")
    # The time step of the latest code: a code is good once.
    last_step = models.BigIntegerField("bước thời gian của mã gần nhất", default=-1)
    set_up_at = models.DateTimeField("bật lúc")

    objects = SecondFactorQuerySet.as_manager()

    class Meta:
        verbose_name = "xác thực hai bước"
        verbose_name_plural = "xác thực hai bước"

    def __str__(self) -> str:
        return f"xác thực hai bước {self.pk}"

    def get_throttle_factor(self) -> int:
        return 2

    def throttle_increment(self, commit: bool = True) -> None:  # noqa: FBT001, FBT002 - django-otp's signature
        super().throttle_increment(commit=False)
        self.throttling_failure_count: int = min(self.throttling_failure_count, MOST_FAILURES_COUNTED)
        if commit:
            self.save(update_fields=["throttling_failure_timestamp", "throttling_failure_count"])


class RecoveryCode(models.Model):
    """A code on paper that lets its officer in once, without the phone. Only its hash is kept, until then."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField("băm của mã", max_length=64, editable=False)

    class Meta:
        verbose_name = "mã dự phòng"
        verbose_name_plural = "mã dự phòng"
        constraints = [
            models.UniqueConstraint(fields=["factor", "code_hash"], name="one_row_per_recovery_code"),
        ]

    def __str__(self) -> str:
        return f"mã dự phòng {self.pk}"
