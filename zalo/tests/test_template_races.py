"""A fetch and an event about one template at the same moment. The rule is shown to fail without its lock."""

import threading
from datetime import timedelta

import pytest
from django.db import transaction

from core.testing import run_together, wait_until_somebody_waits
from zalo.models import Template
from zalo.models.templates import TemplateQuerySet
from zalo.services import note_template_status, refresh_template, seed_tokens
from zalo.tests.conftest import OA_ID
from zalo.tests.factories import FETCHED_AT, template
from zalo.tests.scripted import Say, scripted

pytestmark = pytest.mark.django_db(transaction=True)
NOW = FETCHED_AT + timedelta(hours=2)
ENABLED = Say({"error": 0, "data": {"templateId": "7001", "templateName": "Mới", "status": "ENABLE"}})


@pytest.fixture(autouse=True)
def _business(settings):
    pair = {"access_token": "access", "refresh_token": "refresh", "expires_in": 90_000}
    seed_tokens(oa_id=OA_ID, now=FETCHED_AT, **pair)
    with scripted(ENABLED) as zalo:
        settings.ZALO_BUSINESS_BASE = zalo.base_url
        yield


@pytest.fixture
def without_the_lock(monkeypatch):
    monkeypatch.setattr(TemplateQuerySet, "select_for_update", lambda self, **_: self)


def fetch():
    return refresh_template(oa_id=OA_ID, template_id="7001", now=NOW)


def fetch_while_an_event_is_noted():
    """Zalo said ENABLE at `NOW` and DISABLE a second later; the first is written while the second commits."""
    template(oa_id=OA_ID).save()
    is_noted = threading.Event()

    def note():
        with transaction.atomic():
            assert note_template_status(
                oa_id=OA_ID, template_id="7001", status="DISABLE", reason="", at=NOW + timedelta(seconds=1)
            )
            is_noted.set()
            wait_until_somebody_waits()

    def fetch_then():
        assert is_noted.wait(10)
        fetch()

    assert run_together([note, fetch_then]) == [None, None]
    return Template.objects.get()


def test_without_the_lock_a_fetch_undoes_a_later_event(without_the_lock):
    """Keeps the test below honest: if this passes no more, that proves nothing."""
    assert fetch_while_an_event_is_noted().status == "ENABLE"


def test_the_later_word_stands_whichever_is_written_last():
    row = fetch_while_an_event_is_noted()

    assert (row.status, row.name, row.fetched_at) == ("DISABLE", "Mới", NOW)


def test_two_first_fetches_make_one_row():
    first, second = run_together([fetch, fetch])

    assert first.pk == second.pk
    assert Template.objects.count() == 1
