from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q

from core.crypto import EncryptedTextField
from notifications.models.messages import State

# A reply in one of these is still to reach the person, and those behind it wait.
_TO_COME = (State.OWED, State.SENDING)


class ChatReplyQuerySet(models.QuerySet["ChatReply"]):
    def owed(self) -> "ChatReplyQuerySet":
        return self.filter(state=State.OWED)

    def to_person(self, *, oa_id: str, uid: str) -> "ChatReplyQuerySet":
        return self.filter(oa_id=oa_id, uid=uid)

    def first_in_line(self, now: datetime) -> "ChatReplyQuerySet":
        """Of each person the reply that may leave at `now`: no earlier one is still to come."""
        earlier = ChatReply.objects.filter(
            Q(state=State.SENDING) | Q(state=State.OWED, expires_at__gt=now),
            oa_id=OuterRef("oa_id"),
            uid=OuterRef("uid"),
            pk__lt=OuterRef("pk"),
        )
        due = self.owed().filter(due_at__lte=now, expires_at__gt=now)
        return due.filter(~Exists(earlier)).order_by("due_at", "pk")

    def claim(self, *, limit: int, lease: timedelta, now: datetime) -> list["ChatReply"]:
        """Take up to `limit` replies for sending, to as many people; no two callers get the same one.

        The claim is committed before the rows are handed over, so it must not stand in a transaction.
        """
        with transaction.atomic(durable=True):
            due = self.first_in_line(now).select_for_update(skip_locked=True, no_key=True)
            picked = list(due.values_list("pk", flat=True)[:limit])
            taken = self.model.objects.filter(pk__in=picked)
            taken.update(state=State.SENDING, lease_until=now + lease, attempts=F("attempts") + 1)
            rows = taken.in_bulk()
        return [rows[pk] for pk in picked]

    def held(self, reply: "ChatReply") -> "ChatReplyQuerySet":
        """The row of `reply`, if it is still ours to write: same claim, lease not taken back."""
        return self.filter(
            pk=reply.pk, state=State.SENDING, lease_until=reply.lease_until, attempts=reply.attempts
        )


class ChatReply(models.Model):
    """One text of the portal's answer to what a person wrote to an Official Account.

    Written in the transaction that understood what was written. The rows of one person leave in the order of
    their keys. The words are there only as long as they are still to be sent.
    """

    oa_id = models.CharField("mã Official Account", max_length=30)
    uid = models.CharField("mã người dùng của OA", max_length=30)
    event_key = models.CharField("trả lời cho", max_length=120)
    position = models.PositiveSmallIntegerField("phần")
    text = EncryptedTextField("lời", null=True)
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.OWED)
    due_at = models.DateTimeField("gửi từ")
    expires_at = models.DateTimeField("không gửi sau")
    lease_until = models.DateTimeField("giữ để gửi đến", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("số lần gửi", default=0)
    last_error = models.CharField("lỗi gần nhất", max_length=80, blank=True, default="")
    created_at = models.DateTimeField("tạo lúc")
    sent_at = models.DateTimeField("gửi lúc", null=True, blank=True)

    objects = ChatReplyQuerySet.as_manager()

    class Meta:
        verbose_name = "câu trả lời"
        verbose_name_plural = "câu trả lời"
        constraints = [
            models.UniqueConstraint(
                fields=["oa_id", "uid", "event_key", "position"], name="one_reply_per_event_and_position"
            ),
            models.CheckConstraint(
                condition=Q(state=State.SENDING, lease_until__isnull=False)
                | Q(~Q(state=State.SENDING), lease_until__isnull=True),
                name="a_reply_being_sent_has_its_lease",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SENT, sent_at__isnull=False)
                | Q(~Q(state=State.SENT), sent_at__isnull=True),
                name="a_sent_reply_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_TO_COME, text__isnull=False)
                | Q(~Q(state__in=_TO_COME), text__isnull=True),
                name="only_a_reply_to_come_has_words",
            ),
        ]
        indexes = [
            # claim(): what is due, over all people.
            models.Index(fields=["due_at", "id"], condition=Q(state=State.OWED), name="replies_owed"),
            # first_in_line(): whether an earlier one of the same person is still to come.
            models.Index(
                fields=["oa_id", "uid", "id"], condition=Q(state__in=_TO_COME), name="replies_in_line"
            ),
            # sweep_replies(): claims whose sender is lost.
            models.Index(fields=["lease_until"], condition=Q(state=State.SENDING), name="replies_in_flight"),
            models.Index(fields=["created_at"], name="replies_by_age"),  # the nightly purge
        ]

    def __str__(self) -> str:
        return f"câu trả lời {self.pk}"
