import pytest
import time_machine
from django.test import Client

from accounts.tests.callers import Api
from accounts.tests.factories import CitizenFactory
from booking.tests.factories import NOW


@pytest.fixture
def api(db, settings):
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
