from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from zalo.errors import BackOff, NeedsConsent, NeedsHuman, OutcomeUnknown
from zalo.models import OaToken
from zalo.services import access_token, refresh_ageing_tokens, seed_tokens
from zalo.tests.conftest import OA_ID
from zalo.tests.scripted import Say, refreshed, scripted

REFUSED = Say({"error": -14014, "error_name": "Invalid refresh token.", "access_token": ""})


@pytest.fixture
def token(db, now):
    return seed_tokens(
        oa_id=OA_ID, access_token="access-0", refresh_token="refresh-0", expires_in=90_000, now=now
    )


@pytest.fixture
def oauth(settings):
    """Lets the host of the tokens give these answers; returns what it was asked."""
    settings.ZALO_TIMEOUT_SECONDS = 0.2
    settings.ZALO_APP_ID = "123"
    running = []

    def say(*answers):
        context = scripted(*answers)
        running.append(context)
        zalo = context.__enter__()
        settings.ZALO_OAUTH_BASE = zalo.base_url
        return zalo

    yield say
    for context in running:
        context.__exit__(None, None, None)


class TestAccessToken:
    def test_is_the_stored_one_while_its_time_lasts(self, token, now):
        assert access_token(oa_id=OA_ID, now=now + timedelta(hours=24, minutes=59)) == "access-0"

    def test_costs_one_query(self, token, now, django_assert_num_queries):
        with django_assert_num_queries(1):
            access_token(oa_id=OA_ID, now=now)

    def test_is_refreshed_when_its_time_is_over(self, token, now, oauth, settings):
        zalo = oauth(refreshed())
        later = now + timedelta(hours=25)

        assert access_token(oa_id=OA_ID, now=later) == "access-1"

        (asked,) = zalo.asked
        assert asked["path"] == "/v4/oa/access_token"
        assert asked["headers"]["secret_key"] == settings.ZALO_APP_SECRET
        assert asked["form"] == {
            "refresh_token": "refresh-0",
            "app_id": "123",
            "grant_type": "refresh_token",
        }
        token.refresh_from_db()
        assert (token.access_token, token.refresh_token) == ("access-1", "refresh-1")
        assert (token.refreshed_at, token.expires_at) == (later, later + timedelta(hours=25))
        assert token.granted_at == now

    def test_is_refreshed_when_zalo_rejected_it_early(self, token, now, oauth):
        oauth(refreshed())

        assert access_token(oa_id=OA_ID, now=now, rejected="access-0") == "access-1"

    def test_is_the_next_one_at_once_when_a_neighbour_refreshed_it(self, token, now, oauth):
        zalo = oauth(refreshed())
        access_token(oa_id=OA_ID, now=now, rejected="access-0")

        assert access_token(oa_id=OA_ID, now=now, rejected="access-0") == "access-1"
        assert len(zalo.asked) == 1

    def test_keeps_the_refresh_token_when_the_answer_brings_none(self, token, now, oauth):
        oauth(Say({"access_token": "access-1"}))

        access_token(oa_id=OA_ID, now=now, rejected="access-0")

        token.refresh_from_db()
        assert token.refresh_token == "refresh-0"
        assert token.expires_at == now + timedelta(hours=25)

    def test_needs_a_human_when_no_pair_was_seeded(self, db, now):
        with pytest.raises(NeedsConsent):
            access_token(oa_id="unknown", now=now)

    @pytest.mark.parametrize(
        "answer",
        [
            REFUSED,
            Say({"error_name": "Invalid refresh token.", "access_token": "", "refresh_token": ""}),
            Say({"error": -118, "error_name": "invalid_grant"}),
        ],
    )
    def test_never_asks_again_once_the_grant_is_lost(self, token, now, oauth, answer):
        zalo = oauth(answer)

        for minutes in (0, 5, 600):
            with pytest.raises(NeedsConsent):
                access_token(oa_id=OA_ID, now=now + timedelta(minutes=minutes), rejected="access-0")

        assert len(zalo.asked) == 1
        token.refresh_from_db()
        assert token.state == OaToken.State.NEEDS_CONSENT
        assert token.last_error.startswith("NeedsConsent")

    def test_is_not_offered_again_after_a_rejection_when_the_grant_is_lost(self, token, now, oauth):
        oauth(REFUSED)
        for _ in range(2):
            with pytest.raises(NeedsConsent):
                access_token(oa_id=OA_ID, now=now, rejected="access-0")

        with pytest.raises(NeedsConsent):
            access_token(oa_id=OA_ID, now=now)

    def test_goes_on_until_its_end_when_only_the_refresh_was_refused(self, token, now, oauth):
        oauth(REFUSED)
        later = now + timedelta(hours=21)
        refresh_ageing_tokens(now=later)

        assert access_token(oa_id=OA_ID, now=later) == "access-0"

    def test_tries_the_old_token_once_more_when_no_answer_came(self, token, now, oauth):
        zalo = oauth(Say(hang_up=True), refreshed())

        assert access_token(oa_id=OA_ID, now=now, rejected="access-0") == "access-1"

        assert [asked["form"]["refresh_token"] for asked in zalo.asked] == ["refresh-0"] * 2
        token.refresh_from_db()
        assert token.state == OaToken.State.ACTIVE

    def test_is_suspect_when_twice_no_answer_came(self, token, now, oauth):
        zalo = oauth(Say(refreshed().body, delay=0.5))

        with pytest.raises(OutcomeUnknown):
            access_token(oa_id=OA_ID, now=now, rejected="access-0")

        assert len(zalo.asked) == 2
        token.refresh_from_db()
        assert token.state == OaToken.State.SUSPECT

    def test_has_lost_its_grant_when_the_unanswered_refresh_was_done(self, token, now, oauth):
        oauth(Say(hang_up=True), REFUSED)

        with pytest.raises(NeedsConsent):
            access_token(oa_id=OA_ID, now=now, rejected="access-0")

        token.refresh_from_db()
        assert token.state == OaToken.State.NEEDS_CONSENT

    def test_lets_the_others_pass_for_a_minute_after_a_failure_and_then_tries_again(self, token, now, oauth):
        zalo = oauth(Say({}, status=503), refreshed())

        for _ in range(3):
            with pytest.raises(BackOff):
                access_token(oa_id=OA_ID, now=now, rejected="access-0")
        assert len(zalo.asked) == 1

        assert access_token(oa_id=OA_ID, now=now + timedelta(minutes=1), rejected="access-0") == "access-1"
        token.refresh_from_db()
        assert (token.last_error, token.retry_at) == ("", None)

    def test_says_so_when_our_secret_is_wrong(self, token, now, oauth):
        oauth(Say({"error": -14004, "error_name": "Invalid secret key"}))

        with pytest.raises(NeedsHuman):
            access_token(oa_id=OA_ID, now=now, rejected="access-0")

        token.refresh_from_db()
        assert token.last_error == "NeedsHuman -14004"

    def test_is_never_fetched_inside_a_transaction_that_could_undo_it(self, transactional_db, now, oauth):
        seed_tokens(oa_id=OA_ID, access_token="access-0", refresh_token="r", expires_in=90_000, now=now)
        zalo = oauth(refreshed())

        with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
            access_token(oa_id=OA_ID, now=now, rejected="access-0")

        assert zalo.asked == []


