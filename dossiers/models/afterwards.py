"""What happens at the counter once a dossier was approved: a fee, a later day of return, a card given out."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from agencies.models import Agency
from core.crypto import EncryptedTextField
from dossiers.models.dossiers import Dossier
from dossiers.states import Status

LONGEST_RECEIPT = 20
MOST_MONEY = 9_999_999


class Card(Dossier):
    """An approved dossier as the counter sees it: somebody to take in, a card to come, a card to give out."""

    class Meta:
        proxy = True
        verbose_name = "hồ sơ đã duyệt"
        verbose_name_plural = "thu nhận, trả thẻ"
        permissions = [("work_card", "Thu nhận, báo có thẻ, trả thẻ, hẹn lại")]

    OF_THE_COUNTER = (Status.ACCEPTED, Status.TAKEN_IN, Status.READY, Status.HANDED_OVER)


class PaymentQuerySet(models.QuerySet["Payment"]):
    def live(self) -> "PaymentQuerySet":
        return self.filter(cancelled_at=None)

    def of_day(self, day: object) -> "PaymentQuerySet":
        return self.filter(day=day).select_related("dossier", "officer", "cancelled_by").order_by("pk")


class Payment(models.Model):
    """A fee that was collected, or that nobody has to pay. A mistake is cancelled and written down anew.

    `expected` is what the law of the dossier's day asks; where it is something else, `reason` says why.
    """

    class Way(models.TextChoices):
        COLLECTED = "COLLECTED", "đã thu"
        EXEMPT = "EXEMPT", "miễn"

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="payments", verbose_name="hồ sơ")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="đơn vị")
    way = models.CharField("thu hay miễn", max_length=9, choices=Way)
    amount = models.PositiveIntegerField("số tiền (đồng)")
    expected = models.PositiveIntegerField("phải thu theo luật (đồng)")
    receipt = models.CharField("số biên lai", max_length=LONGEST_RECEIPT, blank=True)
    exemption = models.SlugField("đối tượng miễn", max_length=40, blank=True)
    proof_seen = models.CharField("giấy chứng minh đã xem", max_length=200, blank=True)
    reason = models.CharField("vì sao khác mức phải thu", max_length=200, blank=True)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="cán bộ"
    )
    at = models.DateTimeField("lúc")
    day = models.DateField("ngày")  # in Việt Nam
    cancelled_at = models.DateTimeField("hủy lúc", null=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="cán bộ hủy"
    )
    cancel_reason = models.CharField("lý do hủy", max_length=200, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = "lệ phí"
        verbose_name_plural = "lệ phí"
        permissions = [("collect_payment", "Ghi và hủy lệ phí")]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(cancelled_at=None), name="one_live_payment_per_dossier"
            ),
            # A receipt that was cancelled keeps its number: nobody writes the same one again.
            models.UniqueConstraint(
                fields=["agency", "receipt"], condition=~Q(receipt=""), name="one_payment_per_receipt"
            ),
            models.CheckConstraint(
                condition=Q(way="COLLECTED", amount__gt=0, exemption="", proof_seen="") & ~Q(receipt="")
                | Q(way="EXEMPT", amount=0, receipt="") & ~Q(exemption=""),
                name="collected_with_receipt_or_exempt",
            ),
            models.CheckConstraint(condition=Q(amount__lte=MOST_MONEY), name="no_fee_is_that_high"),
            models.CheckConstraint(
                condition=Q(way="EXEMPT") | Q(amount=F("expected")) | ~Q(reason=""),
                name="another_amount_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_by=None, cancel_reason="")
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False) & ~Q(cancel_reason=""),
                name="a_cancelled_payment_says_why",
            ),
        ]
        indexes = [models.Index(fields=["agency", "day"], name="payments_of_a_day")]

    def __str__(self) -> str:
        return self.receipt or f"miễn {self.pk}"

    @property
    def is_live(self) -> bool:
        return self.cancelled_at is None


class Apology(models.Model):
    """That a card was late: the day that was promised, and the one promised instead; never changed."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="apologies", verbose_name="hồ sơ")
    promised = models.DateField("đã hẹn ngày")
    return_on = models.DateField("hẹn lại ngày")
    reason = models.CharField("lý do", max_length=200, blank=True)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="cán bộ"
    )
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "xin lỗi, hẹn lại"
        verbose_name_plural = "xin lỗi, hẹn lại"
        constraints = [
            models.UniqueConstraint(fields=["dossier", "promised"], name="one_apology_per_day_promised"),
            models.CheckConstraint(
                condition=Q(return_on__gt=F("promised")), name="an_apology_promises_a_later_day"
            ),
        ]

    def __str__(self) -> str:
        return f"apology {self.pk}"


class HandOver(models.Model):
    """To whom a card was given. Of somebody who came for another, `note` says who and with which papers."""

    class Collector(models.TextChoices):
        OWNER = "OWNER", "chính người được cấp thẻ"
        OTHER = "OTHER", "người nhận thay"

    dossier = models.OneToOneField(Dossier, models.CASCADE, related_name="hand_over", verbose_name="hồ sơ")
    collector = models.CharField("người nhận", max_length=5, choices=Collector)
    note = EncryptedTextField("người nhận thay là ai, giấy tờ đã xem", blank=True, default="")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="cán bộ"
    )
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "trả thẻ"
        verbose_name_plural = "trả thẻ"

    def __str__(self) -> str:
        return f"hand-over {self.pk}"
