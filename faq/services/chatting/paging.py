"""Long lists in a chat, a page at a time: nobody reads more than nine lines of choices on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

MOST_LINES = 9

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """What is shown of a list. `more_from` is the place of the first one of the next page, if there is one;
    the number behind the last one shown leads there.
    """

    shown: Sequence[T]
    more_from: int | None

    @property
    def numbers(self) -> int:
        return len(self.shown) + (self.more_from is not None)


def page_of(things: Sequence[T], *, start: int = 0) -> Page[T]:
    """Nine of the things from `start` on, or eight and the way to more."""
    rest = things[start:]
    if len(rest) <= MOST_LINES:
        return Page(rest, None)
    return Page(rest[: MOST_LINES - 1], start + MOST_LINES - 1)
