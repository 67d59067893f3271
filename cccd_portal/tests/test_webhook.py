"""Zalo's events at the portal's door: 200 whatever comes, and only what Zalo signed is done."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from accounts.models import ZaloContact
from accounts.tests.factories import EIGHT, CitizenFactory, ConsentFactory
from cccd_portal import zalo_events
from notifications.models import Message, State
from notifications.tests.factories import MessageFactory
from zalo.models import StoredEvent
from zalo.signing import oa_mac
from zalo.tests.vectors import V9

pytestmark = pytest.mark.django_db
APP_ID, SECRET = "2334789304983807556", "OA_SECRET_KEY_0123456789"
OA_ID, UID, ZALO_ID = "3674338702778449434", "675059164343092785", "552177279717587730"
NOW = f"{int(EIGHT.timestamp() * 1000)}"


@pytest.fixture(autouse=True)
def _at_eight(settings):
    settings.ZALO_APP_ID, settings.ZALO_OA_WEBHOOK_SECRET = APP_ID, SECRET
    settings.EVENT_HANDLERS = 1
    with time_machine.travel(EIGHT, tick=False):
        yield


@pytest.fixture
def zalo(client):
    """Zalo, which signs what it sends; what was written down is handled at once."""

    def send(*, signature: str | None = None, is_handled: bool = True, **event: Any):
        raw = json.dumps({"app_id": APP_ID, "timestamp": NOW} | event).encode()
        timestamp = str(event.get("timestamp", NOW))
        signed = f"mac={oa_mac(app_id=APP_ID, raw=raw, timestamp=timestamp, secret=SECRET)}"
        headers = {"X-ZEvent-Signature": signed if signature is None else signature}
        answer = client.post("/webhooks/zalo/", raw, content_type="application/json", headers=headers)
        if is_handled:
            zalo_events.handle_events(now=EIGHT)
        return answer

    return send


def follow(name: str = "follow", **more: Any) -> dict[str, Any]:
    said = {
        "event_name": name,
        "oa_id": OA_ID,
        "follower": {"id": UID},
        "user_id_by_app": "552177279717587730",
    }
    return said | more


class TestFollow:
    def test_is_noted_for_the_citizen_it_is(self, zalo):
        citizen = CitizenFactory(zalo_id=ZALO_ID)

        assert zalo(**follow()).json() == {"error": 0}

        contact = ZaloContact.objects.get()
        assert (contact.oa_id, contact.uid, contact.citizen) == (OA_ID, UID, citizen)
        assert contact.follows
        assert contact.last_interaction_at == EIGHT

    def test_ends_with_an_unfollow_in_whatever_order_the_two_come(self, zalo):
        later = f"{int(NOW) + 60_000}"
        zalo(**follow("unfollow", timestamp=later))

        zalo(**follow())

        assert not ZaloContact.objects.get().follows

    def test_is_noted_once_however_often_it_is_told(self, zalo):
        for _ in range(3):
            zalo(**follow())

        assert ZaloContact.objects.count() == 1


class TestReceipt:
    def test_closes_a_message_to_a_phone_by_our_own_id(self, zalo):
        message = MessageFactory(sent=True, channel="TEMPLATE_PHONE")
        told = {"delivery_time": f"{int(NOW) - 1000}", "tracking_id": message.tracking_id, "msg_id": "m"}

        zalo(event_name="user_received_message", sender={"id": OA_ID}, message=told)

        message.refresh_from_db()
        assert (message.state, message.delivered_at) == (State.DELIVERED, EIGHT - timedelta(seconds=1))

    @pytest.mark.django_db(transaction=True)
    def test_closes_a_message_in_the_chat_by_zalos_id(self, zalo):
        message = MessageFactory(sent=True, oa_id=OA_ID, provider_id="zalo-1")
        told = {"msg_ids": ["zalo-0", "zalo-1"]}

        zalo(event_name="user_received_message", sender={"id": OA_ID}, recipient={"id": UID}, message=told)

        message.refresh_from_db()
        assert message.state == State.DELIVERED


class TestMiniApp:
    """At an address of its own, because it is signed in another way."""

    @pytest.fixture(autouse=True)
    def _at_the_hour_of_the_vector(self, settings):
        settings.ZALO_MINIAPP_ID, settings.ZALO_MINIAPP_API_KEY = V9.app_id, V9.secret
        with time_machine.travel(V9.at, tick=False):
            yield

    def tell(self, client, *, signature=V9.signature, address="/webhooks/zalo/mini-app/"):
        headers = {"X-ZEvent-Signature": signature}
        return client.post(address, V9.raw, content_type="application/json", headers=headers)

    def test_tells_that_a_citizen_took_the_consent_back(self, client):
        consent = ConsentFactory(citizen__zalo_id="3368637342326461234", given_at=V9.at)

        assert self.tell(client).json() == {"error": 0}
        zalo_events.handle_events(now=V9.at)

        consent.refresh_from_db()
        assert consent.withdrawn_at == V9.at
        assert StoredEvent.objects.get().state == StoredEvent.State.DONE

    @pytest.mark.parametrize(
        "how", [{"signature": "0" * 64}, {"signature": ""}, {"address": "/webhooks/zalo/"}]
    )
    def test_is_dropped_when_it_is_not_signed_so(self, client, how):
        assert self.tell(client, **how).status_code == 200

        assert not StoredEvent.objects.exists()


class TestWhateverComes:
    def test_may_be_refused_when_zalo_did_not_sign_it(self, zalo, settings):
        settings.ZALO_BAD_SIGNATURE_STATUS = 401

        assert zalo(signature="mac=" + "0" * 64, **follow()).status_code == 401
        assert zalo(**follow()).status_code == 200

    @pytest.mark.parametrize("signature", ["", "mac=", "mac=" + "0" * 64, "nonsense", "mac=ề"])
    def test_is_dropped_unless_zalo_signed_it(self, zalo, caplog, signature):
        assert zalo(signature=signature, **follow()).json() == {"error": 0}

        assert not ZaloContact.objects.exists()
        assert "A webhook was dropped" in caplog.text

    @pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff", b'{"a":' * 5000, b"null"])
    def test_is_answered_alike_when_it_cannot_be_read(self, client, raw):
        headers = {"X-ZEvent-Signature": "mac=0"}

        response = client.post("/webhooks/zalo/", raw, content_type="application/json", headers=headers)

        assert (response.status_code, response.json()) == (200, {"error": 0})

    @pytest.mark.parametrize("name", ["", "anything_else", "oa_send_text"])
    def test_is_let_go_when_nobody_waits_for_it(self, zalo, name):
        assert zalo(event_name=name, sender={"id": UID}).status_code == 200

        row = StoredEvent.objects.get()
        assert (row.name, row.state, row.payload) == (name, StoredEvent.State.LET_GO, None)

    def test_is_dropped_when_it_is_of_long_ago(self, zalo):
        zalo(**follow(timestamp=f"{int(NOW) - 3 * 3600 * 1000}"))

        assert not ZaloContact.objects.exists()

    @pytest.mark.parametrize(
        "event",
        [
            {"event_name": "follow"},
            {"event_name": "follow", "follower": "An", "oa_id": {"id": 1}},
            {"event_name": "user_received_message", "message": "text"},
            {"event_name": "user_received_message", "message": {"msg_ids": [None, {}]}},
            {"event_name": ["follow"]},
        ],
    )
    def test_changes_nothing_when_signed_but_strange(self, zalo, event):
        assert zalo(**event).status_code == 200

        assert not ZaloContact.objects.exists()
        assert not Message.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_is_answered_and_logged_when_it_meets_a_bug_of_ours(self, zalo, caplog):
        assert zalo(**follow(follower={"id": UID * 2})).status_code == 200

        assert "(follow), try 1: DataError" in caplog.text
        assert UID not in caplog.text
        assert StoredEvent.objects.get().state == StoredEvent.State.WAITING

    def test_is_refused_when_it_cannot_be_written_down_so_that_it_comes_again(self, zalo, caplog):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE zalo_storedevent RENAME TO gone")

        assert zalo(is_handled=False, **follow()).status_code == 503

        assert "An event could not be written down: ProgrammingError" in caplog.text
        assert UID not in caplog.text

    def test_is_only_written_down_while_zalo_waits(self, zalo, django_assert_num_queries):
        with django_assert_num_queries(1):
            zalo(is_handled=False, **follow())

        assert not ZaloContact.objects.exists()
        zalo_events.handle_events(now=EIGHT)
        assert ZaloContact.objects.exists()

    def test_comes_by_post_only(self, client):
        assert client.get("/webhooks/zalo/").status_code == 405
