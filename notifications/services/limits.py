"""How many messages a person gets in a day: few, whatever goes wrong, and reminders before anything else."""

from datetime import datetime, time, timedelta

from django.conf import settings

from accounts.models import Citizen
from core.time import at, local_date
from notifications.kinds import Kind
from notifications.models import DayCount, Message


def set_aside(message: Message, *, now: datetime) -> bool:
    """Count a message to its person before it goes to the wire; false if it would be one too many.

    What the person's reminders of today still need is left to them.
    """
    return take(message.recipient, for_reminder=message.kind == Kind.REMINDER, now=now)


def give_back(message: Message, *, now: datetime) -> None:
    """Undo `set_aside` for a message that did not leave."""
    put_back(message.recipient, now=now)


def take(citizen: Citizen, *, for_reminder: bool = False, now: datetime) -> bool:
    """Count something that is sent to a person; false if it would be one too many today."""
    limit = settings.MESSAGES_PER_PERSON_A_DAY
    if not for_reminder:
        tomorrow = at(local_date(now) + timedelta(days=1), time.min)
        limit -= Message.objects.filter(recipient=citizen).reminders_before(tomorrow).count()
    return DayCount.objects.take(citizen=citizen, day=local_date(now), limit=limit)


def put_back(citizen: Citizen, *, now: datetime) -> None:
    """Undo `take` for what did not leave."""
    DayCount.objects.give_back(citizen=citizen, day=local_date(now))
