"""When the office may disturb people, not from `QUIET_FROM` to `QUIET_UNTIL` in Việt Nam, and when again."""

from datetime import datetime, time, timedelta

from django.conf import settings

from core.time import VN, at, local_date
from zalo.errors import AfterQuietHours, Bug, NeedsHuman, Tomorrow, TryNextChannel, ZaloError

# How long a human is given to mend what only a human can.
HUMAN_PAUSE = timedelta(minutes=10)


def is_quiet(now: datetime) -> bool:
    """Say whether nothing may be sent at `now`; never when `QUIET_HOURS` is off."""
    if not settings.QUIET_HOURS:
        return False
    clock = now.astimezone(VN).time()
    begins: time = settings.QUIET_FROM
    ends: time = settings.QUIET_UNTIL
    if begins <= ends:
        return begins <= clock < ends
    return clock >= begins or clock < ends


def end_of_quiet_hours(now: datetime) -> datetime:
    """Give the next moment after `now` at which quiet hours end, whether or not they have begun."""
    ends = at(local_date(now), settings.QUIET_UNTIL)
    return ends if ends > now else tomorrow_morning(now)


def tomorrow_morning(now: datetime) -> datetime:
    """Give the end of the quiet hours on the day after `now` in Việt Nam, when daily quotas are new."""
    return at(local_date(now) + timedelta(days=1), settings.QUIET_UNTIL)


def doubled(first: timedelta, attempts: int, *, at_most: timedelta) -> timedelta:
    """Give how long to wait after so many tries: `first`, and twice as long after each more."""
    return min(first * 2 ** min(attempts - 1, 10), at_most)


def again_at(
    error: ZaloError, *, attempts: int, first: timedelta, longest: timedelta, now: datetime
) -> datetime | None:
    """Say when to tell somebody in a chat again, whom so many tries have not reached; None if that would not
    help. Pauses grow from `first` to `longest`.
    """
    match error:
        case Bug() | TryNextChannel():
            return None
        case Tomorrow():
            return tomorrow_morning(now)
        case AfterQuietHours():
            return end_of_quiet_hours(now)
        case NeedsHuman():
            return now + HUMAN_PAUSE
        case _:
            return now + doubled(first, attempts, at_most=longest)
