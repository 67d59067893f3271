"""What PostgreSQL asks to be tried again, and what only one does at a time."""

import psycopg2.errors
import pytest
from django.db import IntegrityError, OperationalError

from core.db import retry_once, violated
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
