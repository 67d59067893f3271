"""Sending the reminders of one day now, whatever the hour."""

import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agencies.models import Agency
from booking import reminders
from booking.services import evening
from core.db import retry_once
from core.time import going_on_from
from notifications import services as notifications

# How long nothing may happen before the rest is given up, for the sender of every second to go on with.
# Longer than the first lease of a message: one whose answer never came is tried again within it.
PATIENCE = timedelta(minutes=3)
PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class Reminded:
    """How many reminders of the day left during this call, and how many are left that did not."""

    sent: int
    failed: int


def send_reminders(*, day: date, now: datetime) -> Reminded:
    """Give places and numbers for `day` if that was not done, owe every reminder, send them and wait.

    Quiet hours do not count. What was sent before is not sent again. Waits for what another sender has in
    hand, takes back what lost its sender or its answer, and gives up when nothing moves for three minutes.
    Must not stand in a transaction.

    :raises NothingToAllocate: the day is over
    """
    codes = [code for agency in _agencies() for code in _prepare(agency, day=day, now=now)]
    reminders.send_reminders_now(codes, now=now)
    before = after = _progress(codes, until=now + PATIENCE)
    clock, moved_at = going_on_from(now), time.monotonic()
    while after.under_way and time.monotonic() - moved_at < PATIENCE.total_seconds():
        present = clock()
        notifications.sweep(now=present)
        notifications.send_due(now=present, ignore_quiet_hours=True, only_about=codes)
        last, after = after, _progress(codes, until=present + PATIENCE)
        if after != last:
            moved_at = time.monotonic()
        elif after.under_way:
            time.sleep(PAUSE_SECONDS)
    return Reminded(sent=after.gone - before.gone, failed=len(codes) - after.gone)


def _agencies() -> list[Agency]:
    return list(Agency.objects.filter(is_active=True).order_by("pk"))


def _prepare(agency: Agency, *, day: date, now: datetime) -> list[str]:
    """Bring an agency's day so far that its reminders are owed; gives the codes of those who are told."""
    retry_once(lambda: evening.allocate(agency=agency, day=day, now=now))
    retry_once(lambda: evening.release_numbers(agency=agency, day=day, now=now))
    return evening.owe_missing_reminders(agency=agency, day=day, now=now)


def _progress(codes: list[str], *, until: datetime) -> notifications.Progress:
    return notifications.progress(kind=notifications.Kind.REMINDER, about=codes, until=until)
