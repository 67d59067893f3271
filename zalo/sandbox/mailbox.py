"""What was written, in both directions, found by who it was for without looking through all of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zalo.sandbox.people import Citizen


@dataclass(kw_only=True, slots=True)
class Message:
    """A message that was accepted. `phone` is `84…`; `uid` is the citizen as the OA knows them."""

    id: str
    oa_id: str
    channel: str
    citizen: Citizen
    accepted_at: datetime
    is_delivered: bool
    phone: str | None = None
    uid: str | None = None
    template_id: str | None = None
    template_data: dict[str, Any] | None = None
    text: str | None = None
    rendered: str = ""
    tracking_id: str | None = None
    # What a chat shows beside words: pictures, files, buttons, the form for one's details.
    extras: dict[str, Any] = field(default_factory=dict)
    # The citizen wrote this one.
    is_from_citizen: bool = False
    # The conversation was open on the phone since it came.
    is_seen: bool = False
    # How many answers to this message of a citizen were sent by its id.
    answers: int = 0

    @property
    def is_by_portal(self) -> bool:
        """Neither the citizen wrote it nor a human in Zalo's own console."""
        return not self.is_from_citizen and self.channel != "staff"


class Mailbox:
    """The newest `most` messages, oldest first."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._all: dict[str, Message] = {}
        self._shelves: defaultdict[str, dict[str, Message]] = defaultdict(dict)

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Message]:
        return iter(self._all.values())

    def get(self, message_id: object) -> Message | None:
        return self._all.get(message_id) if isinstance(message_id, str) else None

    def add(self, message: Message) -> None:
        self._all[message.id] = message
        for shelf in _shelves_of(message):
            self._shelves[shelf][message.id] = message
        if len(self._all) > self._most:
            self.drop([next(iter(self._all.values()))])

    def drop(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self._all.pop(message.id, None)
            for shelf in _shelves_of(message):
                self._shelves[shelf].pop(message.id, None)
                if not self._shelves[shelf]:
                    del self._shelves[shelf]

    def of_number(self, number: str) -> list[Message]:
        """Return what went to a number, and what went to its owner in other ways."""
        return self._on(f"number {number}")

    def of_citizen(self, user_id: str) -> list[Message]:
        """Return what went to a citizen; `user_id` may be the one by which an OA knows them."""
        return self._on(f"id {user_id}")

    def _on(self, shelf: str) -> list[Message]:
        return list(self._shelves[shelf].values()) if shelf in self._shelves else []


def _shelves_of(message: Message) -> set[str]:
    numbers = {message.phone, message.citizen.phone} - {None}
    ids = {message.citizen.user_id, message.uid} - {None}
    return {f"number {number}" for number in numbers} | {f"id {one}" for one in ids}
