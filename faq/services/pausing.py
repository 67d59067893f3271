"""When a human of the office writes in the chat, the portal keeps quiet there."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from faq.models import Conversation


@transaction.atomic
def pause(
    *,
    oa_id: str,
    uid: str,
    by: str = "",
    why: Conversation.Pause = Conversation.Pause.OFFICER,
    occurred_at: datetime,
    now: datetime,
) -> None:
    """Answer nothing in a chat for a while since `occurred_at`, when somebody of the office wrote there.

    Told twice, or late and out of order, it only ever prolongs. `by` is Zalo's id of the OA's administrator.
    """
    since = min(occurred_at, now)
    until = since + timedelta(minutes=settings.CHAT_PAUSE_MINUTES)
    conversation, _ = Conversation.objects.get_or_create(oa_id=oa_id, uid=uid)
    shorter = Q(paused_until=None) | Q(paused_until__lt=until)
    Conversation.objects.filter(shorter, pk=conversation.pk).update(
        paused_until=until, pause=why, paused_by=by[:30]
    )


@transaction.atomic
def resume(*, conversation: Conversation, now: datetime) -> None:
    """Let the portal answer again before the pause is over. Twice is once."""
    paused = Conversation.objects.filter(pk=conversation.pk, paused_until__gt=now)
    paused.update(paused_until=None, pause="", paused_by="")
