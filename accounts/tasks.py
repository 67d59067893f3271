from celery import shared_task
from django.utils import timezone

from accounts.services.officer_locks import lock_idle_officers as lock_idle


@shared_task(ignore_result=True, time_limit=120)
def lock_idle_officers(**_later: object) -> None:
    """Mark officers who have not signed in for 45 days. Running twice marks once."""
    lock_idle(now=timezone.now())
