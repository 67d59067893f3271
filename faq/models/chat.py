import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from accounts.models import Citizen


@dataclass(frozen=True)
class OpenQuestion:
    """What a number would answer: of which kind, and what that kind needs to know. Nothing personal."""

    kind: str
    about: dict[str, Any]
    asked_at: datetime


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def of(self, *, oa_id: str, uid: str) -> "ConversationQuerySet":
        return self.filter(oa_id=oa_id, uid=uid)

    def claim_code(self, citizen: Citizen, *, mark: uuid.UUID) -> bool:
        """Take it on to send the code that is wanted for somebody; false if somebody else does. `mark` stands
        for its challenge until that is known.
        """
        return self.filter(code_wanted_for=citizen, challenge=None).update(challenge=mark) == 1

    def paused(self, now: datetime) -> "ConversationQuerySet":
        """Those in which a human speaks for the office at `now`."""
        return self.filter(paused_until__gt=now)


class Conversation(models.Model):
    """What is remembered of a chat of one person with one Official Account. No word of it is kept.

    `question_kind` and what belongs to it are the latest menu that a number may answer. Times are those of
    Zalo's events, so that what comes late is understood as it was meant.
    """

    class Pause(models.TextChoices):
        OFFICER = "OFFICER", "cán bộ đang trả lời"
        ASKED = "ASKED", "người dân chờ gặp cán bộ"

    oa_id = models.CharField("mã Official Account", max_length=30)
    uid = models.CharField("mã người dùng của OA", max_length=30)
    question_kind = models.CharField("câu hỏi đang mở", max_length=30, blank=True, default="")
    question_about = models.JSONField("hỏi về", default=dict, blank=True)
    asked_at = models.DateTimeField("hỏi lúc", null=True, blank=True)
    question_expires_at = models.DateTimeField("hết hạn trả lời", null=True, blank=True)
    # When the portal last said what may be typed, so that it does not say it again and again.
    hinted_at = models.DateTimeField("chỉ dẫn lúc", null=True, blank=True)
    # When it last said that nothing personal belongs here.
    warned_at = models.DateTimeField("nhắc bảo mật lúc", null=True, blank=True)
    paused_until = models.DateTimeField("không trả lời tự động đến", null=True, blank=True)
    pause = models.CharField("vì sao", max_length=10, choices=Pause, blank=True, default="")
    paused_by = models.CharField("quản trị viên OA", max_length=30, blank=True, default="")
    heard_at = models.DateTimeField("tin gần nhất", null=True, blank=True)
    # Since when a human is wanted; null again once one has written.
    human_wanted_at = models.DateTimeField("muốn gặp cán bộ từ", null=True, blank=True)
    # Whose phone a code goes to, so that whoever writes here may prove to be them; then until when they are.
    code_wanted_for = models.ForeignKey(
        Citizen, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="gửi mã cho"
    )
    challenge = models.UUIDField("mã đã gửi", null=True, blank=True)
    proved_citizen = models.ForeignKey(
        Citizen, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="đã xác minh là"
    )
    proved_until = models.DateTimeField("xác minh đến", null=True, blank=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        verbose_name = "cuộc trò chuyện"
        verbose_name_plural = "cuộc trò chuyện"
        constraints = [
            models.UniqueConstraint(fields=["oa_id", "uid"], name="one_conversation_per_person_of_an_oa"),
            models.CheckConstraint(
                condition=Q(question_kind="", asked_at=None, question_expires_at=None)
                | Q(~Q(question_kind=""), asked_at__isnull=False, question_expires_at__isnull=False),
                name="an_open_question_has_its_times",
            ),
            models.CheckConstraint(
                condition=Q(paused_until=None, pause="") | Q(~Q(pause=""), paused_until__isnull=False),
                name="a_pause_says_why",
            ),
            models.CheckConstraint(
                condition=Q(proved_citizen=None) | Q(proved_until__isnull=False),
                name="a_proof_in_the_chat_ends",
            ),
        ]
        indexes = [
            # The officers' list of who is talked to by a human.
            models.Index(
                fields=["paused_until"], condition=Q(paused_until__isnull=False), name="paused_conversations"
            ),
            # The officers' list of who waits for one of them.
            models.Index(
                fields=["human_wanted_at"],
                condition=Q(human_wanted_at__isnull=False),
                name="conversations_in_want",
            ),
            models.Index(fields=["heard_at"], name="conversations_by_age"),  # the nightly purge
        ]

    def __str__(self) -> str:
        return f"cuộc trò chuyện {self.pk}"

    def is_paused(self, at: datetime) -> bool:
        return self.paused_until is not None and at < self.paused_until

    def proved(self, at: datetime) -> Citizen | None:
        """Who the person writing has proved to be by a code at `at`; nobody once that account was erased."""
        citizen = self.proved_citizen
        if citizen is None or self.proved_until is None or self.proved_until <= at:
            return None
        return None if citizen.erased_at else citizen

    def question(self, at: datetime) -> OpenQuestion | None:
        """The menu that stood open when something was typed at `at`; None for what was typed before it."""
        if self.asked_at is None or self.question_expires_at is None:
            return None
        if not self.asked_at <= at < self.question_expires_at:
            return None
        return OpenQuestion(kind=self.question_kind, about=self.question_about, asked_at=self.asked_at)

    def question_is_over(self, at: datetime) -> bool:
        """Whether the latest menu was answered by nobody until `at`."""
        return self.question_expires_at is not None and self.question_expires_at <= at


class Turn(models.Model):
    """An event that was answered, be it with nothing: told again, it is answered no more. Kept for 8 days."""

    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="turns", verbose_name="cuộc trò chuyện"
    )
    event_key = models.CharField("khóa của sự kiện", max_length=120)
    answered_at = models.DateTimeField("trả lời lúc")

    class Meta:
        verbose_name = "lượt trả lời"
        verbose_name_plural = "lượt trả lời"
        constraints = [
            models.UniqueConstraint(fields=["event_key"], name="one_turn_per_event"),
        ]
        indexes = [models.Index(fields=["answered_at"], name="turns_by_age")]  # the nightly purge

    def __str__(self) -> str:
        return f"lượt trả lời {self.pk}"
