"""The Celery application: a clock that wakes the senders. Everything it must know is in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cccd_portal.settings")

app = Celery("cccd_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
