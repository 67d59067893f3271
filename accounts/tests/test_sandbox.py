"""Signing in over HTTP against the stand-in Zalo that speaks the real protocol."""

from collections.abc import Iterator

import pytest

from accounts.errors import ZaloTokenRefused
from accounts.services import link_phone, request_code, sign_in_with_zalo, ways_to_reach
from accounts.services.codes import verify_code
from accounts.tests.factories import EIGHT
from core.errors import Invalid
from zalo.sandbox.testing import Sandbox, running_sandbox
from zalo.services import seed_tokens

pytestmark = pytest.mark.django_db
OA = "3674338702778440001"
PHONE = "+84905123456"


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running, settings) -> Sandbox:
    running.start_anew()
    for name, value in running.settings.items():
        setattr(settings, name, value)
    settings.ZALO_APP_OA_ID = settings.ZALO_OTP_OA_ID = OA
    settings.ZALO_OTP_TEMPLATE_ID = "otp"
    oa = running.oa(OA)
    running.template("otp", "Mã đăng nhập: <otp>")
    seed_tokens(
        oa_id=OA,
        access_token=oa["access_token"],
        refresh_token=oa["refresh_token"],
        expires_in=int(oa["expires_in"]),
        now=EIGHT,
    )
    return running


class TestMiniApp:
    def test_signs_in_and_shares_the_phone_once(self, sandbox):
        person = sandbox.citizen(phone="0905123456")
        bearer, shared = person["access_token"], person["phone_token"]

        citizen = sign_in_with_zalo(access_token=bearer, now=EIGHT).citizen
        phone = link_phone(citizen=citizen, access_token=bearer, phone_token=shared, now=EIGHT)

        assert (citizen.zalo_id, citizen.name, phone) == (person["user_id"], "Trần Văn An", PHONE)
        assert ways_to_reach(citizen=citizen, oa_id=OA).uid == person["oa_users"][OA]
        with pytest.raises(Invalid):
            link_phone(citizen=citizen, access_token=bearer, phone_token=shared, now=EIGHT)

    def test_is_refused_with_a_token_made_up(self, sandbox):
        with pytest.raises(ZaloTokenRefused):
            sign_in_with_zalo(access_token="x", now=EIGHT)


class TestOneTimeCode:
    def test_arrives_and_signs_in(self, sandbox):
        sandbox.citizen(phone="0905123456")

        challenge = request_code(phone=PHONE, now=EIGHT)
        message = sandbox.messages(phone=PHONE)[0]
        tokens = verify_code(
            challenge_id=challenge.public_id, code=message["template_data"]["otp"], now=EIGHT
        )

        assert message["channel"] == "template_phone"
        assert tokens.citizen.phone == PHONE

    def test_is_refused_for_a_phone_without_zalo(self, sandbox):
        with pytest.raises(Invalid):
            request_code(phone=PHONE, now=EIGHT)
