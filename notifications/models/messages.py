import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q

from accounts.models import Citizen
from agencies.models import Agency
from core.errors import DomainError
from notifications.error_words import say_error
from notifications.kinds import Kind, check_text


class State(models.TextChoices):
    OWED = "OWED", "chờ gửi"
    SENDING = "SENDING", "đang gửi"
    SENT = "SENT", "đã gửi"
    DELIVERED = "DELIVERED", "đã nhận"
    FAILED = "FAILED", "không gửi được"
    EXPIRED = "EXPIRED", "quá giờ"
    WITHDRAWN = "WITHDRAWN", "đã rút lại"


# A row in one of these has not left the house, and nobody is about to send it.
NOT_LEFT = (State.OWED, State.FAILED, State.EXPIRED, State.WITHDRAWN)


class Channel(models.TextChoices):
    CS = "CS", "tin tư vấn"
    TEMPLATE_UID = "TEMPLATE_UID", "mẫu tin theo Zalo"
    TEMPLATE_PHONE = "TEMPLATE_PHONE", "mẫu tin theo số điện thoại"


def new_tracking_id() -> str:
    return uuid.uuid4().hex


def _uuid(term: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(term)
    except ValueError:
        return None


class MessageQuerySet(models.QuerySet["Message"]):
    def owed(self) -> "MessageQuerySet":
        return self.filter(state=State.OWED)

    def due(self, now: datetime) -> "MessageQuerySet":
        """Those to be sent at `now`, and still worth sending, the longest due first."""
        return self.owed().filter(due_at__lte=now, expires_at__gt=now).order_by("due_at", "pk")

    def about(self, things: Sequence[str] | None) -> "MessageQuerySet":
        """Those about one of `things`; all of them when `things` is None."""
        return self if things is None else self.filter(about__in=things)

    def named(self, term: str) -> "MessageQuerySet":
        """Those that a code means: of what they are about, of themselves, or of their person."""
        # A branch for each column, each with an index of its own.
        codes = [Q(about=term.upper()), Q(about=term.lower()), Q(tracking_id=term)]
        codes.append(Q(provider_id=term) & ~Q(provider_id=""))
        if (public_id := _uuid(term)) is not None:
            codes += [Q(public_id=public_id), Q(recipient__public_id=public_id)]
        first, *others = (self.model.objects.filter(code).values("pk") for code in codes)
        return self.filter(pk__in=first.union(*others))

    def claim(self, *, limit: int, lease: timedelta, now: datetime) -> list["Message"]:
        """Take up to `limit` due messages for sending, reminders first; no two callers get the same one.

        The claim is committed before the rows are handed over, so it must not stand in a transaction.
        """
        with transaction.atomic(durable=True):
            due = self.due(now).select_for_update(skip_locked=True, no_key=True)
            picked = list(due.filter(kind=Kind.REMINDER).values_list("pk", flat=True)[:limit])
            if len(picked) < limit:
                others = due.exclude(kind=Kind.REMINDER).values_list("pk", flat=True)
                picked += others[: limit - len(picked)]
            taken = self.model.objects.filter(pk__in=picked)
            taken.update(state=State.SENDING, lease_until=now + lease, attempts=F("attempts") + 1)
            rows = taken.select_related("agency", "recipient").in_bulk()
        return [rows[pk] for pk in picked]

    def held(self, message: "Message") -> "MessageQuerySet":
        """The row of `message`, if it is still ours to write: same claim, lease not taken back."""
        return self.filter(
            pk=message.pk, state=State.SENDING, lease_until=message.lease_until, attempts=message.attempts
        )

    def reminders_before(self, moment: datetime, *, oa_id: str) -> int:
        """Count the reminders that one Official Account still has to send before `moment`."""
        waiting = self.filter(state__in=(State.OWED, State.SENDING), kind=Kind.REMINDER, due_at__lt=moment)
        return waiting.filter(agency__oa_id=oa_id).count()


class Message(models.Model):
    """Something that the office owes a citizen to tell, and what became of it.

    Written in the transaction of the fact that it tells. `occasion` tells apart two messages of one kind
    about the same thing, as after a change of the hour. `tracking_id` is ours: the same for every try to send
    these words, another one for other words, so that a late receipt is not taken for that of newer words.
    """

    public_id = models.UUIDField("mã tin", default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="messages", verbose_name="đơn vị")
    recipient = models.ForeignKey(Citizen, models.PROTECT, related_name="messages", verbose_name="người nhận")
    kind = models.CharField("loại tin", max_length=12, choices=Kind)
    about = models.CharField("về việc", max_length=60)
    occasion = models.CharField("lần", max_length=60, blank=True, default="")
    context = models.JSONField("nội dung điền", default=dict)
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.OWED)
    due_at = models.DateTimeField("gửi từ")
    expires_at = models.DateTimeField("không gửi sau")
    lease_until = models.DateTimeField("giữ để gửi đến", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("số lần gửi", default=0)
    channel = models.CharField("đường gửi", max_length=14, choices=Channel, blank=True, default="")
    oa_id = models.CharField("Official Account đã gửi", max_length=30, blank=True, default="")
    provider_id = models.CharField("mã tin của Zalo", max_length=64, blank=True, default="")
    tracking_id = models.CharField("mã theo dõi", max_length=48, default=new_tracking_id)
    last_error = models.CharField("lỗi gần nhất", max_length=80, blank=True, default="")
    created_at = models.DateTimeField("tạo lúc")
    sent_at = models.DateTimeField("gửi lúc", null=True, blank=True)
    delivered_at = models.DateTimeField("nhận lúc", null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "tin nhắn"
        verbose_name_plural = "tin nhắn"
        constraints = [
            models.UniqueConstraint(
                fields=["about", "kind", "occasion", "recipient"],
                name="one_message_per_kind_and_occasion",
                violation_error_message="Tin này đã có trong danh sách gửi.",
            ),
            models.UniqueConstraint(fields=["tracking_id"], name="one_message_per_tracking_id"),
            models.CheckConstraint(
                condition=Q(state=State.SENDING, lease_until__isnull=False)
                | Q(~Q(state=State.SENDING), lease_until__isnull=True),
                name="sending_has_its_lease",
                violation_error_message="Chỉ tin đang gửi mới có thời hạn giữ.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(State.SENT, State.DELIVERED), sent_at__isnull=False)
                | Q(~Q(state__in=(State.SENT, State.DELIVERED)), sent_at__isnull=True),
                name="sent_has_its_time",
                violation_error_message="Tin đã gửi phải có thời điểm gửi.",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DELIVERED, delivered_at__isnull=False)
                | Q(~Q(state=State.DELIVERED), delivered_at__isnull=True),
                name="delivered_has_its_time",
                violation_error_message="Tin đã nhận phải có thời điểm nhận.",
            ),
        ]
        indexes = [
            # claim(): what is due; sweep(): what of it is past its time.
            models.Index(fields=["due_at", "id"], condition=Q(state=State.OWED), name="messages_owed"),
            # sweep(): claims whose sender is lost.
            models.Index(fields=["lease_until"], condition=Q(state=State.SENDING), name="messages_in_flight"),
            # record_receipt(): which message a receipt is for.
            models.Index(
                fields=["provider_id"], condition=~Q(provider_id=""), name="messages_by_provider_id"
            ),
        ]

    def __str__(self) -> str:
        return f"tin {Kind(self.kind).label} {self.about}"

    @property
    def error_in_words(self) -> str:
        return say_error(self.last_error)

    @property
    def may_be_resent(self) -> bool:
        return self.state in (State.SENT, State.DELIVERED, State.FAILED, State.EXPIRED)


class MessageTextQuerySet(models.QuerySet["MessageText"]):
    def by_agency_and_kind(self, messages: Sequence[Message]) -> dict[tuple[int, str], "MessageText"]:
        """The offices' own texts for these messages, in one query."""
        texts = self.filter(agency__in={message.agency_id for message in messages})
        return {(text.agency_id, text.kind): text for text in texts}


class MessageText(models.Model):
    """What one agency says in a kind of message: own words in the chat, an approved template elsewhere."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="message_texts", verbose_name="đơn vị")
    kind = models.CharField("loại tin", max_length=12, choices=Kind)
    text = models.TextField(
        "lời nhắn",
        max_length=1500,
        blank=True,
        default="",
        help_text="Để trống: dùng lời chung. Chỗ điền viết {name}; phần trong [ ] bị bỏ khi chưa có giá trị.",
    )
    template_id = models.CharField(
        "mã mẫu tin đã duyệt",
        max_length=40,
        blank=True,
        default="",
        help_text="Mã mẫu ZBS của đơn vị. Để trống: chỉ gửi được cho người vừa nhắn với Official Account.",
    )

    objects = MessageTextQuerySet.as_manager()

    class Meta:
        verbose_name = "lời nhắn"
        verbose_name_plural = "lời nhắn"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind"],
                name="one_text_per_agency_and_kind",
                violation_error_message="Đơn vị đã có lời nhắn cho loại tin này.",
            ),
        ]

    def __str__(self) -> str:
        return f"lời nhắn {Kind(self.kind).label}"

    def clean(self) -> None:
        super().clean()
        if self.text and self.kind in Kind.values:
            try:
                check_text(Kind(self.kind), self.text)
            except DomainError as refusal:
                raise ValidationError({"text": str(refusal)}) from refusal


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

    objects = OaQuotaQuerySet.as_manager()

    class Meta:
        verbose_name = "hạn mức mẫu tin"
        verbose_name_plural = "hạn mức mẫu tin"
        constraints = [
            models.UniqueConstraint(fields=["oa_id", "day"], name="one_quota_per_official_account_and_day"),
        ]

    def __str__(self) -> str:
        return f"hạn mức {self.oa_id} {self.day}"


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
