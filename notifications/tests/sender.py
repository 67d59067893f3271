"""A sender in a process of its own, to be killed by a test. Imports nothing before Django is ready."""

import os
from datetime import datetime


def send_until_killed(environment: dict[str, str], overrides: dict[str, object], now: datetime) -> None:
    os.environ.update(environment)

    import django
    from django.conf import settings

    django.setup()
    for name, value in overrides.items():
        setattr(settings, name, value)

    from notifications.services import send_due

    send_due(now=now)
