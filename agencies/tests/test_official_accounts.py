"""Connecting an agency with its Official Account, against the stand-in Zalo."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.utils import timezone

from agencies.errors import AccountOfAnother, AnotherAccount, NotConnected
from agencies.models import Agency
from agencies.services.official_accounts import (
    Connected,
    adopt_account,
    begin_connection,
    finish_connection,
)
from agencies.tests.factories import AgencyFactory
from core.testing import run_together
from zalo import services as zalo
from zalo.models import ConsentRequest, OaToken
from zalo.oauth import Callback
from zalo.refusals import CodeRefused, ConsentCancelled, ConsentOver, ConsentUnknown, ZaloAway
from zalo.sandbox.testing import running_sandbox

OURS, THEIRS = "3674338702778449434", "2718281828459045235"
BACK = "https://portal.example.vn/back/"
MINE = "this-browser"


@pytest.fixture(scope="module")
def running():
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running, settings):
    running.start_anew()
    for name, value in running.settings.items():
        setattr(settings, name, value)
    running.callback(BACK)
    for oa_id in (OURS, THEIRS):
        running.oa(oa_id, f"OA {oa_id[-4:]}")
    return running


def leave(agency: Agency) -> str:
    said = {"officer": "7", "browser": MINE, "redirect_uri": BACK, "now": timezone.now()}
    return begin_connection(agency=agency, **said)


def come_back(address: str) -> Connected:
    callback = Callback.read(dict(parse_qsl(urlsplit(address).query)))
    request = zalo.consent_of(flow=ConsentRequest.Flow.OA, callback=callback, browser=MINE)
    return finish_connection(request=request, callback=callback, now=timezone.now())


@pytest.mark.django_db
class TestFinishConnection:
    def test_keeps_a_pair_that_works(self, sandbox):
        agency = AgencyFactory(oa_id=OURS)

        done = come_back(sandbox.consent(leave(agency), oa_id=OURS))

        assert done == Connected(agency=agency, oa_id=OURS, is_adopted=True)
        token = OaToken.objects.get(oa_id=OURS)
        assert (token.state, token.days_left(timezone.now())) == (OaToken.State.ACTIVE, 89)
        assert zalo.refresh_tokens(oa_id=OURS, stale=token.access_token, now=timezone.now())

    def test_heals_a_grant_that_was_lost(self, sandbox):
        agency, long_ago = AgencyFactory(oa_id=OURS), timezone.now() - timedelta(days=89)
        zalo.seed_tokens(oa_id=OURS, access_token="a", refresh_token="r", expires_in=1, now=long_ago)
        OaToken.objects.update(state=OaToken.State.NEEDS_CONSENT, last_error="NeedsConsent -14014")

        come_back(sandbox.consent(leave(agency), oa_id=OURS))

        assert not OaToken.objects.ailing(timezone.now()).exists()

    def test_remembers_which_officer_asked(self, sandbox):
        leave(AgencyFactory(oa_id=OURS))

        assert ConsentRequest.objects.get().asked_by == "7"

    def test_works_where_zalo_gives_no_state_back(self, sandbox):
        sandbox.faults(no_oa_state=True)

        done = come_back(sandbox.consent(leave(AgencyFactory(oa_id=OURS)), oa_id=OURS))

        assert done.is_adopted

    def test_waits_for_a_word_where_the_agency_has_none_yet(self, sandbox):
        agency = AgencyFactory(oa_id="")

        assert not come_back(sandbox.consent(leave(agency), oa_id=OURS)).is_adopted
        agency.refresh_from_db()
        assert agency.oa_id == ""

    def test_refuses_another_account_and_keeps_nothing(self, sandbox):
        address = sandbox.consent(leave(AgencyFactory(oa_id=OURS)), oa_id=THEIRS)

        with pytest.raises(AnotherAccount, match=THEIRS):
            come_back(address)
        assert not OaToken.objects.exists()

    def test_refuses_the_account_of_another_agency(self, sandbox):
        AgencyFactory(oa_id=THEIRS)
        address = sandbox.consent(leave(AgencyFactory(oa_id="")), oa_id=THEIRS)

        with pytest.raises(AccountOfAnother):
            come_back(address)
        assert not OaToken.objects.exists()

    def test_does_not_believe_an_id_that_was_typed_into_the_address(self, sandbox):
        """The code is of their account; the address says that it is ours."""
        address = sandbox.consent(leave(AgencyFactory(oa_id=OURS)), oa_id=THEIRS)

        with pytest.raises(ConsentUnknown):
            come_back(address.replace(f"oa_id={THEIRS}", f"oa_id={OURS}"))
        assert not OaToken.objects.exists()

    def test_believes_the_agencys_own_id_where_zalo_cannot_be_asked(self, sandbox, settings):
        address = sandbox.consent(leave(AgencyFactory(oa_id=OURS)), oa_id=OURS)
        settings.ZALO_OPENAPI_BASE = "http://127.0.0.1:9"

        assert come_back(address).is_adopted
        assert OaToken.objects.get().oa_id == OURS

    def test_believes_no_other_id_where_zalo_cannot_be_asked(self, sandbox, settings):
        """It may be the account by which the whole portal sends its codes."""
        zalo.seed_tokens(
            oa_id=OURS, access_token="theirs", refresh_token="r", expires_in=90_000, now=timezone.now()
        )
        address = sandbox.consent(leave(AgencyFactory(oa_id="")), oa_id=THEIRS)
        settings.ZALO_OPENAPI_BASE = "http://127.0.0.1:9"

        with pytest.raises(ZaloAway):
            come_back(address.replace(f"oa_id={THEIRS}", f"oa_id={OURS}"))
        assert OaToken.objects.get().access_token == "theirs"

    def test_refuses_a_return_without_an_id(self, sandbox):
        address = sandbox.consent(leave(AgencyFactory(oa_id=OURS)), oa_id=OURS)

        with pytest.raises(ConsentUnknown):
            come_back(address.replace(f"oa_id={OURS}", ""))

    def test_says_that_somebody_cancelled(self, sandbox):
        address = sandbox.consent(leave(AgencyFactory(oa_id=OURS)), decision="deny")

        with pytest.raises(ConsentCancelled):
            come_back(address)

    def test_works_once(self, sandbox):
        address = sandbox.consent(leave(AgencyFactory(oa_id=OURS)), oa_id=OURS)
        come_back(address)

        with pytest.raises(ConsentOver):
            come_back(address)

    def test_is_refused_by_zalo_with_another_verifier(self, sandbox):
        address = sandbox.consent(leave(AgencyFactory(oa_id=OURS)), oa_id=OURS)
        request = ConsentRequest.objects.get()
        request.verifier = "x" * 43
        request.save(update_fields=["verifier"])

        with pytest.raises(CodeRefused):
            come_back(address)
        assert not OaToken.objects.exists()


@pytest.mark.django_db
class TestAdoptAccount:
    def adopt(self, agency: Agency, oa_id: str = OURS, *, browser: str = MINE) -> str:
        adopt_account(agency=agency, oa_id=oa_id, browser=browser, now=timezone.now())
        return Agency.objects.get(pk=agency.pk).oa_id

    @pytest.fixture
    def agency(self, sandbox):
        agency = AgencyFactory(oa_id="")
        come_back(sandbox.consent(leave(agency), oa_id=OURS))
        return agency

    def test_gives_the_agency_the_account_and_may_be_repeated(self, agency):
        assert self.adopt(agency) == OURS
        assert self.adopt(agency) == OURS

    def test_takes_no_account_that_did_not_consent(self, agency):
        with pytest.raises(NotConnected):
            self.adopt(agency, THEIRS)

    def test_takes_the_word_of_no_other_browser(self, agency):
        with pytest.raises(NotConnected):
            self.adopt(agency, browser="another")

    def test_takes_no_consent_that_was_for_another_agency(self, agency):
        with pytest.raises(NotConnected):
            self.adopt(AgencyFactory(oa_id=""))

    def test_does_not_replace_an_account_that_came_meanwhile(self, agency):
        Agency.objects.filter(pk=agency.pk).update(oa_id=THEIRS)

        with pytest.raises(AnotherAccount):
            self.adopt(agency)

    def test_does_not_take_an_account_from_another_agency(self, agency):
        AgencyFactory(oa_id=OURS)

        with pytest.raises(AccountOfAnother):
            self.adopt(agency)


@pytest.mark.django_db(transaction=True)
def test_two_agencies_that_adopt_one_account_at_once_do_not_both_get_it(sandbox):
    """The wall is the constraint `one_agency_per_official_account`."""
    agencies = [AgencyFactory(oa_id=""), AgencyFactory(oa_id="")]
    for agency in agencies:
        come_back(sandbox.consent(leave(agency), oa_id=OURS))

    def adopt(agency):
        return lambda: adopt_account(agency=agency, oa_id=OURS, browser=MINE, now=timezone.now())

    outcomes = run_together([adopt(agency) for agency in agencies])

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AccountOfAnother", "NoneType"]
    assert Agency.objects.filter(oa_id=OURS).count() == 1
