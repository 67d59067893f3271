from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from accounts.models.officers import Officer
from core.officers import Deed


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def about(self, subject: str) -> "AuditEntryQuerySet":
        """Who looked at a thing or did something to it, by its code."""
        return self.filter(subjects__contains=[subject])


class AuditEntry(models.Model):
    """What an officer saw or did, and when. A trigger of the database lets nobody change an entry, and nobody
    delete one before it is two years old.
    """

    at = models.DateTimeField("lúc", editable=False)
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="+", verbose_name="cán bộ")
    # Where the officer worked at that moment; empty: for the whole portal.
    agencies = ArrayField(models.BigIntegerField(), verbose_name="đơn vị", default=list)
    deed = models.CharField("việc", max_length=10, choices=Deed)
    what = models.CharField("bảng", max_length=60)
    # Codes and public ids, never a name, a phone or an identity number.
    subjects = ArrayField(models.CharField(max_length=80), verbose_name="đối tượng", default=list)
    words = models.CharField("nội dung", max_length=200, blank=True, default="")
    address = models.CharField("địa chỉ mạng", max_length=45, blank=True, default="")
    request_id = models.CharField("mã yêu cầu", max_length=16, blank=True, default="")

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "dòng nhật ký"
        verbose_name_plural = "nhật ký cán bộ"
        indexes = [
            models.Index(fields=["at"], name="audit_by_time"),  # the list, latest first; the nightly purge
            models.Index(fields=["officer", "at"], name="audit_by_officer"),  # what one officer did
            GinIndex(fields=["subjects"], name="audit_by_subject"),  # who looked at this appointment
            GinIndex(fields=["agencies"], name="audit_by_agency"),  # the log an agency's auditor may read
        ]

    def __str__(self) -> str:
        return f"dòng nhật ký {self.pk}"
