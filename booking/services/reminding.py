"""Sending the reminders of one day now, whatever the hour."""

import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agencies.models import Agency
from booking import reminders
from booking.services import evening
from notifications import services as notifications

WAIT = timedelta(minutes=2)
PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class Reminded:
    """How many reminders of the day left during this call, and how many did not."""

    sent: int
    failed: int


def send_reminders(*, day: date, now: datetime) -> Reminded:
    """Give places and numbers for `day` if that was not done, owe every reminder, send them and wait.

    Quiet hours do not count. What was sent before is not sent again. Waits at most two minutes for messages
    that another sender has in hand. Must not stand in a transaction.

    :raises NothingToAllocate: the day is over
    """
    codes: list[str] = []
    for agency in Agency.objects.filter(is_active=True).order_by("pk"):
        evening.allocate(agency=agency, day=day, now=now)
        evening.release_numbers(agency=agency, day=day, now=now)
        codes += evening.owe_missing_reminders(agency=agency, day=day, now=now)
    before = _progress(codes, now=now)
    reminders.send_reminders_now(codes, now=now)
    began = time.monotonic()
    while True:
        present = now + timedelta(seconds=time.monotonic() - began)
        notifications.send_due(now=present, ignore_quiet_hours=True, only_about=codes)
        after = _progress(codes, now=now)
        if not after.under_way or present > now + WAIT:
            return Reminded(sent=after.gone - before.gone, failed=len(codes) - after.gone)
        time.sleep(PAUSE_SECONDS)


def _progress(codes: list[str], *, now: datetime) -> notifications.Progress:
    return notifications.progress(kind=notifications.Kind.REMINDER, about=codes, until=now + WAIT)
