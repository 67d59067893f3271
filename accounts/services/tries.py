"""Counting wrong answers, so that nobody guesses. In the database: it holds without Redis, and in races."""

from datetime import datetime, timedelta
from math import ceil

from django.db.models import F

from accounts.errors import LookupLocked
from accounts.models import ProofTries
from core.crypto import keyed_hash

# What may be proved; a hash of one kind never equals one of another.
ACCOUNT, APPOINTMENT, DOSSIER = "tries_at_account", "tries_at_appointment", "tries_at_dossier"
# Codes that were asked for in a chat: by one person there, and for one appointment.
CHAT, CHAT_APPOINTMENT = "codes_of_a_chat", "codes_of_an_appointment"
MOST = 5
LOOKUP_LOCKED_FOR = timedelta(hours=1)


def count(kind: str, name: str, *, until: datetime, most: int = MOST, now: datetime) -> datetime | None:
    """Count a try before its answer is looked at; give None, or until when `name` is locked.

    The first try decides until when the count runs. Must not stand in a transaction that may be rolled back,
    unless nobody hears of the answer before the commit.
    """
    mine = ProofTries.objects.filter(subject=keyed_hash(kind, name))
    ProofTries.objects.get_or_create(subject=keyed_hash(kind, name), defaults={"until": until})
    mine.filter(until__lte=now).update(until=until, tries=0)
    if mine.filter(tries__lt=most).update(tries=F("tries") + 1):
        return None
    return mine.values_list("until", flat=True).first() or until


def count_lookup(kind: str, code: str, *, now: datetime) -> None:
    """Count a look-up by code; five wrong ones in an hour lock the code, whether anybody has it or not.

    :raises LookupLocked: it is locked
    """
    locked_until = count(kind, code, until=now + LOOKUP_LOCKED_FOR, now=now)
    if locked_until:
        raise LookupLocked(retry_after=ceil((locked_until - now).total_seconds()))


def forgive(kind: str, name: str) -> None:
    """Take a try back, because its answer was right."""
    ProofTries.objects.filter(subject=keyed_hash(kind, name), tries__gt=0).update(tries=F("tries") - 1)


def forget_old_tries(*, now: datetime) -> int:
    """Delete counts that have run out; gives how many."""
    return ProofTries.objects.filter(until__lte=now).delete()[0]
