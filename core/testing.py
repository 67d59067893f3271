"""Helpers for races, real threads, real connections, one start signal; and a count of what they ask."""

import threading
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
