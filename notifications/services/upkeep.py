"""What a clock does beside sending: take back what lost its sender, close what is past its time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, Q, Value, When

from core.db import nobody_elses
from core.time import local_date
from notifications.models import DayCount, EarlyReceipt, Message, OptOut, State
from notifications.services.receipts import EARLY_RECEIPTS_KEPT

# A sender that began before midnight may still give back.
KEPT_COUNTS = timedelta(days=1)


@dataclass(frozen=True)
class SweepReport:
    """How many messages came back from lost senders, and how many were closed because their time is over."""

    taken_back: int
    closed: int


@transaction.atomic
def sweep(*, now: datetime) -> SweepReport:
    """Owe again what was claimed by a sender that is lost, and close what makes no sense any more.

    What was refused until its time was over has failed, what had no chance to leave is expired.
    """
    lost = Message.objects.filter(state=State.SENDING, lease_until__lte=now)
    taken_back = nobody_elses(lost).update(state=State.OWED, lease_until=None)
    past = Message.objects.owed().filter(due_at__lte=now, expires_at__lte=now)
    refused = Case(When(~Q(last_error=""), then=Value(State.FAILED)), default=Value(State.EXPIRED))
    closed = nobody_elses(past).update(state=refused)
    EarlyReceipt.objects.filter(seen_at__lte=now - EARLY_RECEIPTS_KEPT).delete()
    return SweepReport(taken_back=taken_back, closed=closed)


def forget_old_counts(*, now: datetime) -> int:
    """Delete the counts of days gone by and the refusals whose time is over; return how many those were."""
    counts, _ = DayCount.objects.filter(day__lt=local_date(now) - KEPT_COUNTS).delete()
    refusals, _ = OptOut.objects.filter(until__lte=now).delete()
    return counts + refusals
