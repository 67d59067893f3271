"""The portal's workers with a bot that says the same to everything: what the chat is measured beside.

`celery --app bench.echo worker`. Webhook, events, outbox and wire are the portal's own.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cccd_portal.settings")
django.setup()

# There are no models before the set-up.
from bench.chat import ECHO  # noqa: E402
from cccd_portal.celery import app  # noqa: E402
from faq.services import chat  # noqa: E402
from faq.services.chatting.listening import Answer, Heard  # noqa: E402

__all__ = ["app"]


def _echo(_heard: Heard) -> Answer:
    return Answer(texts=[ECHO])


chat.SPEAKERS = (_echo,)
