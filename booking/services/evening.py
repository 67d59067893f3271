"""The evening run: places for those who wait, numbers for those who have places, reminders for all."""

import logging
from datetime import date, datetime, timedelta

from django.db.models import Q

from agencies.models import Agency
from booking.models import Appointment, Registration, ServiceDay
from booking.services.allocating import Allocated, allocate
from booking.services.leftovers import end_missed
from booking.services.numbering import owe_missing_reminders, release_numbers
from core.db import retry_once
from core.time import at, local_date

__all__ = ["Allocated", "allocate", "evening_run", "owe_missing_reminders", "release_numbers"]

log = logging.getLogger(__name__)


def evening_run(*, now: datetime) -> int:
    """Do for each agency what is due: places, then numbers, for tomorrow once the hour of release has come,
    and for today where the evening was missed. A few statements when nothing is due; one agency's fault does
    not hold up the others. Gives how many appointments were numbered. Must not stand in a transaction.
    """
    today = local_date(now)
    tomorrow = today + timedelta(days=1)
    due = {day: _with_work(day, horizon=tomorrow) for day in (today, tomorrow)}
    overdue = set(Registration.objects.waiting().filter(to_date__lt=today).values_list("agency", flat=True))
    numbered = 0
    concerned = overdue.union(*due.values())
    for agency in Agency.objects.filter(is_active=True, pk__in=concerned).order_by("pk"):
        days = [
            day
            for day, agencies in due.items()
            if agency.pk in agencies and (day == today or now >= at(today, agency.number_release))
        ]
        try:
            numbered += _serve(agency, days=days, now=now)
        except Exception:  # one office's fault must not silence the country; it is logged whole
            log.exception("The evening run failed at agency %s", agency.pk)
    return numbered


def _serve(agency: Agency, *, days: list[date], now: datetime) -> int:
    retry_once(lambda: end_missed(agency=agency, now=now))
    return sum(_serve_day(agency, day=day, now=now) for day in days)


def _serve_day(agency: Agency, *, day: date, now: datetime) -> int:
    retry_once(lambda: allocate(agency=agency, day=day, now=now))
    return retry_once(lambda: release_numbers(agency=agency, day=day, now=now))


def _with_work(day: date, *, horizon: date) -> set[int]:
    """The agencies where somebody waits for `day` and was not tried yet, or lacks a number for it."""
    untried = Q(left_over_on=None) | Q(left_over_on__lt=day) | Q(left_over_on__gt=horizon)
    waiting = Registration.objects.waiting().filter(untried, from_date__lte=day, to_date__gte=day)
    unnumbered = Appointment.objects.live().filter(number=None, day__date=day)
    unreleased = ServiceDay.objects.filter(
        date=day, numbers_released_at=None, site__agency__numbering=Agency.Numbering.EVENING_BEFORE
    )
    return {
        *waiting.values_list("agency", flat=True),
        *unnumbered.values_list("day__site__agency", flat=True),
        *unreleased.values_list("site__agency", flat=True),
    }
