"""The vectors V1 to V5 of the contract, and RFC 7636's."""

import pytest

from zalo.signing import appsecret_proof, code_challenge, hash_phone, new_code_verifier


class TestCodeChallenge:
    @pytest.mark.parametrize(
        ("verifier", "challenge"),
        [
            ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "6oZqdX5MOLq_qBJ8vppAnT4fk6AP8UiP9zX8-Rev_9A"),
            ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ],
    )
    def test_is_the_unpadded_digest_of_the_verifier(self, verifier, challenge):
        assert code_challenge(verifier) == challenge


class TestNewCodeVerifier:
    def test_has_43_characters_and_is_new_each_time(self):
        verifiers = {new_code_verifier() for _ in range(10)}

        assert {len(verifier) for verifier in verifiers} == {43}
        assert len(verifiers) == 10


class TestAppsecretProof:
    def test_is_keyed_with_the_app_secret(self):
        proof = appsecret_proof(access_token="ACCESS_TOKEN_abcdef", app_secret="SECRET_KEY_0123456789")

        assert proof == "d561bd02341ac76a7412a7fb4104667e14c503252cb30ebd2dafea321310c3b8"


class TestHashPhone:
    @pytest.mark.parametrize(
        ("digits", "expected"),
        [
            ("84987654321", "116ce31ae9170769b075a11dedca1198f41d30318334919fb90917e9c617b438"),
            ("84123456789", "9ac8383e4c92d63e932400dc1da8cd314510ccbaa9396efa3b1a54593f898e8f"),
        ],
    )
    def test_is_the_digest_of_the_digits(self, digits, expected):
        assert hash_phone(digits) == expected
