"""The vectors V1 to V9 of the contract, and the variants of them that go round and are wrong."""

import hashlib
import hmac
import json
import sys
from datetime import timedelta

import pytest

from zalo.miniapp_webhooks import verify_miniapp
from zalo.signing import appsecret_proof, code_challenge, hash_phone, miniapp_mac, oa_mac
from zalo.tests.vectors import OA_ID, SECRET, V6, V7, V8, V9
from zalo.webhooks import BadSignature, verify


@pytest.fixture(autouse=True)
def _our_apps(settings):
    settings.ZALO_APP_ID, settings.ZALO_OA_WEBHOOK_SECRET = V6.app_id, V6.secret
    settings.ZALO_MINIAPP_ID, settings.ZALO_MINIAPP_API_KEY = V9.app_id, V9.secret


class TestCodeChallenge:
    @pytest.mark.parametrize(
        ("verifier", "challenge"),
        [
            ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "6oZqdX5MOLq_qBJ8vppAnT4fk6AP8UiP9zX8-Rev_9A"),
            ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ],
        ids=["V1", "V2"],
    )
    def test_is_the_unpadded_digest_of_the_verifier(self, verifier, challenge):
        assert code_challenge(verifier) == challenge

    def test_is_not_the_digest_in_hexadecimal(self):
        verifier = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

        assert code_challenge(verifier) != hashlib.sha256(verifier.encode()).hexdigest()


class TestAppsecretProof:
    def test_is_keyed_with_the_app_secret(self):
        """V3."""
        proof = appsecret_proof(access_token="ACCESS_TOKEN_abcdef", app_secret="SECRET_KEY_0123456789")

        assert proof == "d561bd02341ac76a7412a7fb4104667e14c503252cb30ebd2dafea321310c3b8"

    def test_is_not_keyed_with_the_token(self):
        proof = appsecret_proof(access_token="SECRET_KEY_0123456789", app_secret="ACCESS_TOKEN_abcdef")

        assert proof != "d561bd02341ac76a7412a7fb4104667e14c503252cb30ebd2dafea321310c3b8"


class TestHashPhone:
    @pytest.mark.parametrize(
        ("digits", "expected"),
        [
            ("84987654321", "116ce31ae9170769b075a11dedca1198f41d30318334919fb90917e9c617b438"),
            ("84123456789", "9ac8383e4c92d63e932400dc1da8cd314510ccbaa9396efa3b1a54593f898e8f"),
        ],
        ids=["V4", "V5"],
    )
    def test_is_the_digest_of_the_digits(self, digits, expected):
        assert hash_phone(digits) == expected


def _sha256(*parts):
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _keyed(event):
    return hmac.new(
        event.secret.encode(), event.app_id.encode() + event.raw + event.timestamp.encode(), "sha256"
    )


def _written_anew(raw, **how):
    return json.dumps(json.loads(raw), separators=(",", ":"), **how).encode()


# How clients that go round sign the body of V6, each wrong in one thing.
WRONG = {
    "HMAC with the secret as key": _keyed(V6).hexdigest(),
    "HMAC of the body alone": hmac.new(SECRET.encode(), V6.raw, "sha256").hexdigest(),
    "body written anew with \\u escapes": oa_mac(
        app_id=V6.app_id, raw=_written_anew(V6.raw), timestamp=V6.timestamp, secret=SECRET
    ),
    "id of the OA in front": _sha256(OA_ID.encode(), V6.raw, V6.timestamp.encode(), SECRET.encode()),
    "time of a header": oa_mac(app_id=V6.app_id, raw=V6.raw, timestamp="1787209817999", secret=SECRET),
    "time in seconds": oa_mac(app_id=V6.app_id, raw=V6.raw, timestamp="1787209817", secret=SECRET),
    "secret in front": _sha256(SECRET.encode(), V6.app_id.encode(), V6.raw, V6.timestamp.encode()),
    "without a secret": _sha256(V6.app_id.encode(), V6.raw, V6.timestamp.encode()),
    "another secret": oa_mac(app_id=V6.app_id, raw=V6.raw, timestamp=V6.timestamp, secret="another"),
    "a prefix too many": f"mac={V6.signature}",
    "capitals": V6.signature.removeprefix("mac=").upper(),
    "one digit off": V6.signature[4:-1] + "5",
    "no digits": "",
    "not of this alphabet": "ơ",
}


class TestWebhookOfTheOa:
    @pytest.mark.parametrize("event", [V6, V7, V8], ids=["V6", "V7", "V8"])
    def test_is_known_by_its_signature(self, event, settings):
        settings.ZALO_APP_ID, settings.ZALO_OA_WEBHOOK_SECRET = event.app_id, event.secret

        assert verify(event.raw, signature=event.signature, now=event.at).occurred_at == event.at

    @pytest.mark.parametrize("event", [V6, V7, V8], ids=["V6", "V7", "V8"])
    def test_is_refused_with_any_byte_changed(self, event, settings):
        settings.ZALO_APP_ID, settings.ZALO_OA_WEBHOOK_SECRET = event.app_id, event.secret

        for place in range(len(event.raw)):
            changed = bytearray(event.raw)
            changed[place] ^= 1
            with pytest.raises(BadSignature):
                verify(bytes(changed), signature=event.signature, now=event.at)

    @pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
    def test_is_refused_if_signed_another_way(self, wrong):
        with pytest.raises(BadSignature, match="wrong signature"):
            verify(V6.raw, signature=f"mac={wrong}", now=V6.at)

    def test_is_refused_if_written_anew_on_its_way(self):
        for anew in (_written_anew(V6.raw), _written_anew(V6.raw, sort_keys=True, ensure_ascii=False)):
            with pytest.raises(BadSignature, match="wrong signature"):
                verify(anew, signature=V6.signature, now=V6.at)

    @pytest.mark.parametrize("late", [timedelta(hours=2, seconds=1), timedelta(hours=-2, seconds=-1)])
    def test_is_refused_when_stale(self, late):
        with pytest.raises(BadSignature, match="not fresh"):
            verify(V6.raw, signature=V6.signature, now=V6.at + late)

    def test_the_vectors_and_their_wrong_variants_are_those_of_the_contract(self):
        assert len(V6.raw) == 305
        assert _sha256(V6.raw) == "fa042b95d6bbb88d33453d860b1b6829c69f9ab316702ce3b997fed41ffaab1a"
        keyed, _, escaped, prefixed, *_ = WRONG.values()
        assert (keyed[:8], escaped[:8], prefixed[:8]) == ("f738bf5f", "5394366a", "f5e37785")


