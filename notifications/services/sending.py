"""Sending what is due: claim, commit, go to the wire without a transaction, write the outcome."""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import DatabaseError

from core.db import in_threads
from core.time import going_on_from
from notifications.models import Message
from notifications.services.delivery import LEASE, Outcome, Run, deliver, fail
from notifications.services.supplies import Supplies

log = logging.getLogger(__name__)

# Few, so that a sender that is killed, or held up by a slow provider, holds up few.
BATCH = 5
# How long one call goes on claiming.
BUDGET = timedelta(seconds=20)


@dataclass(frozen=True)
class SendReport:
    """What became of the messages taken in hand. `postponed` are those that will be tried again."""

    sent: int = 0
    failed: int = 0
    postponed: int = 0


def send_due(
    *,
    now: datetime,
    limit: int | None = None,
    ignore_quiet_hours: bool = False,
    only_about: Sequence[str] | None = None,
) -> SendReport:
    """Send what is due, until nothing is, `limit` messages were tried, or 20 seconds are over.

    Harmless in any number of processes at once. Must not stand in a transaction. `only_about` keeps to
    messages about these things. When there is much to do, `MESSAGE_SENDERS` threads share it.
    """
    run = Run(going_on_from(now), ignore_quiet_hours, only_about)
    if not run.may_disturb():
        return SendReport()
    due = len(Message.objects.about(only_about).due(now).values_list("pk")[: BATCH + 1])
    senders = settings.MESSAGE_SENDERS if due > BATCH else 1
    if not due:
        outcomes = Counter[Outcome]()
    elif senders == 1:
        outcomes = _send_batches(run, limit)
    else:
        calls = [partial(_send_batches, run, share) for share in _shares(limit, senders)]
        outcomes = sum(in_threads(calls, name="sender"), Counter[Outcome]())
    return SendReport(outcomes[Outcome.SENT], outcomes[Outcome.FAILED], outcomes[Outcome.POSTPONED])


def _shares(limit: int | None, senders: int) -> list[int | None]:
    if limit is None:
        return [None] * senders
    each, more = divmod(limit, senders)
    return [each + (index < more) for index in range(senders)]


def _send_batches(run: Run, limit: int | None) -> Counter[Outcome]:
    outcomes, until = Counter[Outcome](), run.now() + BUDGET
    while run.now() < until and run.may_disturb():
        size = BATCH if limit is None else min(BATCH, limit - outcomes.total())
        claimable = Message.objects.about(run.only_about)
        claimed = claimable.claim(limit=size, lease=LEASE, now=run.now()) if size else []
        if not claimed:
            break
        supplies = Supplies.of(claimed, now=run.now())
        for message in claimed:
            outcomes[_deliver_safely(message, supplies, run)] += 1
    return outcomes


def _deliver_safely(message: Message, supplies: Supplies, run: Run) -> Outcome:
    """Keep a message that trips over a bug of ours from holding up those claimed with it, again and again."""
    try:
        return deliver(message, supplies, run)
    except DatabaseError:
        raise  # nothing can be written now: the leases bring the messages back
    except Exception as error:  # noqa: BLE001 - the sender's edge; only the class, the words may be personal
        log.error("Message %s: %s", message.public_id, type(error).__name__)
        return fail(message, f"bug {type(error).__name__}", now=run.now())
