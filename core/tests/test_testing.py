"""The helper of every race."""

import threading

import pytest

from core.testing import run_together


class TestRunTogether:
    def test_gives_answers_and_errors_in_the_order_of_the_calls(self):
        def fail():
            raise KeyError("b")

        first, second, third = run_together([lambda: "a", fail, lambda: "c"])

        assert (first, third) == ("a", "c")
        assert isinstance(second, KeyError)

    def test_runs_them_at_the_same_time(self):
        meeting = threading.Barrier(3)

        outcomes = run_together([lambda: meeting.wait(5)] * 3)

        assert sorted(outcomes) == [0, 1, 2]

    def test_does_not_wait_for_ever(self):
        never = threading.Event()

        with pytest.raises(TimeoutError):
            run_together([lambda: never.wait(5)], timeout=0.05)

        never.set()
