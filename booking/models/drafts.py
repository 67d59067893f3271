import uuid

from django.db import models

from agencies.models import Agency
from booking.models.people import Booking
from core.crypto import EncryptedTextField


class Draft(models.Model):
    """What somebody has filled in so far in a browser, until it becomes a booking; kept for a day.

    Bound to the browser that began it. So the back button, two tabs and an ended sign-in lose nothing, and a
    draft sent twice becomes one booking.
    """

    class Intent(models.TextChoices):
        PICK = "PICK", "chọn giờ"
        EARLIEST = "EARLIEST", "lấy số sớm nhất"
        WISH = "WISH", "đăng ký để đơn vị xếp"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    browser_key = models.CharField(max_length=64, editable=False)
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="drafts", verbose_name="đơn vị")
    intent = models.CharField("cách lấy lịch", max_length=8, choices=Intent)
    contents = EncryptedTextField("nội dung")
    booking = models.OneToOneField(
        Booking, models.PROTECT, null=True, related_name="draft", verbose_name="đã thành lượt đặt"
    )
    touched_at = models.DateTimeField("sửa lúc")

    class Meta:
        verbose_name = "bản nháp"
        verbose_name_plural = "bản nháp"
        indexes = [models.Index(fields=["touched_at"], name="drafts_by_age")]  # the nightly purge

    def __str__(self) -> str:
        return f"draft {self.public_id}"
