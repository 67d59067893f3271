"""What goes over the wire to an Official Account's host, and what is made of the answers."""

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from zalo.clients import (
    BusinessClient,
    ButtonType,
    ChatButton,
    CitizenQuota,
    Fate,
    MessageStatus,
    OaClient,
    OaProfile,
    Quality,
)
from zalo.errors import Bug
from zalo.services import seed_tokens
from zalo.tests.conftest import OA_ID
from zalo.tests.scripted import Say, scripted

SENT = {"message_id": "m1", "user_id": "7", "sent_time": "1787209817225"}
SEE = ChatButton(title="Xem lịch hẹn", type=ButtonType.OPEN_URL, payload={"url": "https://vi.du/"})
LATER = ChatButton(title="Để sau", type=ButtonType.SAY, payload="de sau")
WRITTEN = [
    {"title": "Xem lịch hẹn", "type": "oa.open.url", "payload": {"url": "https://vi.du/"}},
    {"title": "Để sau", "type": "oa.query.show", "payload": "de sau"},
]


@pytest.fixture
def asked_of(db, now, settings):
    """Lets both hosts of an OA give one answer; returns what they were asked."""
    seed_tokens(oa_id=OA_ID, access_token="access", refresh_token="refresh", expires_in=90_000, now=now)
    running = []

    def say(data):
        running.append(scripted(Say({"error": 0, "message": "Success", "data": data})))
        zalo = running[-1].__enter__()
        settings.ZALO_OPENAPI_BASE = settings.ZALO_BUSINESS_BASE = zalo.base_url
        return zalo.asked

    yield say
    for context in running:
        context.__exit__(None, None, None)


@pytest.fixture
def client():
    return OaClient(OA_ID)


def only(asked):
    """The path and the body of the one call that was made, which carried the token."""
    (call,) = asked
    assert call["headers"]["access_token"] == "access"
    return call["path"], json.loads(call["raw"])


def media(**element):
    payload = {"template_type": "media", "elements": [{"media_type": "image", **element}]}
    return {"attachment": {"type": "template", "payload": payload}}


class TestSendText:
    def test_can_quote_a_message(self, asked_of, client, now):
        asked = asked_of(SENT)

        sent = client.send_text(uid="7", text="Đúng vậy", quote="m0", now=now)

        message = {"text": "Đúng vậy", "quote_message_id": "m0"}
        assert only(asked) == (
            "/v3.0/oa/message/cs",
            {"recipient": {"user_id": "7"}, "message": message},
        )
        assert (sent.message_id, sent.sent_at) == (
            "m1",
            datetime.fromtimestamp(1787209817225 / 1000, tz=UTC),
        )

    @pytest.mark.parametrize(
        ("shape", "text", "payload"),
        [
            ("buttons_only", "Nhắc hẹn", {"buttons": WRITTEN}),
            ("button", "Nhắc hẹn", {"template_type": "button", "buttons": WRITTEN}),
            (
                "list",
                None,
                {
                    "template_type": "list",
                    "elements": [{"title": "Nhắc hẹn", "subtitle": "Nhắc hẹn"}],
                    "buttons": WRITTEN,
                },
            ),
        ],
    )
    def test_puts_buttons_in_the_shape_of_the_setting(
        self, asked_of, client, now, settings, shape, text, payload
    ):
        settings.ZALO_OA_BUTTONS = shape
        asked = asked_of(SENT)

        client.send_text(uid="7", text="Nhắc hẹn", buttons=[SEE, LATER], now=now)

        message = {"attachment": {"type": "template", "payload": payload}}
        assert only(asked)[1]["message"] == (message if text is None else {"text": text, **message})

    def test_sends_no_buttons_while_they_are_off(self, asked_of, client, now, settings):
        assert settings.ZALO_OA_BUTTONS == "off"
        asked = asked_of(SENT)

        with pytest.raises(Bug):
            client.send_text(uid="7", text="Nhắc hẹn", buttons=[SEE], now=now)

        assert asked == []

    def test_sends_no_more_buttons_than_zalo_takes(self, asked_of, client, now, settings):
        settings.ZALO_OA_BUTTONS = "list"
        asked = asked_of(SENT)

        with pytest.raises(Bug):
            client.send_text(uid="7", text="Nhắc hẹn", buttons=[SEE] * 6, now=now)

        assert asked == []


class TestReply:
    def test_answers_a_message_by_its_id(self, asked_of, client, now):
        asked = asked_of(SENT)

        client.reply(message_id="m0", text="Dạ", now=now)

        assert only(asked)[1] == {"recipient": {"message_id": "m0"}, "message": {"text": "Dạ"}}


class TestSendImage:
    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"url": "https://vi.du/a.png"}, media(url="https://vi.du/a.png")),
            ({"attachment_id": "u1", "text": "Sơ đồ"}, {"text": "Sơ đồ", **media(attachment_id="u1")}),
        ],
    )
    def test_sends_by_address_or_upload(self, asked_of, client, now, given, message):
        asked = asked_of(SENT)

        client.send_image(uid="7", now=now, **given)

        assert only(asked)[1]["message"] == message

    @pytest.mark.parametrize("given", [{}, {"url": "https://vi.du/a.png", "attachment_id": "u1"}])
    def test_takes_one_of_the_two(self, client, now, given):
        with pytest.raises(Bug):
            client.send_image(uid="7", now=now, **given)


class TestSendFile:
    def test_sends_by_the_token_of_an_upload(self, asked_of, client, now):
        asked = asked_of(SENT)

        client.send_file(uid="7", token="t1", now=now)

        assert only(asked)[1]["message"] == {"attachment": {"type": "file", "payload": {"token": "t1"}}}


