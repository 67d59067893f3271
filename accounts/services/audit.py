"""The log of what officers see and do."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from accounts.models import AuditEntry, Officer
from core.logs import request_id
from core.officers import Deed

# Also written into the trigger (accounts/migrations/0002): nobody deletes an entry earlier.
KEPT_FOR = timedelta(days=731)


def record(
    *,
    officer: Officer,
    deed: Deed,
    what: str,
    subjects: Iterable[object] = (),
    words: str = "",
    agencies: Iterable[int] = (),
    address: str = "",
    now: datetime,
) -> AuditEntry:
    """Note what an officer saw or did. Written in the transaction of the deed, if it has one."""
    parts = [(agencies, subjects)]
    return record_parts(
        officer=officer, deed=deed, what=what, parts=parts, words=words, address=address, now=now
    )[0]


def record_parts(
    *,
    officer: Officer,
    deed: Deed,
    what: str,
    parts: Iterable[tuple[Iterable[int], Iterable[object]]],
    words: str = "",
    address: str = "",
    now: datetime,
) -> list[AuditEntry]:
    """Note one deed that reached rows of several agencies: an entry for each, by one statement."""
    return AuditEntry.objects.bulk_create(
        AuditEntry(
            at=now,
            officer=officer,
            agencies=sorted(agencies),
            deed=deed,
            what=what,
            subjects=[str(subject)[:80] for subject in subjects],
            words=words[:200],
            address=address[:45],
            request_id="" if request_id.get() == "-" else request_id.get(),
        )
        for agencies, subjects in parts
    )


def forget_old_entries(*, now: datetime) -> int:
    """Delete what is older than two years; give how many."""
    return AuditEntry.objects.filter(at__lt=now - KEPT_FOR).delete()[0]
