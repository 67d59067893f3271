"""What officers review by: what was handed in each time, and the serials of an office's own series."""

from django.db import models

from agencies.models import Agency
from core.crypto import EncryptedTextField
from dossiers.models.dossiers import Dossier


class Submission(models.Model):
    """The forms as they stood when they were handed in; the difference to the next one is what was mended."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="submissions", verbose_name="hồ sơ")
    at = models.DateTimeField("nộp lúc")
    law_day = models.DateField("theo pháp luật ngày")
    data = EncryptedTextField("tờ khai", default="{}")
    extra_data = EncryptedTextField("tờ khai thêm", default="{}")

    class Meta:
        verbose_name = "lần nộp"
        verbose_name_plural = "lần nộp"
        indexes = [models.Index(fields=["dossier", "id"], name="submissions_of_a_dossier")]

    def __str__(self) -> str:
        return f"submission {self.pk}"


class OfficialSerial(models.Model):
    """The last serial that an office drew from its series on a day; it only grows."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+", verbose_name="đơn vị")
    day = models.DateField("ngày")
    last = models.PositiveIntegerField("số đã cấp")

    class Meta:
        verbose_name = "dãy mã hồ sơ"
        verbose_name_plural = "dãy mã hồ sơ"
        constraints = [
            models.UniqueConstraint(fields=["agency", "day"], name="one_serial_per_agency_and_day")
        ]

    def __str__(self) -> str:
        return f"serial {self.pk}"
