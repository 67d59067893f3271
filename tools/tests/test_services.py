"""Real servers, apart from those this test run uses itself."""

import os
import shutil
import signal

import psycopg2
import pytest
import redis

from tools import environment, services
from tools.errors import ToolFailed
from tools.unprivileged import home_of, is_deserted


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A LOCAL_DIR for this module: to fill the data folder takes longer than all the rest."""
    folder = tmp_path_factory.mktemp("services") / "local"
    yield folder
    shutil.rmtree(home_of(folder).path)


@pytest.fixture
def portal(folder, monkeypatch):
    """A set of servers that do not run, with nothing configured."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    which = services.ServerSet(folder, durable=False, settings={"DEMO": "1"})
    yield which
    for server in which.servers():
        server.stop()


def ask(url, statement):
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


class TestBorrowed:
    def test_lends_servers_and_stops_them_after_the_last_borrower(self, portal):
        with services.borrowed(portal) as first:
            with services.borrowed(portal) as second:
                assert second == first == environment.read_env(portal.folder)
            assert ask(first["DATABASE_URL"], "SHOW max_connections") == "300"
            with redis.Redis.from_url(first["REDIS_URL"]) as client:
                assert client.ping()

        assert [server.pid for server in portal.servers()] == [None, None]

    def test_data_and_addresses_stay_and_the_killed_rise_again(self, portal):
        with services.borrowed(portal) as values:
            ask(values["DATABASE_URL"], "CREATE TABLE kept ()")
            ask(values["DATABASE_URL"], "CHECKPOINT")
            for server in portal.servers():
                os.kill(server.pid, signal.SIGKILL)

            with services.borrowed(portal) as again:
                assert again == values
                assert ask(again["DATABASE_URL"], "SELECT count(*) FROM kept") == 0

    def test_a_lost_password_means_new_servers(self, portal):
        with services.borrowed(portal):
            (portal.folder / environment.ENV_FILE).unlink()

            with services.borrowed(portal) as fresh:
                assert ask(fresh["DATABASE_URL"], "SELECT 1") == 1

    def test_a_pid_file_that_names_a_stranger_does_not_matter(self, portal):
        with services.borrowed(portal):
            pass
        postgres, cache = portal.servers()
        for path in (postgres.data / "postmaster.pid", cache.home.path / "redis.pid"):
            path.write_text(f"{os.getpid()}\n")
            cache.home.give(path)

        with services.borrowed(portal) as values:
            assert ask(values["DATABASE_URL"], "SELECT 1") == 1

    def test_starts_nothing_where_everything_is_configured(self, portal, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", "postgres://portal@db.example/portal")
        monkeypatch.setenv("REDIS_URL", "redis://cache.example/0")

        with services.borrowed(portal) as values:
            assert [server.pid for server in portal.servers()] == [None, None]
            assert "DATABASE_URL" not in values

    def test_a_stranger_without_the_password_gets_nothing(self, portal):
        with services.borrowed(portal) as values:
            with pytest.raises(psycopg2.OperationalError, match="password"):
                ask(values["DATABASE_URL"].replace(values["POSTGRES_PASSWORD"], "guess"), "SELECT 1")
            stranger = redis.Redis.from_url(f"redis://{values['REDIS_URL'].partition('@')[2]}")
            with stranger, pytest.raises(redis.AuthenticationError):
                stranger.ping()


class TestStop:
    def test_refuses_while_somebody_uses_the_servers(self, portal):
        with services.borrowed(portal), pytest.raises(ToolFailed, match="in use"):
            services.stop(portal)


class TestIsDeserted:
    @pytest.fixture
    def note(self, tmp_path):
        note = tmp_path / "belongs-to"
        note.write_text(str(tmp_path / "local"))
        return note

    def test_a_home_whose_folder_is_gone_is_deserted_after_an_hour(self, note):
        written = note.stat().st_mtime

        assert is_deserted(note, now=written + 3601)
        assert not is_deserted(note, now=written + 3599)

    def test_a_home_whose_folder_is_there_is_not(self, note, tmp_path):
        (tmp_path / "local").mkdir()

        assert not is_deserted(note, now=note.stat().st_mtime + 3601)
