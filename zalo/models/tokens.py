from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from core.crypto import EncryptedTextField

# An access token lives 25 hours, so it is refreshed when it is about 20 hours old.
REFRESH_BEFORE_END = timedelta(hours=5)
# A consent is good for 3 months; whether a refresh prolongs it is not documented, so people are told in time.
CONSENT_LASTS = timedelta(days=90)
CONSENT_IS_OLD_AFTER = timedelta(days=80)


class OaTokenQuerySet(models.QuerySet["OaToken"]):
    def ageing(self, now: datetime) -> "OaTokenQuerySet":
        """Tokens whose grant lives and which should be refreshed now, before anybody needs it."""
        due = Q(expires_at__lte=now + REFRESH_BEFORE_END) | Q(state=OaToken.State.SUSPECT)
        return self.exclude(state=OaToken.State.NEEDS_CONSENT).filter(due)

    def ailing(self, now: datetime) -> "OaTokenQuerySet":
        """Tokens that an administrator should look at: lost, doubtful, expired, or of an old consent."""
        return self.filter(
            ~Q(last_error="") | Q(expires_at__lte=now) | Q(granted_at__lte=now - CONSENT_IS_OLD_AFTER)
        )


class OaToken(models.Model):
    """The one pair of tokens with which we act for an Official Account.

    The refresh token works once: whoever loses the answer to a refresh has lost the grant. Only
    `services` writes here.
    """

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", "đang dùng được"
        SUSPECT = "SUSPECT", "chưa rõ, đang thử lại"
        NEEDS_CONSENT = "NEEDS_CONSENT", "cần quản trị viên OA cấp quyền lại"

    oa_id = models.CharField("mã Official Account", max_length=30)
    access_token = EncryptedTextField("mã truy cập")
    refresh_token = EncryptedTextField("mã làm mới")
    expires_at = models.DateTimeField("mã truy cập hết hạn")
    granted_at = models.DateTimeField("được cấp quyền")
    refreshed_at = models.DateTimeField("làm mới gần nhất")
    state = models.CharField("tình trạng", max_length=16, choices=State, default=State.ACTIVE)
    last_error = models.CharField("lỗi gần nhất", max_length=80, blank=True)
    # After a failed refresh nobody tries before this, or 16 workers would each wait for a time-out.
    retry_at = models.DateTimeField("thử lại từ", null=True, blank=True)

    objects = OaTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "quyền gửi của Official Account"
        verbose_name_plural = "quyền gửi của Official Account"
        constraints = [
            models.UniqueConstraint(
                fields=["oa_id"],
                name="one_token_pair_per_oa",
                violation_error_message="Official Account này đã có mã truy cập.",
            ),
            models.CheckConstraint(
                name="unwell_oa_token_says_why",
                condition=Q(state="ACTIVE") | ~Q(last_error=""),
                violation_error_message="Tình trạng này phải kèm lý do.",
            ),
            models.CheckConstraint(
                name="oa_token_state_is_known",
                condition=Q(state__in=["ACTIVE", "SUSPECT", "NEEDS_CONSENT"]),
                violation_error_message="Tình trạng không hợp lệ.",
            ),
        ]

    def __str__(self) -> str:
        return f"OA {self.oa_id}"

    def is_usable(self, now: datetime) -> bool:
        """Say whether the access token's time is not over; Zalo may have ended it earlier."""
        return now < self.expires_at

    @property
    def consent_ends_at(self) -> datetime:
        """When an administrator must have consented again, as far as we know."""
        return self.granted_at + CONSENT_LASTS

    def days_left(self, now: datetime) -> int:
        """How many whole days the consent still lasts."""
        return max((self.consent_ends_at - now).days, 0)
