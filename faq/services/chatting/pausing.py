"""When a human of the office writes in the chat, the portal keeps quiet there."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from faq.models import Conversation

NOT_PAUSED = {"paused_until": None, "pause": "", "paused_by": ""}


@transaction.atomic
def pause(*, oa_id: str, uid: str, by: str = "", occurred_at: datetime, now: datetime) -> None:
    """Answer nothing in a chat for a while since `occurred_at`, when somebody of the office wrote there.

    Whoever had asked for a human by then has one, and waits no more. Told twice, or late and out of order, it
    only ever prolongs. `by` is Zalo's id of the OA's administrator.
    """
    since = min(occurred_at, now)
    until = since + timedelta(minutes=settings.CHAT_PAUSE_MINUTES)
    Conversation.objects.get_or_create(oa_id=oa_id, uid=uid)
    # First of all: what is answered there at this moment may be that a human is asked for.
    row = Conversation.objects.select_for_update(of=("self",), no_key=True).get(oa_id=oa_id, uid=uid)
    is_answered = row.human_wanted_at is not None and row.human_wanted_at <= since
    if is_answered:
        row.human_wanted_at = None
    if row.paused_until is None or row.paused_until < until:
        row.pause, row.paused_until, row.paused_by = Conversation.Pause.OFFICER, until, by[:30]
    elif is_answered:
        # The person may end the wait for a human, but not what a human has begun.
        row.pause, row.paused_by = Conversation.Pause.OFFICER, by[:30]
    row.save(update_fields=["human_wanted_at", "pause", "paused_until", "paused_by"])


@transaction.atomic
def resume(*, conversation: Conversation, now: datetime) -> None:
    """Let the portal answer again before the pause is over. Twice is once."""
    Conversation.objects.filter(pk=conversation.pk, paused_until__gt=now).update(**NOT_PAUSED)


@transaction.atomic
def end_wait(*, conversation: Conversation) -> None:
    """Note that somebody who asked for a human was helped, by a call or at the counter. Twice is once."""
    row = Conversation.objects.filter(pk=conversation.pk)
    row.filter(pause=Conversation.Pause.ASKED).update(**NOT_PAUSED)
    row.filter(human_wanted_at__isnull=False).update(human_wanted_at=None)
