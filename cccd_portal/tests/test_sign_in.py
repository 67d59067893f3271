"""How officers get in, and that nobody is in before."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib import admin
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import AuditEntry, Officer, SecondFactor
from accounts.services.officer_sessions import end_sessions
from accounts.services.second_factor import renew_recovery_codes
from accounts.tests.factories import EIGHT, SecondFactorFactory, app_code
from cccd_portal.admin_site import OfficersSite
from cccd_portal.tests.signing_in import (
    CODE,
    INDEX,
    LOGIN,
    PASSWORD,
    QUICK_HASHERS,
    SECURITY,
    SET_UP,
    code_now,
    give_code,
    give_password,
    is_in,
    officer_with_password,
)
from cccd_portal.tests.test_promises import routes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_as_served")]

# Pages of the sign-in itself: they show nothing of the office.
BEFORE_THE_GATE = {LOGIN, CODE, SET_UP}


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.PASSWORD_HASHERS = QUICK_HASHERS


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(EIGHT, tick=False) as clock:
        yield clock


@pytest.fixture
def required(settings):
    settings.OTP_REQUIRED = True


def admin_addresses() -> list[str]:
    """Every address below /admin/, with something in its places."""
    fill = {"content_type_id": "1", "app_label": "booking", "url": "khong-co"}
    found = set()
    for route in routes(admin.site.get_urls(), "/admin/"):
        plain = re.sub(r"<(?:\w+:)?(\w+)>", lambda place: fill.get(place[1], "1"), route)
        plain = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda place: fill[place[1]], plain)
        found.add(plain.replace("^", "").rstrip("$"))
    return sorted(found)


class TestTheGate:
    def test_is_of_the_officers_own_site(self):
        assert isinstance(admin.site, OfficersSite)

    def test_walks_every_address_there_is(self):
        addresses = admin_addresses()

        assert len(addresses) > 60
        assert {"/admin/jsi18n/", "/admin/autocomplete/", "/admin/password_change/", "/admin/search/"} <= {
            *addresses
        }

    def refused(self, client: Client) -> set[str]:
        """The addresses that let nobody through, by any method that could."""
        shut = set()
        for address in admin_addresses():
            answers = [client.get(address), client.post(address)]
            if all(answer.status_code == 302 and LOGIN in answer["Location"] for answer in answers):
                shut.add(address)
        return shut

    def left_open(self, client: Client) -> set[str]:
        # Who signs out without being in is sent to the overview, which sends them to the sign-in.
        return {*admin_addresses()} - self.refused(client) - BEFORE_THE_GATE - {"/admin/logout/"}

    def test_is_shut_to_strangers(self, client):
        assert self.left_open(client) == set()

    @pytest.mark.usefixtures("required")
    def test_is_shut_to_a_password_alone(self, client):
        SecondFactorFactory(user=officer_with_password())
        give_password(client)

        assert self.left_open(client) == set()
        assert not client.get(LOGIN).wsgi_request.user.is_authenticated

    @pytest.mark.usefixtures("required")
    def test_is_shut_to_a_session_without_the_factor_that_is_required(self, client):
        client.force_login(officer_with_password())

        assert self.left_open(client) == set()

    def test_is_shut_to_a_session_without_the_factor_its_officer_has(self, client):
        client.force_login(SecondFactorFactory(user=officer_with_password()).user)

        assert self.left_open(client) == set()

    @pytest.mark.usefixtures("required")
    def test_opens_to_both_factors(self, client, clock):
        factor = SecondFactorFactory(user=officer_with_password())
        give_password(client)
        give_code(client, code_now(factor, clock))

        pages = (INDEX, "/admin/jsi18n/", "/admin/booking/site/", "/admin/password_change/", SECURITY)
        assert [client.get(page).status_code for page in pages] == [200] * len(pages)

    def test_search_finds_nothing_while_redis_is_down(self, client, settings):
        away = settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:9/0"}
        settings.CACHES = {"default": away}
        client.force_login(officer_with_password())

        answer = client.get("/admin/search/?s=lich")

        assert (answer.status_code, answer.content) == (200, b"")


class TestPassword:
    def test_is_enough_where_nothing_else_is_asked_for(self, client):
        officer_with_password()

        answer = client.post(
            f"{LOGIN}?next=/admin/booking/site/", {"username": "head.tam-ky", "password": PASSWORD}
        )

        assert answer["Location"] == "/admin/booking/site/"
        assert is_in(client)

    def test_never_leads_away_from_the_portal(self, client):
        officer_with_password()

        answer = client.post(
            f"{LOGIN}?next=https://fake.example/", {"username": "head.tam-ky", "password": PASSWORD}
        )

        assert answer["Location"] == INDEX

    def test_page_knows_what_a_password_manager_looks_for(self, client):
        page = client.get(LOGIN).content.decode()

        assert re.search(r'name="username"[^>]*autocomplete="username"', page)
        assert re.search(r'name="password"[^>]*autocomplete="current-password"', page)

    def test_that_is_wrong_says_as_much_to_an_officer_as_to_a_name_nobody_has(self, client):
        officer_with_password()

        answers = [give_password(client, name, "sai") for name in ("head.tam-ky", "khong-co")]

        words = [re.sub(r'(value|action)="[^"]*"', "", answer.content.decode()) for answer in answers]
        assert words[0] == words[1]
        assert "Tên đăng nhập hoặc mật khẩu không đúng" in words[0]

    def test_of_an_idle_account_says_why_and_what_to_do(self, client):
        officer_with_password(last_login=EIGHT - timedelta(days=46))

        page = give_password(client).content.decode()

        assert "45 ngày không đăng nhập" in page
        assert not is_in(client)

    def test_that_is_wrong_does_not_tell_that_an_account_is_idle(self, client):
        officer_with_password(last_login=EIGHT - timedelta(days=46))

        assert "45 ngày" not in give_password(client, password="sai").content.decode()

    def test_gives_a_session_nobody_could_have_prepared(self, client):
        officer_with_password()
        client.get(LOGIN)
        client.session["planted"] = "x"
        before = client.session
        before["planted"] = "x"
        before.save()

        give_password(client)

        assert client.session.session_key != before.session_key

    @pytest.mark.usefixtures("required")
    def test_gives_a_new_session_before_the_second_step_as_well(self, client):
        SecondFactorFactory(user=officer_with_password())
        planted = client.session
        planted["planted"] = "x"
        planted.save()
        client.cookies["officer_session"] = planted.session_key

        give_password(client)

        assert client.session.session_key != planted.session_key
        assert "planted" not in client.session


@pytest.mark.usefixtures("required")
class TestCode:
    @pytest.fixture
    def factor(self, client) -> SecondFactor:
        """The factor of somebody whose password was right a moment ago."""
        factor = SecondFactorFactory(user=officer_with_password())
        give_password(client)
        return factor

    def test_lets_in_and_leads_on(self, client, factor, clock):
        answer = give_code(client, code_now(factor, clock), next="/admin/booking/site/")

        assert answer["Location"] == "/admin/booking/site/"
        assert is_in(client)

    def test_never_leads_away_from_the_portal(self, client, factor, clock):
        answer = give_code(client, code_now(factor, clock), next="//fake.example/")

        assert answer["Location"] == INDEX

    def test_gives_another_session_than_the_password_did(self, client, factor, clock):
        before = client.session.session_key

        give_code(client, code_now(factor, clock))

        assert client.session.session_key != before

    def test_is_written_into_the_audit_log(self, client, factor, clock):
        give_code(client, code_now(factor, clock))
        client.post("/admin/logout/")

        entries = AuditEntry.objects.order_by("pk").values_list("deed", "words")
        assert [*entries] == [("SIGNED_IN", "bằng mật khẩu và ứng dụng"), ("SIGNED_OUT", "")]

    def test_that_is_wrong_stays_outside(self, client, factor):
        page = give_code(client, "000000").content.decode()

        assert "Mã không đúng hoặc đã dùng" in page
        assert not is_in(client)

    def test_after_a_wrong_one_has_to_wait(self, client, factor):
        give_code(client, "000000")

        assert "Thử lại sau 2 giây" in give_code(client, "000000").content.decode()

    def test_on_paper_lets_in_once_and_warns_when_few_are_left(self, client, factor):
        codes = renew_recovery_codes(officer=factor.user)
        factor.recovery_codes.filter(pk__in=factor.recovery_codes.order_by("pk").values("pk")[2:]).delete()

        client.post(f"{CODE}?recovery=1", {"code": codes[0]})

        assert "Còn 1 mã dự phòng" in client.get(INDEX).content.decode()

    def test_on_paper_is_refused_the_second_time(self, factor):
        (code, *_) = renew_recovery_codes(officer=factor.user)
        browsers = [Client(), Client()]
        for browser in browsers:
            give_password(browser)
            browser.post(f"{CODE}?recovery=1", {"code": code})

        assert [is_in(browser) for browser in browsers] == [True, False]

    def test_is_asked_for_ten_minutes(self, client, factor, clock):
        clock.shift(timedelta(minutes=11))

        answer = give_code(client, app_code(factor.secret, at=EIGHT + timedelta(minutes=11)))

        assert answer["Location"].startswith(LOGIN)

    def test_is_not_asked_of_who_was_let_go_meanwhile(self, client, factor, clock):
        Officer.objects.update(is_active=False)

        assert give_code(client, code_now(factor, clock))["Location"].startswith(LOGIN)

    def test_is_not_asked_once_all_sessions_were_ended(self, client, factor, clock):
        end_sessions(factor.user)

        assert give_code(client, code_now(factor, clock))["Location"].startswith(LOGIN)

    def test_field_is_known_to_phones(self, client, factor):
        page = client.get(CODE).content.decode()

        assert re.search(r'name="code"[^>]*autocomplete="one-time-code"', page)
        assert re.search(r'name="code"[^>]*autofocus', page)


class TestSetUp:
    def set_up(self, client: Client):
        client.get(SET_UP)
        page = client.get(SET_UP).content.decode()
        secret = re.search(r'of-secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
        return client.post(SET_UP, {"code": app_code(secret, at=EIGHT)})

    @pytest.mark.usefixtures("required")
    def test_is_where_a_first_password_leads(self, client):
        officer_with_password()

        assert give_password(client)["Location"].startswith(SET_UP)
        assert not is_in(client)

    @pytest.mark.usefixtures("required")
    def test_shows_ten_codes_once_and_lets_in(self, client):
        officer_with_password()
        give_password(client)

        answer = self.set_up(client)

        assert len(re.findall(r"<code>[0-9a-z]{5}-[0-9a-z]{5}</code>", answer.content.decode())) == 10
        assert "no-store" in answer["Cache-Control"]
        assert is_in(client)
        assert client.get(SET_UP)["Location"] == INDEX

    def test_can_be_had_at_will_and_is_asked_for_from_then_on(self, client):
        officer = officer_with_password()
        other_browser = Client()
        for browser in (client, other_browser):
            give_password(browser)

        self.set_up(client)

        assert is_in(client)
        assert not is_in(other_browser)
        assert SecondFactor.objects.get().user == officer
        assert give_password(Client())["Location"].startswith(CODE)

    def test_keeps_no_plain_secret_in_the_session(self, client):
        officer_with_password()
        give_password(client)
        page = client.get(SET_UP).content.decode()
        secret = re.search(r'of-secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")

        kept = Session.objects.get().get_decoded()

        assert secret not in str(kept)

    def test_is_not_for_strangers(self, client):
        assert client.get(SET_UP)["Location"] == INDEX


class TestSecurityPage:
    @pytest.fixture
    def factor(self, client, clock) -> SecondFactor:
        """The factor of an officer who is in."""
        factor = SecondFactorFactory(user=officer_with_password())
        give_password(client)
        give_code(client, code_now(factor, clock))
        return factor

    def code_after(self, factor: SecondFactor, clock) -> str:
        clock.shift(30)
        return app_code(factor.secret, at=EIGHT + timedelta(seconds=60))

    def test_makes_new_recovery_codes_for_a_code(self, client, factor, clock):
        page = client.post(SECURITY, {"do": "renew", "code": self.code_after(factor, clock)})

        assert len(re.findall(r"<code>[0-9a-z-]{11}</code>", page.content.decode())) == 10

    @pytest.mark.parametrize("do", ["renew", "turn_off"])
    def test_does_nothing_for_a_wrong_code(self, client, factor, do):
        client.post(SECURITY, {"do": do, "code": "000000"})

        assert SecondFactor.objects.exists()
        assert not factor.recovery_codes.exists()

    def test_turns_the_second_factor_off_where_it_is_not_required(self, client, factor, clock):
        client.post(SECURITY, {"do": "turn_off", "code": self.code_after(factor, clock)})

        assert not SecondFactor.objects.exists()
        assert is_in(client)

    def test_does_not_turn_it_off_where_it_is(self, client, factor, clock, settings):
        settings.OTP_REQUIRED = True

        client.post(SECURITY, {"do": "turn_off", "code": self.code_after(factor, clock)})

        assert SecondFactor.objects.exists()

    def test_ends_all_sessions(self, client):
        officer_with_password()
        browsers = [client, Client()]
        for browser in browsers:
            give_password(browser)

        client.post(SECURITY, {"do": "end_sessions"})

        assert [is_in(browser) for browser in browsers] == [False, False]
