"""Signing in with Zalo at the browser: there and back, and every way to come back without."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Citizen
from accounts.services import accounts_by_verified_phone
from accounts.tests.factories import EIGHT, CitizenFactory

pytestmark = pytest.mark.django_db
AN = {"id": "3368637342326461234", "name": "Trần Văn An"}
BACK = "/dang-nhap/zalo/xong/"
DRAFT = "/dat-lich/3f0e0c1c-6a9c-4f0e-8f5e-7f4f5a0d9b11/kiem-tra/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(EIGHT, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def _app(settings):
    settings.ZALO_APP_ID = "123"
    settings.THROTTLE_FACTOR = 0


@pytest.fixture
def zalo(fake_zalo):
    fake_zalo.people["an"] = AN
    fake_zalo.codes["good"] = "an"
    return fake_zalo


def leave(client: Client, then: str = "") -> dict[str, str]:
    """Press the button; gives what Zalo is told in the address."""
    page = client.post("/dang-nhap/zalo/", {"next": then})
    assert page.status_code == 200
    query = parse_qs(urlsplit(page.context["address"]).query)
    return {name: values[0] for name, values in query.items()}


def come_back(client: Client, **said: str):
    return client.get(BACK, said)


def is_in(client: Client) -> bool:
    return "citizen_session" in client.cookies


class TestToZalo:
    def test_goes_there_by_itself_and_by_a_link_without_a_script(self, client, settings):
        settings.PUBLIC_BASE_URL = "https://portal.example.vn"

        page = client.post("/dang-nhap/zalo/")

        address = page.context["address"]
        assert address.startswith(f"{settings.ZALO_OAUTH_BASE}/v4/permission?")
        assert f'content="0;url={address.replace("&", "&amp;")}"' in page.content.decode()
        assert parse_qs(urlsplit(address).query)["redirect_uri"] == [f"https://portal.example.vn{BACK}"]
        cookie = page.cookies["citizen_at_zalo"]
        assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 600)

    def test_is_not_there_without_an_app_at_zalo(self, client, settings):
        settings.ZALO_APP_ID = ""

        assert "bằng Zalo</button>" not in client.get("/dang-nhap/").content.decode()
        assert client.post("/dang-nhap/zalo/").status_code == 404

    def test_takes_a_form_only(self, client):
        assert client.get("/dang-nhap/zalo/").status_code == 405


class TestFromZalo:
    def test_signs_in_and_goes_on_where_one_was(self, client, zalo):
        said = leave(client, DRAFT)

        answer = come_back(client, code="good", state=said["state"], code_challenge=said["code_challenge"])

        assert (answer.status_code, answer["Location"]) == (302, DRAFT)
        assert is_in(client)
        assert Citizen.objects.get().zalo_id == AN["id"]

    def test_is_the_same_citizen_as_in_the_mini_app(self, client, zalo):
        in_the_mini_app = CitizenFactory(zalo_id=AN["id"])
        said = leave(client)

        come_back(client, code="good", state=said["state"])

        assert Citizen.objects.get() == in_the_mini_app

    @pytest.mark.parametrize(
        "then",
        [
            *("https://evil.example/", "//evil.example/", "javascript:alert(1)", ""),
            *("/\x00", "/" + "a" * 500),  # what cannot be remembered on the way
        ],
    )
    def test_goes_to_no_foreign_page(self, client, zalo, then):
        said = leave(client, then)

        answer = come_back(client, code="good", state=said["state"])

        assert answer["Location"] == reverse("my-appointments")

    def test_keeps_no_token_of_zalo(self, client, zalo):
        said = leave(client)

        answer = come_back(client, code="good", state=said["state"])

        assert all(cookie.value != "an" for cookie in answer.cookies.values())

    def refused(self, client: Client, answer, words: str) -> None:
        page = answer.content.decode()
        assert answer.status_code in (409, 503)
        assert not is_in(client)
        assert words in page
        assert "nhận mã qua số điện thoại ở dưới" in page
        assert 'name="phone"' in page

    def test_says_that_one_cancelled_and_keeps_where_one_was(self, client, zalo):
        said = leave(client, DRAFT)

        answer = come_back(client, error="access_denied", state=said["state"])

        self.refused(client, answer, "Đã bấm Hủy")
        assert answer.context["next"] == DRAFT

    def test_refuses_a_made_up_state(self, client, zalo):
        leave(client)

        self.refused(client, come_back(client, code="good", state="x.y"), "Không nhận ra")

    def test_refuses_a_state_without_any(self, client, zalo):
        leave(client)

        self.refused(client, come_back(client, code="good"), "Không nhận ra")

    def test_refuses_what_another_browser_began(self, client, zalo):
        said = leave(Client())

        self.refused(client, come_back(client, code="good", state=said["state"]), "ở trình duyệt khác")
        assert zalo.requests == []

    def test_refuses_the_second_return(self, client, zalo):
        said = leave(client)
        come_back(client, code="good", state=said["state"])
        del client.cookies["citizen_session"]

        self.refused(client, come_back(client, code="good", state=said["state"]), "đã dùng rồi")
        assert len(zalo.sent("/v4/access_token")) == 1

    def test_takes_a_reload_as_what_it_is(self, client, zalo):
        said = leave(client, DRAFT)
        come_back(client, code="good", state=said["state"])

        again = come_back(client, code="good", state=said["state"])

        assert (again.status_code, again["Location"]) == (302, DRAFT)
        assert len(zalo.sent("/v4/access_token")) == 1

    def test_refuses_after_ten_minutes(self, client, zalo, clock):
        said = leave(client)
        clock.shift(timedelta(minutes=10))

        self.refused(client, come_back(client, code="good", state=said["state"]), "quá 10 phút")

    def test_says_that_zalo_refused_the_code(self, client, zalo):
        said = leave(client)

        self.refused(client, come_back(client, code="old", state=said["state"]), "Zalo không nhận mã")

    def test_says_that_zalo_does_not_know_the_token(self, client, zalo):
        zalo.people.clear()
        said = leave(client)

        self.refused(client, come_back(client, code="good", state=said["state"]), "Zalo không nhận mã")

    def test_says_that_zalo_is_away(self, client, zalo):
        said = leave(client)
        zalo.down = httpx.ConnectTimeout("no")

        self.refused(client, come_back(client, code="good", state=said["state"]), "Zalo đang bận")

    def test_tells_a_citizen_nothing_of_the_console(self, client, zalo):
        said = leave(client)

        answer = come_back(client, error="-14003", state=said["state"])

        self.refused(client, answer, "đang tạm ngừng")
        assert "14003" not in answer.content.decode()


class TestOwnPhone:
    """Who came by Zalo has told no phone; with one, what was booked by it can be brought along."""

    @pytest.fixture
    def signed_in(self, client, zalo, otp_oa) -> Citizen:
        come_back(client, code="good", state=leave(client)["state"])
        return Citizen.objects.get()

    def code_of(self, zalo) -> str:
        return zalo.sent("/message/template")[-1].read().decode().partition('"otp":"')[2][:6]

    def test_is_the_citizens_once_the_code_is_right(self, client, zalo, signed_in):
        by_code = CitizenFactory(zalo_id=None, phone="+84905123456", is_opened_by_code=True)
        asked = client.post("/so-dien-thoai/?next=/lich-hen/gop/", {"phone": "0905 123 456"})

        answer = client.post(asked["Location"], {"code": self.code_of(zalo)})

        signed_in.refresh_from_db()
        assert (answer.status_code, answer["Location"]) == (302, "/lich-hen/gop/")
        assert signed_in.phone == "+84905123456"
        assert accounts_by_verified_phone(citizen=signed_in) == [by_code]

    def test_is_not_with_a_wrong_code(self, client, zalo, signed_in):
        asked = client.post("/so-dien-thoai/", {"phone": "0905 123 456"})
        wrong = f"{(int(self.code_of(zalo)) + 1) % 1_000_000:06d}"

        answer = client.post(asked["Location"], {"code": wrong})

        signed_in.refresh_from_db()
        assert answer.status_code == 422
        assert "Mã không đúng" in answer.content.decode()
        assert signed_in.phone is None

    def test_is_asked_of_nobody_who_has_one_or_is_not_in(self, client):
        for address in ("/so-dien-thoai/", "/so-dien-thoai/3f0e0c1c-6a9c-4f0e-8f5e-7f4f5a0d9b11/"):
            assert client.get(address)["Location"] == reverse("my-appointments")
