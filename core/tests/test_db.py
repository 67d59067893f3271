"""What PostgreSQL asks to be tried again, and what only one does at a time."""

import threading

import psycopg2.errors
import pytest
from django.db import IntegrityError, OperationalError, connection

from core.db import alone, retry_once, violated
from core.models import StoredAnswer
from core.testing import run_together


class Victim:
    """Fails so many times with an error of PostgreSQL, then gives its answer."""

    def __init__(self, *causes: type[Exception]) -> None:
        self.causes = list(causes)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.causes:
            raise OperationalError("failed") from self.causes.pop(0)()
        return "done"


class TestRetryOnce:
    @pytest.mark.parametrize(
        "cause",
        [
            psycopg2.errors.DeadlockDetected,
            psycopg2.errors.LockNotAvailable,
            psycopg2.errors.SerializationFailure,
        ],
    )
    def test_tries_a_victim_once_more(self, cause):
        victim = Victim(cause)

        assert retry_once(victim) == "done"
        assert victim.calls == 2

    def test_gives_up_after_the_second_time(self):
        victim = Victim(*[psycopg2.errors.DeadlockDetected] * 2)

        with pytest.raises(OperationalError):
            retry_once(victim)

        assert victim.calls == 2

    def test_does_not_try_again_what_would_fail_again(self):
        victim = Victim(psycopg2.errors.AdminShutdown)

        with pytest.raises(OperationalError):
            retry_once(victim)

        assert victim.calls == 1


@pytest.mark.django_db
class TestViolated:
    def test_names_the_constraint_that_refused(self):
        row = {"owner": "an", "key": "k", "begun_at": "2026-11-23T01:00Z"}
        StoredAnswer.objects.create(**row)

        with pytest.raises(IntegrityError) as refusal:
            StoredAnswer.objects.create(**row)

        assert violated(refusal.value) == "one_answer_per_key_of_owner"

    def test_is_empty_for_any_other_error(self):
        assert violated(IntegrityError("by hand")) == ""


def ask_once() -> bool:
    with alone("a test") as is_ours:
        return is_ours


@pytest.mark.django_db(transaction=True)
class TestAlone:
    def test_is_said_to_one_of_many_who_ask_at_once(self):
        all_asked = threading.Barrier(4)

        def ask() -> bool:
            with alone("a test") as is_ours:
                all_asked.wait(10)
                return is_ours

        assert sorted(run_together([ask] * 4)) == [False, False, False, True]

    def test_ends_with_the_block(self):
        assert run_together([ask_once]) == [True]
        assert run_together([ask_once]) == [True]

    def test_ends_with_the_connection_of_who_is_lost(self):
        with alone("a test"):
            assert run_together([ask_once]) == [False]
            connection.close()

            assert run_together([ask_once]) == [True]

    def test_is_of_one_purpose(self):
        with alone("another test"):
            assert run_together([ask_once]) == [True]
