"""What beat wakes that touches several rooms."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from accounts.services import purge_expired
from accounts.services.audit import forget_old_entries
from accounts.services.tries import forget_old_tries
from booking.services.drafts import forget_old_drafts
from booking.services.retention import forget_past_visits, stop_untouched_dossiers
from cccd_portal.zalo_events import handle_events
from core.api.idempotency import forget_old_answers
from dossiers.services.attachments import sweep_attachments
from dossiers.services.retention import delete_old_drafts, forget_ended
from faq.services import forget_old_chats, forget_old_questions, forget_old_subscriptions
from faq.services.fakes import forget_old_fake_reports
from notifications.services import forget_old_counts, forget_old_replies
from zalo.services import forget_old_consents, forget_old_events, refresh_ageing_tokens

# Events are looked for by the second (`CELERY_BEAT_SCHEDULE`).
UNTIL_THE_NEXT_TICK = timedelta(seconds=0.9)


@shared_task(ignore_result=True, time_limit=120)
def refresh_zalo_tokens(**_later: object) -> None:
    """Renew the OA tokens that grow old. Running twice renews once."""
    refresh_ageing_tokens(now=timezone.now())


@shared_task(ignore_result=True, time_limit=300)
def handle_zalo_events(**_later: object) -> None:
    """Do what Zalo's events ask for. In a queue of its own: a flood must not keep messages from leaving.

    Stays until it is woken again, nearly: who writes in a chat waits for an answer.
    """
    handle_events(now=timezone.now(), stay=UNTIL_THE_NEXT_TICK)


@shared_task(ignore_result=True, time_limit=600)
def forget_what_is_over(**_later: object) -> None:
    """Delete what has served: answers kept for repeats, codes, dead sign-ins, ways to Zalo, drafts,
    counts of wrong answers, reports of fakes, events of Zalo, files that nobody knows, people of past visits
    and of dossiers that ended. Dossiers with which nobody goes on are stopped.
    """
    now = timezone.now()
    forget_old_answers(now=now)
    purge_expired(now=now)
    forget_old_drafts(now=now)
    forget_old_tries(now=now)
    forget_old_entries(now=now)
    forget_old_replies(now=now)
    forget_old_consents(now=now)
    forget_old_chats(now=now)
    forget_old_questions(now=now)
    forget_old_fake_reports(now=now)
    forget_old_subscriptions(now=now)
    forget_old_events(now=now)
    forget_old_counts(now=now)
    for some in (stop_untouched_dossiers, delete_old_drafts, forget_ended, forget_past_visits):
        while some(now=now):
            pass
    sweep_attachments(now=now)
