from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client

from accounts.tests.callers import Api
from accounts.tests.factories import CitizenFactory
from dossiers.models import LoadedVersion, Regulation, Version
from dossiers.services.loading import load_procedures
from dossiers.tests.browsing import sign_in
from dossiers.tests.declared import NOW


@pytest.fixture(scope="package")
def _loaded(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The law of the house, once for all tests of the room: loading it costs as much as thirty of them."""
    with django_db_blocker.unblock():
        load_procedures(now=datetime(2026, 11, 23, tzinfo=UTC))
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        names = ", ".join(model._meta.db_table for model in (LoadedVersion, Version, Regulation))
        cursor.execute(f"TRUNCATE {names} CASCADE")


@pytest.fixture
def law(_loaded, db) -> None:
    """The law of the house, in every era."""


@pytest.fixture
def citizen(law):
    return CitizenFactory()


@pytest.fixture
def phone(client, citizen):
    """The browser of that citizen, signed in."""
    return sign_in(client, citizen)


@pytest.fixture
def api(law, settings):
    """The API by a signed-in citizen, while the clock stands at NOW. A bug answers 500, as outside."""
    settings.THROTTLE_FACTOR = 0
    with time_machine.travel(NOW, tick=False):
        yield Api(Client(raise_request_exception=False), CitizenFactory(), NOW)


@pytest.fixture
def stranger(api):
    return Api(api.client, None, NOW)


@pytest.fixture
def neighbour(api):
    """Another citizen than `api`'s."""
    return Api(api.client, CitizenFactory(), NOW)
