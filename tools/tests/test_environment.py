import os
import stat

import environ
import pytest
from cryptography.fernet import Fernet

from tools import environment
from tools.errors import ToolFailed


class TestKeepSecrets:
    def test_makes_each_secret_once_and_keeps_it(self, tmp_path):
        first = environment.keep_secrets(tmp_path)

        assert environment.keep_secrets(tmp_path) == first
        assert set(first) == set(environment.SECRETS)

    def test_makes_a_key_that_encrypts(self, tmp_path):
        key = environment.keep_secrets(tmp_path)["FIELD_ENCRYPTION_KEYS"]

        assert Fernet(key).decrypt(Fernet(key).encrypt(b"049085000123")) == b"049085000123"

    def test_gives_two_folders_different_secrets(self, tmp_path, monkeypatch):
        monkeypatch.delenv("DEMO_PASSWORD", raising=False)
        (tmp_path / "other").mkdir()

        ours, theirs = environment.keep_secrets(tmp_path), environment.keep_secrets(tmp_path / "other")

        assert not set(ours.values()) & set(theirs.values())

    def test_keeps_the_password_that_was_named(self, tmp_path, monkeypatch):
        monkeypatch.setenv("DEMO_PASSWORD", "named-once")
        environment.keep_secrets(tmp_path)
        monkeypatch.delenv("DEMO_PASSWORD")

        assert environment.keep_secrets(tmp_path)["DEMO_PASSWORD"] == "named-once"


class TestWriteEnv:
    def test_only_its_owner_can_read_it(self, tmp_path):
        environment.write_env(tmp_path, {"SECRET_KEY": "s"})

        assert stat.S_IMODE((tmp_path / "services.env").stat().st_mode) == 0o600

    def test_what_is_written_is_what_settings_read(self, tmp_path, monkeypatch):
        values = environment.keep_secrets(tmp_path) | environment.demo_settings()
        values |= {"DATABASE_URL": "postgres://portal:a-b_c@127.0.0.1:5432/portal"}
        environment.write_env(tmp_path, values)
        for name in values:
            monkeypatch.delenv(name, raising=False)

        environ.Env.read_env(str(tmp_path / "services.env"))

        assert {name: os.environ[name] for name in values} == values == environment.read_env(tmp_path)


class TestDemoSettings:
    def test_the_sandbox_is_the_only_zalo_it_knows(self, monkeypatch):
        monkeypatch.setenv("PORT", "8010")
        monkeypatch.setenv("SANDBOX_PORT", "8011")

        settings = environment.demo_settings()

        hosts = {
            value for name, value in settings.items() if name.startswith("ZALO_") and name.endswith("_BASE")
        }
        assert hosts == {"http://127.0.0.1:8011"}
        assert settings["PORTAL_WEBHOOK_URL"] == "http://127.0.0.1:8010/webhooks/zalo/"


class TestPort:
    def test_is_8000_when_nothing_or_an_empty_word_is_set(self, monkeypatch):
        monkeypatch.setenv("PORT", "")

        assert environment.port() == 8000

    def test_refuses_what_is_no_port(self, monkeypatch):
        monkeypatch.setenv("PORT", "http")

        with pytest.raises(ToolFailed, match="PORT"):
            environment.port()


class TestMakeFolder:
    def test_says_what_to_do_when_it_cannot(self, tmp_path):
        (tmp_path / "file").touch()

        with pytest.raises(ToolFailed, match="LOCAL_DIR"):
            environment.make_folder(tmp_path / "file" / "local")
