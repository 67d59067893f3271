"""Papers that go with a dossier. The files lie elsewhere (`dossiers.files`); here is what opens them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.crypto import EncryptedTextField
from dossiers.models.dossiers import Dossier

MOST_ATTACHMENTS = 12
MOST_OF_A_KIND = 6
JPEG, PDF = "image/jpeg", "application/pdf"


class Attachment(models.Model):
    """A paper as we drew it anew: a photograph, or the pages of a PDF.

    `key` alone opens the file, so a row that is deleted leaves nothing that anybody could read. The seats of
    a dossier are numbered, so that it cannot have more attachments than seats.
    """

    class Kind(models.TextChoices):
        REPRESENTATION = "REPRESENTATION", "Giấy tờ chứng minh là người đại diện"
        IDENTITY = "IDENTITY", "Giấy tờ ghi thông tin đã khai"
        CHANGED_DATA = "CHANGED_DATA", "Giấy tờ ghi thông tin mới"
        NATIONALITY = "NATIONALITY", "Giấy tờ trở lại quốc tịch"
        EXEMPTION = "EXEMPTION", "Giấy tờ chứng minh được miễn lệ phí"

    public_id = models.UUIDField("mã công khai", default=uuid.uuid4, unique=True, editable=False)
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="attachments", verbose_name="hồ sơ")
    kind = models.CharField("loại giấy tờ", max_length=14, choices=Kind)
    seat = models.PositiveSmallIntegerField("chỗ", editable=False)
    file = models.CharField("tệp", max_length=60, unique=True, editable=False)
    key = EncryptedTextField("khóa", editable=False)
    media_type = models.CharField("loại tệp", max_length=15, choices=[(JPEG, "ảnh"), (PDF, "PDF")])
    size = models.PositiveIntegerField("cỡ (byte)")
    pages = models.PositiveSmallIntegerField("số trang")
    sha256 = models.CharField("dấu tệp", max_length=64, editable=False)
    created_at = models.DateTimeField("gửi lúc")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="cán bộ đính kèm",
    )

    class Meta:
        verbose_name = "giấy tờ đính kèm"
        verbose_name_plural = "giấy tờ đính kèm"
        constraints = [
            models.UniqueConstraint(fields=["dossier", "seat"], name="one_attachment_per_seat"),
            models.CheckConstraint(
                condition=Q(seat__gte=1, seat__lte=MOST_ATTACHMENTS), name="seats_for_twelve_attachments"
            ),
            models.UniqueConstraint(fields=["dossier", "kind", "sha256"], name="one_paper_once_per_kind"),
        ]

    def __str__(self) -> str:
        return f"attachment {self.public_id}"

    @property
    def file_name(self) -> str:
        """What it is called where it is saved: nothing that the sender called it."""
        ending = "pdf" if self.media_type == PDF else "jpg"
        return f"{self.kind.lower().replace('_', '-')}-{self.seat}.{ending}"
