"""Celery's way in. Beat wakes these; each may run twice, or on ten workers at once."""

from celery import shared_task
from django.utils import timezone

from notifications import services


@shared_task(time_limit=300)
def send_due_messages(**_later: object) -> None:
    """Send what is due."""
    services.send_due(now=timezone.now())


@shared_task(time_limit=120)
def sweep_messages(**_later: object) -> None:
    """Take back what lost its sender, and close what is past its time."""
    services.sweep(now=timezone.now())
    services.sweep_replies(now=timezone.now())


@shared_task(ignore_result=True, time_limit=300)
def send_due_replies(**_later: object) -> None:
    """Send the replies of the chat that did not leave at once."""
    services.send_due_replies(now=timezone.now())
