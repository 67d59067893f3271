from celery import shared_task
from django.utils import timezone

from agencies.services.holidays import load_holidays, years_in_use
from booking.services import calendar, evening, foresight, retention
from booking.services.imports import runs
from core.time import local_date


@shared_task(ignore_result=True, time_limit=300)
def evening_run(**_later: object) -> None:
    """Give places and numbers that are due. Running twice, or on two workers at once, is harmless."""
    evening.evening_run(now=timezone.now())


@shared_task(ignore_result=True, time_limit=600)
def let_go_of_past_days(**_later: object) -> None:
    """Free the people of past days to book again. Running twice is harmless."""
    retention.let_go_of_past_days(now=timezone.now())


@shared_task(ignore_result=True, time_limit=1800)
def open_calendar(**_later: object) -> None:
    """Make the days and slots of each agency's booking window. Running twice is harmless.

    The holidays of years to come are there before their days are, however long nobody deploys.
    """
    now = timezone.now()
    load_holidays(years=years_in_use(today=local_date(now)))
    calendar.open_calendar(now=now)


@shared_task(ignore_result=True, time_limit=600)
def foresee_reminders(**_later: object) -> None:
    """See whether the messages of today will do for tomorrow's reminders. Running twice is harmless."""
    foresight.foresee(now=timezone.now())


@shared_task(ignore_result=True, time_limit=120)
def forget_old_imports(**_later: object) -> None:
    """Forget the rows of spreadsheets whose hour is over. Running twice is harmless."""
    runs.forget_old_imports(now=timezone.now())
