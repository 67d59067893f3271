"""Counting requests by address, account or phone. A convenience for the many, not a guard: it fails open.

Counts live in the cache and nowhere else. When the cache is away, nobody waits for it: after one failure the
throttles stand aside for some seconds.
"""

import logging
import time
from abc import ABC, abstractmethod
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from redis import Redis
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

log = logging.getLogger(__name__)
MINUTE = 60
STAND_ASIDE = 5.0


class _Breaker:
    """Remembers, in this process, that the cache is away."""

    def __init__(self) -> None:
        self.away_until = 0.0

    def is_open(self) -> bool:
        """Whether to leave the cache alone. Once the time is over, one caller asks for all the others."""
        if time.monotonic() < self.away_until:
            return True
        if self.away_until:
            self.trip()
        return False

    def trip(self) -> None:
        self.away_until = time.monotonic() + STAND_ASIDE

    def close(self) -> None:
        self.away_until = 0.0


breaker = _Breaker()


@cache
def _redis_at(address: str) -> Redis:
    """This process's one client, for any number of threads. Nobody waits for an answer longer than this."""
    return Redis.from_url(address, socket_connect_timeout=0.2, socket_timeout=0.2)


def count(scope: str, ident: str, *, seconds: int = MINUTE) -> int:
    """Count one more use of `scope` by `ident` in the present window; 0 when the cache is away."""
    if breaker.is_open():
        return 0
    cached = settings.CACHES["default"]
    key = f"{cached['KEY_PREFIX']}:throttle:{scope}:{ident}:{int(time.time() // seconds)}"
    try:
        # Not by Django's cache, which would go there and back three times.
        with _redis_at(cached["LOCATION"]).pipeline(transaction=False) as both:
            both.incr(key)
            both.expire(key, seconds + 1)
            used, _ = both.execute()
    except RedisError as away:
        log.warning("The cache is away; throttles stand aside (%s)", type(away).__name__)
        breaker.trip()
        return 0
    breaker.close()
    return int(used)


def address_of(request: Request | HttpRequest) -> str:
    """The address the request came from, as seen by the outermost of our own proxies."""
    forwarded = [
        part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()
    ]
    proxies = settings.TRUSTED_PROXIES
    if proxies and len(forwarded) >= proxies:
        return forwarded[-proxies]
    return request.META.get("REMOTE_ADDR", "")


class _PerMinute(BaseThrottle, ABC):
    scope: str

    @abstractmethod
    def ident(self, request: Request) -> str | None:
        """What requests are counted by; None counts nothing."""

    def allow_request(self, request: Request, view: Any) -> bool:  # noqa: ARG002 - the framework's signature
        limit = settings.THROTTLES_PER_MINUTE[self.scope] * settings.THROTTLE_FACTOR
        ident = self.ident(request)
        return limit == 0 or ident is None or count(self.scope, ident) <= limit

    def wait(self) -> float:
        return MINUTE - time.time() % MINUTE


class PerAddress(_PerMinute):
    scope = "address"

    def ident(self, request: Request) -> str | None:
        return address_of(request)


class PerCitizen(_PerMinute):
    scope = "citizen"

    def ident(self, request: Request) -> str | None:
        return str(request.user.pk) if request.user else None


def limited(scope: str, *, by: type[_PerMinute] = PerAddress) -> type[_PerMinute]:
    """Make a throttle with the limit named `scope` in `THROTTLES_PER_MINUTE`, counted as `by` counts."""
    return type(f"Limited_{scope}", (by,), {"scope": scope})
