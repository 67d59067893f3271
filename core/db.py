"""What PostgreSQL asks to be tried again, why it refused, and working side by side."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import psycopg2.errors
from django.db import IntegrityError, OperationalError, connections
from django.db.models import Model, QuerySet

log = logging.getLogger(__name__)
T = TypeVar("T")
Row = TypeVar("Row", bound=Model)
_WORTH_A_RETRY = (
    psycopg2.errors.DeadlockDetected,
    psycopg2.errors.LockNotAvailable,
    psycopg2.errors.SerializationFailure,
)


def retry_once(call: Callable[[], T]) -> T:
    """Run `call`; when it fell victim to a deadlock or a lock time-out, run it once more.

    Must stand outside every transaction, because the first try's is lost.

    :raises django.db.OperationalError: the second try failed too; the edges make it `503 unavailable`
    """
    try:
        return call()
    except OperationalError as error:
        if not isinstance(error.__cause__, _WORTH_A_RETRY):
            raise
        log.warning("Tried again after %s", type(error.__cause__).__name__)
        return call()


def violated(error: IntegrityError) -> str:
    """The name of the constraint that refused a write, or an empty string."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""


def in_threads(calls: Sequence[Callable[[], T]], *, name: str) -> list[T]:
    """Run calls side by side, each in a thread with connections of its own, and return what they return.

    An error of one of them is raised when all that have begun have ended; the others do not begin. Must not
    stand in a transaction.
    """

    def alone(call: Callable[[], T]) -> T:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls), thread_name_prefix=name) as pool:
        return list(pool.map(alone, calls))


def nobody_elses(rows: QuerySet[Row]) -> QuerySet[Row]:
    """Narrow to the rows that nobody else is writing: two sweeps never wait for each other in a ring."""
    free = rows.select_for_update(skip_locked=True, no_key=True).values("pk")
    return type(rows)(rows.model).filter(pk__in=free)
