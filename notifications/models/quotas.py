from datetime import date

from django.db import connection, models
from django.db.models import F

from accounts.models import Citizen


class OaQuotaQuerySet(models.QuerySet["OaQuota"]):
    def take(self, *, oa_id: str, day: date, leaving: int) -> bool:
        """Set one template message aside; false if no more than `leaving` remain."""
        enough = self.filter(oa_id=oa_id, day=day, remaining__gt=leaving)
        return enough.update(remaining=F("remaining") - 1) == 1

    def give_back(self, *, oa_id: str, day: date) -> None:
        self.filter(oa_id=oa_id, day=day).update(remaining=F("remaining") + 1)


class OaQuota(models.Model):
    """How many template messages an Official Account may still send on a day, as far as Zalo has told."""

    oa_id = models.CharField("mã Official Account", max_length=30)
    day = models.DateField("ngày")
    remaining = models.IntegerField("còn lại")
    seen_at = models.DateTimeField("biết lúc")
    # What the reminders of the day after were expected to use, as counted at noon, and what remained then:
    # `remaining` falls as they leave.
    needed = models.PositiveIntegerField("nhắc hẹn ngày mai cần", null=True, blank=True)
    remaining_then = models.IntegerField("còn lại khi tính", null=True, blank=True)
    needed_at = models.DateTimeField("tính lúc", null=True, blank=True)

    objects = OaQuotaQuerySet.as_manager()

    class Meta:
        verbose_name = "hạn mức mẫu tin"
        verbose_name_plural = "hạn mức mẫu tin"
        constraints = [
            models.UniqueConstraint(fields=["oa_id", "day"], name="one_quota_per_official_account_and_day"),
        ]

    def __str__(self) -> str:
        return f"hạn mức {self.oa_id} {self.day}"

    @property
    def short(self) -> int:
        """How many of tomorrow's reminders today's quota did not suffice for, as counted at noon."""
        return max((self.needed or 0) - max(self.remaining_then or 0, 0), 0)


class DayCountQuerySet(models.QuerySet["DayCount"]):
    def take(self, *, citizen: Citizen, day: date, limit: int) -> bool:
        """Count one message more to a person; false if `limit` were sent that day."""
        if limit < 1:
            return False
        # One statement for the first of the day as well, where the ORM would need three.
        table = self.model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f'INSERT INTO "{table}" AS tally (citizen_id, day, sent) VALUES (%s, %s, 1)'  # noqa: S608 - our own
                " ON CONFLICT (citizen_id, day) DO UPDATE SET sent = tally.sent + 1 WHERE tally.sent < %s",
                [citizen.pk, day, limit],
            )
            return cursor.rowcount == 1

    def give_back(self, *, citizen: Citizen, day: date) -> None:
        self.filter(citizen=citizen, day=day).update(sent=F("sent") - 1)


class DayCount(models.Model):
    """How many messages went to a person on a day, or may have: one on the wire counts before it leaves.

    `sent` is written by conditional updates, so that no number of senders at once passes the limit.
    """

    citizen = models.ForeignKey(Citizen, models.PROTECT, related_name="+", verbose_name="công dân")
    day = models.DateField("ngày")
    sent = models.PositiveSmallIntegerField("đã gửi", default=0)

    objects = DayCountQuerySet.as_manager()

    class Meta:
        verbose_name = "số tin trong ngày"
        verbose_name_plural = "số tin trong ngày"
        constraints = [
            models.UniqueConstraint(fields=["citizen", "day"], name="one_count_per_person_and_day"),
        ]
        indexes = [models.Index(fields=["day"], name="day_counts_by_age")]  # the purge

    def __str__(self) -> str:
        return f"số tin {self.day}"
