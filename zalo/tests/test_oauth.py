from urllib.parse import parse_qs, urlsplit

import pytest

from zalo.errors import BackOff, Bug, NeedsConsent, NeedsHuman, OutcomeUnknown
from zalo.oauth import Callback, Flow, exchange, permission_url
from zalo.tests.scripted import Say, refreshed, scripted

VERIFIER = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


def answered_with(settings, *answers: Say, flow=Flow.OA):
    with scripted(*answers) as zalo:
        settings.ZALO_OAUTH_BASE = zalo.base_url
        return exchange(flow, code="code-1", verifier=VERIFIER), zalo


class TestPermissionUrl:
    @pytest.mark.parametrize(
        ("flow", "path"), [(Flow.CITIZEN, "/v4/permission"), (Flow.OA, "/v4/oa/permission")]
    )
    def test_names_the_app_the_way_back_the_challenge_and_the_state(self, settings, flow, path):
        settings.ZALO_APP_ID = "123"
        settings.ZALO_OAUTH_BASE = "https://oauth.example.vn/"

        address = permission_url(flow, redirect_uri="https://a.vn/về?x=1", challenge="c", state="s.1")

        found = urlsplit(address)
        assert (found.netloc, found.path) == ("oauth.example.vn", path)
        assert parse_qs(found.query) == {
            "app_id": ["123"],
            "redirect_uri": ["https://a.vn/về?x=1"],
            "code_challenge": ["c"],
            "state": ["s.1"],
        }


class TestCallback:
    def test_reads_what_is_there_and_no_more_than_fits(self):
        read = Callback.read({"code": "c", "oa_id": "1" * 400, "unknown": "x"})

        assert (read.code, read.state, read.oa_id) == ("c", "", "1" * 30)

    def test_shows_neither_code_nor_state_in_a_log(self):
        assert "secret" not in repr(Callback(code="secret", state="secret"))


class TestExchange:
    def test_sends_code_and_verifier_with_the_secret_in_a_header(self, settings):
        settings.ZALO_APP_ID, settings.ZALO_APP_SECRET = "123", "app-secret"

        grant, zalo = answered_with(settings, refreshed(7))

        assert (grant.access_token, grant.refresh_token, grant.expires_in) == (
            "access-7",
            "refresh-7",
            90_000,
        )
        (asked,) = zalo.asked
        assert asked["path"] == "/v4/oa/access_token"
        assert asked["headers"]["secret_key"] == "app-secret"
        assert asked["form"] == {
            "code": "code-1",
            "grant_type": "authorization_code",
            "code_verifier": VERIFIER,
            "app_id": "123",
        }
        assert "access-7" not in repr(grant)

    def test_asks_the_address_of_citizens_for_a_citizen(self, settings):
        grant, zalo = answered_with(settings, Say({"access_token": "a"}), flow=Flow.CITIZEN)

        assert zalo.asked[0]["path"] == "/v4/access_token"
        assert grant.expires_in == 3_600

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ({"error": -14002, "error_name": "Invalid appId"}, NeedsHuman),
            ({"error": -14003, "error_name": "Invalid redirect uri"}, NeedsHuman),
            ({"error": "-14004", "error_name": "Invalid secret key"}, NeedsHuman),
            ({"error": -14005, "error_name": "Invalid code"}, NeedsConsent),
            ({"error": -14018}, Bug),
            ({"error_name": "Invalid code"}, NeedsConsent),
            ({"error_name": "Invalid secret key"}, NeedsHuman),
            ({"error_name": "invalid_grant"}, NeedsConsent),
            ({"error_name": "Something new", "access_token": ""}, BackOff),
            ({"error": 0, "access_token": ""}, BackOff),
        ],
        ids=str,
    )
    def test_turns_each_refusal_into_what_to_do(self, settings, body, expected):
        with pytest.raises(expected) as refused:
            answered_with(settings, Say(body))

        assert type(refused.value) is expected

    def test_is_never_repeated_because_a_code_works_once(self, settings):
        settings.ZALO_TIMEOUT_SECONDS = 0.1
        with scripted(Say(hang_up=True)) as zalo:
            settings.ZALO_OAUTH_BASE = zalo.base_url
            with pytest.raises(OutcomeUnknown):
                exchange(Flow.OA, code="code-1", verifier=VERIFIER)

        assert len(zalo.asked) == 1
