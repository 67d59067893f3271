"""What PostgreSQL asks to be tried again, why it refused, and working side by side."""

import threading
import time

import psycopg2.errors
import pytest
from django.db import IntegrityError, OperationalError, connection

from core.db import in_threads, retry_once, violated
from core.models import StoredAnswer


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


@pytest.mark.django_db(transaction=True)
class TestInThreads:
    def still_there_after(self, seconds: float, backends: list[int]) -> int:
        """PostgreSQL takes a moment to end the process of a connection that was closed."""
        deadline = time.monotonic() + seconds
        with connection.cursor() as cursor:
            while True:
                cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s)", [backends])
                (there,) = cursor.fetchone()
                if not there or time.monotonic() > deadline:
                    return there
                time.sleep(0.05)

    def test_gives_what_each_returns_in_order_and_leaves_no_connection_open(self):
        def backend() -> int:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                return cursor.fetchone()[0]

        ours = backend()
        theirs = in_threads([backend] * 2, name="a test")

        assert ours not in theirs
        assert not self.still_there_after(5, theirs)

    def test_lets_an_error_out_after_those_beside_it_have_ended(self):
        both_begun, ended = threading.Barrier(2), []

        def fail() -> None:
            both_begun.wait(10)
            raise LookupError

        def go_on() -> None:
            both_begun.wait(10)
            time.sleep(0.05)
            ended.append(1)

        with pytest.raises(LookupError):
            in_threads([fail, go_on], name="a test")
        assert ended == [1]
