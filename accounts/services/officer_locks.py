"""Sign-ins that are locked: accounts nobody used for 45 days, and names whose password was guessed at."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessFailureLog
from django.db import transaction
from django.db.models import Q

from accounts.errors import IdleTooLong, NotOverThisOfficer
from accounts.models import Officer, SecondFactor
from accounts.services.officer_sessions import end_sessions
from accounts.services.officers import may_change

IDLE = timedelta(days=45)


def refuse_idle(*, officer: Officer, now: datetime) -> None:
    """Refuse an officer who has not signed in for 45 days, whether the night has marked them or not.

    :raises IdleTooLong: so it is
    """
    if officer.idle_locked_at is not None or officer.last_sign_of_life < now - IDLE:
        raise IdleTooLong


def lock_idle_officers(*, now: datetime) -> int:
    """Mark the accounts that nobody used for 45 days, so that whoever may unlock sees it; give how many."""
    before = now - IDLE
    unused = Q(last_login__lt=before) | Q(last_login=None, date_joined__lt=before)
    not_unlocked = Q(unlocked_at=None) | Q(unlocked_at__lt=before)
    # Decided in the one UPDATE: who signs in at this moment is not locked.
    return Officer.objects.filter(unused, not_unlocked, is_active=True, idle_locked_at=None).update(
        idle_locked_at=now
    )


@transaction.atomic
def unlock(*, officer: Officer, now: datetime, by: Officer | None = None) -> None:
    """Let an officer try again: the 45 days begin anew, wrong passwords and codes are forgotten.

    `by` is empty for who works at the server itself.

    :raises NotOverThisOfficer: the colleague may more than `by`
    """
    if by is not None and not may_change(by, officer):
        raise NotOverThisOfficer
    Officer.objects.filter(pk=officer.pk).update(idle_locked_at=None, unlocked_at=now)
    SecondFactor.objects.filter(user=officer).update(
        throttling_failure_count=0, throttling_failure_timestamp=None
    )
    AccessAttempt.objects.filter(username=officer.get_username()).delete()
    AccessFailureLog.objects.filter(username=officer.get_username()).delete()


def end_sessions_of(*, officer: Officer, by: Officer) -> None:
    """End a colleague's sessions in every browser.

    :raises NotOverThisOfficer: the colleague may more than `by`
    """
    if not may_change(by, officer):
        raise NotOverThisOfficer
    end_sessions(officer)


def forget_old_attempts(*, now: datetime) -> int:
    """Delete wrong passwords that count for nothing any more."""
    before = now - timedelta(days=1)
    return sum(
        table.objects.filter(attempt_time__lt=before).delete()[0]
        for table in (AccessAttempt, AccessFailureLog)
    )
