from django.conf import settings
from django.db import models
from django.db.models import CharField, Exists, Func, OuterRef, Q
from django.db.models.functions import Cast

from booking.models.appointments import Appointment, AppointmentQuerySet
from notifications.kinds import Kind
from notifications.models import Message, State


class ReminderCall(models.Model):
    """An officer called somebody whom no message has reached, and what came of it. Written once.

    `hour_told` is the hour of the appointment at the time of the call: after a move the person must be told
    again.
    """

    class Result(models.TextChoices):
        COMING = "COMING", "sẽ đến"
        REACHED = "REACHED", "đã gọi được"
        NO_ANSWER = "NO_ANSWER", "không nghe máy"
        WRONG_NUMBER = "WRONG_NUMBER", "sai số"
        CANCELS = "CANCELS", "xin hủy"

    appointment = models.ForeignKey(
        Appointment, models.PROTECT, related_name="calls", verbose_name="lịch hẹn"
    )
    hour_told = models.DateTimeField("giờ hẹn đã báo")
    result = models.CharField("kết quả", max_length=12, choices=Result)
    note = models.CharField("ghi chú", max_length=200, blank=True, default="")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="cán bộ"
    )
    called_at = models.DateTimeField("gọi lúc")

    class Meta:
        verbose_name = "cuộc gọi báo hẹn"
        verbose_name_plural = "cuộc gọi báo hẹn"
        # The list of those whom no message has reached.
        permissions = [("call_appointment", "Xem danh sách chưa nhận được tin và ghi kết quả gọi")]

    def __str__(self) -> str:
        return f"cuộc gọi {self.pk}"

    @property
    def has_told(self) -> bool:
        return self.result in TOLD


Result = ReminderCall.Result
# After one of these the person knows the hour.
TOLD = (Result.COMING, Result.REACHED, Result.CANCELS)


class _Said(Func):
    """A moment as messages write it, `08:30 23/11/2026` (`core.time.say_time`)."""

    template = "to_char(%(expressions)s AT TIME ZONE 'Asia/Ho_Chi_Minh', 'HH24:MI DD/MM/YYYY')"
    output_field = CharField()


def with_word(appointments: AppointmentQuerySet) -> AppointmentQuerySet:
    """Add `is_reached` (a message told the present hour and number, and Zalo says that it arrived) and
    `is_called` (an officer told the present hour by phone).

    A reminder of another hour does not count, nor one that arrived before the last move; the word of a move
    counts where no reminder was to follow it. Who is in neither must be called: it is better to tell somebody
    twice.
    """
    about = Message.objects.filter(about=OuterRef("code"))
    moved_later = Message.objects.filter(
        about=OuterRef("about"), kind=Kind.CHANGED, created_at__gt=OuterRef("delivered_at")
    )
    reminder = about.filter(
        ~Exists(moved_later),
        kind=Kind.REMINDER,
        state=State.DELIVERED,
        occasion=_Said(OuterRef("slot__starts_at")),
    )
    still_to_come = Message.objects.filter(
        about=OuterRef("about"), kind=Kind.REMINDER, due_at__gt=OuterRef("created_at")
    ).exclude(state=State.WITHDRAWN)
    move = about.filter(
        ~Exists(still_to_come),
        kind=Kind.CHANGED,
        state=State.DELIVERED,
        occasion=Cast(OuterRef("changes"), CharField()),
        context__has_key="number",
    )
    calls = ReminderCall.objects.filter(
        appointment=OuterRef("pk"), result__in=TOLD, hour_told=OuterRef("slot__starts_at")
    )
    return appointments.annotate(
        is_reached=models.ExpressionWrapper(
            Q(Exists(reminder)) | Q(Exists(move)), output_field=models.BooleanField()
        ),
        is_called=Exists(calls),
    )


def without_word(appointments: AppointmentQuerySet) -> AppointmentQuerySet:
    """Those who are expected and whom no message has reached: to be called, or called already."""
    return with_word(appointments.expected()).filter(Q(is_reached=False))