class TestRefreshAgeingTokens:
    def test_refreshes_what_is_about_twenty_hours_old(self, token, now, oauth):
        oauth(refreshed())

        assert refresh_ageing_tokens(now=now + timedelta(hours=19, minutes=59)) == 0
        assert refresh_ageing_tokens(now=now + timedelta(hours=20)) == 1
        assert refresh_ageing_tokens(now=now + timedelta(hours=20)) == 0

    def test_goes_on_to_the_next_oa_when_one_is_refused(self, token, now, oauth):
        seed_tokens(oa_id="456", access_token="a", refresh_token="b", expires_in=90_000, now=now)
        oauth(REFUSED, refreshed())

        assert refresh_ageing_tokens(now=now + timedelta(hours=20)) == 1
        assert refresh_ageing_tokens(now=now + timedelta(hours=20)) == 0
        assert OaToken.objects.ailing(now).get() == token

    def test_tries_a_suspect_one_again(self, token, now, oauth):
        OaToken.objects.update(state="SUSPECT", last_error="OutcomeUnknown 0")
        oauth(refreshed())

        assert refresh_ageing_tokens(now=now) == 1
        assert OaToken.objects.get().state == OaToken.State.ACTIVE


class TestSeedTokens:
    def test_ends_a_lost_grant(self, token, now):
        OaToken.objects.update(state="NEEDS_CONSENT", last_error="NeedsConsent -14014", expires_at=now)

        seed_tokens(oa_id=OA_ID, access_token="new", refresh_token="newer", expires_in=3600, now=now)

        assert access_token(oa_id=OA_ID, now=now) == "new"
        assert not OaToken.objects.ailing(now).exists()

    def test_keeps_both_tokens_unreadable_in_the_database(self, token):
        with connection.cursor() as cursor:
            cursor.execute("SELECT access_token, refresh_token FROM zalo_oatoken")
            stored = cursor.fetchone()

        assert "access-0" not in stored[0]
        assert "refresh-0" not in stored[1]
        assert "access-0" not in str(token)


class TestAiling:
    def test_tells_a_consent_that_is_soon_three_months_old(self, token, now):
        OaToken.objects.update(expires_at=now + timedelta(days=100))

        assert not OaToken.objects.ailing(now + timedelta(days=79)).exists()
        assert OaToken.objects.ailing(now + timedelta(days=81)).exists()

    def test_tells_an_expired_token(self, token, now):
        assert OaToken.objects.ailing(now + timedelta(hours=25)).exists()


@pytest.mark.parametrize(
    "change", [{"state": "SUSPECT"}, {"state": "GONE", "last_error": "x"}, {"oa_id": OA_ID}]
)
def test_the_database_refuses_what_must_not_be(token, now, change):
    other = seed_tokens(oa_id="456", access_token="a", refresh_token="b", expires_in=60, now=now)

    with pytest.raises(IntegrityError), transaction.atomic():
        OaToken.objects.filter(pk=other.pk).update(**change)
