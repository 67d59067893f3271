from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Citizen
from accounts.services.tokens import open_session
from accounts.tests.factories import CitizenFactory
from booking.tests.factories import NOW


@dataclass
class Api:
    """The portal's API as one caller sees it; without a citizen, as a stranger does."""

    client: Client
    citizen: Citizen | None
    since: datetime = NOW

    def __post_init__(self) -> None:
        access = open_session(citizen=self.citizen, now=self.since).access if self.citizen else ""
        self.signed = {"Authorization": f"Bearer {access}"} if access else {}

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1/{path}", headers=self._headers(headers))

    def post(self, path: str, body: object = "", *, content_type: str = "application/json", **headers: str):
        said = {"data": body, "content_type": content_type, "headers": self._headers(headers)}
        return self.client.post(f"/api/v1/{path}", **said)

    def delete(self, path: str) -> Any:
        return self.client.delete(f"/api/v1/{path}", headers=self.signed)

    def _headers(self, headers: dict[str, str]) -> dict[str, str]:
        return self.signed | {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def api(db, settings):
    """The API by a signed-in citizen, while the clock stands at NOW. A bug answers 500, as outside."""
    settings.THROTTLE_FACTOR = 0
    with time_machine.travel(NOW, tick=False):
        yield Api(Client(raise_request_exception=False), CitizenFactory())


@pytest.fixture
def stranger(api):
    return Api(api.client, None)


@pytest.fixture
def neighbour(api):
    """Another citizen than `api`'s."""
    return Api(api.client, CitizenFactory())
