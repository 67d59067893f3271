"""Clients that others wrote and published, against the sandbox: whether it speaks as they expect Zalo to.

What is looked at here is the sandbox, by people who read Zalo's papers without us. The libraries run as they
were published; hosts that they name in their code are led to the sandbox below them, in the transport.

* `zalo-sdk` 0.3.0 (MIT) is an OA client. It shows consent by an administrator, the exchange of the code,
  the renewal, consultation messages with quotes, answers, uploads, and the reads of citizen, quota and OA.
* `zalopysdk` 0.1.1 (MIT) is a ZNS client. It shows the same exchange with a verifier chosen beforehand, the
  renewal, templates by phone, and the reads of templates.
* `zmp-openapi` 1.0.0 (MIT) is a client of the Mini App's Open API. It shows the signature of its webhooks.
* `zalo-official-sdk` 1.0.1 (GPL-2.0, used here only) is an older OA client. It shows the digest by which an
  OA's calls and events are signed; what it lays into the digest it is told, as its callers are.
Where a client reads the protocol otherwise than we do, `docs/zalo-open-questions.md` says so.
"""

import json
from dataclasses import asdict
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests
from zalo_official.utils.MacUtils import MacUtils
from zalo_sdk import ZaloOAException
from zalo_sdk.oa import Client, ZaloAttachment, ZaloMessageBody, ZaloRecipient
from zalosdk import AccessToken, ZaloClient, ZNSMessage, ZNSTplListRequest, ZNSTplStatus
from zmp_openapi.verify_signature import VerifySignature

from zalo.miniapp_webhooks import verify_miniapp
from zalo.signing import code_challenge, miniapp_mac, new_code_verifier
from zalo.tests.conftest import OA_ID
from zalo.tests.vectors import V6, V7, V8, V9
from zalo.webhooks import BadSignature, verify

ZALO = {"oauth.zaloapp.com", "openapi.zalo.me", "business.openapi.zalo.me"}
CALLBACK = "https://portal.example/zalo/callback/"


@pytest.fixture
def _leads_here(sandbox, monkeypatch):
    """What goes to one of Zalo's hosts goes to the sandbox."""
    send = requests.adapters.HTTPAdapter.send

    def send_here(adapter, request, **how):
        assert urlsplit(request.url).hostname in ZALO
        request.url = sandbox.base_url + request.path_url
        return send(adapter, request, **how | {"proxies": None})

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send_here)


@pytest.fixture
def pair(sandbox):
    """The tokens of an OA, and a citizen who follows it."""
    return sandbox.oa(OA_ID)


@pytest.fixture
def citizen(sandbox, pair):
    return sandbox.citizen()


