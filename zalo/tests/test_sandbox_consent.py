"""The sandbox's OAuth: a person allows on a page, a program redeems the code."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from zalo.signing import appsecret_proof, code_challenge, new_code_verifier
from zalo.tests.conftest import OA_ID

CALLBACK = "https://portal.example/zalo/callback/?from=zalo"
VERIFIER = new_code_verifier()


@pytest.fixture(autouse=True)
def _registered(sandbox):
    sandbox.callback(CALLBACK)


@pytest.fixture
def http(sandbox):
    return sandbox.http


@pytest.fixture
def pair(sandbox):
    return sandbox.oa(OA_ID, "Công an phường Bàn Thạch")


def permission(sandbox, flow="", **more):
    asked = {
        "app_id": sandbox.world.config.app_id,
        "redirect_uri": CALLBACK,
        "code_challenge": code_challenge(VERIFIER),
        "state": "st-1",
    }
    return f"/v4{flow}/permission?{urlencode({**asked, **more})}"


def told(location):
    return dict(parse_qsl(urlsplit(location).query))


def redeem(sandbox, code, flow="", **more):
    form = {"code": code, "grant_type": "authorization_code", "code_verifier": VERIFIER}
    return exchange(sandbox, flow, **{**form, **more})


def exchange(sandbox, flow, **form):
    config = sandbox.world.config
    body = {"app_id": config.app_id, **form}
    return sandbox.http.post(
        f"/v4{flow}/access_token", data=body, headers={"secret_key": config.app_secret}
    ).json()


class TestConsentPage:
    def test_offers_the_citizens_and_says_no_word_to_another_host(self, sandbox, http):
        sandbox.citizen("Nguyễn <b>Thị</b> Bình")

        page = http.get(permission(sandbox))

        assert page.status_code == 200
        assert "Nguyễn &lt;b&gt;Thị&lt;/b&gt; Bình" in page.text
        assert "Cho phép" in page.text
        assert "http://" not in page.text
        assert http.get("/static/sandbox.css").status_code == 200

    def test_offers_the_official_accounts_to_their_administrator(self, sandbox, pair, http):
        assert "Công an phường Bàn Thạch" in http.get(permission(sandbox, "/oa")).text

    def test_has_nobody_to_allow_where_there_is_nobody(self, sandbox, http):
        assert "disabled" in http.get(permission(sandbox)).text

    @pytest.mark.parametrize("flow", ["", "/oa"])
    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"app_id": "9"}, -14002),
            ({"redirect_uri": "https://portal.example/zalo/callback/"}, -14003),
            ({"redirect_uri": "https://thief.example/"}, -14003),
        ],
    )
    def test_is_refused_to_strangers_on_both_ways(self, sandbox, http, flow, wrong, code):
        asked = permission(sandbox, flow, **wrong)
        sent = {**told(asked), "decision": "allow"}

        assert http.get(asked).json()["error"] == code
        assert http.post(f"/v4{flow}/permission", data=sent).json()["error"] == code


class TestCitizenSignsIn:
    def test_the_code_becomes_tokens_that_graph_knows(self, sandbox, http):
        citizen = sandbox.citizen()

        location = sandbox.consent(permission(sandbox), user_id=citizen["user_id"])
        tokens = redeem(sandbox, told(location)["code"])

        assert location.startswith(CALLBACK + "&")
        assert told(location)["state"] == "st-1"
        assert told(location)["code_challenge"] == code_challenge(VERIFIER)
        assert tokens["expires_in"] == "3600"
        assert (
            timedelta(days=29)
            < timedelta(seconds=int(tokens["refresh_token_expires_in"]))
            < timedelta(days=30)
        )
        token = tokens["access_token"]
        proof = appsecret_proof(access_token=token, app_secret=sandbox.world.config.app_secret)
        me = http.get("/v2.0/me", headers={"access_token": token, "appsecret_proof": proof}).json()
        assert me["id"] == citizen["user_id"]

    def test_a_cancelled_consent_comes_back_without_a_code(self, sandbox):
        citizen = sandbox.citizen()

        back = told(sandbox.consent(permission(sandbox), user_id=citizen["user_id"], decision="deny"))

        assert back["error"]
        assert back["state"] == "st-1"
        assert "code" not in back

    def test_a_code_works_once(self, sandbox):
        code = a_code(sandbox)

        assert "access_token" in redeem(sandbox, code)
        assert redeem(sandbox, code)["error"] == -14005

    def test_a_code_that_met_a_wrong_verifier_is_spent(self, sandbox):
        code = a_code(sandbox)

        assert redeem(sandbox, code, code_verifier=new_code_verifier())["error"] == -14005
        assert redeem(sandbox, code)["error"] == -14005

    @pytest.mark.parametrize("verifier", ["", "không", None])
    def test_a_code_needs_its_verifier(self, sandbox, verifier):
        assert redeem(sandbox, a_code(sandbox), code_verifier=verifier)["error"] == -14005

    def test_a_code_lives_ten_minutes(self, sandbox):
        early, late = a_code(sandbox), a_code(sandbox)

        sandbox.clock(datetime.now(UTC) + timedelta(minutes=9, seconds=50))
        assert "access_token" in redeem(sandbox, early)
        sandbox.clock(datetime.now(UTC) + timedelta(minutes=10, seconds=1))
        assert redeem(sandbox, late)["error"] == -14005

    def test_a_code_of_one_flow_is_none_of_the_other(self, sandbox, pair):
        assert redeem(sandbox, a_code(sandbox), "/oa")["error"] == -14005

    def test_a_refresh_works_once_and_makes_the_sign_in_no_longer(self, sandbox):
        first = redeem(sandbox, a_code(sandbox))
        sandbox.clock(datetime.now(UTC) + timedelta(days=29))

        used = {"refresh_token": first["refresh_token"], "grant_type": "refresh_token"}
        second = exchange(sandbox, "", **used)

        assert int(second["refresh_token_expires_in"]) <= 24 * 3600
        assert exchange(sandbox, "", **used)["error"] == -14014
        sandbox.clock(datetime.now(UTC) + timedelta(days=31))
        newer = {"refresh_token": second["refresh_token"], "grant_type": "refresh_token"}
        assert exchange(sandbox, "", **newer)["error"] == -14014

    def test_both_access_tokens_live_for_their_hour(self, sandbox, http):
        tokens = redeem(sandbox, a_code(sandbox))
        newer = exchange(sandbox, "", refresh_token=tokens["refresh_token"], grant_type="refresh_token")

        for token in (tokens["access_token"], newer["access_token"]):
            assert http.get("/v2.0/me/info", headers={"access_token": token}).json()["error"] == 114


class TestAdministratorConnects:
    def test_the_code_becomes_a_new_pair_and_the_old_one_is_dead(self, sandbox, pair, http):
        back = told(sandbox.consent(permission(sandbox, "/oa"), oa_id=OA_ID))
        tokens = redeem(sandbox, back["code"], "/oa")

        assert (back["oa_id"], back["state"]) == (OA_ID, "st-1")
        assert tokens["expires_in"] == "90000"
        assert profile(http, pair["access_token"])["error"] == -216
        assert profile(http, tokens["access_token"])["data"]["oaid"] == OA_ID

    def test_the_state_may_stay_away(self, sandbox, pair):
        sandbox.faults(no_oa_state=True)

        back = told(sandbox.consent(permission(sandbox, "/oa"), oa_id=OA_ID))

        assert "state" not in back
        assert back["code_challenge"] == code_challenge(VERIFIER)

    def test_a_renewed_grant_ends_three_months_after_the_consent(self, sandbox, pair):
        sandbox.clock(datetime.now(UTC) + timedelta(days=60))
        renewed = renew(sandbox, pair["refresh_token"])
        sandbox.clock(datetime.now(UTC) + timedelta(days=91))

        assert renew(sandbox, renewed["refresh_token"])["error"] == -14014

    def test_an_answer_may_name_no_new_refresh_token_and_the_old_one_goes_on(self, sandbox, pair, http):
        sandbox.faults(no_refresh_token=True)

        renewed = renew(sandbox, pair["refresh_token"])

        assert "refresh_token" not in renewed
        assert profile(http, pair["access_token"])["error"] == -216
        assert profile(http, renewed["access_token"])["error"] == 0
        assert "access_token" in renew(sandbox, pair["refresh_token"])

    def test_an_answer_may_come_too_late_for_a_pair_that_is_new_already(self, sandbox, pair):
        sandbox.faults(refresh_timeout=True)

        renew(sandbox, pair["refresh_token"])  # held back for the second that `hold` says

        sandbox.faults()
        assert renew(sandbox, pair["refresh_token"])["error"] == -14014


def a_code(sandbox):
    citizen = sandbox.citizen()
    return told(sandbox.consent(permission(sandbox), user_id=citizen["user_id"]))["code"]


def renew(sandbox, refresh_token):
    return exchange(sandbox, "/oa", refresh_token=refresh_token, grant_type="refresh_token")


def profile(http, token):
    return http.get("/v2.0/oa/getoa", headers={"access_token": token}).json()
