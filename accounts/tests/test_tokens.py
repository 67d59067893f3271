from datetime import timedelta

import pytest
from django.conf import settings

from accounts.errors import SignedOut
from accounts.models import Session
from accounts.services import end_session, refresh_session, session_of
from accounts.services.tokens import Tokens, open_session
from accounts.tests.factories import EIGHT, CitizenFactory

pytestmark = pytest.mark.django_db
HALF_AN_HOUR = timedelta(minutes=30)


def signed_in(**citizen) -> Tokens:
    return open_session(citizen=CitizenFactory(**citizen), now=EIGHT)


class TestOpenSession:
    def test_keeps_no_token_that_could_be_used(self):
        tokens = signed_in()

        stored = Session.objects.values().get()

        assert tokens.refresh not in map(str, stored.values())
        assert len(stored["refresh_hash"]) == 64
        assert tokens.refresh not in repr(tokens)

    def test_says_how_long_the_access_token_lives(self):
        assert signed_in().expires_in == 1800


class TestSessionOf:
    def test_finds_the_citizen_by_one_query(self, django_assert_num_queries):
        tokens = signed_in()

        with django_assert_num_queries(1):
            session = session_of(access_token=tokens.access, now=EIGHT)
            assert session.citizen == tokens.citizen

    def test_refuses_a_token_of_half_an_hour_ago(self):
        tokens = signed_in()

        session_of(access_token=tokens.access, now=EIGHT + HALF_AN_HOUR - timedelta(seconds=1))
        with pytest.raises(SignedOut):
            session_of(access_token=tokens.access, now=EIGHT + HALF_AN_HOUR)

    @pytest.mark.parametrize("token", ["", "x", "a.b.c", "\x00", "ü.1.x", "é" * 5000])
    def test_refuses_what_is_not_a_token(self, token):
        with pytest.raises(SignedOut):
            session_of(access_token=token, now=EIGHT)

    def test_refuses_a_token_whose_end_was_moved(self):
        public_id, expires_at, signature = signed_in().access.split(".")

        with pytest.raises(SignedOut):
            session_of(access_token=f"{public_id}.{int(expires_at) + 60}.{signature}", now=EIGHT)

    def test_does_not_take_a_refresh_token(self):
        with pytest.raises(SignedOut):
            session_of(access_token=signed_in().refresh, now=EIGHT)

    def test_refuses_the_token_of_a_session_that_ended(self):
        tokens = signed_in()
        end_session(refresh_token=tokens.refresh, now=EIGHT)

        with pytest.raises(SignedOut):
            session_of(access_token=tokens.access, now=EIGHT)

    def test_refuses_a_session_that_was_opened_while_the_account_was_erased(self):
        tokens = signed_in(erased=True)

        with pytest.raises(SignedOut):
            session_of(access_token=tokens.access, now=EIGHT)


class TestRefreshSession:
    def test_gives_a_new_pair_for_the_same_citizen(self):
        tokens = signed_in()

        fresh = refresh_session(refresh_token=tokens.refresh, now=EIGHT + HALF_AN_HOUR)

        assert fresh.citizen == tokens.citizen
        assert fresh.refresh != tokens.refresh
        assert session_of(access_token=fresh.access, now=EIGHT + HALF_AN_HOUR).citizen == tokens.citizen

    def test_goes_on_with_each_new_token(self):
        tokens = signed_in()

        for hours in range(1, 4):
            tokens = refresh_session(refresh_token=tokens.refresh, now=EIGHT + timedelta(hours=hours))

        assert Session.objects.get().ended_at is None

    @pytest.mark.parametrize("generations", [1, 3])
    def test_ends_the_family_when_an_old_token_comes_back(self, generations):
        first = latest = signed_in()
        for _ in range(generations):
            latest = refresh_session(refresh_token=latest.refresh, now=EIGHT)

        with pytest.raises(SignedOut):
            refresh_session(refresh_token=first.refresh, now=EIGHT)

        assert Session.objects.get().end_reason == Session.EndReason.TOKEN_REUSED
        with pytest.raises(SignedOut):
            refresh_session(refresh_token=latest.refresh, now=EIGHT)
        with pytest.raises(SignedOut):
            session_of(access_token=latest.access, now=EIGHT)

    def test_does_not_end_a_family_for_a_token_that_was_made_up(self):
        tokens = signed_in()
        public_id = tokens.refresh.split(".")[0]

        with pytest.raises(SignedOut):
            refresh_session(refresh_token=f"{public_id}.guess.guess", now=EIGHT)

        assert Session.objects.get().ended_at is None

    def test_leaves_the_citizens_other_sign_ins_alone(self):
        first = signed_in()
        other = open_session(citizen=first.citizen, now=EIGHT)
        refresh_session(refresh_token=first.refresh, now=EIGHT)

        with pytest.raises(SignedOut):
            refresh_session(refresh_token=first.refresh, now=EIGHT)

        assert session_of(access_token=other.access, now=EIGHT).citizen == first.citizen

    def test_refuses_a_token_that_lay_unused_for_too_long(self):
        tokens = signed_in()

        with pytest.raises(SignedOut):
            refresh_session(refresh_token=tokens.refresh, now=EIGHT + settings.REFRESH_TOKEN_LIFETIME)

    def test_costs_two_statements(self, django_assert_num_queries):
        tokens = signed_in()

        with django_assert_num_queries(2 + 2):  # and the transaction's own
            refresh_session(refresh_token=tokens.refresh, now=EIGHT)


class TestEndSession:
    def test_also_ends_the_session_of_an_old_token(self):
        tokens = signed_in()
        refresh_session(refresh_token=tokens.refresh, now=EIGHT)

        end_session(refresh_token=tokens.refresh, now=EIGHT)

        assert Session.objects.get().end_reason == Session.EndReason.SIGNED_OUT

    def test_does_nothing_twice_and_nothing_for_strangers(self):
        tokens = signed_in()
        end_session(refresh_token=tokens.refresh, now=EIGHT)

        end_session(refresh_token=tokens.refresh, now=EIGHT + HALF_AN_HOUR)
        end_session(refresh_token="not ours", now=EIGHT)

        assert Session.objects.get().ended_at == EIGHT
