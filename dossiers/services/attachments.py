"""Papers that go with a dossier: taken in, shown, removed, and gone when the dossier goes.

The file is drawn anew and put away before anything is locked, because that takes seconds. Then one short
transaction decides, with the dossier held. What it refuses, and what a crash leaves behind, no row knows:
nobody can open it, and the sweep takes it away.
"""

import itertools
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Citizen, Officer
from core.db import retry_once
from core.errors import NotFound
from dossiers import files
from dossiers.cleaning import Cleaned, clean
from dossiers.errors import TooManyAttachments
from dossiers.files import Kept
from dossiers.models import MOST_ATTACHMENTS, MOST_OF_A_KIND, Attachment, Dossier
from dossiers.services.asked_papers import refuse_unasked
from dossiers.services.declaring import locked
from dossiers.services.moving import refuse_unless_editable

log = logging.getLogger(__name__)
# How long a file may be without a row before it is taken for left behind: longer than any upload takes, and
# time enough to notice that the wrong database is connected.
GRACE = timedelta(days=1)
BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Upload:
    """What is handed in, to which dossier; `citizen` is None where an officer does it, who is then named."""

    dossier_id: UUID
    kind: Attachment.Kind
    content: bytes
    citizen: Citizen | None
    officer: Officer | None = None


def attach(*, upload: Upload, now: datetime) -> Attachment:
    """Draw a file anew and put it with the dossier. The same file a second time is the one that is there.

    Not in a transaction of the caller's: drawing takes time, and nobody should wait for it.

    :raises NotFound: no such dossier of this citizen
    :raises NotAllowedNow: it was handed in, or has ended
    :raises TooManyAttachments: it has as many as it may have, or as many of this kind
    :raises Invalid: a kind that this dossier does not ask for; or a file that is broken, locked or too heavy
    :raises FileTooLarge: over 10 MB
    :raises FileTypeUnknown: none of the four kinds of file
    :raises Unavailable: too many at this moment, or the disk is full
    """
    dossier = Dossier.objects.filter(public_id=upload.dossier_id)
    held = (dossier if upload.citizen is None else dossier.of(upload.citizen)).for_display().first()
    if held is None:
        raise NotFound
    # Before anything is drawn for nothing. Whether a full dossier has this very file, only a drawing tells.
    refuse_unasked(held, upload.kind)
    cleaned = clean(upload.content)
    kept = files.keep(cleaned.content)
    try:
        attachment = retry_once(lambda: _enter(upload, cleaned, kept, now=now))
    except BaseException:
        files.discard(kept.name)
        raise
    if attachment.file != kept.name:
        files.discard(kept.name)
    return attachment


@transaction.atomic
def _enter(upload: Upload, cleaned: Cleaned, kept: Kept, *, now: datetime) -> Attachment:
    dossier = locked(upload.dossier_id, citizen=upload.citizen)
    refuse_unasked(dossier, upload.kind)
    there = attachments_of(dossier)
    same = next((one for one in there if (one.kind, one.sha256) == (upload.kind, cleaned.sha256)), None)
    if same:
        return same
    seat = _free_seat(there, upload.kind)
    # Keeps a draft from being forgotten. Its revision stays: who types into it elsewhere has lost nothing.
    Dossier.objects.filter(pk=dossier.pk).update(touched_at=now)
    return Attachment.objects.create(
        dossier=dossier,
        kind=upload.kind,
        seat=seat,
        file=kept.name,
        key=kept.key,
        media_type=cleaned.media_type,
        size=len(cleaned.content),
        pages=cleaned.pages,
        sha256=cleaned.sha256,
        created_at=now,
        officer=upload.officer,
    )


def remove(*, dossier_id: UUID, attachment_id: UUID, citizen: Citizen | None, now: datetime) -> None:
    """Take an attachment away again, for good.

    :raises NotFound: no such attachment of a dossier of this citizen
    :raises NotAllowedNow: the dossier was handed in, or has ended
    """
    name = retry_once(lambda: _strike(dossier_id, attachment_id, citizen=citizen, now=now))
    files.discard(name)


@transaction.atomic
def _strike(dossier_id: UUID, attachment_id: UUID, *, citizen: Citizen | None, now: datetime) -> str:
    dossier = locked(dossier_id, citizen=citizen)
    refuse_unless_editable(dossier)
    attachment = Attachment.objects.filter(dossier=dossier, public_id=attachment_id).first()
    if attachment is None:
        raise NotFound
    attachment.delete()
    Dossier.objects.filter(pk=dossier.pk).update(touched_at=now)
    return attachment.file


def own_attachment(*, dossier_id: UUID, attachment_id: UUID, citizen: Citizen) -> Attachment:
    """:raises NotFound: no such attachment of a dossier of this citizen"""
    mine = Attachment.objects.filter(dossier__citizen=citizen, dossier__public_id=dossier_id)
    found = mine.filter(public_id=attachment_id).first()
    if found is None:
        raise NotFound
    return found


def attachments_of(dossier: Dossier) -> list[Attachment]:
    """In the order in which they came, kind by kind."""
    return list(Attachment.objects.filter(dossier=dossier).order_by("kind", "created_at", "seat"))


def read(attachment: Attachment) -> bytes:
    """The file itself. Who may see it, the caller has made sure of.

    :raises FileLost: it is not there any more, or is not what was put there
    """
    return files.read(Kept(attachment.file, attachment.key))


def attachments_without_file() -> QuerySet[Attachment]:
    """Those whose file is not where it was put."""
    there = {name for name, _ in files.names()}
    known = Attachment.objects.values_list("pk", "file").iterator()
    return Attachment.objects.filter(pk__in=[pk for pk, name in known if name not in there])


def sweep_attachments(*, now: datetime) -> int:
    """Remove files that no row knows, a day after they came; gives how many. Running twice is harmless."""
    old = (name for name, since in files.names() if since < now - GRACE)
    swept = 0
    while batch := list(itertools.islice(old, BATCH)):
        known = set(Attachment.objects.filter(file__in=batch).values_list("file", flat=True))
        for name in batch:
            if name not in known:
                files.discard(name)
                swept += 1
    if swept:
        log.info("Swept %s files that no attachment knows", swept)
    return swept


def _free_seat(there: Sequence[Attachment], kind: Attachment.Kind) -> int:
    """:raises TooManyAttachments: none is free"""
    if sum(one.kind == kind for one in there) >= MOST_OF_A_KIND:
        raise TooManyAttachments(limit=MOST_OF_A_KIND, what="tệp loại này")
    taken = {one.seat for one in there}
    free = [seat for seat in range(1, MOST_ATTACHMENTS + 1) if seat not in taken]
    if not free:
        raise TooManyAttachments(limit=MOST_ATTACHMENTS, what="tệp")
    return free[0]
