import json
from datetime import UTC, datetime

import pytest

from zalo.clients import MiniAppClient
from zalo.errors import BackOff, NeedsHuman, Tomorrow, TryNextChannel
from zalo.tests.scripted import Say, scripted

WORDS = {"title": "Nhắc lịch hẹn", "contentTitle": "08:30 ngày 24/11", "buttonText": "Xem lịch hẹn"}


@pytest.fixture
def say(settings):
    settings.ZALO_MINIAPP_ID, settings.ZALO_MINIAPP_API_KEY = "77", "key"
    running = []

    def answer(body):
        running.append(scripted(Say(body)))
        zalo = running[-1].__enter__()
        settings.ZALO_MINIAPP_OPENAPI_BASE = zalo.base_url
        return zalo

    yield answer
    for context in running:
        context.__exit__(None, None, None)


def send(now):
    return MiniAppClient().send_notification(app_user_id="552", template_id="t1", data=WORDS, now=now)


class TestSendNotification:
    def test_sends_with_the_key_of_the_mini_app(self, say, now):
        zalo = say({"error": 0, "message": "Success", "data": {"sentTime": "1787209817225"}})

        sent = send(now)

        assert sent.sent_at == datetime.fromtimestamp(1787209817225 / 1000, tz=UTC)
        (asked,) = zalo.asked
        headers = {name.lower(): value for name, value in asked["headers"].items()}
        assert asked["path"] == "/notification/template"
        assert headers["x-api-key"] == "Bearer key"
        assert (headers["x-user-id"], headers["x-miniapp-id"]) == ("552", "77")
        assert json.loads(asked["raw"]) == {"templateId": "t1", "templateData": WORDS}

    def test_takes_an_answer_that_says_no_more_than_yes(self, say, now):
        say({"error": 0, "message": "Success"})

        sent = send(now)

        assert (sent.message_id, sent.sent_at, sent.quota_remaining) == ("", now, None)

    @pytest.mark.parametrize(
        ("code", "error"),
        [
            (-102, NeedsHuman),
            (-103, BackOff),
            (-109, Tomorrow),
            (-110, TryNextChannel),
            (-111, TryNextChannel),
            (-113, NeedsHuman),
            (-114, NeedsHuman),
        ],
    )
    def test_says_what_to_do_about_each_refusal(self, say, now, code, error):
        say({"error": code, "message": "…"})

        with pytest.raises(error):
            send(now)
