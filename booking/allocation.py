"""Which slots a family gets. Pure arithmetic over the free places of one site and day; nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass
class Room:
    """A slot as the packing sees it; `free` shrinks as places are given."""

    slot_id: int
    starts_at: datetime
    ends_at: datetime
    free: int


Share = tuple[int, int]  # slot id, places


def fit_together(rooms: Sequence[Room], size: int) -> list[Share] | None:
    """The first slot with room for the whole family."""
    for room in rooms:
        if room.free >= size:
            return [(room.slot_id, size)]
    return None


def fit_in_a_row(rooms: Sequence[Room], size: int) -> list[Share] | None:
    """The first run of slots that follow each other without a gap and hold the family between them."""
    for first in range(len(rooms)):
        shares = fill_from(rooms[first:], size)
        if shares is not None:
            return shares
    return None


def fill_from(rooms: Sequence[Room], size: int) -> list[Share] | None:
    """Fill the first slot and those that follow it without a gap until the family has places; None if it
    cannot, or if the first slot is full.
    """
    shares: list[Share] = []
    left = size
    for index, room in enumerate(rooms):
        if room.free <= 0 or (index and room.starts_at != rooms[index - 1].ends_at):
            return None
        places = min(room.free, left)
        shares.append((room.slot_id, places))
        left -= places
        if left == 0:
            return shares
    return None


def fit(rooms: Sequence[Room], size: int) -> list[Share] | None:
    """Where a family goes: in one slot if any has room, else in consecutive ones, else nowhere."""
    return fit_together(rooms, size) or fit_in_a_row(rooms, size)
