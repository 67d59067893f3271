"""The vectors V6 to V8 of the contract; everything that is not exactly them is refused."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest

from zalo.signing import oa_mac
from zalo.webhooks import BadSignature, verify

APP_ID = "2334789304983807556"
SECRET = "OA_SECRET_KEY_0123456789"
V6 = (
    '{"app_id":"2334789304983807556","user_id_by_app":"552177279717587730","event_name":"user_send_text",'
    '"timestamp":"1787209817225","sender":{"id":"675059164343092785"},"recipient":{"id":"3674338702778449434"},'
    '"message":{"msg_id":"b2db3895fe26797f2030","text":"Xin chào, tôi muốn hỏi lịch làm CCCD"}}'
).encode()
V6_MAC = "mac=8dee9d2940025c2237ac75d2269a09794ff60e5cfba6124777b0d8a2c0e4f9a4"
V7 = (
    b'{"sender":{"id":"3674338702778449434"},"recipient":{"id":"84987654321"},'
    b'"event_name":"user_received_message","message":{"delivery_time":"1787209817000",'
    b'"msg_id":"a4d0243feee163bd3af2","tracking_id":"appt-1024-rem24h"},'
    b'"app_id":"2334789304983807556","timestamp":"1787209817477"}'
)
V7_MAC = "mac=b9de005f8f8902ad0b6f681f48ba248330b5bbd125b65e71b9d9ab3129c363a1"
SENT_AT = datetime.fromtimestamp(1787209817225 / 1000, tz=UTC)


@pytest.fixture(autouse=True)
def _our_app(settings):
    settings.ZALO_APP_ID = APP_ID
    settings.ZALO_OA_WEBHOOK_SECRET = SECRET


def signed(body, *, secret=SECRET):
    raw = json.dumps(body).encode()
    mac = oa_mac(app_id=body["app_id"], raw=raw, timestamp=str(body["timestamp"]), secret=secret)
    return raw, f"mac={mac}"


def opened(**body):
    """The event of a body that Zalo signed just now."""
    timestamp = "1787209817225"
    raw, mac = signed({"app_id": APP_ID, "timestamp": timestamp, **body})
    return verify(raw, signature=mac, now=SENT_AT)


class TestVerify:
    def test_reads_a_citizens_message_with_vietnamese_text(self):
        assert hashlib.sha256(V6).hexdigest().startswith("fa042b95d6bbb88d")

        event = verify(V6, signature=V6_MAC, now=SENT_AT)

        assert event.name == "user_send_text"
        assert (event.oa_id, event.uid) == ("3674338702778449434", "675059164343092785")
        assert event.app_user_id == "552177279717587730"
        assert event.message_ids == ("b2db3895fe26797f2030",)
        assert event.occurred_at == SENT_AT
        assert not event.is_by_phone

    def test_takes_a_signature_without_its_prefix(self):
        assert verify(V6, signature=V6_MAC.removeprefix("mac="), now=SENT_AT).name == "user_send_text"

    def test_reads_a_receipt_by_phone_and_keeps_the_number_out_of_the_ids(self):
        event = verify(V7, signature=V7_MAC, server="ZNS", now=SENT_AT)

        assert event.is_by_phone
        assert event.tracking_id == "appt-1024-rem24h"
        assert event.message_ids == ("a4d0243feee163bd3af2",)
        assert event.delivered_at == datetime.fromtimestamp(1787209817, tz=UTC)
        assert (event.oa_id, event.uid) == ("3674338702778449434", None)
        assert "84987654321" not in repr(event)

    def test_knows_a_receipt_by_phone_without_the_header(self):
        assert verify(V7, signature=V7_MAC, now=SENT_AT).is_by_phone

    def test_reads_a_minimal_follow(self, settings):
        settings.ZALO_APP_ID, settings.ZALO_OA_WEBHOOK_SECRET = "123", "secret"
        raw = (
            b'{"app_id":"123","event_name":"follow","oa_id":"456","follower":{"id":"789"},'
            b'"timestamp":"1700000000000"}'
        )
        mac = "mac=249b6adfb8b1556bda2e50fcd775e4b875bd45631056ca8d076a3fc50f6a9053"

        event = verify(raw, signature=mac, now=datetime.fromtimestamp(1_700_000_000, tz=UTC))

        assert (event.name, event.oa_id, event.uid) == ("follow", "456", "789")

    def test_reads_a_receipt_in_the_chat_as_sent_by_the_oa(self):
        event = opened(
            event_name="user_received_message",
            sender={"id": "1"},
            recipient={"id": "2"},
            message={"msg_id": "m"},
        )

        assert (event.oa_id, event.uid, event.message_ids) == ("1", "2", ("m",))
        assert not event.is_by_phone
        assert event.delivered_at == SENT_AT

    def test_reads_all_messages_that_were_seen(self):
        event = opened(event_name="user_seen_message", message={"msg_ids": ["a", "b"]})

        assert event.message_ids == ("a", "b")
        assert event.delivered_at is None

    def test_reads_an_event_it_has_never_heard_of(self):
        event = opened(event_name="something_new", message="?", sender=["?"])

        assert (event.name, event.oa_id, event.uid, event.message_ids) == ("something_new", None, None, ())

    def test_takes_a_redelivery_almost_two_hours_later(self):
        assert verify(V6, signature=V6_MAC, now=SENT_AT + timedelta(minutes=110))

    @pytest.mark.parametrize("late", [timedelta(hours=2, seconds=1), timedelta(hours=-2, seconds=-1)])
    def test_refuses_an_event_of_another_time(self, late):
        with pytest.raises(BadSignature, match="not fresh"):
            verify(V6, signature=V6_MAC, now=SENT_AT + late)

    @pytest.mark.parametrize("signature", [None, ""])
    def test_refuses_an_unsigned_event(self, signature):
        with pytest.raises(BadSignature, match="unsigned"):
            verify(V6, signature=signature, now=SENT_AT)

    @pytest.mark.parametrize(
        "signature",
        [
            "mac=f738bf5f95ae46f44a97f6d54aa21e1e65f67024fba6f044ddb2ca543f2dbb7b",  # an HMAC
            "mac=f5e377853f624daa2c76331774d20560764524cf5445053c9f9df2370faf907c",  # the OA's id in front
            "mac=5394366a1fa57a139913c525ae9769919a8a48d6a1187b483cd68b90d92100e8",  # of a body written anew
            "mac=mac=8dee9d2940025c2237ac75d2269a09794ff60e5cfba6124777b0d8a2c0e4f9a4",
            "mac=8DEE9D2940025C2237AC75D2269A09794FF60E5CFBA6124777B0D8A2C0E4F9A4",
            "mac=ơ",
            "mac=",
        ],
    )
    def test_refuses_every_other_signature(self, signature):
        with pytest.raises(BadSignature, match="wrong signature"):
            verify(V6, signature=signature, now=SENT_AT)

    def test_the_refused_variants_are_what_they_are_said_to_be(self):
        anew = json.dumps(json.loads(V6), separators=(",", ":")).encode()

        keyed = hmac.new(SECRET.encode(), APP_ID.encode() + V6 + b"1787209817225", "sha256")

        assert keyed.hexdigest().startswith("f738bf5f")
        assert oa_mac(app_id=APP_ID, raw=anew, timestamp="1787209817225", secret=SECRET).startswith(
            "5394366a"
        )

    def test_refuses_a_body_that_was_written_anew(self):
        anew = json.dumps(json.loads(V6)).encode()

        with pytest.raises(BadSignature, match="wrong signature"):
            verify(anew, signature=V6_MAC, now=SENT_AT)

    def test_refuses_an_event_of_another_app_even_if_signed_with_our_secret(self):
        raw, mac = signed({"app_id": "999", "event_name": "follow", "timestamp": "1787209817225"})

        with pytest.raises(BadSignature, match="other app"):
            verify(raw, signature=mac, now=SENT_AT)

    def test_refuses_everything_while_our_app_is_not_set(self, settings):
        settings.ZALO_APP_ID = ""
        raw, mac = signed({"app_id": "", "event_name": "follow", "timestamp": "1787209817225"})

        with pytest.raises(BadSignature, match="other app"):
            verify(raw, signature=mac, now=SENT_AT)

    @pytest.mark.parametrize("timestamp", ["", "soon", "-1", "9" * 15, "٣٣", None, {"a": 1}])
    def test_refuses_an_event_without_a_time(self, timestamp):
        raw, mac = signed({"app_id": APP_ID, "event_name": "follow", "timestamp": timestamp})

        with pytest.raises(BadSignature, match="no time"):
            verify(raw, signature=mac, now=SENT_AT)

    @pytest.mark.parametrize(
        "raw", [b"", b"{", b"[]", b'"x"', b"\xff\xfe{}", b"[" * 100_000, b'{"a":' * 50_000, b"1" * 5000]
    )
    def test_refuses_what_is_not_an_object(self, raw):
        with pytest.raises(BadSignature, match="not"):
            verify(raw, signature=V6_MAC, now=SENT_AT)
