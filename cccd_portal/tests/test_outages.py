"""Redis away, Zalo failing: what stands on their own feet, what waits, and what an officer sees of it."""

import itertools
import secrets
import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Citizen
from accounts.tests.factories import CitizenFactory, OfficerFactory, ZaloContactFactory
from agencies.tests.factories import AgencyFactory
from booking.tests.factories import person
from booking.tests.racing import day_of
from cccd_portal.tests.portal import Portal, running, running_portal, soon, tokens, wait_until
from notifications.services import owe_messages, send_due, sweep
from notifications.tests.factories import MessageTextFactory, new_message
from tools.processes import free_port
from tools.redis_server import RedisServer
from tools.unprivileged import Home
from zalo.models import OaToken
from zalo.sandbox.testing import Sandbox, running_sandbox
from zalo.services import seed_tokens

pytestmark = pytest.mark.django_db(transaction=True)
OA = "3674338702778449434"
PHONE = "+84905123456"
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


@pytest.fixture(scope="module")
def with_redis(django_db_setup) -> Iterator[Portal]:
    with running_portal(COUNTED) as portal:
        yield portal


@pytest.fixture(scope="module", params=[closed_door, silence])
def without_redis(request, django_db_setup) -> Iterator[Portal]:
    with request.param() as address, running_portal({**COUNTED, "REDIS_URL": address}) as portal:
        yield portal


class TestRedisAway:
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
        assert max(taken[without_redis]) < 3

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
    grant(_sandbox)
    return _sandbox


def grant(sandbox: Sandbox) -> None:
    """Let the Official Account's owner agree, as at the beginning and whenever the grant has ended."""
    pair = sandbox.oa(OA)
    seed_tokens(
        oa_id=OA,
        access_token=pair["access_token"],
        refresh_token=pair["refresh_token"],
        expires_in=90_000,
        now=timezone.now(),
    )


class Office:
    """An office at the sandbox, and a citizen who has just written to it."""

    def __init__(self, sandbox: Sandbox) -> None:
        now = timezone.now()
        self.agency = AgencyFactory(oa_id=OA)
        MessageTextFactory(agency=self.agency)
        self.follower = CitizenFactory()
        uid = sandbox.citizen(phone=None)["oa_users"][OA]
        ZaloContactFactory(oa_id=OA, uid=uid, citizen=self.follower, last_interaction_at=now)
        sandbox.citizen(phone=PHONE)
        self.caller = CitizenFactory(phone=PHONE)
        self._serials = itertools.count(1)

    def owe(self, recipient: Citizen, *, count: int = 1) -> None:
        now = timezone.now()
        messages = [
            new_message(
                about=f"TK{next(self._serials):05d}",
                agency=self.agency,
                recipient=recipient,
                due_at=now,
                expires_at=now + timedelta(days=3),
            )
            for _ in range(count)
        ]
        with transaction.atomic():
            owe_messages(messages=messages, now=now)


@pytest.fixture
def office(sandbox) -> Office:
    return Office(sandbox)


class TestRemindersWhileRedisIsAway:
    @pytest.fixture
    def redis_of_ours(self, tmp_path) -> Iterator[RedisServer]:
        """A server that does not run yet; its address is known before."""
        home = Home(tmp_path)
        home.write("redis.port", str(free_port()))
        server = RedisServer(home, secrets.token_hex())
        yield server
        server.stop()

    @pytest.fixture
    def senders(self, redis_of_ours, sandbox, tmp_path) -> Iterator[None]:
        """A worker and its clock, started while Redis is away."""
        environment = {**sandbox.settings, "REDIS_URL": redis_of_ours.url(), "QUIET_HOURS": "0"}
        celery = ["celery", "--app", "cccd_portal", "--quiet"]
        worker = [*celery, "worker", "--pool", "solo", "--without-gossip", "--without-mingle"]
        beat = [*celery, "beat", "--schedule", str(tmp_path / "schedule")]
        with running(worker, environment), running(beat, environment):
            yield

    def test_go_out_when_it_is_back_and_again_after_the_next_time(
        self, redis_of_ours, senders, sandbox, office
    ):
        office.owe(office.follower)
        time.sleep(3)
        assert not sandbox.messages()

        redis_of_ours.start()
        wait_until(lambda: len(sandbox.messages()) == 1)

        redis_of_ours.stop()
        office.owe(office.follower)
        time.sleep(3)
        assert len(sandbox.messages()) == 1

        redis_of_ours.start()
        wait_until(lambda: len(sandbox.messages()) == 2)


SOON, TOMORROW = timedelta(minutes=11), timedelta(hours=32)


@pytest.mark.ignore_template_errors
class TestZaloFailing:
    """What becomes of each fault is tried in `notifications`; here it is seen by an officer, and mended."""

    @pytest.mark.parametrize(
        ("faults", "who", "seen", "later"),
        [
            ({"fail_rate": 1, "error": -32}, "follower", "Zalo đang bận, hệ thống tự gửi lại (mã -32)", SOON),
            ({"latency_ms": 600}, "follower", "Zalo không trả lời, chưa rõ đã đến chưa (mã 0)", SOON),
            ({"quota": 0}, "caller", "hết hạn mức trong ngày, gửi tiếp sáng mai (mã -144)", TOMORROW),
        ],
    )
    def test_shows_what_went_wrong_and_the_message_arrives_later(
        self, sandbox, office, client, faults, who, seen, later
    ):
        office.owe(getattr(office, who))
        sandbox.faults(**faults)

        assert send_due(now=timezone.now()).postponed == 1

        assert seen in self.list_of_messages(client)
        sandbox.faults()
        sweep(now=timezone.now() + later)
        assert send_due(now=timezone.now() + later).sent == 1
        assert seen not in self.list_of_messages(client)

    def test_is_not_noticed_when_only_the_token_has_expired(self, sandbox, office):
        office.owe(office.follower)
        sandbox.faults(expire_oa_token=True)

        assert send_due(now=timezone.now()).sent == 1

    def test_shows_that_the_grant_has_ended_until_somebody_renews_it(self, sandbox, office, client):
        office.owe(office.follower)
        sandbox.faults(expire_oa_token=True)
        OaToken.objects.update(refresh_token="used long ago")

        assert send_due(now=timezone.now()).postponed == 1

        assert "Official Account phải cấp lại quyền gửi (mã -14014)" in self.list_of_messages(client)
        assert client.get("/readyz").json() == {"status": "degraded", "degraded": ["zalo"]}
        grant(sandbox)
        assert send_due(now=timezone.now() + SOON).sent == 1
        assert client.get("/readyz").json()["degraded"] == []

    def list_of_messages(self, client) -> str:
        client.force_login(OfficerFactory(admin=True))
        return client.get(reverse("admin:notifications_message_changelist")).content.decode()