class TestAskForDetails:
    def test_sends_a_form(self, asked_of, client, now):
        asked = asked_of(SENT)

        client.ask_for_details(
            uid="7", title="Liên hệ", subtitle="Để báo lịch", image_url="https://vi.du/a.png", now=now
        )

        element = {"title": "Liên hệ", "subtitle": "Để báo lịch", "image_url": "https://vi.du/a.png"}
        payload = {"template_type": "request_user_info", "elements": [element]}
        assert only(asked)[1]["message"] == {"attachment": {"type": "template", "payload": payload}}


class TestUpload:
    @pytest.mark.parametrize(
        ("kind", "answer"), [("image", "attachment_id"), ("gif", "attachment_id"), ("file", "token")]
    )
    def test_hands_the_bytes_in_and_gives_their_id(self, asked_of, client, now, kind, answer):
        asked = asked_of({answer: "u1"})

        upload = getattr(client, f"upload_{kind}")

        assert upload(name="so-do.png", content=b"\x89PNG bytes", now=now) == "u1"
        (call,) = asked
        assert call["path"] == f"/v2.0/oa/upload/{kind}"
        assert call["headers"]["Content-Type"].startswith("multipart/form-data")
        assert 'name="file"; filename="so-do.png"' in call["raw"]
        assert "PNG bytes" in call["raw"]

    @pytest.mark.parametrize(("kind", "megabytes"), [("image", 1), ("gif", 5), ("file", 5)])
    def test_keeps_back_what_zalo_would_not_take(self, asked_of, client, now, kind, megabytes):
        asked = asked_of({})

        with pytest.raises(Bug):
            getattr(client, f"upload_{kind}")(name="x", content=bytes(megabytes * 2**20 + 1), now=now)

        assert asked == []


class TestProfile:
    def test_tells_what_the_oa_is(self, asked_of, client, now):
        asked = asked_of(
            {
                "oaid": OA_ID,
                "name": "Công an phường",
                "is_verified": True,
                "num_follower": "12",
                "package_name": "Nâng cao",
                "package_valid_through_date": "31/12/2026",
                "linked_ZCA": "123",
            }
        )

        assert client.profile(now=now) == OaProfile(
            oa_id=OA_ID,
            name="Công an phường",
            is_verified=True,
            followers=12,
            package="Nâng cao",
            package_ends="31/12/2026",
            has_payment=True,
        )
        assert asked[0]["path"] == "/v2.0/oa/getoa"


class TestUser:
    def test_asks_in_one_parameter_and_keeps_the_person_out_of_logs(self, asked_of, client, now):
        told = {"user_id": "7", "user_id_by_app": "552", "display_name": "Trần Văn An"}
        asked = asked_of({**told, "user_is_follower": True, "shared_info": {"phone": 84905123456}})

        follower = client.user(uid="7", now=now)

        path = urlsplit(asked[0]["path"])
        assert path.path == "/v3.0/oa/user/detail"
        assert json.loads(parse_qs(path.query)["data"][0]) == {"user_id": "7"}
        assert (follower.app_user_id, follower.name, follower.phone) == ("552", "Trần Văn An", "84905123456")
        assert follower.follows
        assert "An" not in repr(follower)
        assert "84905123456" not in repr(follower)

    def test_reads_one_who_shared_nothing(self, asked_of, client, now):
        asked_of({"user_id": "7", "shared_info": None})

        follower = client.user(uid="7", now=now)

        assert (follower.name, follower.phone, follower.follows) == ("", "", False)


class TestQuotaOf:
    def test_tells_when_the_citizen_was_last_there(self, asked_of, client, now):
        asked = asked_of({"last_interaction": "1690184100000", "cs_reply": {"remain": 8, "total": 8}})

        assert client.quota_of(uid="7", now=now) == CitizenQuota(
            last_interaction_at=datetime.fromtimestamp(1690184100, tz=UTC), replies_left=8
        )
        assert only(asked) == ("/v3.0/oa/quota/message", {"user_id": "7"})

    def test_knows_nothing_of_one_who_never_came(self, asked_of, client, now):
        asked_of({})

        assert client.quota_of(uid="7", now=now) == CitizenQuota(last_interaction_at=None, replies_left=None)


class TestStatus:
    @pytest.mark.parametrize(
        ("told", "fate"),
        [
            (1, Fate.DELIVERED),
            ("0", Fate.ON_ITS_WAY),
            (-1, Fate.UNKNOWN),
            (7, Fate.UNKNOWN),
            (None, Fate.UNKNOWN),
        ],
    )
    def test_tells_what_became_of_a_message(self, asked_of, now, told, fate):
        asked = asked_of({"status": told, "delivery_time": "1600328011517"})

        status = BusinessClient(OA_ID).status(message_id="m1", now=now)

        at = datetime.fromtimestamp(1600328011517 / 1000, tz=UTC)
        assert status == MessageStatus(fate=fate, delivered_at=at)
        assert asked[0]["path"] == "/message/status?message_id=m1"


class TestQuality:
    def test_tells_how_zalo_rates_the_oa(self, asked_of, now):
        asked = asked_of({"oaCurrentQuality": "HIGH", "oa7dayQuality": "MEDIUM"})

        assert BusinessClient(OA_ID).quality(now=now) == Quality(current="HIGH", of_week="MEDIUM")
        assert asked[0]["path"] == "/quality"


class TestSample:
    def test_gives_values_to_show_a_template_with(self, asked_of, now):
        asked = asked_of({"so": "A031", "phi": 1000})

        assert BusinessClient(OA_ID).sample(template_id="1", now=now) == {"so": "A031", "phi": "1000"}
        assert asked[0]["path"] == "/template/sample-data?template_id=1"
