"""Where attachments lie: each under a random name, encrypted with a key of its own.

The key goes into the row that knows the file, and is encrypted there with the portal's. So when the row is
deleted, nobody can read the file any more, in no backup either; and new keys of the portal touch no file.
"""

import logging
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from core.errors import Unavailable
from dossiers.errors import FileLost

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    name: str
    key: str


def _storage() -> Storage:
    return storages["attachments"]


def keep(content: bytes) -> Kept:
    """Put a file away. Until a row knows it, it is an orphan, which the sweep takes.

    :raises Unavailable: the disk is full, or not ours to write
    """
    key, drawn = Fernet.generate_key(), secrets.token_hex(16)
    sealed = ContentFile(Fernet(key).encrypt(content))
    try:
        # Some folders, so that none grows without end.
        name = _storage().save(f"{drawn[:2]}/{drawn[2:]}", sealed)
    except OSError as refused:
        log.error("No attachment can be kept: %s", type(refused).__name__)
        raise Unavailable from refused
    return Kept(name, key.decode())


def read(kept: Kept) -> bytes:
    """:raises FileLost: it is gone, or it was tampered with or mixed up"""
    try:
        with _storage().open(kept.name) as file:
            return Fernet(kept.key).decrypt(file.read())
    except (OSError, InvalidToken) as lost:
        log.error("Attachment %s cannot be read: %s", kept.name, type(lost).__name__)
        raise FileLost from lost


def discard(name: str) -> None:
    """Remove a file; one that is gone already is no fault."""
    _storage().delete(name)


def names() -> Iterator[tuple[str, datetime]]:
    """Every file there is, and since when, folder by folder."""
    try:
        folders, _ = _storage().listdir("")
    except FileNotFoundError:  # nothing was ever kept
        return
    for folder in sorted(folders):
        for name in sorted(_storage().listdir(folder)[1]):
            path = f"{folder}/{name}"
            yield path, _storage().get_modified_time(path)
