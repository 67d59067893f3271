"""Celery's way in. Beat wakes this; it may run twice, or on ten workers at once."""

from celery import shared_task
from django.utils import timezone

from faq.services import broadcasting


@shared_task(ignore_result=True, time_limit=120)
def send_due_announcements(**_later: object) -> None:
    """Tell the next of those who asked to be told what the office announces."""
    broadcasting.send_due_announcements(now=timezone.now())
