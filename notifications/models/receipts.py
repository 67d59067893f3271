from django.db import models


class EarlyReceipt(models.Model):
    """A receipt that came before our own note of what Zalo called the message. Kept for a day."""

    oa_id = models.CharField("mã Official Account", max_length=30)
    provider_id = models.CharField("mã tin của Zalo", max_length=64)
    delivered_at = models.DateTimeField("nhận lúc")
    seen_at = models.DateTimeField("biết lúc")

    class Meta:
        verbose_name = "báo nhận đến sớm"
        verbose_name_plural = "báo nhận đến sớm"
        constraints = [
            models.UniqueConstraint(fields=["oa_id", "provider_id"], name="one_early_receipt_per_message"),
        ]
        indexes = [models.Index(fields=["seen_at"], name="early_receipts_by_age")]  # the purge

    def __str__(self) -> str:
        return f"báo nhận {self.provider_id}"
