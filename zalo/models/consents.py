from datetime import datetime

from django.db import models
from django.db.models import Q

from core.crypto import EncryptedTextField


class ConsentRequestQuerySet(models.QuerySet["ConsentRequest"]):
    def take(self, pk: int, *, now: datetime) -> bool:
        """Use a request up; false if it was used, or is too old. Of two who come back with it, one has it."""
        return self.filter(pk=pk, used_at=None, expires_at__gt=now).update(used_at=now) == 1

    def granted_to(self, errand: str, *, browser_hash: str, since: datetime) -> "ConsentRequestQuerySet":
        """Those of this browser and errand to which Zalo gave tokens lately."""
        mine = self.filter(errand=errand, browser_hash=browser_hash)
        return mine.filter(granted_at__gt=since)


class ConsentRequest(models.Model):
    """A browser that was sent to Zalo's consent page: good for one return, for ten minutes, by that browser.

    Only `services.consents` writes here. State and browser are kept as hashes: who reads the table cannot
    come back with them.
    """

    class Flow(models.TextChoices):
        CITIZEN = "CITIZEN", "công dân đăng nhập"
        OA = "OA", "Official Account cấp quyền"

    flow = models.CharField("việc", max_length=8, choices=Flow)
    state_hash = models.CharField("băm của trạng thái", max_length=64, editable=False)
    browser_hash = models.CharField("băm của trình duyệt", max_length=64, editable=False)
    challenge = models.CharField("thử thách PKCE", max_length=43, editable=False)
    verifier = EncryptedTextField("mã kiểm chứng PKCE")
    # What it is for, in the words of who asked: a page of ours to go on to, or an agency's key.
    errand = models.CharField("để làm gì", max_length=500, blank=True, default="")
    asked_by = models.CharField("cán bộ yêu cầu", max_length=20, blank=True, default="")
    # The account that gave us tokens; empty before, and where it was a citizen.
    oa_id = models.CharField("mã Official Account", max_length=30, blank=True, default="")
    created_at = models.DateTimeField("lúc")
    expires_at = models.DateTimeField("hết hạn lúc")
    used_at = models.DateTimeField("quay về lúc", null=True, blank=True)
    granted_at = models.DateTimeField("được cấp lúc", null=True, blank=True)

    objects = ConsentRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "yêu cầu cấp quyền ở Zalo"
        verbose_name_plural = "yêu cầu cấp quyền ở Zalo"
        constraints = [
            models.UniqueConstraint(fields=["state_hash"], name="one_consent_request_per_state"),
            models.CheckConstraint(
                name="a_granted_consent_was_used",
                condition=Q(granted_at__isnull=True) | Q(used_at__isnull=False),
            ),
            models.CheckConstraint(
                name="consent_flow_is_known",
                condition=Q(flow__in=["CITIZEN", "OA"]),
            ),
        ]
        indexes = [
            models.Index(fields=["browser_hash", "created_at"], name="consents_by_browser"),  # the callback
            models.Index(fields=["created_at"], name="consents_by_age"),  # the nightly purge
        ]

    def __str__(self) -> str:
        return f"yêu cầu cấp quyền {self.pk}"
