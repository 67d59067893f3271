from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection

from core.testing import run_together
from zalo.models import ConsentRequest, ConsentRequestQuerySet
from zalo.oauth import Callback, Flow
from zalo.refusals import (
    AppNotReady,
    CodeRefused,
    ConsentCancelled,
    ConsentElsewhere,
    ConsentOver,
    ConsentUnknown,
    ZaloAway,
)
from zalo.services import (
    begin_consent,
    consent_of,
    forget_old_consents,
    has_just_granted,
    note_grant,
    tokens_of_consent,
)
from zalo.signing import code_challenge
from zalo.tests.scripted import Say, refreshed, scripted

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
MINE, OTHERS = "browser-one", "browser-two"
FIXED = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


def sent_away(*, flow=Flow.OA, browser=MINE, errand="5", now=NOW) -> dict[str, str]:
    """What the address of the consent page carries."""
    address = begin_consent(flow=flow, browser=browser, redirect_uri="https://a.vn/", errand=errand, now=now)
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@pytest.fixture
def zalo(settings):
    with scripted(refreshed(1)) as script:
        settings.ZALO_OAUTH_BASE = script.base_url
        yield script


@pytest.mark.django_db
class TestBeginConsent:
    def test_keeps_neither_state_nor_browser_nor_verifier_as_they_are(self):
        said = sent_away()

        with connection.cursor() as cursor:
            cursor.execute("SELECT to_jsonb(r)::text FROM zalo_consentrequest r")
            (row,) = cursor.fetchone()
        request = ConsentRequest.objects.get()
        assert code_challenge(request.verifier) == said["code_challenge"]
        for secret in (said["state"], MINE, request.verifier):
            assert secret not in row

    def test_makes_state_and_verifier_anew_each_time(self):
        first, second = sent_away(), sent_away()

        assert first["state"] != second["state"]
        assert first["code_challenge"] != second["code_challenge"]

    def test_takes_the_fixed_verifier_of_the_console_for_official_accounts_only(self, settings):
        settings.ZALO_OA_CODE_VERIFIER = FIXED

        assert sent_away()["code_challenge"] == code_challenge(FIXED)
        assert sent_away(flow=Flow.CITIZEN)["code_challenge"] != code_challenge(FIXED)


@pytest.mark.django_db
class TestConsentOf:
    def come_back(self, *, flow=Flow.OA, browser=MINE, **said) -> ConsentRequest:
        return consent_of(flow=flow, callback=Callback(**({"code": "c"} | said)), browser=browser)

    def test_knows_by_the_state_what_it_was_for(self):
        sent_away(errand="4")
        said = sent_away(errand="5")

        assert self.come_back(state=said["state"]).errand == "5"

    def test_refuses_the_state_of_another_browser(self):
        state = sent_away(browser=OTHERS)["state"]

        with pytest.raises(ConsentElsewhere):
            self.come_back(state=state)

    def test_refuses_a_browser_without_its_cookie(self):
        state = sent_away()["state"]

        with pytest.raises(ConsentElsewhere):
            self.come_back(state=state, browser="")

    @pytest.mark.parametrize("state", ["made-up", "made-up.by-hand", ""])
    def test_refuses_a_state_that_is_not_ours(self, state):
        sent_away()

        with pytest.raises(ConsentUnknown):
            self.come_back(state=state)

    def test_refuses_the_state_of_the_other_flow(self):
        state = sent_away(flow=Flow.CITIZEN)["state"]

        with pytest.raises(ConsentUnknown):
            self.come_back(state=state)

    def test_goes_by_the_challenge_where_no_state_comes_back(self):
        said = sent_away(errand="5")
        sent_away(errand="6")

        assert self.come_back(code_challenge=said["code_challenge"]).errand == "5"

    def test_believes_a_challenge_of_its_own_browser_only(self):
        said = sent_away(browser=OTHERS)

        with pytest.raises(ConsentUnknown):
            self.come_back(code_challenge=said["code_challenge"])

    def test_goes_by_the_browser_alone_where_somebody_said_no(self):
        sent_away(errand="5")

        assert self.come_back(code="", error="access_denied").errand == "5"
        with pytest.raises(ConsentUnknown):
            self.come_back(code="", error="access_denied", browser=OTHERS)

    def test_goes_by_the_browser_alone_only_where_the_verifier_is_fixed(self, settings):
        settings.ZALO_OA_CODE_VERIFIER = FIXED
        sent_away(errand="5")
        sent_away(errand="6", now=NOW + timedelta(seconds=1))
        sent_away(errand="7", browser=OTHERS, now=NOW + timedelta(seconds=2))

        assert self.come_back().errand == "6"
        with pytest.raises(ConsentUnknown):
            self.come_back(flow=Flow.CITIZEN)


