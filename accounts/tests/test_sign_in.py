import hashlib
import hmac

import httpx
import pytest

from accounts.errors import NotYourZalo, ZaloTokenRefused
from accounts.models import Citizen, ZaloContact
from accounts.services import link_phone, sign_in_with_zalo
from accounts.tests.factories import EIGHT, CitizenFactory, ZaloContactFactory
from core.errors import Invalid, Unavailable

pytestmark = pytest.mark.django_db
AN = {"id": "3368637342326461234", "name": "Trần Văn An"}


def sign_in(bearer: str = "an") -> Citizen:
    return sign_in_with_zalo(access_token=bearer, now=EIGHT).citizen


class TestSignInWithZalo:
    def test_opens_an_account_the_first_time_and_finds_it_again(self, fake_zalo):
        fake_zalo.people["an"] = AN

        first, again = sign_in(), sign_in()

        assert first == again
        assert (first.name, first.zalo_id, first.phone) == ("Trần Văn An", AN["id"], None)

    def test_proves_to_zalo_that_the_token_is_used_by_our_app(self, fake_zalo, settings):
        fake_zalo.people["an"] = AN

        sign_in()

        proof = hmac.new(settings.ZALO_APP_SECRET.encode(), b"an", hashlib.sha256).hexdigest()
        assert [request.headers["appsecret_proof"] for request in fake_zalo.requests] == [proof]

    def test_takes_a_citizen_who_keeps_the_name_to_themselves(self, fake_zalo):
        fake_zalo.people["an"] = {"id": AN["id"]}

        assert sign_in().name == ""

    def test_fills_in_a_name_that_is_given_later(self, fake_zalo):
        CitizenFactory(zalo_id=AN["id"], name="")
        fake_zalo.people["an"] = AN

        assert sign_in().name == "Trần Văn An"

    def test_leaves_the_name_that_the_citizen_chose(self, fake_zalo):
        CitizenFactory(zalo_id=AN["id"], name="An")
        fake_zalo.people["an"] = AN

        assert sign_in().name == "An"

    def test_stores_a_decomposed_and_endless_name_composed_and_short(self, fake_zalo):
        fake_zalo.people["an"] = {"id": AN["id"], "name": "Nguyễn  " * 100}

        name = sign_in().name

        assert name.startswith("Nguyễn Nguyễn")
        assert len(name) == 100

    def test_links_what_official_accounts_knew_already(self, fake_zalo):
        waiting = ZaloContactFactory(stranger=True, app_user_id=AN["id"])
        of_another = ZaloContactFactory(stranger=True)
        fake_zalo.people["an"] = AN

        citizen = sign_in()

        waiting.refresh_from_db()
        of_another.refresh_from_db()
        assert (waiting.citizen, of_another.citizen) == (citizen, None)

    def test_keeps_the_id_at_the_official_account_of_the_app(self, fake_zalo, settings):
        settings.ZALO_APP_OA_ID = "388613280879808645"
        fake_zalo.people["an"] = AN | {"user_id_by_oa": "24684588352919792", "is_follower": True}

        citizen = sign_in()

        contact = ZaloContact.objects.get()
        assert (contact.oa_id, contact.uid) == ("388613280879808645", "24684588352919792")
        assert (contact.citizen, contact.follows) == (citizen, True)

    def test_does_not_learn_from_graph_that_somebody_stopped_following(self, fake_zalo, settings):
        known = ZaloContactFactory(citizen__zalo_id=AN["id"])
        settings.ZALO_APP_OA_ID = known.oa_id
        fake_zalo.people["an"] = AN | {"user_id_by_oa": known.uid}

        sign_in()

        known.refresh_from_db()
        assert known.follows

    def test_opens_a_new_account_for_somebody_who_erased_theirs(self, fake_zalo):
        CitizenFactory(erased=True)
        fake_zalo.people["an"] = AN

        sign_in()

        assert Citizen.objects.live().count() == 1

    @pytest.mark.parametrize("token", ["of another app", "với dấu", "x\ny"])
    def test_refuses_a_token_that_zalo_does_not_know(self, fake_zalo, token):
        with pytest.raises(ZaloTokenRefused):
            sign_in(token)

        assert not Citizen.objects.exists()

    @pytest.mark.parametrize("trouble", [httpx.ConnectError("down"), httpx.ReadTimeout("slow")])
    def test_says_so_when_zalo_is_down(self, fake_zalo, trouble):
        fake_zalo.down = trouble

        with pytest.raises(Unavailable):
            sign_in()


class TestLinkPhone:
    @pytest.fixture
    def an(self, fake_zalo) -> Citizen:
        fake_zalo.people["an"] = AN
        fake_zalo.phones["code"] = "84905123456"
        return CitizenFactory(zalo_id=AN["id"])

    def link(self, citizen: Citizen) -> str:
        return link_phone(citizen=citizen, access_token="an", phone_token="code", now=EIGHT)

    def test_gives_and_keeps_the_number_that_zalo_confirms(self, an):
        phone = self.link(an)

        an.refresh_from_db()
        assert phone == an.phone == "+84905123456"
        assert an.phone_verified_at == EIGHT

    def test_never_asks_twice_with_one_token(self, an, fake_zalo):
        self.link(an)

        with pytest.raises(Invalid) as refusal:
            self.link(an)

        assert refusal.value.errors[0].field == "phone_token"
        assert len(fake_zalo.sent("/v2.0/me/info")) == 2

    def test_does_not_spend_the_token_of_somebody_else(self, an, fake_zalo):
        stranger = CitizenFactory()

        with pytest.raises(NotYourZalo):
            self.link(stranger)

        assert fake_zalo.phones == {"code": "84905123456"}

    def test_is_not_for_an_account_without_zalo(self, an):
        with pytest.raises(NotYourZalo):
            self.link(CitizenFactory(by_code=True))

    def test_refuses_when_zalo_does_not_know_the_citizens_token(self, an, fake_zalo):
        fake_zalo.people.clear()

        with pytest.raises(ZaloTokenRefused):
            self.link(an)

    def test_refuses_a_foreign_number(self, an, fake_zalo):
        fake_zalo.phones["code"] = "14155552671"

        with pytest.raises(Invalid):
            self.link(an)

    def test_does_not_retry_when_no_answer_comes(self, an, fake_zalo):
        fake_zalo.down = httpx.ReadTimeout("slow")

        with pytest.raises(Unavailable):
            self.link(an)

        assert len(fake_zalo.requests) == 1

    def test_takes_the_phone_from_the_zalo_account_that_had_it(self, an):
        before = CitizenFactory(phone="+84905123456")

        self.link(an)

        before.refresh_from_db()
        assert (before.phone, before.phone_key, before.phone_verified_at) == (None, None, None)

    def test_leaves_the_account_that_a_code_to_this_phone_opened(self, an):
        of_the_browser = CitizenFactory(by_code=True, phone="+84905123456")

        self.link(an)

        of_the_browser.refresh_from_db()
        assert of_the_browser.phone == "+84905123456"

    def test_can_change_to_another_number_and_back(self, an, fake_zalo):
        self.link(an)
        fake_zalo.phones["code"] = "84905999999"
        assert self.link(an) == "+84905999999"
        fake_zalo.phones["code"] = "84905123456"

        assert self.link(an) == "+84905123456"
