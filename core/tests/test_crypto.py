"""Personal data at rest."""

import pytest
from cryptography.fernet import Fernet
from django.db import connection, models

from core.crypto import EncryptedTextField, InvalidToken, decrypt, encrypt, keyed_hash


class TestEncrypt:
    def test_can_be_read_again_and_looks_different_each_time(self):
        first, second = encrypt("049085000123"), encrypt("049085000123")

        assert first != second
        assert decrypt(first) == decrypt(second) == "049085000123"
        assert "049085000123" not in first

    def test_reads_what_an_older_key_wrote(self, settings):
        old = encrypt("Hòa Hương")
        settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_ENCRYPTION_KEYS]

        assert decrypt(old) == "Hòa Hương"

    def test_writes_with_the_first_key(self, settings):
        new = Fernet.generate_key().decode()
        settings.FIELD_ENCRYPTION_KEYS = [new, *settings.FIELD_ENCRYPTION_KEYS]
        written = encrypt("A031")
        settings.FIELD_ENCRYPTION_KEYS = [new]

        assert decrypt(written) == "A031"

    def test_cannot_be_read_without_a_key_that_fits(self, settings):
        written = encrypt("A031")
        settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

        with pytest.raises(InvalidToken):
            decrypt(written)


class TestKeyedHash:
    def test_is_the_same_for_the_same_and_tells_kinds_apart(self):
        assert keyed_hash("phone", "1") == keyed_hash("phone", "1")
        assert keyed_hash("phone", "1") != keyed_hash("old_id", "1")

    def test_cannot_be_made_without_the_key(self, settings):
        before = keyed_hash("phone", "1")
        settings.INDEX_KEY = "another"

        assert keyed_hash("phone", "1") != before


class TestEncryptedTextField:
    field = EncryptedTextField(null=True)

    def test_encrypts_on_the_way_to_the_database_and_back(self):
        stored = self.field.get_prep_value("049085000123")

        assert stored.startswith("gAAAA")
        assert self.field.from_db_value(stored, None, connection) == "049085000123"

    def test_leaves_nothing_as_nothing(self):
        assert self.field.get_prep_value(None) is None
        assert self.field.from_db_value(None, None, connection) is None

    def test_cannot_be_searched(self):
        with pytest.raises(TypeError):
            self.field.get_lookup("exact")

        assert self.field.get_lookup("isnull") is models.lookups.IsNull
