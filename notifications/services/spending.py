"""What messages cost, counted up as they leave."""

from datetime import datetime

from core.time import local_date
from notifications.models import Channel, Message, Spending


def count(message: Message, *, channel: Channel, cost: int | None, now: datetime) -> None:
    """Add a message that left to what its agency spent this month. Last in its transaction: a hot row."""
    month = local_date(now).replace(day=1)
    Spending.objects.add(agency_id=message.agency_id, month=month, channel=channel, cost=cost)
