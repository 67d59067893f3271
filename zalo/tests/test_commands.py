import io

import pytest
from django.core.management import CommandError, call_command

from zalo.models import OaToken


def seed(monkeypatch, text):
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    said = io.StringIO()
    call_command("zalo_oa_seed_tokens", "123", stdout=said)
    return said.getvalue()


class TestZaloOaSeedTokens:
    def test_stores_the_pair_and_shows_it_to_nobody(self, db, monkeypatch):
        said = seed(monkeypatch, '{"access_token": "aaa", "refresh_token": "rrr", "expires_in": "90000"}')

        token = OaToken.objects.get()
        assert (token.oa_id, token.access_token, token.refresh_token) == ("123", "aaa", "rrr")
        assert "aaa" not in said
        assert "rrr" not in said

    @pytest.mark.parametrize("text", ["", "[]", "{}", '{"access_token": "a"}', '{"access_token": 1}'])
    def test_refuses_what_is_not_a_pair(self, db, monkeypatch, text):
        with pytest.raises(CommandError):
            seed(monkeypatch, text)

        assert not OaToken.objects.exists()
