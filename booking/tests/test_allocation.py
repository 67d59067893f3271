"""Which slots a family gets, on paper."""

from datetime import timedelta

import pytest

from booking.allocation import Room, fill_from, fit, fit_in_a_row, fit_together
from booking.tests.factories import EIGHT, HALF_AN_HOUR

PAUSE = None


def rooms(*free: int | None) -> list[Room]:
    """Half hours from 08:00, so many places free in each; `PAUSE` is half an hour without a slot."""
    return [
        Room(index, EIGHT + index * HALF_AN_HOUR, EIGHT + (index + 1) * HALF_AN_HOUR, places)
        for index, places in enumerate(free)
        if places is not PAUSE
    ]


class TestFitTogether:
    @pytest.mark.parametrize(
        ("free", "size", "shares"),
        [
            ([3, 5], 3, [(0, 3)]),
            ([2, 5], 3, [(1, 3)]),
            ([2, 2], 3, None),
            ([], 1, None),
        ],
    )
    def test_takes_the_first_slot_with_room_for_all(self, free, size, shares):
        assert fit_together(rooms(*free), size) == shares


class TestFillFrom:
    @pytest.mark.parametrize(
        ("free", "size", "shares"),
        [
            ([3], 3, [(0, 3)]),
            ([2, 1], 3, [(0, 2), (1, 1)]),
            ([1, 1, 5], 3, [(0, 1), (1, 1), (2, 1)]),
            ([0, 5], 3, None),
            ([2, 0, 5], 3, None),
            ([2, PAUSE, 5], 3, None),
            ([1, 1], 3, None),
        ],
    )
    def test_begins_with_the_first_and_skips_nothing(self, free, size, shares):
        assert fill_from(rooms(*free), size) == shares


class TestFitInARow:
    @pytest.mark.parametrize(
        ("free", "size", "shares"),
        [
            ([0, 2, 1], 3, [(1, 2), (2, 1)]),
            ([1, PAUSE, 2, 2], 3, [(2, 2), (3, 1)]),
            ([1, PAUSE, 1, PAUSE, 1], 3, None),
        ],
    )
    def test_takes_the_first_run_that_holds_all(self, free, size, shares):
        assert fit_in_a_row(rooms(*free), size) == shares


class TestFit:
    def test_prefers_one_later_slot_to_two_earlier_ones(self):
        assert fit(rooms(2, 2, 3), 3) == [(2, 3)]

    def test_leaves_the_rooms_as_they_are(self):
        free = rooms(2, 2)

        fit(free, 3)

        assert [room.free for room in free] == [2, 2]
        assert free[0].ends_at - free[0].starts_at == timedelta(minutes=30)
