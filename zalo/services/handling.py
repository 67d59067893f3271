"""Handling what Zalo told us: claim, commit, do what the event asks for, write what became of it.

Which event asks for what is not known here: the caller brings the table.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Q, Value, When

from core.db import in_threads, nobody_elses
from core.time import going_on_from
from zalo.models import StoredEvent
from zalo.models.events import StoredEventQuerySet
from zalo.services.events import read_stored
from zalo.webhooks import Event

log = logging.getLogger(__name__)

State = StoredEvent.State
Handle = Callable[[Event, datetime], object]
HandleAll = Callable[[Sequence[Event], datetime], object]

LEASE = timedelta(minutes=2)
# Nothing is begun in the last moments of a lease: a call to Zalo could outlive it.
LEASE_RESERVE = timedelta(seconds=45)
# Few at a time of those that may go to the wire, many of those that are done by a few statements.
ONE_BY_ONE, TOGETHER = 8, 200
# How long one call goes on claiming.
BUDGET = timedelta(seconds=5)
# How soon who stays looks again when there was nothing to do.
LOOK_EVERY_SECONDS = 0.1
# What fails is tried again after these, then given up: those behind it in its line have waited long enough.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 20, 60))


@dataclass(frozen=True)
class Table:
    """What is done about which event, by its name.

    `together` names those that do not mind the order, and many of which are as cheap as one.
    """

    one_by_one: Mapping[str, Handle]
    together: Mapping[str, HandleAll] = field(default_factory=dict)

    def __contains__(self, name: object) -> bool:
        return name in self.one_by_one or name in self.together


class Fate(Enum):
    HANDLED = auto()
    POSTPONED = auto()
    FAILED = auto()
    NOT_OURS = auto()


@dataclass(frozen=True)
class HandleReport:
    """What became of the events taken in hand. `postponed` are those that will be tried again."""

    handled: int = 0
    postponed: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Run:
    """One call of `handle_waiting`: its table, its clock, until when it stays, and its end at the latest."""

    table: Table
    now: Callable[[], datetime]
    stays_until: datetime
    until: datetime

    def is_over(self) -> bool:
        return self.now() >= self.until

    def one_by_one(self) -> StoredEventQuerySet:
        return StoredEvent.objects.exclude(name__in=list(self.table.together))

    def together(self) -> StoredEventQuerySet:
        return StoredEvent.objects.filter(name__in=list(self.table.together))

    def waiting(self) -> int:
        """How many wait of those that are handled one by one, as far as it matters."""
        most = ONE_BY_ONE * settings.EVENT_HANDLERS
        return len(self.one_by_one().due(self.now()).values_list("pk")[:most])


def handle_waiting(*, table: Table, now: datetime, stay: timedelta = timedelta(0)) -> HandleReport:
    """Handle what waits, until nothing does or five seconds are over.

    Each event at least once, those of one citizen in the order in which they happened. Harmless in any number
    of processes at once. Must not stand in a transaction. As soon as there is more than one thing to do,
    `EVENT_HANDLERS` threads share it. Who is asked to `stay` goes on looking for so long, so that what comes
    meanwhile need not wait for the next call.
    """
    run = Run(table, going_on_from(now), now + stay, now + BUDGET)
    _take_back_lost(now)
    fates = _work(run, calls_others=settings.EVENT_HANDLERS > 1)
    return HandleReport(fates[Fate.HANDLED], fates[Fate.POSTPONED], fates[Fate.FAILED])


@transaction.atomic
def _take_back_lost(now: datetime) -> None:
    """Let others have what was in the hands of a worker that is lost, unless that was its last try."""
    lost = StoredEvent.objects.filter(state=State.IN_HAND, lease_until__lte=now)
    is_last = Q(attempts__gt=len(PAUSES))
    nobody_elses(lost).update(
        state=Case(When(is_last, then=Value(State.FAILED)), default=Value(State.WAITING)),
        last_error="worker lost",
        lease_until=None,
    )


def _work(run: Run, *, calls_others: bool = False) -> Counter[Fate]:
    """Claim and handle as long as there is something to do, or to stay for."""
    fates = Counter[Fate]()
    while not run.is_over():
        waiting = run.waiting()
        if calls_others and waiting > 1:
            others = in_threads([partial(_work, run)] * settings.EVENT_HANDLERS, name="events")
            return sum(others, fates)
        claimed = _claim(waiting, run)
        for share in _shares(claimed, run.table):
            fates += _handle(share, run)
        if not claimed:
            if run.now() >= run.stays_until:
                break
            time.sleep(LOOK_EVERY_SECONDS)
    return fates


def _claim(waiting: int, run: Run) -> list[StoredEvent]:
    """Take a share of what is handled one by one, so that others find some too, and all that is together."""
    claimed = list[StoredEvent]()
    if waiting:
        share = max(1, min(ONE_BY_ONE, waiting // settings.EVENT_HANDLERS))
        claimed += run.one_by_one().claim(limit=share, lease=LEASE, now=run.now())
    if run.together().due(run.now()).exists():
        claimed += run.together().claim(limit=TOGETHER, lease=LEASE, now=run.now())
    return claimed


def _shares(claimed: Sequence[StoredEvent], table: Table) -> list[list[StoredEvent]]:
    """Part a claim into what is handled at once: most events are alone, and what failed before is so too."""
    alone, many = list[list[StoredEvent]](), dict[str, list[StoredEvent]]()
    for stored in claimed:
        if stored.name in table.together and stored.attempts == 1:
            many.setdefault(stored.name, []).append(stored)
        else:
            alone.append([stored])
    return alone + list(many.values())


def _handle(share: Sequence[StoredEvent], run: Run) -> Counter[Fate]:
    """Do what these events of one name ask for, and write down what became of them."""
    first, now = share[0], run.now()
    if first.lease_until is None or first.lease_until - LEASE_RESERVE <= now:
        return Counter({Fate.NOT_OURS: len(share)})  # those before it were slow: it comes back
    try:
        _do(first.name, read_stored(share), run.table, now)
    except Exception as error:  # noqa: BLE001 - the worker's edge; only the class, the words may be personal
        return _after(error, share, run.now())
    facts = {"payload": None, "finished_at": run.now(), "last_error": ""}
    return _write(share, Fate.HANDLED, state=State.DONE, **facts)


def _do(name: str, events: Sequence[Event], table: Table, now: datetime) -> None:
    if name in table.together:
        table.together[name](events, now)
    elif name in table.one_by_one:  # else it was awaited when it came, and is not any more
        (event,) = events
        table.one_by_one[name](event, now)


def _after(error: Exception, share: Sequence[StoredEvent], now: datetime) -> Counter[Fate]:
    """Try again later, or give up and let those behind go on."""
    first, name = share[0], type(error).__name__
    log.error("Event %s (%s), try %s: %s", first.pk, first.name, first.attempts, name)
    if first.attempts > len(PAUSES):
        return _write(share, Fate.FAILED, state=State.FAILED, last_error=name)
    again_at = now + PAUSES[first.attempts - 1]
    return _write(share, Fate.POSTPONED, state=State.WAITING, due_at=again_at, last_error=name)


def _write(share: Sequence[StoredEvent], fate: Fate, **changes: object) -> Counter[Fate]:
    """Write what became of events, unless their lease was lost to somebody else meanwhile."""
    written = StoredEvent.objects.held(share).update(lease_until=None, **changes)
    return Counter({fate: written, Fate.NOT_OURS: len(share) - written})
