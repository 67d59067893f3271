import socket

import pytest

from zalo.errors import BackOff, Bug, Host, NeedsHuman, OutcomeUnknown, TryNextChannel
from zalo.reading import as_int
from zalo.tests.scripted import Say, scripted
from zalo.wire import call


@pytest.fixture
def ask(settings):
    """Ask a host that gives one answer; returns the body or raises."""
    settings.ZALO_TIMEOUT_SECONDS = 0.3

    def ask(say, host=Host.BUSINESS):
        with scripted(say) as zalo:
            setattr(settings, host, zalo.base_url + "/")
            return call(host, "POST", "/message/template", headers={"access_token": "t"}, json={"a": "ă"})

    return ask


class TestCall:
    def test_returns_the_body_of_a_success(self, ask):
        assert ask(Say({"error": 0, "data": {"x": 1}})) == {"error": 0, "data": {"x": 1}}

    @pytest.mark.parametrize("body", [{"access_token": "x"}, {"error": "0"}, {"error": None}])
    def test_takes_a_body_without_an_error_for_a_success(self, ask, body):
        assert ask(Say(body)) == body

    @pytest.mark.parametrize("code", [-118, "-118"])
    def test_reads_the_error_in_the_body_of_an_http_200(self, ask, code):
        with pytest.raises(TryNextChannel) as refused:
            ask(Say({"error": code, "message": "Zalo account not existed"}))

        assert refused.value.code == -118
        assert refused.value.provider_message == "Zalo account not existed"

    def test_gives_the_same_code_its_meaning_on_another_host(self, ask):
        with pytest.raises(NeedsHuman):
            ask(Say({"error": -118, "error_name": "invalid_grant"}), host=Host.OAUTH)

    def test_takes_an_error_that_is_no_number_for_an_error(self, ask):
        with pytest.raises(BackOff):
            ask(Say({"error": "overloaded"}))

    @pytest.mark.parametrize("status", [500, 502, 503, 429])
    def test_backs_off_when_the_host_is_down(self, ask, status):
        with pytest.raises(BackOff) as refused:
            ask(Say({"error": 0}, status=status))

        assert refused.value.code == status

    @pytest.mark.parametrize("say", [Say({}, status=404), Say(b"<html>", status=403), Say({}, status=301)])
    def test_calls_a_refusal_without_a_code_a_bug(self, ask, say):
        with pytest.raises(Bug):
            ask(say)

    @pytest.mark.parametrize(
        "say",
        [
            Say({}, delay=0.6),
            Say(hang_up=True),
            Say(b"<html>sign in to this network</html>"),
            Say([]),
            Say(b"[" * 100_000),
        ],
    )
    def test_does_not_know_the_outcome_when_no_readable_answer_comes(self, ask, say):
        with pytest.raises(OutcomeUnknown):
            ask(say)

    def test_backs_off_when_nobody_listens(self, settings):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        settings.ZALO_BUSINESS_BASE = f"http://127.0.0.1:{port}"

        with pytest.raises(BackOff):
            call(Host.BUSINESS, "GET", "/message/quota", headers={})

    def test_never_tries_twice(self, settings):
        settings.ZALO_TIMEOUT_SECONDS = 0.2
        with scripted(Say({}, status=503), Say(hang_up=True)) as zalo:
            settings.ZALO_BUSINESS_BASE = zalo.base_url
            for _ in range(2):
                with pytest.raises((BackOff, OutcomeUnknown)):
                    call(Host.BUSINESS, "GET", "/message/quota", headers={})

        assert len(zalo.asked) == 2


class TestAsInt:
    @pytest.mark.parametrize(
        ("value", "number"), [("499", 499), (499, 499), (None, None), ("", None), ("x", None)]
    )
    def test_reads_numbers_in_either_form(self, value, number):
        assert as_int(value) == number
