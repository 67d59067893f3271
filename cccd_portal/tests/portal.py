"""The portal as it is served, in processes of its own, on the database of the tests."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import Citizen
from accounts.notice import CURRENT_NOTICE
from accounts.services.tokens import open_session
from accounts.tests.factories import CitizenFactory
from booking.models import Slot
from booking.services.people import NewPerson
from core.time import local_date
from tools.processes import answers, free_port

SECONDS = 30


@dataclass(frozen=True)
class Portal:
    """A portal that runs, and a client that opens a connection for each request."""

    base_url: str
    http: httpx.Client

    def ask(self, method: str, path: str, *, token: str = "", **said: Any) -> httpx.Response:
        headers = {**said.pop("headers", {}), **({"Authorization": f"Bearer {token}"} if token else {})}
        return self.http.request(method, path, headers=headers, **said)

    def book(self, slot: Slot, people: Sequence[NewPerson], *, token: str, key: str = "") -> httpx.Response:
        return self.ask(
            "POST",
            "/api/v1/appointments/",
            token=token,
            json={"slot": str(slot.public_id), "people": [as_json(person) for person in people], **AGREED},
            headers={"Idempotency-Key": key} if key else {},
        )

    def move(self, code: str, slot: Slot, *, token: str) -> httpx.Response:
        path = f"/api/v1/appointments/{code}/reschedule/"
        return self.ask("POST", path, token=token, json={"slot": str(slot.public_id)})


AGREED = {"accept": {"notice": CURRENT_NOTICE.version, "on_behalf": True}}


def token_of(citizen: Citizen) -> str:
    return open_session(citizen=citizen, now=timezone.now()).access


def tokens(count: int) -> list[str]:
    """The access tokens of so many new accounts."""
    return [token_of(citizen) for citizen in CitizenFactory.create_batch(count)]


def soon() -> Any:
    """A day that can be booked at any hour of today."""
    return local_date(timezone.now()) + timedelta(days=2)


def as_json(person: NewPerson) -> dict[str, Any]:
    details = person.details
    return {
        "full_name": details.full_name,
        "personal_id": details.personal_id,
        "birth_date": details.birth_date,
        "sex": details.sex,
        "relation": person.relation.lower(),
    }


@contextmanager
def running_portal(
    environment: Mapping[str, str] | None = None, *, application: str = "cccd_portal.wsgi"
) -> Iterator[Portal]:
    """Serve the portal by gunicorn as long as the block lasts."""
    base_url = f"http://127.0.0.1:{free_port()}"
    command = ["gunicorn", "--bind", urlsplit(base_url).netloc, application]
    with running(command, environment) as process:
        wait_until(lambda: answers(f"{base_url}/healthz"), process)
        limits = httpx.Limits(max_connections=300, max_keepalive_connections=0)
        with httpx.Client(base_url=base_url, timeout=60, limits=limits, trust_env=False) as http:
            yield Portal(base_url, http)


@contextmanager
def running(
    command: Sequence[str], environment: Mapping[str, str] | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a Python module with the settings of this test as long as the block lasts."""
    process = subprocess.Popen(  # noqa: S603 - it is our own Python
        [sys.executable, "-m", "tools.tied", str(os.getpid()), *command],
        cwd=settings.BASE_DIR,
        env={**os.environ, **_ours(), **(environment or {})},
        stdin=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGQUIT)  # at once: nobody waits for an answer any more
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ours() -> dict[str, str]:
    """The database of the tests in place of that of the developer."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    return {"DATABASE_URL": database.geturl(), "WEB_CONCURRENCY": "2", "WEB_THREADS": "8"}


def wait_until(
    happened: Any, process: "subprocess.Popen[bytes] | None" = None, *, seconds: float = SECONDS
) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        assert process is None or process.poll() is None, "the process ended"
        time.sleep(0.05)
