from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection

from core import crypto

pytestmark = pytest.mark.django_db


def stored_phones() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM accounts_citizen ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


class TestRotateEncryption:
    def test_what_an_old_key_wrote_is_read_by_the_new_one_alone(self, settings):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO accounts_citizen (public_id, name, phone, phone_key, phone_verified_at,"
                " is_opened_by_code, lost_phone_key, created_at)"
                " VALUES (gen_random_uuid(), '', %s, 'key', now(), true, '', now())",
                [crypto.encrypt("+84905123456")],
            )
        old, new = settings.FIELD_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
        settings.FIELD_ENCRYPTION_KEYS = [new, old]

        call_command("rotate_encryption", stdout=StringIO())

        settings.FIELD_ENCRYPTION_KEYS = [new]
        assert [crypto.decrypt(token) for token in stored_phones()] == ["+84905123456"]
