"""Which slots a family gets, on paper."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.allocation import Room, fill_from, fit, fit_in_a_row, fit_together, places_by_slot
from booking.tests.factories import EIGHT, HALF_AN_HOUR

PAUSE = None
ONE, CHILD = 1, 2
# A machine that is busy with other things draws slowly; that is no fault of the arithmetic.
quick = settings(
    max_examples=150,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def rooms(*free: int | None) -> list[Room]:
    """Half hours from 08:00, so many places free in each; `PAUSE` is half an hour without a slot."""
    return [
        Room(index, EIGHT + index * HALF_AN_HOUR, EIGHT + (index + 1) * HALF_AN_HOUR, places)
        for index, places in enumerate(free)
        if places is not PAUSE
    ]


class TestFitTogether:
    @pytest.mark.parametrize(
        ("free", "sizes", "seating"),
        [
            ([3, 5], [1, 1, 1], [0, 0, 0]),
            ([2, 5], [1, 1, 1], [1, 1, 1]),
            ([2, 2], [1, 1, 1], None),
            ([2, 3], [1, 2], [1, 1]),
            ([], [1], None),
        ],
    )
    def test_takes_the_first_slot_with_room_for_all(self, free, sizes, seating):
        assert fit_together(rooms(*free), sizes) == seating


class TestFillFrom:
    @pytest.mark.parametrize(
        ("free", "seating"),
        [
            ([3], [0, 0, 0]),
            ([2, 1], [0, 0, 1]),
            ([1, 1, 5], [0, 1, 2]),
            ([0, 5], None),
            ([2, 0, 5], None),
            ([2, PAUSE, 5], None),
            ([1, 1], None),
        ],
    )
    def test_begins_with_the_first_and_skips_nothing(self, free, seating):
        assert fill_from(rooms(*free), [1, 1, 1]) == seating

    @pytest.mark.parametrize(
        ("free", "sizes", "seating"),
        [
            pytest.param([1, 1], [CHILD], None, id="nobody is split"),
            pytest.param([1, 2], [CHILD, ONE], [1, 0], id="whoever fits goes first"),
            pytest.param([1, 2], [CHILD], None, id="not left empty"),
            pytest.param([2, 1, 2], [CHILD, CHILD], None, id="none between is left empty"),
            pytest.param([4, 3], [3, 2, 2], [1, 0, 0], id="the largest is not always first"),
            pytest.param([5, 4, 9], [4, 3, 2], [1, 0, 0], id="as full as can be"),
            pytest.param([3, 1], [CHILD, ONE, ONE], [0, 0, 1], id="those of one size in their order"),
        ],
    )
    def test_seats_people_who_take_longer_whole(self, free, sizes, seating):
        assert fill_from(rooms(*free), sizes) == seating


class TestFitInARow:
    @pytest.mark.parametrize(
        ("free", "seating"),
        [
            ([0, 2, 1], [1, 1, 2]),
            ([1, PAUSE, 2, 2], [2, 2, 3]),
            ([1, PAUSE, 1, PAUSE, 1], None),
        ],
    )
    def test_takes_the_first_run_that_holds_all(self, free, seating):
        assert fit_in_a_row(rooms(*free), [1, 1, 1]) == seating


class TestFit:
    def test_prefers_one_later_slot_to_two_earlier_ones(self):
        assert fit(rooms(2, 2, 3), [1, 1, 1]) == [2, 2, 2]

    def test_leaves_the_rooms_as_they_are(self):
        free = rooms(2, 2)

        fit(free, [1, 1, 1])

        assert [room.free for room in free] == [2, 2]
        assert free[0].ends_at - free[0].starts_at == timedelta(minutes=30)

    @quick
    @given(
        free=st.lists(st.integers(0, 8), max_size=6),
        sizes=st.lists(st.integers(1, 6), min_size=1, max_size=10),
    )
    def test_never_gives_more_of_a_slot_than_is_free_nor_leaves_one_empty_between(self, free, sizes):
        seating = fit(rooms(*free), sizes)

        if seating is None:
            assert sum(sizes) > max(free, default=0)
            return
        used = sorted(set(seating))
        assert len(seating) == len(sizes)
        assert all(taken <= free[slot] for slot, taken in places_by_slot(seating, sizes).items())
        assert used == list(range(used[0], used[-1] + 1))

    @quick
    @given(
        free=st.lists(st.integers(0, 4), max_size=4),
        sizes=st.lists(st.integers(1, 3), min_size=1, max_size=4),
    )
    def test_finds_a_way_wherever_there_is_one(self, free, sizes):
        assert (fit(rooms(*free), sizes) is not None) == _can_be_seated(free, sizes)


def _can_be_seated(free: list[int], sizes: list[int]) -> bool:
    """By trying every seat for everybody."""
    ways: list[list[int]] = [[]]
    for _ in sizes:
        ways = [[*way, slot] for way in ways for slot in range(len(free))]
    return any(
        all(taken <= free[slot] for slot, taken in places_by_slot(way, sizes).items())
        and len(Counter(way)) == max(way) - min(way) + 1
        for way in ways
    )
