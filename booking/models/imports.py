import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from agencies.models import Agency
from core.crypto import EncryptedTextField
from core.time import local_date


class SheetImportQuerySet(models.QuerySet["SheetImport"]):
    def claim(self, sheet_import: "SheetImport", *, lease: timedelta, now: datetime) -> bool:
        """Take a list in hand; false if somebody else has it, it is done, or its time is over."""
        free = self.filter(Q(lease_until=None) | Q(lease_until__lte=now), pk=sheet_import.pk)
        return free.unfinished(now).update(lease_until=now + lease) == 1

    def unfinished(self, now: datetime) -> "SheetImportQuerySet":
        return self.filter(finished_at=None, expires_at__gt=now)


class SheetImport(models.Model):
    """A spreadsheet that an officer handed in: tried first, then taken in, then forgotten.

    Only the cells that are understood are kept, encrypted, and for an hour at most. What stays is who handed
    in what, on what grounds, and how many rows were taken: the evidence for the people of such a list.
    """

    class Kind(models.TextChoices):
        SITES = "SITES", "điểm thu nhận và lịch mở cửa"
        REGISTRATIONS = "REGISTRATIONS", "danh sách đăng ký"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="sheet_imports", verbose_name="đơn vị")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="cán bộ"
    )
    kind = models.CharField("loại", max_length=13, choices=Kind)
    content = EncryptedTextField("các dòng chờ nhập", null=True, editable=False)
    refused = EncryptedTextField("các dòng không nhập được", null=True, editable=False)
    rows = models.PositiveIntegerField("số dòng", default=0)
    position = models.PositiveIntegerField("đã xét đến dòng", default=0, editable=False)
    taken_in = models.PositiveIntegerField("số dòng đã nhập", default=0)
    grounds = models.CharField("căn cứ", max_length=200, blank=True)
    created_at = models.DateTimeField("tải lên lúc")
    expires_at = models.DateTimeField("giữ đến")
    lease_until = models.DateTimeField("đang nhập đến", null=True, editable=False)
    finished_at = models.DateTimeField("nhập xong lúc", null=True)

    objects = SheetImportQuerySet.as_manager()

    class Meta:
        verbose_name = "lần nhập từ Excel"
        verbose_name_plural = "nhập từ Excel"
        default_permissions = ("view",)
        permissions = [
            ("import_sites", "Nhập điểm thu nhận và lịch mở cửa từ Excel"),
            ("import_registrations", "Nhập danh sách đăng ký từ Excel"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(content__isnull=True),
                name="a_finished_import_keeps_no_list",
            ),
            models.CheckConstraint(
                condition=Q(position__lte=models.F("rows"), taken_in__lte=models.F("position")),
                name="an_import_takes_no_more_than_it_has_seen",
            ),
        ]
        indexes = [
            # forget_old_imports(): what still holds rows whose hour is over.
            models.Index(
                fields=["expires_at"],
                condition=Q(content__isnull=False) | Q(refused__isnull=False),
                name="imports_with_rows_by_age",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {local_date(self.created_at):%d/%m/%Y}"
