"""What people asked in vain, and what they thought of answers: 90 days, without numbers, encrypted."""

from django.db import models
from django.db.models import Q

from agencies.models import Agency
from core.crypto import EncryptedTextField
from faq.models.content import Question


class MissQuerySet(models.QuerySet["Miss"]):
    def open(self) -> "MissQuerySet":
        """Those that officers have not dealt with."""
        return self.filter(is_dismissed=False)


class Miss(models.Model):
    """A text that was not understood, or not surely, by how often; `text_hash` finds the same text again.

    Of what an officer has said to be none of the office's business, only the hash is left.
    """

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="misses", verbose_name="đơn vị")
    text = EncryptedTextField("đã hỏi")
    text_hash = models.CharField("dấu của câu", max_length=64, editable=False)
    times = models.PositiveIntegerField("số lần", default=1)
    was_offered = models.BooleanField("đã gợi ý", default=False)
    first_at = models.DateTimeField("lần đầu")
    last_at = models.DateTimeField("lần gần nhất")
    is_dismissed = models.BooleanField("không thuộc việc của đơn vị", default=False, editable=False)

    objects = MissQuerySet.as_manager()

    class Meta:
        verbose_name = "câu hỏi chưa hiểu"
        verbose_name_plural = "câu hỏi chưa hiểu"
        constraints = [
            models.UniqueConstraint(fields=["agency", "text_hash"], name="one_miss_per_text_and_agency"),
            models.CheckConstraint(condition=Q(times__gte=1), name="a_miss_was_asked"),
        ]
        indexes = [
            models.Index(fields=["last_at"], name="misses_by_age"),  # the nightly purge
            # the list, most asked first
            models.Index(fields=["-times", "-id"], name="misses_by_count", condition=Q(is_dismissed=False)),
        ]

    def __str__(self) -> str:
        return f"câu hỏi chưa hiểu {self.pk}"


class Feedback(models.Model):
    """Whether an answer helped somebody, and what they said about it."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="feedback", verbose_name="câu hỏi")
    agency = models.ForeignKey(
        Agency, models.CASCADE, null=True, blank=True, related_name="feedback", verbose_name="đơn vị"
    )
    is_helpful = models.BooleanField("có ích")
    comment = EncryptedTextField("ý kiến", blank=True)
    given_at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "ý kiến về câu trả lời"
        verbose_name_plural = "ý kiến về câu trả lời"
        indexes = [
            models.Index(fields=["given_at"], name="feedback_by_age"),  # the nightly purge
            models.Index(fields=["is_helpful", "-id"], name="feedback_worst_first"),  # the list
        ]

    def __str__(self) -> str:
        return f"ý kiến {self.pk}"
