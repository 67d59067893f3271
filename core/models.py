from django.db import models


class StoredAnswer(models.Model):
    """The answer once given under an `Idempotency-Key`, kept so that a repeat gets the same one.

    The row is committed before the work begins: a rival with the same key finds it and is told to wait.
    """

    owner = models.CharField("chủ khóa", max_length=60)
    key = models.CharField("khóa", max_length=80)
    fingerprint = models.CharField("vân tay yêu cầu", max_length=64)
    status = models.PositiveSmallIntegerField("mã trả lời", null=True)
    body = models.JSONField("nội dung trả lời", null=True)
    begun_at = models.DateTimeField("bắt đầu")

    class Meta:
        verbose_name = "trả lời đã lưu"
        verbose_name_plural = "trả lời đã lưu"
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="one_answer_per_key_of_owner"),
        ]
        indexes = [
            models.Index(fields=["begun_at"], name="answers_by_age"),  # the nightly purge
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"
