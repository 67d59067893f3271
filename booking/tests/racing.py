"""What races need: rivals who meet where they would only sometimes, and guards that can be taken away."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet

from agencies.tests.factories import AgencyFactory
from booking.models import Slot
from booking.services import appointments
from booking.services.appointments import Booked
from booking.services.people import Party
from booking.tests.factories import MONDAY, NOW, ServiceDayFactory, SlotFactory, following
from booking.tests.unguarded import GUARDS
from core.db import retry_once
from core.testing import run_together

Call = Callable[[], Any]


def day_of(*capacities: int, on: date = MONDAY, **policy: Any) -> list[Slot]:
    """The slots of a day at a new site, from 08:00 on, each following the one before."""
    first, *others = capacities
    day = ServiceDayFactory(date=on, site__agency=AgencyFactory(**policy))
    slots = [SlotFactory(day=day, capacity=first)]
    for capacity in others:
        slots.append(following(slots[-1], capacity=capacity))
    return slots


def booking(slot: Slot, party: Party, *, tries: int = 2) -> Call:
    """A request for places, made again after a deadlock as the API does, unless there is but one try."""

    def book() -> Booked:
        return appointments.book(slot_id=slot.public_id, party=party, now=NOW)

    return book if tries == 1 else lambda: retry_once(book)


def by_hands(calls: Sequence[Call], *, hands: int) -> list[Any]:
    """Make many calls by fewer hands at once; gives what each call returned or raised."""
    shares = run_together(
        [lambda mine=calls[hand::hands]: [_outcome(call) for call in mine] for hand in range(hands)]
    )
    return [outcome for share in shares for outcome in share]


def _outcome(call: Call) -> Any:
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - the exception is the outcome under test
        return error


def _begins(sql: str, words: str) -> bool:
    """Whether a statement begins so, written by the ORM or by hand."""
    return sql.replace('"', "").startswith(words)


def kinds(outcomes: Sequence[Any]) -> Counter[type]:
    return Counter(type(outcome) for outcome in outcomes)


def of_type(outcomes: Sequence[Any], *wanted: type) -> list[Any]:
    return [outcome for outcome in outcomes if isinstance(outcome, wanted)]


def interrupted(call: Call, *, before: str, by: Call) -> tuple[Any, Any]:
    """Make a call, and another one in its middle: before its first statement that begins with `before`.

    Gives both outcomes. Where the other has to wait for a lock, the first goes on after a moment.
    """
    others: list[Any] = []
    thread = threading.Thread(target=lambda: others.extend(run_together([by])), daemon=True)

    def interrupt(execute: Any, sql: str, *rest: Any) -> Any:
        if thread.ident is None and _begins(sql, before):
            thread.start()
            thread.join(0.5)
        return execute(sql, *rest)

    with connection.execute_wrapper(interrupt):
        outcome = _outcome(call)
    thread.join(30)
    return outcome, others[0]


class Meeting:
    """Rivals wait for each other before their first statement that begins with `sql`, each of them once.

    Whoever comes when the others are held up by a lock goes on after some seconds.
    """

    def __init__(self, sql: str, *, rivals: int, seconds: float = 0.5) -> None:
        self._sql, self._seconds = sql, seconds
        self._barrier = threading.Barrier(rivals)

    def on_the_way_of(self, call: Call) -> Call:
        """The call, made to wait here."""

        def go() -> Any:
            has_waited = False

            def wait_once(execute: Any, sql: str, *rest: Any) -> Any:
                nonlocal has_waited
                if not has_waited and _begins(sql, self._sql):
                    has_waited = True
                    with suppress(threading.BrokenBarrierError):
                        self._barrier.wait(self._seconds)
                return execute(sql, *rest)

            with connection.execute_wrapper(wait_once):
                return call()

        return go


def meeting_before(sql: str, calls: Sequence[Call]) -> list[Call]:
    """The calls, made to wait for each other before they say `sql`."""
    meeting = Meeting(sql, rivals=len(calls))
    return [meeting.on_the_way_of(call) for call in calls]


@contextmanager
def dawdling(model: type[Model], *, seconds: float = 0.02) -> Iterator[None]:
    """Let PostgreSQL rest before each row of an INSERT, so that two of them run side by side."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS"
            f" 'BEGIN PERFORM pg_sleep({seconds}); RETURN NEW; END'"
        )
        table = model._meta.db_table
        cursor.execute(
            f"CREATE TRIGGER dawdle BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION dawdle()"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION dawdle CASCADE")


@contextmanager
def without(model: type[Model], *names: str) -> Iterator[None]:
    """Take constraints from a model's table, by their names; they come back once the table is empty."""
    taken = [constraint for constraint in model._meta.constraints if constraint.name in names]
    assert len(taken) == len(names)
    with connection.schema_editor() as schema:
        for constraint in taken:
            schema.remove_constraint(model, constraint)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")
        with connection.schema_editor() as schema:
            for constraint in taken:
                schema.add_constraint(model, constraint)


def remove_guard(monkeypatch: Any, name: str) -> None:
    """Put in the place of a guard what one would write without it; names are in `booking.tests.unguarded`."""
    monkeypatch.setattr(*GUARDS[name], raising=False)


def take_no_locks(monkeypatch: Any) -> None:
    """Everybody reads the rows, nobody waits for anybody."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
