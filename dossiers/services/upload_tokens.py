"""Proof that somebody may hand in files of one kind for one dossier, for some minutes, with no other sign-in.

For the file picker of Zalo, which sends files by itself, without the header of whoever is signed in.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core import signing

from accounts.models import Citizen
from core.errors import NotFound
from dossiers.errors import UploadExpired
from dossiers.models import Attachment, Dossier
from dossiers.services.asked_papers import refuse_unasked

LIFETIME = timedelta(minutes=10)
_signer = signing.Signer(sep=".", salt="dossiers.upload")


@dataclass(frozen=True)
class Grant:
    """Whose files of which kind go where."""

    dossier_id: UUID
    kind: Attachment.Kind
    citizen: Citizen


def grant_upload(*, dossier_id: UUID, kind: Attachment.Kind, citizen: Citizen, now: datetime) -> str:
    """:raises NotFound: no such dossier of this citizen
    :raises NotAllowedNow: it was handed in, or has ended
    :raises Invalid: a kind that this dossier does not ask for
    """
    dossier = Dossier.objects.of(citizen).filter(public_id=dossier_id).for_display().first()
    if dossier is None:
        raise NotFound
    refuse_unasked(dossier, kind)
    until = int((now + LIFETIME).timestamp())
    return _signer.sign_object([dossier_id.hex, kind.value, citizen.public_id.hex, until])


def read_grant(token: str, *, now: datetime) -> Grant:
    """:raises UploadExpired: not ours, or over, or the account is no more"""
    try:
        dossier_id, kind, owner, until = _signer.unsign_object(token)
    except signing.BadSignature as forged:
        raise UploadExpired from forged
    citizen = Citizen.objects.filter(public_id=UUID(hex=owner)).first()
    if citizen is None or now >= datetime.fromtimestamp(until, UTC):
        raise UploadExpired
    return Grant(UUID(hex=dossier_id), Attachment.Kind(kind), citizen)
