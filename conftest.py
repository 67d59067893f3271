"""Guards of the whole suite, and the servers it runs on.

This file is read before Django's settings: it starts or finds the private servers of the tests, so that
`pytest` run by hand works like `make test`. Several people may test in one tree at a time: TEST_DB_SUFFIX
gives each their own database and corner of Redis.
"""

import atexit
import os
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import django
import pytest
from django.conf import settings
from django.db import connection
from django.db.models.expressions import OrderBy
from django.db.models.functions import Random
from django.db.models.sql.compiler import SQLCompiler
from django.template import engines

from tools.errors import ToolFailed
from tools.redis_server import DATABASES
from tools.services import borrowed, of_the_tests

_servers = ExitStack()
atexit.register(_servers.close)


def _own_corner(environment: dict[str, str], suffix: str) -> dict[str, str]:
    """The addresses in `environment` with a database of Redis and PostgreSQL that `suffix` has for itself."""
    if not suffix:
        return {}
    database = urlsplit(environment["DATABASE_URL"])
    return {
        "DATABASE_URL": database._replace(path=f"{database.path}_{suffix}").geturl(),
        "REDIS_URL": _own_redis(environment["REDIS_URL"], suffix),
    }


def _own_redis(address: str, suffix: str) -> str:
    number = 1 + zlib.crc32(suffix.encode()) % (DATABASES - 1)
    return urlsplit(address)._replace(path=f"/{number}").geturl()


def _take_own_redis(worker: str) -> None:
    """Keep what one of several test processes counts in Redis apart from what the others count.

    A database of PostgreSQL each is given by pytest-django; the settings were read before this file.
    """
    address = _own_redis(settings.REDIS_URL, f"{os.environ.get('TEST_DB_SUFFIX', '')}_{worker}")
    os.environ["REDIS_URL"] = settings.REDIS_URL = settings.CELERY_BROKER_URL = address
    settings.CACHES["default"]["LOCATION"] = address


def _prepare_django() -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:  # has what the first process made
        _take_own_redis(os.environ["PYTEST_XDIST_WORKER"])
        return
    if settings.configured:
        raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: the tests bring their own environment")
    which = of_the_tests()
    try:
        lent = _servers.enter_context(borrowed(which))
    except ToolFailed as error:
        pytest.exit(str(error), returncode=1)
    # What the real environment says stands, as it does for `manage.py`.
    os.environ.update({name: value for name, value in lent.items() if name not in os.environ})
    os.environ.update(_own_corner(dict(os.environ), os.environ.get("TEST_DB_SUFFIX", "")))
    os.environ["LOCAL_DIR"] = str(which.folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "cccd_portal.settings"
    django.setup()


_prepare_django()


@pytest.fixture(autouse=True, scope="session")
def _rows_come_in_no_particular_order() -> Iterator[None]:
    """A query that names no order gets a random one, so no test leans on luck."""
    named = SQLCompiler._order_by_pairs

    def pairs(compiler):
        found = list(named(compiler))
        query = compiler.query
        if not found and not (query.distinct or query.combinator or query.group_by):
            found = [(OrderBy(Random()), False)]
        yield from found

    SQLCompiler._order_by_pairs = pairs
    yield
    SQLCompiler._order_by_pairs = named


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The database of the tests, which cannot be dropped while a server's thread is still leaving it."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        for _ in range(100):
            cursor.execute(f"SELECT query {others}")
            if not (last_words := cursor.fetchall()):
                return
            time.sleep(0.1)
        print(f"Sent away who would not leave the test database: {last_words}", file=sys.__stderr__)
        cursor.execute(f"SELECT pg_terminate_backend(pid) {others}")


@pytest.fixture
def _as_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unknown variables of templates are empty, as on a server: the theme counts errors that may not be
    there, and stumbles over what the suite puts in their place.
    """
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")


@pytest.fixture
def kept_in(tmp_path: Path, settings) -> Path:
    """A folder of the test's own, in which attachments are kept."""
    kept = {**settings.STORAGES["attachments"]}
    kept["OPTIONS"] = {**kept["OPTIONS"], "location": str(tmp_path / "attachments")}
    settings.STORAGES = {**settings.STORAGES, "attachments": kept}
    return tmp_path / "attachments"
