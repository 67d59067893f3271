import json
import uuid
from datetime import timedelta

import httpx
import pytest
import time_machine
from drf_spectacular.generators import SchemaGenerator

from accounts.models import Citizen, OtpChallenge
from accounts.notice import CURRENT_NOTICE
from accounts.services.tokens import open_session
from accounts.tests import urls
from accounts.tests.factories import EIGHT, CitizenFactory, OtpChallengeFactory
from core.api import throttling

pytestmark = [pytest.mark.django_db, pytest.mark.urls("accounts.tests.urls")]
AN = {"id": "3368637342326461234", "name": "Trần Văn An"}
PHONE = "+84905123456"


@pytest.fixture(autouse=True)
def _at_eight():
    with time_machine.travel(EIGHT, tick=False):
        yield


@pytest.fixture(autouse=True)
def _no_counting(settings):
    settings.THROTTLE_FACTOR = 0


@pytest.fixture
def post(client):
    def post(path: str, body: dict, **headers):
        return client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)

    return post


def bearer(citizen: Citizen) -> dict[str, str]:
    return {"Authorization": f"Bearer {open_session(citizen=citizen, now=EIGHT).access}"}


def refusal_of(response) -> tuple[int, str]:
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["detail"]
    return response.status_code, body["code"]


class TestZaloSignIn:
    def test_gives_a_pair_and_the_citizen(self, post, fake_zalo):
        fake_zalo.people["an"] = AN

        response = post("auth/zalo/", {"access_token": "an"})

        body = response.json()
        assert response.status_code == 200
        assert set(body) == {"access", "refresh", "expires_in", "citizen"}
        assert body["expires_in"] == 1800
        assert body["citizen"] == {
            "id": str(Citizen.objects.get().public_id),
            "name": "Trần Văn An",
            "phone": None,
            "zalo": True,
        }

    def test_refuses_a_token_that_zalo_does_not_know(self, post, fake_zalo):
        response = post("auth/zalo/", {"access_token": "x"})

        assert refusal_of(response) == (401, "not_authenticated")
        assert "Zalo" in response.json()["detail"]

    def test_says_that_zalo_is_down(self, post, fake_zalo):
        fake_zalo.down = httpx.ConnectError("down")

        assert refusal_of(post("auth/zalo/", {"access_token": "an"})) == (503, "unavailable")

    @pytest.mark.parametrize(
        "token", [None, "", 7.5e3, ["an"], {"a": 1}, "a\x00n", "x" * 5000], ids=lambda token: str(token)[:9]
    )
    def test_refuses_what_is_no_token_and_asks_nobody(self, post, fake_zalo, token):
        response = post("auth/zalo/", {"access_token": token})

        # A number is read as the text of a number, and Zalo does not know it.
        assert refusal_of(response) in {(422, "invalid"), (401, "not_authenticated")}
        assert not Citizen.objects.exists()

    def test_is_not_spoilt_by_an_old_token_in_the_header(self, post, fake_zalo):
        fake_zalo.people["an"] = AN

        assert post("auth/zalo/", {"access_token": "an"}, Authorization="Bearer old").status_code == 200

    def test_is_limited_by_address(self, post, fake_zalo, settings, monkeypatch):
        settings.THROTTLE_FACTOR = 1
        settings.CACHES = {"default": settings.CACHES["default"] | {"KEY_PREFIX": uuid.uuid4().hex}}
        monkeypatch.setattr(throttling, "breaker", throttling._Breaker())

        codes = [post("auth/zalo/", {"access_token": "x"}).status_code for _ in range(31)]

        assert codes == [401] * 30 + [429]


class TestPhoneLink:
    def test_gives_the_phone_that_zalo_confirms(self, post, fake_zalo):
        fake_zalo.people["an"], fake_zalo.phones["code"] = AN, "84905123456"
        citizen = CitizenFactory(zalo_id=AN["id"])

        response = post("auth/zalo/phone/", {"access_token": "an", "phone_token": "code"}, **bearer(citizen))

        assert (response.status_code, response.json()) == (200, {"phone": PHONE})

    def test_is_for_the_signed_in(self, post):
        response = post("auth/zalo/phone/", {"access_token": "an", "phone_token": "code"})

        assert refusal_of(response) == (401, "not_authenticated")
        assert response["WWW-Authenticate"] == "Bearer"

    def test_refuses_the_token_of_somebody_else(self, post, fake_zalo):
        fake_zalo.people["an"], fake_zalo.phones["code"] = AN, "84905123456"

        body = {"access_token": "an", "phone_token": "code"}
        response = post("auth/zalo/phone/", body, **bearer(CitizenFactory()))

        assert refusal_of(response) == (403, "forbidden")

    def test_names_the_token_that_was_used_before(self, post, fake_zalo):
        fake_zalo.people["an"] = AN
        citizen = CitizenFactory(zalo_id=AN["id"])

        response = post("auth/zalo/phone/", {"access_token": "an", "phone_token": "old"}, **bearer(citizen))

        assert refusal_of(response) == (422, "invalid")
        assert [error["field"] for error in response.json()["errors"]] == ["phone_token"]


