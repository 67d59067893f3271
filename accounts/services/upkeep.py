"""What is forgotten at night."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session as OfficerSession
from django.db.models import Q

from accounts.models import OtpChallenge, Session
from accounts.services.codes import DAY
from accounts.services.officer_locks import forget_old_attempts

ENDED_SESSIONS_KEPT = timedelta(days=30)


def purge_expired(*, now: datetime) -> int:
    """Delete codes and wrong passwords that count for nothing any more, and sign-ins that are over; gives how
    many rows.
    """
    codes, _ = OtpChallenge.objects.filter(created_at__lt=now - DAY).delete()
    over = Q(ended_at__lt=now - ENDED_SESSIONS_KEPT) | Q(rotated_at__lt=now - settings.REFRESH_TOKEN_LIFETIME)
    sessions, _ = Session.objects.filter(over).delete()
    officers, _ = OfficerSession.objects.filter(expire_date__lt=now).delete()
    return codes + sessions + officers + forget_old_attempts(now=now)