@pytest.mark.django_db
class TestTokensOfConsent:
    def come_back(self, *, now=NOW, **said):
        state = sent_away()["state"]
        callback = Callback(**({"code": "c", "state": state} | said))
        request = consent_of(flow=Flow.OA, callback=callback, browser=MINE)
        return request, lambda: tokens_of_consent(request=request, callback=callback, now=now)

    def test_gives_the_tokens_for_the_verifier_that_was_kept(self, zalo):
        request, get = self.come_back()

        assert get().access_token == "access-1"
        assert zalo.asked[0]["form"]["code_verifier"] == request.verifier

    def test_works_once(self, zalo):
        _, get = self.come_back()
        get()

        with pytest.raises(ConsentOver):
            get()
        assert len(zalo.asked) == 1

    def test_does_not_work_after_ten_minutes(self, zalo):
        _, get = self.come_back(now=NOW + timedelta(minutes=10))

        with pytest.raises(ConsentOver):
            get()
        assert zalo.asked == []

    @pytest.mark.parametrize("error", ["access_denied", "-1", "--14003", "²", ""])
    def test_asks_nobody_after_a_no(self, zalo, error):
        _, get = self.come_back(code="", error=error)

        with pytest.raises(ConsentCancelled):
            get()
        assert zalo.asked == []

    def test_says_what_the_consent_page_found_wrong_with_the_app(self, zalo):
        _, get = self.come_back(code="", error="-14003")

        with pytest.raises(AppNotReady, match="giống hệt"):
            get()

    @pytest.mark.parametrize(
        ("said", "refusal", "words"),
        [
            ({"error": -14005}, CodeRefused, "quá hạn"),
            ({"error": -14002}, AppNotReady, "Đang hoạt động"),
            ({"error": -14004}, AppNotReady, "Khóa bí mật"),
            ({"error": -14018}, AppNotReady, "lỗi của phần mềm"),
            ({"error": -14099}, ZaloAway, "Thử lại sau"),
        ],
        ids=str,
    )
    def test_puts_each_refusal_into_words(self, zalo, said, refusal, words):
        zalo.answers[:] = [Say(said)]
        _, get = self.come_back()

        with pytest.raises(refusal, match=words):
            get()

    def test_says_that_zalo_is_away(self, zalo):
        zalo.answers[:] = [Say(status=502)]
        _, get = self.come_back()

        with pytest.raises(ZaloAway):
            get()


@pytest.mark.django_db
class TestHasJustGranted:
    @pytest.mark.parametrize(
        ("asked", "expected"),
        [
            ({}, True),
            ({"errand": "6"}, False),
            ({"oa_id": "222"}, False),
            ({"browser": OTHERS}, False),
            ({"now": NOW + timedelta(hours=1)}, False),
        ],
        ids=str,
    )
    def test_is_of_this_errand_account_browser_and_hour(self, asked, expected):
        sent_away()
        request = ConsentRequest.objects.get()
        ConsentRequest.objects.take(request.pk, now=NOW)
        note_grant(request=request, oa_id="111", now=NOW)

        said = {"errand": "5", "oa_id": "111", "browser": MINE, "now": NOW + timedelta(minutes=5)}
        assert has_just_granted(**said | asked) is expected


@pytest.mark.django_db
class TestForgetOldConsents:
    def test_keeps_those_of_a_day(self):
        sent_away()
        sent_away(now=NOW - timedelta(days=2))

        assert forget_old_consents(now=NOW) == 1
        assert ConsentRequest.objects.get().created_at == NOW


@pytest.mark.django_db(transaction=True)
class TestTwoThatComeBackAtOnce:
    @pytest.fixture
    def both(self, zalo):
        state = sent_away()["state"]
        callback = Callback(code="c", state=state)
        request = consent_of(flow=Flow.OA, callback=callback, browser=MINE)
        zalo.answers[:] = [Say(refreshed(1).body, delay=0.2)]
        return [lambda: tokens_of_consent(request=request, callback=callback, now=NOW)] * 2

    def test_use_the_code_twice_if_nothing_holds_them(self, both, zalo, monkeypatch):
        """Keeps the test below honest: if this passes no more, that proves nothing."""
        monkeypatch.setattr(ConsentRequestQuerySet, "take", lambda *_, **__: True)

        run_together(both)

        assert len(zalo.asked) == 2

    def test_use_the_code_once(self, both, zalo):
        outcomes = run_together(both)

        assert len(zalo.asked) == 1
        assert [type(outcome) for outcome in outcomes].count(ConsentOver) == 1
