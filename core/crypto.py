"""Personal data at rest: encrypted to be read by us, hashed under a key to be found again."""

import hashlib
import hmac
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


@cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def cipher() -> MultiFernet:
    """The cipher over `FIELD_ENCRYPTION_KEYS`: the first key writes, every key reads."""
    return _cipher(tuple(settings.FIELD_ENCRYPTION_KEYS))


def encrypt(text: str) -> str:
    return cipher().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Give back what `encrypt` was given.

    :raises cryptography.fernet.InvalidToken: none of the keys fits
    """
    return cipher().decrypt(token.encode()).decode()


def keyed_hash(purpose: str, value: str) -> str:
    """Hash a value so that equal values can be found, and nobody without the key can try values out.

    `purpose` keeps hashes of different kinds apart: a phone never equals an identity number.
    """
    message = f"{purpose}:{value}".encode()
    return hmac.new(settings.INDEX_KEY.encode(), message, hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):
    """Text that is encrypted in the database and plain in Python. Cannot be searched: use `keyed_hash`."""

    description = "Encrypted text"

    def get_prep_value(self, value: Any) -> Any:
        plain = super().get_prep_value(value)
        return None if plain is None else encrypt(plain)

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return None if value is None else decrypt(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError("An encrypted field can only be asked whether it is null.")
        return super().get_lookup(lookup_name)


__all__ = ["EncryptedTextField", "InvalidToken", "cipher", "decrypt", "encrypt", "keyed_hash"]
