"""The sandbox by its own calls: what other rooms' tests and people with `curl` rely on."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from zalo.sandbox.testing import running_sandbox
from zalo.tests.conftest import OA_ID
from zalo.tests.scripted import Say, scripted
from zalo.webhooks import verify


@pytest.fixture
def http(sandbox):
    return sandbox.http


@pytest.fixture
def pair(sandbox):
    return sandbox.oa(OA_ID, "Công an phường Bàn Thạch")


def send(http, token, **more):
    body = {"phone": "84905123456", "template_id": "t", "template_data": {"so": "A031"}, "tracking_id": "m-1"}
    return http.post("/message/template", headers={"access_token": token}, json={**body, **more}).json()


def refresh(http, sandbox, used, **more):
    form = {
        "refresh_token": used,
        "app_id": sandbox.world.config.app_id,
        "grant_type": "refresh_token",
    }
    headers = {"secret_key": sandbox.world.config.app_secret}
    return http.post("/v4/oa/access_token", headers=headers, data={**form, **more}).json()


class TestCitizens:
    def test_a_citizen_gets_all_that_the_mini_app_would_have(self, sandbox, pair, http):
        answer = http.post("/_sandbox/citizens", json={"name": "Trần Văn An", "phone": "0905 123 456"})

        assert answer.status_code == 201
        citizen = answer.json()
        assert citizen["phone"] == "+84905123456"
        assert citizen["access_token"]
        assert citizen["phone_token"]
        assert int(citizen["user_id"]) > 2**53
        assert set(citizen["oa_users"]) == {OA_ID}
        assert citizen["oa_users"][OA_ID] != citizen["user_id"]

    def test_a_citizen_who_follows_tells_the_portal(self, sandbox, pair, now):
        citizen = sandbox.citizen()

        ((raw, headers),) = sandbox.events()
        event = verify(raw, signature=headers["X-ZEvent-Signature"], now=now)
        assert (event.name, event.oa_id) == ("follow", OA_ID)
        assert (event.uid, event.app_user_id) == (citizen["oa_users"][OA_ID], citizen["user_id"])

    def test_a_citizen_may_not_follow(self, sandbox, pair):
        sandbox.citizen(follow=False)

        assert sandbox.events() == []

    def test_a_number_belongs_to_who_had_it_last(self, sandbox, pair, http):
        sandbox.citizen("Người cũ")
        newer = sandbox.citizen("Người mới")

        send(http, pair["access_token"])

        assert sandbox.messages()[0]["user_id"] == newer["user_id"]

    def test_a_citizen_without_a_number_has_no_phone_token(self, sandbox):
        assert sandbox.citizen(phone=None)["phone_token"] is None

    @pytest.mark.parametrize(
        "raw",
        [b"", b"[]", b"{", b"[" * 50_000, b'{"name": " "}', b'{"name": 1}', b'{"name": "A", "phone": "12"}'],
    )
    def test_an_unclear_call_is_refused_in_words(self, http, raw):
        answer = http.post("/_sandbox/citizens", content=raw)

        assert answer.status_code == 400
        assert answer.json()["error"]

    def test_nobody_gets_a_phone_token_for_a_stranger(self, http):
        assert http.post("/_sandbox/citizens/1/phone-token").status_code == 404


class TestMessages:
    FIELDS = {
        *("id", "oa_id", "channel", "phone", "user_id", "template_id", "template_data", "text", "rendered"),
        *("tracking_id", "accepted_at"),
    }

    def test_a_message_shows_what_was_sent(self, sandbox, pair, http):
        citizen = sandbox.citizen()

        send(http, pair["access_token"])

        (message,) = http.get("/_sandbox/messages").json()["messages"]
        assert message.keys() >= self.FIELDS
        assert message["user_id"] == citizen["user_id"]
        assert message["rendered"] == "t · so: A031"
        assert message["accepted_at"].endswith("+07:00")

    def test_a_registered_template_reads_as_the_citizen_reads_it(self, sandbox, pair, http):
        sandbox.citizen()
        sandbox.template("t", "Số <so>, <gio>")

        assert send(http, pair["access_token"])["error"] == -1122
        send(http, pair["access_token"], template_data={"so": "A031", "gio": "08:30"})

        assert sandbox.messages()[0]["rendered"] == "Số A031, 08:30"

    @pytest.mark.parametrize("phone", ["0905123456", "84905123456", "+84905123456", "+84 905 123 456"])
    def test_a_phone_in_any_form_finds_all_ways_to_its_owner(self, sandbox, pair, http, phone):
        citizen = sandbox.citizen()
        sandbox.citizen("Người khác", "0905999999")
        send(http, pair["access_token"])
        body = {"recipient": {"user_id": citizen["oa_users"][OA_ID]}, "message": {"text": "Chào"}}
        http.post("/v3.0/oa/message/cs", headers={"access_token": pair["access_token"]}, json=body)
        send(http, pair["access_token"], phone="84905999999")

        found = sandbox.messages(phone=phone)

        assert [message["channel"] for message in found] == ["template_phone", "cs"]
        assert sandbox.messages(phone="nobody") == []

    def test_messages_are_found_by_citizen_and_oa(self, sandbox, pair, http):
        citizen = sandbox.citizen()
        send(http, pair["access_token"])

        assert len(sandbox.messages(user_id=citizen["user_id"], oa_id=OA_ID)) == 1
        assert sandbox.messages(user_id="1") == []
        assert sandbox.messages(oa_id="1") == []

    def test_messages_can_be_forgotten(self, sandbox, pair, http):
        sandbox.citizen()
        sandbox.citizen(phone="0905999999")
        send(http, pair["access_token"])
        send(http, pair["access_token"], phone="84905999999")

        assert http.delete("/_sandbox/messages?phone=0905123456").status_code == 204
        assert len(sandbox.messages()) == 1
        http.delete("/_sandbox/messages")
        assert sandbox.messages() == []


class TestTokens:
    def test_a_refresh_token_works_once_and_the_old_access_token_dies_with_it(self, sandbox, pair, http):
        sandbox.citizen()

        renewed = refresh(http, sandbox, pair["refresh_token"])

        assert renewed["expires_in"] == "90000"
        assert refresh(http, sandbox, pair["refresh_token"])["error"] == -14014
        assert send(http, pair["access_token"])["error"] == -124
        assert send(http, renewed["access_token"])["error"] == 0

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [({"app_id": "9"}, -14002), ({"grant_type": "x"}, -14018), ({"refresh_token": ""}, -14014)],
    )
    def test_a_refresh_is_refused_for_the_reason_zalo_gives(self, sandbox, pair, http, wrong, code):
        assert refresh(http, sandbox, pair["refresh_token"], **wrong)["error"] == code

    def test_a_refresh_needs_the_app_secret(self, sandbox, pair, http):
        form = {"app_id": sandbox.world.config.app_id, "grant_type": "refresh_token"}

        assert http.post("/v4/oa/access_token", data=form).json()["error"] == -14004

    def test_a_bearer_token_is_nobody(self, sandbox, pair, http):
        bearer = {"Authorization": f"Bearer {pair['access_token']}"}

        assert http.get("/v2.0/oa/getoa", headers=bearer).json()["error"] == -216
        assert http.get("/message/quota", headers=bearer).json()["error"] == -124

    def test_an_oa_that_is_registered_again_gets_a_new_pair(self, sandbox, pair, http):
        again = sandbox.oa(OA_ID, "Tên mới")

        assert (
            http.get("/v2.0/oa/getoa", headers={"access_token": pair["access_token"]}).json()["error"] == -216
        )
        profile = http.get("/v2.0/oa/getoa", headers={"access_token": again["access_token"]}).json()
        assert profile["data"]["name"] == "Tên mới"

    def test_a_citizen_can_be_written_to_by_an_oa_that_came_later(self, sandbox, http):
        citizen = sandbox.citizen()
        token = sandbox.oa(OA_ID)["access_token"]
        uid = http.post(f"/_sandbox/citizens/{citizen['user_id']}/phone-token") and next(
            uid for (oa_id, uid) in sandbox.world.by_uid if oa_id == OA_ID
        )
        body = {"recipient": {"user_id": uid}, "message": {"text": "Chào"}}

        answer = http.post("/v3.0/oa/message/cs", headers={"access_token": token}, json=body).json()

        assert answer["error"] == -213  # known, but does not follow


class TestStatus:
    def test_tells_what_became_of_a_message(self, sandbox, pair, http):
        sandbox.citizen()
        headers = {"access_token": pair["access_token"]}
        delivered = send(http, pair["access_token"])["data"]["msg_id"]
        sandbox.faults(drop_receipts=True)
        pending = send(http, pair["access_token"])["data"]["msg_id"]

        states = [
            http.get("/message/status", params={"message_id": wanted}, headers=headers).json()["data"][
                "status"
            ]
            for wanted in (delivered, pending, "unknown")
        ]

        assert states == [1, 0, -1]


class TestReceipts:
    def test_a_phone_message_is_reported_with_its_tracking_id(self, sandbox, pair, http, now):
        sandbox.citizen(follow=False)
        sent = send(http, pair["access_token"])

        ((raw, headers),) = sandbox.events()
        event = verify(
            raw, signature=headers["X-ZEvent-Signature"], server=headers["X-ZEvent-Server"], now=now
        )
        assert event.is_by_phone
        assert (event.tracking_id, event.message_ids) == ("m-1", (sent["data"]["msg_id"],))
        assert event.oa_id == OA_ID

    def test_a_chat_message_is_reported_as_one(self, sandbox, pair, http, now):
        citizen = sandbox.citizen()
        sandbox.events()
        body = {"recipient": {"user_id": citizen["oa_users"][OA_ID]}, "message": {"text": "Chào"}}
        sent = http.post(
            "/v3.0/oa/message/cs", headers={"access_token": pair["access_token"]}, json=body
        ).json()

        _echo, (raw, headers) = sandbox.events()
        event = verify(
            raw, signature=headers["X-ZEvent-Signature"], server=headers["X-ZEvent-Server"], now=now
        )
        assert not event.is_by_phone
        assert (event.oa_id, event.uid) == (OA_ID, citizen["oa_users"][OA_ID])
        assert event.message_ids == (sent["data"]["message_id"],)

    def test_receipts_can_be_dropped(self, sandbox, pair, http):
        sandbox.citizen(follow=False)
        sandbox.faults(drop_receipts=True)

        assert send(http, pair["access_token"])["error"] == 0
        assert sandbox.events() == []

    def test_events_reach_a_portal_that_comes_up_late_and_nobody_waits_for_it(self, now, settings):
        with scripted(Say({}, status=503), Say({}, status=200)) as portal:
            with running_sandbox(portal_webhook_url=portal.base_url + "/webhooks/zalo/") as sandbox:
                sandbox.oa(OA_ID)
                began = time.monotonic()
                sandbox.citizen()
                assert time.monotonic() - began < 0.4
                wait_until(lambda: len(portal.asked) == 2)
            settings.ZALO_APP_ID = sandbox.world.config.app_id
            settings.ZALO_OA_WEBHOOK_SECRET = sandbox.world.config.webhook_secret

        first, second = portal.asked
        assert first["raw"] == second["raw"]
        assert "num_retry" not in first["headers"]
        assert second["headers"]["num_retry"] == "1"
        verify(second["raw"].encode(), signature=second["headers"]["X-ZEvent-Signature"], now=now)


class TestFaults:
    @pytest.mark.parametrize(
        "script",
        [
            {"fail_rate": 2},
            {"fail_rate": "x"},
            {"nonsense": 1},
            {"per_phone": {"x": 1}},
            {"per_phone": 1},
            {"quota": -1},
            {"night": 1},
            {"latency_ms": -1},
        ],
    )
    def test_a_script_that_makes_no_sense_is_refused(self, http, script):
        assert http.put("/_sandbox/faults", json=script).status_code == 400

    def test_a_script_replaces_the_one_before_and_can_be_cleared(self, sandbox, pair, http):
        sandbox.citizen()
        http.put("/_sandbox/faults", json={"fail_rate": 1, "error": -141})
        assert send(http, pair["access_token"])["error"] == -141
        http.put("/_sandbox/faults", json={"latency_ms": 1})
        assert send(http, pair["access_token"])["error"] == 0
        http.put("/_sandbox/faults", json={"fail_rate": 1})
        assert send(http, pair["access_token"])["error"] == -32

        assert http.delete("/_sandbox/faults").status_code == 204
        assert send(http, pair["access_token"])["error"] == 0

    def test_a_share_of_the_sends_fails(self, sandbox, pair, http):
        sandbox.citizen()
        sandbox.faults(fail_rate=0.5)

        errors = [send(http, pair["access_token"])["error"] for _ in range(60)]

        assert {0, -32} == set(errors)

    def test_an_expired_token_lives_again_after_a_refresh(self, sandbox, pair, http):
        sandbox.citizen()
        http.put("/_sandbox/faults", json={"expire_oa_token": True})

        assert send(http, pair["access_token"])["error"] == -124
        renewed = refresh(http, sandbox, pair["refresh_token"])
        assert send(http, renewed["access_token"])["error"] == 0

    def test_latency_is_added_to_every_call(self, sandbox, pair, http):
        sandbox.faults(latency_ms=120)
        began = time.monotonic()

        http.get("/message/quota", headers={"access_token": pair["access_token"]})

        assert time.monotonic() - began >= 0.12

    def test_a_quota_is_counted_from_when_it_was_set(self, sandbox, pair, http):
        sandbox.citizen()
        send(http, pair["access_token"])
        sandbox.faults(quota=2)

        assert [send(http, pair["access_token"])["error"] for _ in range(3)] == [0, 0, -144]


class TestUnderLoad:
    def test_sixteen_clients_send_side_by_side(self, sandbox, pair, http):
        sandbox.citizen(follow=False)

        def send_fifty(client_number):
            token = pair["access_token"]
            return [send(http, token, tracking_id=f"{client_number}-{n}")["error"] for n in range(50)]

        with ThreadPoolExecutor(16) as pool:
            answers = [error for errors in pool.map(send_fifty, range(16)) for error in errors]

        assert answers == [0] * 800
        assert len({message["tracking_id"] for message in sandbox.messages()}) == 800
        assert len(sandbox.events()) == 800


def wait_until(is_so, *, seconds=5):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
