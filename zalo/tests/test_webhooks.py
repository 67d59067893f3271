"""What is read from events, and what is refused before its signature counts; signatures: `test_vectors`."""

import json
from datetime import UTC, datetime, timedelta
from unicodedata import normalize

import pytest

from zalo.signing import oa_mac
from zalo.tests.vectors import APP_ID, SECRET, V6, V7, V8
from zalo.webhooks import BadSignature, verify

SENT_AT = V6.at


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
        event = verify(V6.raw, signature=V6.signature, now=SENT_AT)

        assert event.name == "user_send_text"
        assert (event.oa_id, event.uid) == ("3674338702778449434", "675059164343092785")
        assert event.app_user_id == "552177279717587730"
        assert event.message_ids == ("b2db3895fe26797f2030",)
        assert event.occurred_at == SENT_AT
        assert not event.is_by_phone

    def test_takes_a_signature_without_its_prefix(self):
        assert (
            verify(V6.raw, signature=V6.signature.removeprefix("mac="), now=SENT_AT).name == "user_send_text"
        )

    def test_reads_a_receipt_by_phone_and_keeps_the_number_out_of_the_ids(self):
        event = verify(V7.raw, signature=V7.signature, server="ZNS", now=SENT_AT)

        assert event.is_by_phone
        assert event.tracking_id == "appt-1024-rem24h"
        assert event.message_ids == ("a4d0243feee163bd3af2",)
        assert event.delivered_at == datetime.fromtimestamp(1787209817, tz=UTC)
        assert (event.oa_id, event.uid) == ("3674338702778449434", None)
        assert "84987654321" not in repr(event)

    def test_knows_a_receipt_by_phone_without_the_header(self):
        assert verify(V7.raw, signature=V7.signature, now=SENT_AT).is_by_phone

    def test_reads_a_minimal_follow(self, settings):
        settings.ZALO_APP_ID, settings.ZALO_OA_WEBHOOK_SECRET = V8.app_id, V8.secret

        event = verify(V8.raw, signature=V8.signature, now=V8.at)

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
        assert verify(V6.raw, signature=V6.signature, now=SENT_AT + timedelta(minutes=110))

    @pytest.mark.parametrize("signature", [None, ""])
    def test_refuses_an_unsigned_event(self, signature):
        with pytest.raises(BadSignature, match="unsigned"):
            verify(V6.raw, signature=signature, now=SENT_AT)

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
            verify(raw, signature=V6.signature, now=SENT_AT)


class TestFallbackSecrets:
    """For the first days, when nobody knows which secret signs."""

    def test_know_an_event_and_say_so(self, settings, caplog):
        settings.ZALO_OA_WEBHOOK_SECRET = "not that one"
        settings.ZALO_OA_WEBHOOK_FALLBACK_SECRETS = ["", "nor that", SECRET]

        assert verify(V6.raw, signature=V6.signature, now=SENT_AT)

        assert "A webhook was signed with fallback secret 2" in caplog.text
        assert SECRET not in caplog.text

    def test_are_none_at_first(self, settings, caplog):
        assert settings.ZALO_OA_WEBHOOK_FALLBACK_SECRETS == []
        settings.ZALO_OA_WEBHOOK_SECRET = "not that one"

        with pytest.raises(BadSignature, match="wrong signature"):
            verify(V6.raw, signature=V6.signature, now=SENT_AT)

    def test_do_not_let_an_empty_one_sign(self, settings):
        settings.ZALO_OA_WEBHOOK_FALLBACK_SECRETS = [""]
        mac = oa_mac(app_id=APP_ID, raw=V6.raw, timestamp=V6.timestamp, secret="")

        with pytest.raises(BadSignature, match="wrong signature"):
            verify(V6.raw, signature=mac, now=SENT_AT)


class TestEvent:
    def test_tells_what_a_citizen_wrote_and_about_what(self):
        message = {"text": normalize("NFD", "Đúng vậy"), "msg_id": "m", "quote_msg_id": "q"}

        event = opened(event_name="user_send_text", message=message)

        assert (event.text, event.quoted_id, event.attachments) == ("Đúng vậy", "q", ())
        assert "Đúng" not in repr(event)

    def test_tells_the_kinds_of_what_was_sent(self):
        sent = [{"type": "image", "payload": {"url": "https://…"}}, {"type": "location"}, "?"]

        event = opened(event_name="user_send_image", message={"msg_id": "m", "attachments": sent})

        assert (event.text, event.attachments) == ("", ("image", "location"))

    def test_tells_a_human_of_the_oa_from_a_program(self):
        sent = {"event_name": "oa_send_text", "recipient": {"id": "2"}}
        by_hand = opened(**sent, sender={"id": "1", "admin_id": "9"})
        by_program = opened(**sent, sender={"id": "1"})

        assert (by_hand.oa_id, by_hand.uid, by_hand.admin_id) == ("1", "2", "9")
        assert by_program.admin_id == ""

    def test_tells_what_became_of_a_template(self):
        status = opened(
            event_name="change_template_status",
            oa_id="1",
            template_id=7001,
            status={"prev_status": "PENDING_REVIEW", "new_status": "REJECT"},
            reason="Sai mẫu",
        )
        rated = opened(event_name="change_template_quality", oa_id="1", quality={"new_quality": "LOW"})
        plain = opened(event_name="change_template_status", oa_id="1", status="DISABLE")

        assert (status.template_id, status.new_status, status.reason) == ("7001", "REJECT", "Sai mẫu")
        assert plain.new_status == "DISABLE"
        assert (rated.new_quality, rated.template_id, rated.new_status) == ("LOW", "", "")

    @pytest.mark.parametrize("message", [None, "?", [], {"attachments": "?", "text": {"a": 1}}])
    def test_has_nothing_to_tell_of_a_message_that_is_none(self, message):
        event = opened(event_name="user_send_text", message=message, sender="?")

        assert (event.text, event.quoted_id, event.attachments, event.admin_id) == ("", "", (), "")
