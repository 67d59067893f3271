"""Throttles count while the cache is there, and stand aside when it is not."""

import time
from uuid import uuid4

import pytest
import time_machine
from django.test import RequestFactory
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api import throttling
from core.api.throttling import PerAddress, PerCitizen, address_of, count, limited
from core.tests.urls import Caller

HALF_A_MINUTE_PAST = "2026-11-23T01:00:30Z"


@pytest.fixture(autouse=True)
def _fresh(monkeypatch, settings):
    """Nothing counted yet; at most three a minute."""
    monkeypatch.setattr(throttling, "breaker", throttling._Breaker())
    settings.THROTTLES_PER_MINUTE = {"address": 3, "citizen": 3, "book": 3}
    settings.THROTTLE_FACTOR = 1
    settings.CACHES = {"default": settings.CACHES["default"] | {"KEY_PREFIX": uuid4().hex}}
    with time_machine.travel(HALF_A_MINUTE_PAST, tick=False):
        yield


@pytest.fixture
def without_cache(settings):
    """A cache that nobody answers for: port 9 discards."""
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:9/0"}}


def request_of(caller: str = "an", **meta: str) -> Request:
    request = Request(RequestFactory().get("/", **meta))
    request.user = Caller(caller) if caller else None
    return request


def use(throttle: type[PerAddress], times: int, **who: str) -> list[bool]:
    return [throttle().allow_request(request_of(**who), APIView()) for _ in range(times)]


class TestThrottles:
    def test_let_as_many_pass_as_the_limit(self):
        assert use(PerAddress, 4) == [True, True, True, False]

    def test_begin_anew_each_minute(self):
        use(PerAddress, 4)

        with time_machine.travel("2026-11-23T01:01:00Z", tick=False):
            assert use(PerAddress, 1) == [True]

    def test_count_each_address_and_each_citizen_alone(self):
        use(PerAddress, 4)
        use(PerCitizen, 4)

        assert use(PerAddress, 1, REMOTE_ADDR="10.0.0.7") == [True]
        assert use(PerCitizen, 1, caller="binh") == [True]

    def test_count_each_scope_alone(self):
        use(PerCitizen, 4)

        assert use(limited("book", by=PerCitizen), 4) == [True, True, True, False]

    def test_do_not_count_a_stranger_by_account(self):
        assert use(PerCitizen, 9, caller="") == [True] * 9

    def test_are_relaxed_and_switched_off_by_the_factor(self, settings):
        settings.THROTTLE_FACTOR = 2
        assert use(PerAddress, 7) == [True] * 6 + [False]

        settings.THROTTLE_FACTOR = 0
        assert use(PerAddress, 9) == [True] * 9

    def test_ask_to_wait_for_the_rest_of_the_minute(self):
        assert PerAddress().wait() == 30
        assert Throttled(wait=PerAddress().wait()).wait == 30


class TestCount:
    def test_counts_nothing_while_the_cache_is_away(self, without_cache):
        assert count("book", "an") == 0

    def test_asks_only_once_in_a_while(self, without_cache):
        count("book", "an")

        began = time.perf_counter()
        assert [count("book", "an") for _ in range(1000)] == [0] * 1000
        assert time.perf_counter() - began < 0.1

    def test_then_one_asks_for_all_the_others(self, without_cache, monkeypatch):
        """Nobody else waits, although the one has not heard yet whether the cache is back."""
        count("book", "an")
        later = time.monotonic() + throttling.STAND_ASIDE
        monkeypatch.setattr(time, "monotonic", lambda: later)

        assert [throttling.breaker.is_open() for _ in range(3)] == [False, True, True]

    def test_counts_again_once_the_cache_is_back(self, settings, monkeypatch):
        settings_as_they_were = settings.CACHES
        settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:9/0"}}
        count("book", "an")
        settings.CACHES = settings_as_they_were
        throttling.breaker.away_until = 0.0

        assert [count("book", "an") for _ in range(2)] == [1, 2]


class TestAddressOf:
    @pytest.mark.parametrize(
        ("proxies", "forwarded", "address"),
        [
            (0, "", "10.0.0.1"),
            (0, "1.2.3.4", "10.0.0.1"),
            (1, "1.2.3.4", "1.2.3.4"),
            (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
            (2, "6.6.6.6, 1.2.3.4, 10.0.0.9", "1.2.3.4"),
            (2, "1.2.3.4", "10.0.0.1"),
        ],
    )
    def test_believes_only_our_own_proxies(self, settings, proxies, forwarded, address):
        settings.TRUSTED_PROXIES = proxies

        found = address_of(request_of(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded))

        assert found == address