@pytest.mark.usefixtures("otp_oa")
class TestCodes:
    def test_lead_from_a_phone_to_a_pair(self, post, fake_zalo):
        asked = post("auth/otp/", {"phone": "0905 123 456"})
        code = json.loads(fake_zalo.sent("/message/template")[0].content)["template_data"]["otp"]
        verified = post("auth/otp/verify/", {"challenge": asked.json()["challenge"], "code": code})

        assert (asked.status_code, asked.json()["expires_in"]) == (202, 300)
        assert verified.status_code == 200
        assert verified.json()["citizen"] == {
            "id": str(Citizen.objects.get().public_id),
            "name": "",
            "phone": PHONE,
            "zalo": False,
        }

    @pytest.mark.parametrize(
        "phone", [None, "", "0123", "abc", "+14155552671", "0" * 1000, 5, ["0905123456"]]
    )
    def test_refuse_what_is_no_phone(self, post, fake_zalo, phone):
        response = post("auth/otp/", {"phone": phone})

        assert refusal_of(response) == (422, "invalid")
        assert [error["field"] for error in response.json()["errors"]] == ["phone"]
        assert not fake_zalo.requests

    def test_say_when_the_next_one_may_be_asked_for(self, post, fake_zalo):
        OtpChallengeFactory(created_at=EIGHT - timedelta(seconds=20))

        response = post("auth/otp/", {"phone": PHONE})

        assert refusal_of(response) == (429, "rate_limited")
        assert response["Retry-After"] == "40"

    def test_work_and_are_limited_while_redis_is_down(self, post, fake_zalo, settings, monkeypatch):
        settings.THROTTLE_FACTOR = 1
        settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}
        monkeypatch.setattr(throttling, "breaker", throttling._Breaker())

        codes = [post("auth/otp/", {"phone": PHONE}).status_code for _ in range(2)]

        assert codes == [202, 429]

    def test_say_that_zalo_did_not_take_the_message(self, post, fake_zalo):
        fake_zalo.template_answer = httpx.ReadTimeout("slow")

        assert refusal_of(post("auth/otp/", {"phone": PHONE})) == (503, "unavailable")

    @pytest.mark.parametrize("code", ["12345", "1234567", "１２３４５６", "abcdef", None, 7])
    def test_do_not_count_what_is_no_code_as_a_try(self, post, code):
        challenge = OtpChallengeFactory()

        response = post("auth/otp/verify/", {"challenge": str(challenge.public_id), "code": code})

        assert refusal_of(response) == (422, "invalid")
        assert OtpChallenge.objects.get().tries == 0

    @pytest.mark.parametrize("challenge", ["x", None, "00000000-0000-0000-0000-000000000000"])
    def test_refuse_an_unknown_challenge(self, post, challenge):
        response = post("auth/otp/verify/", {"challenge": challenge, "code": "123456"})

        assert refusal_of(response) == (422, "invalid")
        assert [error["field"] for error in response.json()["errors"]] == ["challenge"]


class TestRefreshAndLogout:
    def test_refresh_gives_the_next_pair_once(self, post):
        refresh = open_session(citizen=CitizenFactory(), now=EIGHT).refresh

        first = post("auth/refresh/", {"refresh": refresh})
        again = post("auth/refresh/", {"refresh": refresh})
        latest = post("auth/refresh/", {"refresh": first.json()["refresh"]})

        assert set(first.json()) == {"access", "refresh", "expires_in", "citizen"}
        assert refusal_of(again) == (401, "not_authenticated")
        assert refusal_of(latest) == (401, "not_authenticated")

    def test_logout_ends_the_access_token_too(self, client, post):
        tokens = open_session(citizen=CitizenFactory(), now=EIGHT)

        assert post("auth/logout/", {"refresh": tokens.refresh}).status_code == 204

        response = client.get("/api/v1/me/", headers={"Authorization": f"Bearer {tokens.access}"})
        assert refusal_of(response) == (401, "not_authenticated")

    def test_logout_says_nothing_about_tokens_that_are_not_ours(self, post):
        assert post("auth/logout/", {"refresh": "x"}).status_code == 204


