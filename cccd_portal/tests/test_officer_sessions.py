"""How long officers stay in."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import AuditEntry, Officer
from accounts.services.officer_sessions import end_sessions
from accounts.tests.factories import EIGHT
from cccd_portal.tests.signing_in import PASSWORD, QUICK_HASHERS, give_password, is_in, officer_with_password
from core.officers import Deed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_as_served")]


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.PASSWORD_HASHERS = QUICK_HASHERS


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(EIGHT, tick=False) as clock:
        yield clock


class TestSessions:
    @pytest.fixture
    def browser(self, client):
        officer_with_password()
        give_password(client)
        return client

    def test_last_for_half_an_hour_without_a_request(self, browser, clock):
        clock.shift(timedelta(minutes=29))
        assert is_in(browser)
        clock.shift(timedelta(minutes=31))
        assert not is_in(browser)

    def test_slide_with_every_request_up_to_ten_hours(self, browser, clock):
        for _ in range(23):
            clock.shift(timedelta(minutes=25))
            browser.get("/admin/jsi18n/")
        assert is_in(browser)
        clock.shift(timedelta(minutes=25))
        assert not is_in(browser)

    def test_are_not_written_at_every_request(self, browser, clock, django_assert_num_queries):
        clock.shift(timedelta(minutes=5))
        assert is_in(browser)
        clock.shift(timedelta(seconds=20))

        with django_assert_num_queries(2):  # the session, the officer with their second factor
            browser.get("/admin/jsi18n/")

    def test_end_for_one_officer_in_every_browser_and_for_nobody_else(self, browser):
        second, other = Client(), Client()
        give_password(second)
        officer_with_password(username="desk.tam-ky")
        give_password(other, "desk.tam-ky")

        end_sessions(Officer.objects.get(username="head.tam-ky"))

        assert [is_in(one) for one in (browser, second, other)] == [False, False, True]

    def test_of_other_browsers_end_with_a_new_password(self, browser):
        second = Client()
        give_password(second)
        said = {
            "old_password": PASSWORD,
            "new_password1": "mot-cai-khac-34",
            "new_password2": "mot-cai-khac-34",
        }

        browser.post("/admin/password_change/", said)
        assert AuditEntry.objects.filter(deed=Deed.DID, words="đổi mật khẩu").exists()

        assert [is_in(one) for one in (browser, second)] == [True, False]

    def test_have_a_cookie_that_scripts_and_plain_http_do_not_see(self, settings, client):
        settings.SESSION_COOKIE_SECURE = True
        officer_with_password()

        cookie = give_password(client).cookies["officer_session"]

        assert cookie["httponly"]
        assert cookie["secure"]
        assert cookie["samesite"] == "Lax"

    def test_of_officers_are_not_looked_up_for_citizens(self, client, django_assert_num_queries):
        with django_assert_num_queries(0):
            client.get("/nhan-biet/")
