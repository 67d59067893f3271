from datetime import date

from django.db import models
from django.db.models import F

from agencies.models import Agency
from notifications.models.messages import Channel


class SpendingQuerySet(models.QuerySet["Spending"]):
    def add(self, *, agency_id: int, month: date, channel: Channel, cost: int | None) -> None:
        """Count one message. Holds the agency's row of the month until the transaction ends: do it last."""
        column = channel.lower()
        changes = {
            column: F(column) + 1,
            "cost": F("cost") + (cost or 0),
            "unpriced": F("unpriced") + int(cost is None),
        }
        row = self.filter(agency=agency_id, month=month)
        if not row.update(**changes):
            self.bulk_create([self.model(agency_id=agency_id, month=month)], ignore_conflicts=True)
            row.update(**changes)


class Spending(models.Model):
    """How many messages of an agency left in a month, by which channel, and what they cost.

    Counted up as each one leaves, so that the page reads a row a month, however many messages there are; what
    was sent again counts again. A column for each `Channel`, named as it is.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="đơn vị")
    month = models.DateField("tháng")  # its first day
    cs = models.PositiveIntegerField("tin tư vấn", default=0)
    template_uid = models.PositiveIntegerField("mẫu tin theo Zalo", default=0)
    template_phone = models.PositiveIntegerField("mẫu tin theo số điện thoại", default=0)
    miniapp = models.PositiveIntegerField("thông báo Mini App", default=0)
    inbox = models.PositiveIntegerField("chỉ ở hộp tin", default=0)
    unpriced = models.PositiveIntegerField("chưa biết giá", default=0)
    cost = models.PositiveBigIntegerField("thành tiền (đồng)", default=0)

    objects = SpendingQuerySet.as_manager()

    class Meta:
        verbose_name = "chi phí tin nhắn"
        verbose_name_plural = "chi phí tin nhắn"
        constraints = [
            models.UniqueConstraint(fields=["agency", "month"], name="one_spending_per_agency_and_month"),
        ]
        indexes = [models.Index(fields=["-month", "agency"], name="spending_by_month")]  # the officers' list

    def __str__(self) -> str:
        return f"chi phí tin nhắn tháng {self.month:%m/%Y}"

    @property
    def sent(self) -> int:
        return self.cs + self.template_uid + self.template_phone + self.miniapp
