import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import F, Q

from accounts.models import Citizen
from agencies.models import Agency
from notifications.error_words import say_error
from notifications.kinds import Kind


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
# A row in one of these may still turn out to have reached its person.
UNCONFIRMED = (State.OWED, State.SENDING, State.SENT, State.FAILED, State.EXPIRED)


class Channel(models.TextChoices):
    CS = "CS", "tin tư vấn"
    TEMPLATE_UID = "TEMPLATE_UID", "mẫu tin theo Zalo"
    TEMPLATE_PHONE = "TEMPLATE_PHONE", "mẫu tin theo số điện thoại"
    MINIAPP = "MINIAPP", "thông báo Mini App"
    # Always there, and nobody is told by it before they open it.
    INBOX = "INBOX", "hộp tin trên cổng"


# Those that need an approved template and use up the day's quota of the Official Account.
TEMPLATES = (Channel.TEMPLATE_UID, Channel.TEMPLATE_PHONE)


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

        Of the reminders, the one whose appointment begins first: a reminder expires when that begins. What a
        quota does not suffice for are the latest, whom there is most time to call.

        The claim is committed before the rows are handed over, so it must not stand in a transaction.
        """
        with transaction.atomic(durable=True):
            due = self.due(now).select_for_update(skip_locked=True, no_key=True)
            reminders = due.filter(kind=Kind.REMINDER).order_by("expires_at", "due_at", "pk")
            picked = list(reminders.values_list("pk", flat=True)[:limit])
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

    def reminders_before(self, moment: datetime) -> "MessageQuerySet":
        """The reminders that still have to be sent before `moment`."""
        return self.filter(state__in=(State.OWED, State.SENDING), kind=Kind.REMINDER, due_at__lt=moment)

    def inbox_of(self, citizen: Citizen, *, now: datetime) -> "MessageQuerySet":
        """What a citizen may read on the portal, the newest first: all that was, or should have been, sent.

        What waits for another try is to be read as well.
        """
        told = self.filter(recipient=citizen).filter(Q(due_at__lte=now) | Q(attempts__gt=0))
        return told.exclude(state=State.WITHDRAWN).exclude(context={}).order_by("-created_at", "-pk")

    def unread(self) -> "MessageQuerySet":
        """Those of which nobody knows whether they reached their person."""
        return self.filter(state__in=UNCONFIRMED)


class Message(models.Model):
    """Something that the office owes a citizen to tell, and what became of it.

    Written in the transaction of the fact that it tells. `occasion` tells apart two messages of one kind
    about the same thing, as after a change of the hour. `tracking_id` is ours: the same for every try to send
    these words, another one for other words, so that a late receipt is not taken for that of newer words.
    """

    public_id = models.UUIDField("mã tin", default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="messages", verbose_name="đơn vị")
    recipient = models.ForeignKey(Citizen, models.PROTECT, related_name="messages", verbose_name="người nhận")
    kind = models.CharField("loại tin", max_length=16, choices=Kind)
    about = models.CharField("về việc", max_length=60)
    occasion = models.CharField("lần", max_length=60, blank=True, default="")
    context = models.JSONField("nội dung điền", default=dict)
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.OWED)
    due_at = models.DateTimeField("gửi từ")
    expires_at = models.DateTimeField("không gửi sau")
    # Said on the screen on which it came to be: not worth a template that is paid for.
    is_shown = models.BooleanField("đã hiện trên màn hình", default=False)
    lease_until = models.DateTimeField("giữ để gửi đến", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("số lần gửi", default=0)
    channel = models.CharField("đường gửi", max_length=14, choices=Channel, blank=True, default="")
    # Null as long as nothing was sent, and where Zalo has not told the price.
    cost = models.PositiveIntegerField("giá (đồng)", null=True, blank=True)
    oa_id = models.CharField("Official Account đã gửi", max_length=30, blank=True, default="")
    provider_id = models.CharField("mã tin của Zalo", max_length=64, blank=True, default="")
    tracking_id = models.CharField("mã theo dõi", max_length=48, default=new_tracking_id)
    last_error = models.CharField("lỗi gần nhất", max_length=80, blank=True, default="")
    created_at = models.DateTimeField("tạo lúc")
    sent_at = models.DateTimeField("gửi lúc", null=True, blank=True)
    delivered_at = models.DateTimeField("nhận lúc", null=True, blank=True)
    opened_at = models.DateTimeField("mở trên cổng lúc", null=True, blank=True)

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
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | Q(state=State.DELIVERED),
                name="opened_is_delivered",
                violation_error_message="Tin đã mở trên cổng là tin đã nhận.",
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
        return say_error(self.last_error, is_over=self.state not in (State.OWED, State.SENDING))

    @property
    def may_be_resent(self) -> bool:
        return self.state in (State.SENT, State.DELIVERED, State.FAILED, State.EXPIRED)
