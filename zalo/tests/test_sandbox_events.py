"""What happens at the sandbox and how the portal is told: chat, follow, withdrawals, the ladder of tries."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from zalo.sandbox.letters import Letter, miniapp_signature
from zalo.sandbox.postman import LADDER
from zalo.sandbox.testing import running_sandbox
from zalo.tests.conftest import OA_ID
from zalo.tests.scripted import Say, scripted
from zalo.webhooks import BadSignature, verify

V9_BODY = {
    "event": "user.revoke.consent",
    "appId": "1234567890123456789",
    "userId": "3368637342326461234",
    "timestamp": 1760000000000,
}
V9_SIGNATURE = "08662225aa0ce451e71bbeabce934d36412d2824b62e8bb587e6ba4b951cadc1"


@pytest.fixture
def citizen(sandbox):
    sandbox.oa(OA_ID)
    citizen = sandbox.citizen()
    sandbox.events()
    return citizen


@pytest.fixture
def told(sandbox, now):
    """What the portal reads from the events since the last look."""

    def told():
        return [
            verify(raw, signature=headers["X-ZEvent-Signature"], server=headers["X-ZEvent-Server"], now=now)
            for raw, headers in sandbox.events()
        ]

    return told


class TestChat:
    def test_a_citizen_writes_and_the_portal_is_told(self, sandbox, citizen, told):
        message_id = sandbox.chat(OA_ID, citizen["user_id"], "Đổi giờ được không?")

        (event,) = told()
        assert (event.name, event.oa_id, event.uid) == ("user_send_text", OA_ID, citizen["oa_users"][OA_ID])
        assert event.message_ids == (message_id,)
        assert event.raw["message"]["text"] == "Đổi giờ được không?"
        assert event.app_user_id == citizen["user_id"]

    def test_a_citizen_is_known_by_the_id_of_the_oa_as_well(self, sandbox, citizen):
        assert sandbox.chat(OA_ID, citizen["oa_users"][OA_ID], "Alo")

    def test_what_a_citizen_wrote_is_no_message_of_the_portal(self, sandbox, citizen):
        sandbox.chat(OA_ID, citizen["user_id"], "Alo")

        assert sandbox.messages() == []

    def test_an_answer_names_what_it_quotes(self, sandbox, citizen, told):
        first = sandbox.chat(OA_ID, citizen["user_id"], "Một")
        sandbox.chat(OA_ID, citizen["user_id"], "Hai", quote_message_id=first)

        assert told()[1].raw["message"]["quote_msg_id"] == first

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({"user_id": "1", "text": "Alo"}, 404),
            ({"oa_id": "1", "text": "Alo"}, 404),
            ({"text": " "}, 400),
            ({"text": "x" * 2_001}, 400),
        ],
    )
    def test_an_unclear_call_is_refused(self, sandbox, citizen, body, status):
        known = {"oa_id": OA_ID, "user_id": citizen["user_id"]}

        assert sandbox.http.post("/_sandbox/chat", json={**known, **body}).status_code == status

    def test_the_phone_shows_both_directions_and_tells_what_was_seen(self, sandbox, citizen, told):
        token = sandbox.world.oas[OA_ID].access_token
        uid = citizen["oa_users"][OA_ID]
        sandbox.chat(OA_ID, citizen["user_id"], "Alo")
        body = {"recipient": {"user_id": uid}, "message": {"text": "Chào"}}
        sandbox.http.post("/v3.0/oa/message/cs", headers={"access_token": token}, json=body)
        asked = {"user_id": citizen["user_id"], "oa_id": OA_ID}
        (chat,) = sandbox.http.get("/_sandbox/chats", params=asked).json()["chats"]
        bubbles = sandbox.http.get("/_sandbox/chat", params=asked).json()["messages"]
        told()

        assert (chat["unread"], chat["last"]["text"]) == (1, "Chào")
        assert [(one["text"], one["is_mine"]) for one in bubbles] == [("Alo", True), ("Chào", False)]
        for expected in (["user_seen_message"], []):
            sandbox.http.post("/_sandbox/chat/read", json=asked)
            assert [event.name for event in told()] == expected


class TestEvents:
    def test_leaving_and_following(self, sandbox, citizen, told):
        sandbox.event("unfollow", oa_id=OA_ID, user_id=citizen["user_id"])
        assert OA_ID not in sandbox.world.citizens[citizen["user_id"]].follows
        sandbox.event("follow", oa_id=OA_ID, user_id=citizen["user_id"])

        assert [(event.name, event.uid) for event in told()] == [
            ("unfollow", citizen["oa_users"][OA_ID]),
            ("follow", citizen["oa_users"][OA_ID]),
        ]

    @pytest.mark.parametrize(
        "kind",
        ["image", "gif", "link", "audio", "video", "sticker", "location", "file", "business_card"],
    )
    def test_a_citizen_sends_other_things_than_words(self, sandbox, citizen, told, kind):
        sandbox.event(f"user_send_{kind}", user_id=citizen["user_id"])

        (event,) = told()
        assert event.name == f"user_send_{kind}"
        assert event.raw["message"]["attachments"][0]["payload"]

    @pytest.mark.parametrize("name", ["user_click_chatnow", "user_withdraw", "user_submit_info"])
    def test_it_is_about_a_citizen(self, sandbox, citizen, told, name):
        sandbox.event(name, user_id=citizen["user_id"])

        (event,) = told()
        assert (event.name, event.uid) == (name, citizen["oa_users"][OA_ID])
        assert event.app_user_id == citizen["user_id"]

    def test_the_form_comes_back_with_what_zalo_knows(self, sandbox, citizen, told):
        sandbox.event("user_submit_info", user_id=citizen["user_id"])

        assert told()[0].raw["info"] == {"name": "Trần Văn An", "phone": "84905123456"}

    def test_a_human_writes_in_zalos_own_console(self, sandbox, citizen, told):
        sandbox.event("oa_send_text", user_id=citizen["user_id"], text="Để tôi xem.", admin_id="77")

        (event,) = told()
        assert (event.name, event.raw["sender"]) == ("oa_send_text", {"id": OA_ID, "admin_id": "77"})
        assert sandbox.messages() == []

    def test_a_receipt_can_come_by_hand(self, sandbox, citizen, told):
        token = sandbox.world.oas[OA_ID].access_token
        sandbox.faults(drop_receipts=True)
        body = {"user_id": citizen["oa_users"][OA_ID], "template_id": "t", "template_data": {"a": "b"}}
        answer = sandbox.http.post("/v3.0/oa/message/template", headers={"access_token": token}, json=body)
        sandbox.faults()
        message_id = answer.json()["data"]["message_id"]

        sandbox.event("user_received_message", message_id=message_id)
        sandbox.event("user_seen_message", message_id=message_id)

        names = [(event.name, event.message_ids) for event in told()]
        assert names == [
            ("oa_send_template", (message_id,)),
            ("user_received_message", (message_id,)),
            ("user_seen_message", (message_id,)),
        ]

    def test_a_template_loses_its_approval(self, sandbox, citizen, told):
        sandbox.template("t", "Số <so>")

        sandbox.event("change_template_status", template_id="t", status="DISABLE", reason="Bị báo cáo")

        (event,) = told()
        assert event.raw["status"] == {"prev_status": "ENABLE", "new_status": "DISABLE"}
        assert sandbox.world.templates["t"].status == "DISABLE"

    def test_quality_and_quota_change(self, sandbox, citizen, told):
        sandbox.template("t", "Số <so>")
        sandbox.event("change_template_quality", template_id="t", quality="LOW")
        sandbox.event("change_oa_daily_quota", quota=500)

        quality, quota = told()
        assert quality.raw["quality"]["new_quality"] == "LOW"
        assert quota.raw["quota"] == {"prev_value": "20000", "new_value": "500"}
        assert sandbox.world.quota == 500

    def test_a_revoked_permission_kills_the_pair(self, sandbox, citizen, told):
        token = sandbox.world.oas[OA_ID].access_token

        sandbox.event("permission_revoked", oa_id=OA_ID)

        assert told()[0].name == "permission_revoked"
        headers = {"access_token": token}
        assert sandbox.http.get("/v2.0/oa/getoa", headers=headers).json()["error"] == -216

    def test_an_event_that_nobody_knows_is_told_as_given(self, sandbox, citizen, told):
        sandbox.event("user_feedback", user_id=citizen["user_id"], message={"rate": 5})

        (event,) = told()
        assert (event.name, event.raw["message"]) == ("user_feedback", {"rate": 5})

    def test_the_mini_app_signs_in_its_own_way(self, sandbox, citizen):
        sandbox.event("user.revoke.consent", user_id=citizen["user_id"])

        ((raw, headers),) = sandbox.events()
        body = json.loads(raw)
        assert body["userId"] == citizen["user_id"]
        assert isinstance(body["timestamp"], int)
        key = sandbox.world.config.miniapp_api_key
        assert headers["X-ZEvent-Signature"] == miniapp_signature(body, key)

    def test_the_signature_of_the_mini_app_is_that_of_the_papers(self):
        assert miniapp_signature(V9_BODY, "MINIAPP_API_KEY_0123") == V9_SIGNATURE

    def test_an_event_may_bear_another_time_and_a_wrong_signature(self, sandbox, citizen, now):
        sandbox.event("user_click_chatnow", user_id=citizen["user_id"], at="2026-01-01T00:00:00+07:00")
        sandbox.event("user_click_chatnow", user_id=citizen["user_id"], forged=True)

        for (raw, headers), why in zip(sandbox.events(), ("not fresh", "wrong signature"), strict=True):
            with pytest.raises(BadSignature, match=why):
                verify(raw, signature=headers["X-ZEvent-Signature"], now=now)

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"event_name": "follow", "user_id": "1"},
            {"event_name": "user_send_smoke", "user_id": "me"},
            {"event_name": "change_template_status", "template_id": "none", "status": "ENABLE"},
            {"event_name": "user_received_message", "message_id": "none"},
            {"event_name": "change_oa_daily_quota", "quota": -1},
            {"event_name": "user_click_chatnow", "user_id": "me", "at": "yesterday"},
        ],
    )
    def test_an_unclear_call_is_refused_in_words(self, sandbox, citizen, body):
        if body.get("user_id") == "me":
            body = {**body, "user_id": citizen["user_id"]}

        answer = sandbox.http.post("/_sandbox/events", json=body)

        assert answer.status_code in (400, 404)
        assert answer.json()["error"]


class TestClock:
    def test_events_keep_the_right_time_unless_asked(self, sandbox, citizen):
        later = datetime.now(UTC) + timedelta(days=3)
        stamps = []
        for with_events in (False, True):
            sandbox.clock(later, with_events=with_events)
            sandbox.chat(OA_ID, citizen["user_id"], "Alo")
            ((raw, _),) = sandbox.events()
            stamps.append(int(json.loads(raw)["timestamp"]) / 1000)

        assert abs(stamps[0] - datetime.now(UTC).timestamp()) < 60
        assert abs(stamps[1] - later.timestamp()) < 60

    def test_can_be_moved_stopped_and_set_right(self, sandbox):
        http = sandbox.http
        http.put("/_sandbox/clock", json={"now": "2026-12-01T08:00:00", "stands": True})
        assert http.get("/_sandbox/clock").json() == {
            "now": "2026-12-01T08:00:00.000+07:00",
            "is_moved": True,
            "stands": True,
        }

        assert http.delete("/_sandbox/clock").status_code == 204
        assert http.get("/_sandbox/clock").json()["is_moved"] is False
        assert http.put("/_sandbox/clock", json={"now": "soon"}).status_code == 400


class TestPostman:
    def test_events_are_spoilt_doubled_and_shuffled_on_demand(self, sandbox, citizen, now):
        sandbox.faults(duplicate_rate=1, corrupt_rate=1)
        sandbox.chat(OA_ID, citizen["user_id"], "Alo")
        first, second = sandbox.events()
        assert first == second
        with pytest.raises(BadSignature, match="wrong signature"):
            verify(first[0], signature=first[1]["X-ZEvent-Signature"], now=now)

        sandbox.faults(reorder_rate=0.5)
        wrote = [sandbox.chat(OA_ID, citizen["user_id"], f"{n}") for n in range(30)]
        came = [json.loads(raw)["message"]["msg_id"] for raw, _ in sandbox.events()]
        assert came != wrote
        assert sorted(came) == sorted(wrote)

    @pytest.fixture
    def portal(self):
        """A portal that is out of order."""
        with scripted(*[Say({}, status=500)] * (len(LADDER) + 1)) as portal:
            yield portal

    @pytest.fixture
    def beside(self, portal):
        with running_sandbox(portal_webhook_url=portal.base_url + "/", ladder_scale=1) as sandbox:
            sandbox.oa(OA_ID)
            yield sandbox

    def test_an_event_is_carried_again_when_its_time_has_come_by_the_clock(self, portal, beside):
        climb(beside, portal)

        retries = [asked["headers"].get("num_retry") for asked in portal.asked]
        assert retries == [None, "1", "2", "3", "4", "5"]
        assert len({asked["raw"] for asked in portal.asked}) == 1

    def test_a_portal_that_never_took_one_is_cut_off_until_somebody_switches(self, portal, beside):
        climb(beside, portal)
        wait_until(lambda: beside.postman.is_cut_off)

        beside.citizen()
        wait_until(lambda: beside.postman.lost == 1)
        log = beside.http.get("/_sandbox/events").json()
        switched = beside.http.put("/_sandbox/webhooks", json={"enabled": True}).json()

        assert (log["enabled"], switched["enabled"]) == (False, True)
        assert [(one["num_retry"], one["status"]) for one in log["events"]] == [
            (number, 500) for number in (5, 4, 3, 2, 1, 0)
        ]

    def test_no_letter_shows_its_contents(self):
        assert "Alo" not in repr(Letter(body={"event_name": "x", "message": {"text": "Alo"}}))


def climb(sandbox, portal):
    """Let one event fail on every step of the ladder, by moving the clock just before and just after it."""
    sandbox.citizen()
    gone = datetime.now(UTC)
    wait_until(lambda: len(portal.asked) == 1)
    for tries, pause in enumerate(LADDER, start=1):
        wait_until(lambda: sandbox.postman.waiting == 1)
        gone += pause
        sandbox.clock(gone - timedelta(seconds=10))
        time.sleep(0.12)
        assert len(portal.asked) == tries
        sandbox.clock(gone + timedelta(seconds=10))
        wait_until(lambda tries=tries: len(portal.asked) == tries + 1)


def wait_until(is_so, *, seconds=5):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
