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
    # Replies of the chat, by uid, and what happens instead of taking one.
    said: list[tuple[str, str]] = field(default_factory=list)
    to_replies: Exception | Callable[[str], None] | None = None

    def say(self, *, oa_id: str, uid: str, text: str, now: datetime) -> Sent:
        if isinstance(self.to_replies, Exception):
            raise self.to_replies
        if self.to_replies:
            self.to_replies(text)
        self.said.append((uid, text))
        return Sent(message_id=f"zalo-{len(self.said)}", sent_at=now, quota_remaining=None)

    def said_to(self, uid: str) -> list[str]:
        return [text for person, text in self.said if person == uid]

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
