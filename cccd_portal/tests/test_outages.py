"""Redis away, Zalo failing: what stands on their own feet, what waits, and what an officer sees of it."""

import secrets
import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import CitizenFactory, OfficerFactory, ZaloContactFactory
from agencies.tests.factories import AgencyFactory
from booking.tests.factories import person
from booking.tests.racing import day_of
from cccd_portal.tests.portal import Portal, running, running_portal, soon, tokens, wait_until
from notifications.models import Message, State
from notifications.services import owe_messages, send_due
from notifications.tests.factories import MessageTextFactory, new_message
from tools.processes import free_port
from tools.redis_server import RedisServer
from tools.unprivileged import Home
from zalo.sandbox.testing import Sandbox, running_sandbox
from zalo.services import seed_tokens

pytestmark = pytest.mark.django_db(transaction=True)
OA = "3674338702778449434"
COUNTED = {"THROTTLE_FACTOR": "100"}


@contextmanager
def closed_door() -> Iterator[str]:
    """An address where nobody listens."""
    yield f"redis://127.0.0.1:{free_port()}/0"


@contextmanager
def silence() -> Iterator[str]:
    """An address where somebody listens and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=1000) as listener:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


class TestRedisAway:
    @pytest.fixture(scope="class")
    def with_redis(self, django_db_setup) -> Iterator[Portal]:
        with running_portal(COUNTED) as portal:
            yield portal

    @pytest.fixture(params=[closed_door, silence])
    def without_redis(self, request, django_db_setup) -> Iterator[Portal]:
        with request.param() as address, running_portal({**COUNTED, "REDIS_URL": address}) as portal:
            yield portal

    def test_citizens_book_as_quickly_as_ever(self, with_redis, without_redis):
        """Turn by turn, so that what else the machine does slows both."""
        (slot,) = day_of(500, on=soon())
        taken: dict[Portal, list[float]] = {with_redis: [], without_redis: []}
        for token in tokens(30):
            for portal in taken:
                began = time.monotonic()
                assert portal.book(slot, [person()], token=token).status_code == 201
                taken[portal].append(time.monotonic() - began)

        quick, slow = (statistics.median(times[5:]) for times in taken.values())
        assert slow <= 1.5 * quick
        assert max(taken[without_redis]) < 1.5

    def test_the_portal_is_ready_and_says_what_is_missing(self, with_redis, without_redis):
        well, ill = (portal.ask("GET", "/readyz") for portal in (with_redis, without_redis))

        assert (well.status_code, well.json()["degraded"]) == (200, [])
        assert (ill.status_code, ill.json()) == (200, {"status": "degraded", "degraded": ["redis"]})


@pytest.fixture(scope="module")
def _sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_sandbox, settings) -> Sandbox:
    _sandbox.start_anew()
    for name, value in _sandbox.settings.items():
        setattr(settings, name, value)
    settings.QUIET_HOURS = False
    settings.ZALO_TIMEOUT_SECONDS = 0.3
    pair = _sandbox.oa(OA)
    seed_tokens(
        oa_id=OA,
        access_token=pair["access_token"],
        refresh_token=pair["refresh_token"],
        expires_in=90_000,
        now=timezone.now(),
    )
    return _sandbox


def owe(sandbox: Sandbox, *, count: int = 1) -> None:
    """Owe reminders to somebody who has just written to the office's Official Account."""
    now = timezone.now()
    words = MessageTextFactory(agency=AgencyFactory(oa_id=OA))
    citizen = CitizenFactory()
    uid = sandbox.citizen(phone=None)["oa_users"][OA]
    ZaloContactFactory(oa_id=OA, uid=uid, citizen=citizen, last_interaction_at=now)
    times = {"due_at": now, "expires_at": now + timedelta(days=1)}
    more(words.agency, citizen, count=count, **times)


def more(agency, citizen, *, count: int, **times: Any) -> None:
    with transaction.atomic():
        owe_messages(
            messages=[
                new_message(about=f"TK{serial:05d}", agency=agency, recipient=citizen, **times)
                for serial in range(count)
            ],
            now=times["due_at"],
        )
