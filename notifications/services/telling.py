"""What an office says in a chat without being asked: after the reminders, by day, and not too often."""

from datetime import datetime

from accounts.models import Citizen
from notifications import channels
from notifications.hours import is_quiet
from notifications.kinds import Kind
from notifications.models import Message
from notifications.services import limits
from notifications.services.delivery import EnoughForToday, QuietHoursBegan
from zalo.errors import OutcomeUnknown, ZaloError


def are_reminders_due(*, oa_id: str, now: datetime) -> bool:
    """Whether reminders of an Official Account are to be sent now: everything else waits for them."""
    due = Message.objects.due(now).filter(kind=Kind.REMINDER, agency__oa_id=oa_id)
    return due.order_by().exists()


def tell(*, oa_id: str, uid: str, citizen: Citizen | None, text: str, now: datetime) -> None:
    """Say something to somebody whom an Official Account knows, and who is `citizen` if they have signed in.

    It counts among the messages that the citizen gets in a day.

    :raises QuietHoursBegan: nobody is disturbed at this hour
    :raises EnoughForToday: the citizen has had as many messages today as anybody gets
    :raises zalo.errors.ZaloError: it was refused, or nobody knows; the subclass says what to do
    """
    if is_quiet(now):
        raise QuietHoursBegan(0)
    if citizen is not None and not limits.take(citizen, now=now):
        raise EnoughForToday(0)
    try:
        channels.say(oa_id=oa_id, uid=uid, text=text, now=now)
    except OutcomeUnknown:
        raise
    except ZaloError:
        if citizen is not None:
            limits.put_back(citizen, now=now)
        raise
