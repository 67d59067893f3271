"""Sixteen workers and one refresh token that works once.

The rule is shown to fail without its lock, then to hold with it, over real HTTP and on PostgreSQL.
"""

import threading
import time

import pytest
from django.db import connection

from core.testing import run_together
from zalo.clients import BusinessClient
from zalo.errors import NeedsConsent, ZaloError
from zalo.models import OaToken, OaTokenQuerySet
from zalo.services import access_token, seed_tokens
from zalo.tests.conftest import OA_ID, seeded
from zalo.tests.scripted import Say, refreshed, scripted

WORKERS = 16

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def without_the_lock(monkeypatch):
    """Everybody reads the row, nobody waits for anybody."""
    monkeypatch.setattr(OaTokenQuerySet, "select_for_update", lambda self, **_: self)


@pytest.fixture
def slow_oauth(settings, now):
    """A host that takes its time, so that rivals meet; gives a new pair to each who asks."""
    seed_tokens(oa_id=OA_ID, access_token="access-0", refresh_token="refresh-0", expires_in=90_000, now=now)
    pairs = [Say(refreshed(number).body, delay=0.3) for number in range(1, WORKERS + 2)]
    with scripted(*pairs) as zalo:
        settings.ZALO_OAUTH_BASE = zalo.base_url
        yield zalo


def refresh_from_all_sides(now):
    return run_together([lambda: access_token(oa_id=OA_ID, now=now, rejected="access-0")] * WORKERS)


def test_without_the_lock_more_than_one_refresh_leaves(slow_oauth, without_the_lock, now):
    """Keeps the tests below honest: if this passes no more, they prove nothing."""
    refresh_from_all_sides(now)

    assert len(slow_oauth.asked) > 1


def test_sixteen_workers_refresh_once_and_all_get_the_new_token(slow_oauth, now):
    assert refresh_from_all_sides(now) == ["access-1"] * WORKERS

    assert len(slow_oauth.asked) == 1


def test_without_the_lock_the_sandbox_ends_the_grant(sandbox, without_the_lock, now):
    """A control as well: what the lock is for."""
    seeded(sandbox, now)
    sandbox.faults(latency_ms=100)
    stale = OaToken.objects.get().access_token

    outcomes = run_together([lambda: access_token(oa_id=OA_ID, now=now, rejected=stale)] * WORKERS)

    assert any(isinstance(outcome, NeedsConsent) for outcome in outcomes)


def test_sixteen_senders_whose_token_dies_refresh_once_and_all_send(sandbox, now):
    seeded(sandbox, now)
    sandbox.citizen()
    sandbox.faults(expire_oa_token=True, latency_ms=50)

    def send(number):
        return lambda: BusinessClient(OA_ID).send_template_to_phone(
            phone="+84905123456", template_id="t", data={"a": "b"}, tracking_id=f"m-{number}", now=now
        )

    outcomes = run_together([send(number) for number in range(WORKERS)])

    assert not any(isinstance(outcome, Exception) for outcome in outcomes)
    assert len({message["tracking_id"] for message in sandbox.messages()}) == WORKERS
    assert sandbox.refreshes(OA_ID) == 1


def test_the_new_pair_is_committed_before_anybody_uses_it(sandbox, now):
    """Whoever holds the new token finds it in the database from another connection."""
    seeded(sandbox, now)
    stale = OaToken.objects.get().access_token

    def refresh_and_look():
        got = access_token(oa_id=OA_ID, now=now, rejected=stale)
        stored = []
        looker = threading.Thread(target=lambda: stored.extend(run_together([OaToken.objects.get])))
        looker.start()
        looker.join()
        return got == stored[0].access_token

    assert run_together([refresh_and_look] * 4) == [True] * 4


def test_those_who_waited_for_a_failure_do_not_fail_in_turn(settings, now):
    """Sixteen time-outs one after the other would stop every sender for minutes."""
    seed_tokens(oa_id=OA_ID, access_token="access-0", refresh_token="refresh-0", expires_in=90_000, now=now)
    settings.ZALO_TIMEOUT_SECONDS = 0.2
    with scripted(Say(refreshed().body, delay=0.6)) as zalo:
        settings.ZALO_OAUTH_BASE = zalo.base_url

        outcomes = refresh_from_all_sides(now)

    assert all(isinstance(outcome, ZaloError) for outcome in outcomes)
    assert len(zalo.asked) == 2  # the one who held the lock, and its one repeat


def test_a_new_consent_waits_for_a_slow_refresh_and_is_kept(slow_oauth, now):
    """Its code is used up: a pair that is given up after the usual patience would be lost."""

    def refresh():
        return access_token(oa_id=OA_ID, now=now, rejected="access-0")

    def consent():
        while not slow_oauth.asked:
            time.sleep(0.01)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        return seed_tokens(
            oa_id=OA_ID, access_token="new", refresh_token="new-r", expires_in=90_000, now=now
        ).access_token

    assert run_together([refresh, consent]) == ["access-1", "new"]
    assert OaToken.objects.get().refresh_token == "new-r"