@pytest.mark.usefixtures("_leads_here")
class TestZaloSdk:
    @pytest.fixture
    def client(self, sandbox, pair):
        config = sandbox.world.config
        return Client(config.app_id, config.app_secret, pair["access_token"], pair["refresh_token"])

    @pytest.fixture
    def to(self, citizen):
        return ZaloRecipient(user_id=citizen["oa_users"][OA_ID])

    def test_sends_a_consultation_message(self, sandbox, client, to):
        answer = client.send_message(to, ZaloMessageBody(text="Số A031, 08:30"))

        (message,) = sandbox.messages()
        assert (message["id"], message["text"]) == (answer["data"]["message_id"], "Số A031, 08:30")

    def test_answers_a_citizen_and_quotes_what_they_wrote(self, sandbox, client, to, citizen):
        written = sandbox.chat(OA_ID, citizen["user_id"], "Mấy giờ mở cửa?")

        client.send_message(ZaloRecipient(message_id=written), ZaloMessageBody(text="07:30"))
        client.send_message(to, ZaloMessageBody(text="Sáng 07:30", quote_message_id=written))

        assert [message["text"] for message in sandbox.messages()] == ["07:30", "Sáng 07:30"]

    def test_uploads_a_file_and_sends_it(self, sandbox, client, to):
        upload = client.upload_file(b"%PDF-1.7", file_name="don.pdf", mime_type="application/pdf")
        attachment = ZaloAttachment("file", {"token": upload["data"]["token"]})

        client.send_message(to, ZaloMessageBody(attachment=attachment))

        assert len(sandbox.messages()) == 1

    def test_learns_of_a_refusal(self, sandbox, client):
        stranger = sandbox.citizen(phone="0905123457", follow=False)
        to = ZaloRecipient(user_id=stranger["oa_users"][OA_ID])

        with pytest.raises(ZaloOAException) as refused:
            client.send_message(to, ZaloMessageBody(text="…"))

        assert "(-213)" in str(refused.value)

    def test_reads_the_citizen_and_what_they_may_be_sent(self, client, to):
        detail = client.get_user_detail(to.user_id)["data"]
        quota = client.get_zalo_user_quotas(to.user_id)["data"]
        left = client.get_zalo_oa_quotas("OA", "cs", "purchase_quota")["data"]

        assert (detail["user_id"], detail["user_is_follower"]) == (to.user_id, True)
        assert int(quota["last_interaction"]) > 0
        assert int(left["remain"]) > 0

    def test_renews_the_pair_and_the_old_one_is_dead(self, sandbox, client, to, pair):
        access, refresh, _ = client.refresh_acccess_token()

        assert {access, refresh}.isdisjoint({pair["access_token"], pair["refresh_token"]})
        client.send_message(to, ZaloMessageBody(text="…"))
        client.access_token = pair["access_token"]
        with pytest.raises(ZaloOAException) as refused:
            client.send_message(to, ZaloMessageBody(text="…"))
        assert "(-216)" in str(refused.value)
        assert len(sandbox.messages()) == 1

    def test_renews_once_with_one_refresh_token(self, client, pair):
        client.refresh_acccess_token()
        client.refresh_token = pair["refresh_token"]

        with pytest.raises(ZaloOAException) as refused:
            client.refresh_acccess_token()

        assert "(-14014)" in str(refused.value)

    def test_is_let_in_by_an_administrator(self, sandbox, client):
        verifier = new_code_verifier()
        sandbox.callback(CALLBACK)
        page = client.request_authoriation_code_url(CALLBACK, code_challenge(verifier), state="st")

        returned = dict(parse_qsl(urlsplit(sandbox.consent(page, oa_id=OA_ID)).query))
        access, _, _ = client.get_access_token_from_authorization_code(returned["code"], verifier)

        assert (returned["oa_id"], returned["state"]) == (OA_ID, "st")
        assert access in sandbox.world.oas_by_token


@pytest.mark.usefixtures("_leads_here")
class TestZaloPySdk:
    VERIFIER = new_code_verifier()

    @pytest.fixture
    def client(self, sandbox, pair):
        config = sandbox.world.config
        client = ZaloClient(config.app_id, config.app_secret, self.VERIFIER)
        client.access_token = AccessToken(pair["access_token"], pair["refresh_token"], pair["expires_in"])
        return client

    @pytest.fixture
    def reminder(self, sandbox, pair):
        sandbox.template("7001", "Số <so>", oa_id=OA_ID, params=[{"name": "so", "maxLength": 8}])
        return "7001"

    def test_sends_a_template_to_a_phone(self, sandbox, client, citizen, reminder):
        answer = client.send_message(message("84905123456", reminder, so="A031"))

        (sent,) = sandbox.messages(phone="0905123456")
        assert answer["error"] == 0
        assert (sent["id"], sent["rendered"]) == (answer["data"]["msg_id"], "Số A031")
        assert (sent["channel"], sent["tracking_id"]) == ("template_phone", "m-1")

    @pytest.mark.parametrize(
        ("phone", "values", "error"),
        [
            ("84905000118", {"so": "A031"}, -118),
            ("0", {"so": "A031"}, -108),
            ("84905123456", {"so": "A031 và A032"}, -1121),
            ("84905123456", {"gio": "08:30"}, -1122),
        ],
    )
    def test_learns_of_a_refusal(self, client, citizen, reminder, phone, values, error):
        assert client.send_message(message(phone, reminder, **values))["error"] == error

    def test_renews_the_pair_and_the_old_one_is_dead(self, client, citizen, reminder, pair):
        old = client.access_token

        client.access_token = client.refresh_access_token(pair["refresh_token"])

        assert client.access_token.expires_in == 90_000
        assert client.send_message(message("84905123456", reminder, so="A031"))["error"] == 0
        client.access_token = old
        assert client.send_message(message("84905123456", reminder, so="A031"))["error"] == -124

    def test_renews_once_with_one_refresh_token(self, client, pair):
        client.refresh_access_token(pair["refresh_token"])

        assert client.refresh_access_token(pair["refresh_token"]).access_token == ""

    def test_redeems_a_code_with_the_verifier_it_was_made_with(self, sandbox, client):
        sandbox.callback(CALLBACK)
        asked = {"app_id": client.app_id, "redirect_uri": CALLBACK, "code_challenge": client.code_challenge}
        location = sandbox.consent(f"/v4/oa/permission?{urlencode(asked)}", oa_id=OA_ID)

        granted = client.get_access_token(dict(parse_qsl(urlsplit(location).query))["code"])

        assert granted.access_token in sandbox.world.oas_by_token

    def test_reads_the_templates(self, client, reminder):
        listed = client.get_template_list(ZNSTplListRequest(status=ZNSTplStatus.ENABLE))
        detail = client.get_template_detail(reminder)["data"]

        assert [one["templateId"] for one in listed["data"]] == [reminder]
        assert listed["metadata"]["total"] == 1
        assert ZNSTplStatus.from_name(detail["status"]) is ZNSTplStatus.ENABLE
        assert [param["name"] for param in detail["listParams"]] == ["so"]


