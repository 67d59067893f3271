import pytest

from accounts.services import account_with_phone
from accounts.tests.factories import CitizenFactory

pytestmark = pytest.mark.django_db
PHONE = "+84905123456"


class TestAccountWithPhone:
    def test_finds_who_has_verified_it(self):
        owner = CitizenFactory(phone=PHONE)
        CitizenFactory(phone="+84905999999")

        assert account_with_phone(PHONE) == owner

    def test_prefers_the_account_with_zalo(self):
        CitizenFactory(by_code=True, phone=PHONE)
        with_zalo = CitizenFactory(phone=PHONE)

        assert account_with_phone(PHONE) == with_zalo

    def test_knows_no_stranger(self):
        CitizenFactory(erased=True)

        assert account_with_phone(PHONE) is None
