"""Which slots a family gets. Pure arithmetic over the free places of one site and day; nothing is written.

A family is given by its sizes: how many places each of its people takes, in their order. One person is never
split over two slots.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache


@dataclass
class Room:
    """A slot as the packing sees it; `free` shrinks as places are given."""

    slot_id: int
    starts_at: datetime
    ends_at: datetime
    free: int


# For each person of a family, in their order, the key of their slot.
Seating = list[int]
# How many people of each size, the largest size first.
Left = tuple[tuple[int, int], ...]


def places_by_slot(seating: Seating, sizes: Sequence[int]) -> dict[int, int]:
    """How many places a family takes of each slot."""
    taken: Counter[int] = Counter()
    for slot_id, size in zip(seating, sizes, strict=True):
        taken[slot_id] += size
    return dict(taken)


def fit_together(rooms: Sequence[Room], sizes: Sequence[int]) -> Seating | None:
    """The first slot with room for the whole family."""
    for room in rooms:
        if room.free >= sum(sizes):
            return [room.slot_id] * len(sizes)
    return None


def fit_in_a_row(rooms: Sequence[Room], sizes: Sequence[int]) -> Seating | None:
    """The first run of slots that follow each other without a gap and hold the family between them."""
    for first in range(len(rooms)):
        seating = fill_from(rooms[first:], sizes)
        if seating is not None:
            return seating
    return None


def fill_from(rooms: Sequence[Room], sizes: Sequence[int]) -> Seating | None:
    """Seat a family in the first slot and in those that follow it without a gap, somebody in each of them and
    each as full as can be; None if it cannot be done.
    """
    row = _without_a_gap(rooms)

    @cache
    def fill(index: int, left: Left) -> tuple[Left, ...] | None:
        if not left:
            return ()
        if index == len(row):
            return None
        for seated in _fillings(left, row[index].free):
            others = fill(index + 1, _less(left, seated))
            if others is not None:
                return (seated, *others)
        return None

    filled = fill(0, tuple(sorted(Counter(sizes).items(), reverse=True)))
    return None if filled is None else _seating(row, filled, sizes)


def _without_a_gap(rooms: Sequence[Room]) -> list[Room]:
    """The rooms up to the first that is full, or does not begin where the one before it ends."""
    row: list[Room] = []
    for room in rooms:
        if room.free <= 0 or (row and room.starts_at != row[-1].ends_at):
            break
        row.append(room)
    return row


def _fillings(left: Left, free: int) -> Iterator[Left]:
    """The ways to seat some of those who are left in so many places, the fullest first."""
    ways = itertools.product(
        *([(size, count) for count in range(min(most, free // size), -1, -1)] for size, most in left)
    )
    fitting = ((sum(size * count for size, count in way), way) for way in ways)
    for _, way in sorted((pair for pair in fitting if 0 < pair[0] <= free), key=lambda pair: -pair[0]):
        yield way


def _less(left: Left, seated: Left) -> Left:
    return tuple(
        (size, most - count) for (size, most), (_, count) in zip(left, seated, strict=True) if most > count
    )


def _seating(row: Sequence[Room], filled: Sequence[Left], sizes: Sequence[int]) -> Seating:
    """Who sits where: of those of one size, the first come first."""
    seats: dict[int, list[int]] = defaultdict(list)
    for room, seated in zip(row, filled, strict=False):
        for size, count in seated:
            seats[size] += [room.slot_id] * count
    in_order = {size: iter(slots) for size, slots in seats.items()}
    return [next(in_order[size]) for size in sizes]


def fit(rooms: Sequence[Room], sizes: Sequence[int]) -> Seating | None:
    """Where a family goes: in one slot if any has room, else in consecutive ones, else nowhere."""
    return fit_together(rooms, sizes) or fit_in_a_row(rooms, sizes)