def message(phone, template_id, **values):
    """A message of `zalopysdk`, which sends mappings and, by an oversight, none of its own class."""
    return asdict(ZNSMessage(phone, template_id, template_data=values, tracking_id="m-1"))


class TestZaloOfficialSdk:
    """A receiver of an OA's webhooks lays app, body, time, secret into the client's digest, and compares."""

    def is_signed(self, raw, signature, *, secret):
        said = json.loads(raw)
        return (
            signature == f"mac={MacUtils.build_mac(said['app_id'], raw.decode(), said['timestamp'], secret)}"
        )

    def test_knows_an_event_of_the_sandbox(self, sandbox, pair, citizen, now):
        sandbox.events()
        sandbox.chat(OA_ID, citizen["user_id"], "Mấy giờ mở cửa?")

        ((raw, headers),) = sandbox.events()

        assert self.is_signed(raw, headers["X-ZEvent-Signature"], secret=sandbox.world.config.webhook_secret)
        event = verify(raw, signature=headers["X-ZEvent-Signature"], now=now)
        assert event.uid == citizen["oa_users"][OA_ID]

    def test_does_not_know_another_body_or_secret_nor_do_we(self, sandbox, pair, citizen, now):
        sandbox.events()
        sandbox.chat(OA_ID, citizen["user_id"], "Mấy giờ mở cửa?")

        ((raw, headers),) = sandbox.events()

        signature, secret = headers["X-ZEvent-Signature"], sandbox.world.config.webhook_secret
        other_body = raw.replace("mở cửa".encode(), "đóng cửa".encode())
        assert not self.is_signed(other_body, signature, secret=secret)
        assert not self.is_signed(raw, signature, secret=secret[::-1])
        with pytest.raises(BadSignature):
            verify(other_body, signature=signature, now=now)

    @pytest.mark.parametrize("vector", [V6, V7, V8])
    def test_signs_our_vectors_as_the_contract_does(self, vector):
        assert self.is_signed(vector.raw, vector.signature, secret=vector.secret)


class TestZmpOpenapi:
    """A receiver of the Mini App's webhooks signs what came, and compares."""

    def test_knows_an_event_of_the_sandbox(self, sandbox, citizen, now):
        sandbox.events()
        sandbox.event("user.revoke.consent", user_id=citizen["user_id"])

        ((raw, headers),) = sandbox.events()

        key = sandbox.world.config.miniapp_api_key
        assert VerifySignature.generate_signature(json.loads(raw), key) == headers["X-ZEvent-Signature"]
        event = verify_miniapp(raw, signature=headers["X-ZEvent-Signature"], now=now)
        assert event.app_user_id == citizen["user_id"]

    def test_does_not_know_a_forged_one_nor_do_we(self, sandbox, citizen, now):
        sandbox.events()
        sandbox.event("user.revoke.consent", user_id=citizen["user_id"], forged=True)

        ((raw, headers),) = sandbox.events()

        key = sandbox.world.config.miniapp_api_key
        assert VerifySignature.generate_signature(json.loads(raw), key) != headers["X-ZEvent-Signature"]
        with pytest.raises(BadSignature):
            verify_miniapp(raw, signature=headers["X-ZEvent-Signature"], now=now)

    def test_signs_our_vector_as_the_contract_does(self):
        """V9."""
        assert VerifySignature.generate_signature(json.loads(V9.raw), V9.secret) == V9.signature

    def test_signs_what_is_not_text_as_we_do(self):
        body = {"b": {"x": ["ấ", 1]}, "timestamp": 1, "a": "c"}

        assert VerifySignature.generate_signature(body, "key") == miniapp_mac(body=body, api_key="key")