class TestWebhookOfTheMiniApp:
    def test_is_known_by_its_signature(self):
        """V9."""
        event = verify_miniapp(V9.raw, signature=V9.signature, now=V9.at)

        assert (event.name, event.app_user_id) == ("user.revoke.consent", "3368637342326461234")
        assert (event.app_id, event.occurred_at) == (V9.app_id, V9.at)
        assert (event.oa_id, event.uid, event.message_ids) == (None, None, ())

    @pytest.mark.parametrize(
        ("what", "changed"),
        [
            (b"user.revoke.consent", b"user.revoke.consens"),
            (b"3368637342326461234", b"3368637342326461235"),
            (b"1760000000000", b"1760000000001"),
            (b"}", b',"more":"x"}'),
            (b'"userId":"3368637342326461234",', b""),
        ],
    )
    def test_is_refused_with_a_value_changed_added_or_left_out(self, what, changed):
        with pytest.raises(BadSignature, match="wrong signature"):
            verify_miniapp(V9.raw.replace(what, changed), signature=V9.signature, now=V9.at)

    def test_is_refused_however_deep_it_is_nested(self):
        """At a few depths between the two it can be read and not be written again."""
        for depth in range(500, sys.getrecursionlimit()):
            deep = b"[" * depth + b"]" * depth
            with pytest.raises(BadSignature):
                verify_miniapp(
                    V9.raw.replace(b"}", b',"x":' + deep + b"}"), signature=V9.signature, now=V9.at
                )

    @pytest.mark.parametrize(
        "signature",
        [
            f"mac={V9.signature}",
            V9.signature.upper(),
            oa_mac(app_id=V9.app_id, raw=V9.raw, timestamp=V9.timestamp, secret=V9.secret),
            hmac.new(V9.secret.encode(), V9.raw, "sha256").hexdigest(),
            miniapp_mac(body=json.loads(V9.raw), api_key=f"Bearer {V9.secret}"),
            _sha256("".join(map(str, json.loads(V9.raw).values())).encode(), V9.secret.encode()),  # unsorted
            "ơ",
        ],
    )
    def test_is_refused_if_signed_another_way(self, signature):
        with pytest.raises(BadSignature, match="wrong signature"):
            verify_miniapp(V9.raw, signature=signature, now=V9.at)

    @pytest.mark.parametrize("signature", [None, ""])
    def test_is_refused_unsigned(self, signature):
        with pytest.raises(BadSignature, match="unsigned"):
            verify_miniapp(V9.raw, signature=signature, now=V9.at)

    @pytest.mark.parametrize("late", [timedelta(hours=2, seconds=1), timedelta(hours=-2, seconds=-1)])
    def test_is_refused_when_stale(self, late):
        with pytest.raises(BadSignature, match="not fresh"):
            verify_miniapp(V9.raw, signature=V9.signature, now=V9.at + late)

    def test_may_let_letters_wander_between_values_but_not_far(self):
        """Borders are not signed: what tells one reading from the other is the time."""
        wandered = V9.raw.replace(b"1760000000000", b"17600000000003").replace(b'"336863', b'"36863')

        with pytest.raises(BadSignature, match="not fresh"):
            verify_miniapp(wandered, signature=V9.signature, now=V9.at)

    @pytest.mark.parametrize("ours", ["", "999"])
    def test_is_refused_if_it_is_of_another_mini_app(self, settings, ours):
        settings.ZALO_MINIAPP_ID = ours

        with pytest.raises(BadSignature, match="other Mini App"):
            verify_miniapp(V9.raw, signature=V9.signature, now=V9.at)

    @pytest.mark.parametrize("timestamp", [None, "", "soon", True, 0, -5, 10**15, [1]])
    def test_is_refused_without_a_time(self, timestamp):
        body = {"event": "user.revoke.consent", "appId": V9.app_id, "timestamp": timestamp}

        with pytest.raises(BadSignature, match="no time"):
            verify_signed(body)

    def test_is_signed_as_javascript_writes_what_is_not_text(self):
        body = {"b": {"x": ["ấ", 1, None]}, "a": True, "c": "x"}

        assert miniapp_mac(body=body, api_key="key") == _sha256('true{"x":["ấ",1,null]}xkey'.encode())

    def test_is_refused_quietly_when_it_holds_half_a_letter(self):
        raw = V9.raw.replace(b"}", b',"more":"\\ud800"}')

        with pytest.raises(BadSignature, match="wrong signature"):
            verify_miniapp(raw, signature=V9.signature, now=V9.at)


def verify_signed(body):
    raw = json.dumps(body).encode()
    return verify_miniapp(raw, signature=miniapp_mac(body=body, api_key=V9.secret), now=V9.at)
