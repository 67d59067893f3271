"""Forgetting chats that are over."""

from datetime import datetime, timedelta

from django.db.models import Q

from faq.models import Conversation, Turn

# Zalo tells an event again for two hours, and asks to remember its id for a week.
TURNS_KEPT = timedelta(days=8)
CONVERSATIONS_KEPT = timedelta(days=30)
# Longer than anybody may take to type a code.
CODES_KEPT = timedelta(hours=1)


def forget_old_chats(*, now: datetime) -> None:
    """Delete the turns that are told no more, and the conversations in which nobody has spoken for long.

    Of the others, who once proved there to be whom is forgotten.
    """
    Turn.objects.filter(answered_at__lte=now - TURNS_KEPT).delete()
    silent = Q(heard_at__lte=now - CONVERSATIONS_KEPT) | Q(heard_at=None)
    unpaused = Q(paused_until=None) | Q(paused_until__lte=now - CONVERSATIONS_KEPT)
    Conversation.objects.filter(silent & unpaused).delete()
    proofs_over = Conversation.objects.filter(proved_until__lte=now)
    proofs_over.update(proved_citizen=None, proved_until=None)
    codes_over = Conversation.objects.filter(code_wanted_for__isnull=False, heard_at__lte=now - CODES_KEPT)
    codes_over.update(code_wanted_for=None, challenge=None)
