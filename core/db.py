"""What PostgreSQL asks to be tried again, and why it refused."""

import logging
from collections.abc import Callable
from typing import TypeVar

import psycopg2.errors
from django.db import IntegrityError, OperationalError

log = logging.getLogger(__name__)
T = TypeVar("T")
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
