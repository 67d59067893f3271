"""Celery's way in. Beat wakes these; each may run twice, or on ten workers at once."""

from celery import shared_task
from django.utils import timezone

from zalo import services


@shared_task(ignore_result=True, time_limit=1200)
def refresh_templates(**_later: object) -> None:
    """Ask Zalo about the templates whose answers are older than a day."""
    services.refresh_old_templates(now=timezone.now())
