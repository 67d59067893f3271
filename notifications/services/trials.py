"""A message to oneself: it shows whether an agency's Official Account reaches a phone."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Citizen
from agencies.models import Agency
from notifications.errors import MessagePending
from notifications.kinds import Kind, appointment_context
from notifications.models import Message, State
from notifications.services.outbox import NewMessage, owe_messages

WORTH_SENDING = timedelta(hours=12)
TRIAL_CODE, TRIAL_NUMBER = "TIN-THU", "A000"


def _about(agency: Agency) -> str:
    return f"thu-{agency.pk}"


@transaction.atomic
def send_trial(*, agency: Agency, recipient: Citizen, site: str, address: str, now: datetime) -> None:
    """Owe a reminder of an appointment that does not exist, through the outbox like any other.

    :raises MessagePending: the last one has not left yet
    """
    last = last_trial(agency)
    if last is not None and last.state in (State.OWED, State.SENDING) and last.expires_at > now:
        raise MessagePending
    message = NewMessage(
        agency=agency,
        recipient=recipient,
        kind=Kind.REMINDER,
        about=_about(agency),
        occasion=now.isoformat(),
        context=appointment_context(
            full_name="Thử",
            code=TRIAL_CODE,
            site=site,
            starts_at=now + timedelta(days=1),
            number=TRIAL_NUMBER,
            early_minutes=agency.arrive_early_minutes,
            bring=agency.papers_to_bring,
            address=address,
        ),
        due_at=now,
        expires_at=now + WORTH_SENDING,
    )
    owe_messages(messages=[message], now=now)


def last_trial(agency: Agency) -> Message | None:
    """The last message of trial of an agency, and what became of it."""
    return Message.objects.filter(agency=agency, about=_about(agency)).order_by("-pk").first()


def trial_arrived(agency: Agency) -> bool:
    """Whether a message of trial ever reached a phone through the agency's present Official Account."""
    trials = Message.objects.filter(
        agency=agency, about=_about(agency), state=State.DELIVERED, opened_at=None
    )
    return trials.filter(oa_id=agency.oa_id).exists()
