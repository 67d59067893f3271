"""Hours that follow each other, as people say them."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from core.time import say_clock


class Stretch(NamedTuple):
    """Hours without a break."""

    starts_at: datetime
    ends_at: datetime

    def __str__(self) -> str:
        return f"{say_clock(self.starts_at)}–{say_clock(self.ends_at)}"


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The stretches by time; those that meet or overlap are one."""
    whole: list[Stretch] = []
    for stretch in sorted(stretches):
        if whole and stretch.starts_at <= whole[-1].ends_at:
            last = whole.pop()
            stretch = Stretch(last.starts_at, max(last.ends_at, stretch.ends_at))
        whole.append(stretch)
    return whole
