"""What is new each time; the digests themselves are tested by their vectors."""

from zalo.signing import new_code_verifier


class TestNewCodeVerifier:
    def test_has_43_characters_and_is_new_each_time(self):
        verifiers = {new_code_verifier() for _ in range(10)}

        assert {len(verifier) for verifier in verifiers} == {43}
        assert len(verifiers) == 10
