from django.db import models

from notifications.models.messages import Channel


class OptOut(models.Model):
    """Zalo said that a person wants no messages by one channel of an Official Account, for a while.

    `address` is what the channel knows the person by, a phone as the key that it is found by: who changes the
    phone has refused nothing for the new one.
    """

    oa_id = models.CharField("mã Official Account", max_length=30)
    channel = models.CharField("đường gửi", max_length=14, choices=Channel)
    address = models.CharField("địa chỉ", max_length=64)
    code = models.IntegerField("mã của Zalo")
    until = models.DateTimeField("đến")

    class Meta:
        verbose_name = "từ chối nhận tin"
        verbose_name_plural = "từ chối nhận tin"
        constraints = [
            models.UniqueConstraint(fields=["oa_id", "channel", "address"], name="one_opt_out_per_channel"),
        ]
        indexes = [models.Index(fields=["until"], name="opt_outs_by_age")]  # the purge

    def __str__(self) -> str:
        return f"từ chối {self.pk}"
