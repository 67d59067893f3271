"""A stand-in for the wire: letters that reached Zalo are kept in a list, its answers are set by the test."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from notifications.channels import Letter
from notifications.models import Channel
from zalo.clients import Sent

Answer = Exception | Callable[[Letter], None] | None


@dataclass
class Wire:
    """Accepts everything, unless `answers` holds an error for the channel, or something to do before."""

    letters: list[tuple[Channel, Letter]] = field(default_factory=list)
    answers: dict[Channel, Answer] = field(default_factory=dict)
    quota: int | None = None

    def send(self, channel: Channel, letter: Letter, *, now: datetime) -> Sent:
        self.letters.append((channel, letter))
        answer = self.answers.get(channel)
        if isinstance(answer, Exception):
            raise answer
        if answer:
            answer(letter)
        return Sent(message_id=self.id_of(letter), sent_at=now, quota_remaining=self.quota)

    def refuse(self, error: Exception, *ways: Channel) -> None:
        for channel in ways or Channel:
            self.answers[channel] = error

    @staticmethod
    def id_of(letter: Letter) -> str:
        """What this Zalo calls a message."""
        return f"zalo-{letter.tracking_id}"

    @property
    def ways(self) -> list[Channel]:
        return [channel for channel, _ in self.letters]

    @property
    def codes(self) -> list[str]:
        return [letter.data["code"] for _, letter in self.letters]
