"""Helpers for races, real threads, real connections, one start signal; and a count of what they ask."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections
from django.db.backends.signals import connection_created


def run_together(calls: Sequence[Callable[[], Any]], *, timeout: float = 60) -> list[Any]:
    """Start all calls at the same moment, each in a thread with its own connection, and wait for them.

    Gives, in the order of `calls`, what each returned or the exception it raised.
    """
    outcomes: list[Any] = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            start.wait(timeout)
            outcomes[index] = call()
        except Exception as error:  # noqa: BLE001 - the exception is the outcome under test
            outcomes[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout)
    if any(thread.is_alive() for thread in threads):
        raise TimeoutError("not every call ended in time")
    return outcomes


def wait_until_somebody_waits() -> None:
    """Until another connection waits for a lock.

    :raises TimeoutError: none does for four seconds
    """
    for _ in range(200):
        with connection.cursor() as cursor:
            # A transaction sees who waits as it was at its first look, unless told to look again.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone():
                return
        time.sleep(0.02)
    raise TimeoutError("nobody came")


@contextmanager
def statements_of_all_threads() -> Iterator[list[str]]:
    """Collect the statements of this thread, and of those whose connections are opened meanwhile.

    How many there are says how dear a way is, however busy the machine is just then.
    """
    statements: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    def join(connection: Any, **_: Any) -> None:
        if note not in connection.execute_wrappers:
            connection.execute_wrappers.append(note)

    join(connection)
    connection_created.connect(join, weak=False)
    try:
        yield statements
    finally:
        connection_created.disconnect(join)
        connection.execute_wrappers.remove(note)