class TestMe:
    def test_shows_the_citizens_own_profile_by_one_query(self, client, django_assert_num_queries):
        citizen = CitizenFactory(with_phone=True)
        headers = bearer(citizen)

        with django_assert_num_queries(1):
            response = client.get("/api/v1/me/", headers=headers)

        assert response.json() == {
            "id": str(citizen.public_id),
            "name": citizen.name,
            "phone": citizen.phone,
            "zalo": True,
        }

    def test_changes_the_name_and_nothing_else(self, client):
        citizen = CitizenFactory(with_phone=True)
        other = CitizenFactory()

        response = client.patch(
            "/api/v1/me/",
            {"name": "Hạnh", "phone": "+84905999999", "id": str(other.public_id)},
            content_type="application/json",
            headers=bearer(citizen),
        )

        assert response.json()["name"] == "Hạnh"
        assert response.json()["phone"] == citizen.phone
        other.refresh_from_db()
        assert other.name == "Trần Văn An"

    def test_says_yes_and_no_to_each_way_of_being_told(self, client):
        citizen = CitizenFactory()
        headers = bearer(citizen)

        def choose(purpose: str, *, is_given: bool) -> dict:
            asked = {"purpose": purpose, "is_given": is_given, "notice_version": CURRENT_NOTICE.version}
            return client.post(
                "/api/v1/me/consents/", asked, content_type="application/json", headers=headers
            ).json()

        assert choose("messages_by_miniapp", is_given=True) == {"given": ["messages_by_miniapp"]}
        assert choose("messages_by_phone", is_given=False) == {"given": ["messages_by_miniapp"]}
        assert choose("messages_by_miniapp", is_given=False) == {"given": []}
        assert citizen.consents.count() == 2
        assert client.get("/api/v1/me/consents/", headers=headers).json() == {"given": []}

    def test_takes_no_consent_to_another_notice(self, client):
        asked = {"purpose": "messages_by_zalo", "is_given": True, "notice_version": "2020-01-01"}

        response = client.post(
            "/api/v1/me/consents/",
            asked,
            content_type="application/json",
            headers=bearer(CitizenFactory()),
        )

        assert refusal_of(response) == (422, "invalid")

    @pytest.mark.parametrize("name", ["", "  ", None, "x" * 10_000, "a\x00b", {"a": 1}])
    def test_refuses_what_is_no_name(self, client, name):
        citizen = CitizenFactory()

        response = client.patch(
            "/api/v1/me/", {"name": name}, content_type="application/json", headers=bearer(citizen)
        )

        assert refusal_of(response) == (422, "invalid")

    @pytest.mark.parametrize(
        "header", ["Bearer", "Bearer ", "Bearer x", "Bearer a b c", "bearer é", "Basic eDp5", "x"]
    )
    def test_refuses_strangers(self, client, header):
        response = client.get("/api/v1/me/", headers={"Authorization": header})

        assert refusal_of(response) == (401, "not_authenticated")
        assert response["WWW-Authenticate"] == "Bearer"

    def test_asks_to_sign_in_again_after_half_an_hour(self, client):
        headers = bearer(CitizenFactory())

        with time_machine.travel(EIGHT + timedelta(minutes=31), tick=False):
            response = client.get("/api/v1/me/", headers=headers)

        assert refusal_of(response) == (401, "not_authenticated")


class TestNotice:
    def test_anybody_may_read_it(self, client, django_assert_num_queries):
        with django_assert_num_queries(0):
            response = client.get("/api/v1/notice/")

        assert response.json() == {"version": CURRENT_NOTICE.version, "text": CURRENT_NOTICE.text}


class TestSchema:
    def test_names_the_bearer_token_and_asks_for_it_only_where_it_is_needed(self):
        schema = SchemaGenerator(patterns=urls.urlpatterns).get_schema(request=None, public=True)

        assert schema["components"]["securitySchemes"]["citizen"]["scheme"] == "bearer"
        paths = schema["paths"]
        assert paths["/api/v1/me/"]["get"]["security"] == [{"citizen": []}]
        assert paths["/api/v1/auth/zalo/"]["post"].get("security", [{}]) == [{}]
        assert set(paths["/api/v1/auth/otp/"]["post"]["responses"]) == {"202"}
