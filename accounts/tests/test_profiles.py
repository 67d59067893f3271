from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import SignedOut
from accounts.models import Citizen, Consent, Session, ZaloContact
from accounts.services import absorb_account, accounts_by_verified_phone, erase_account, update_profile
from accounts.services.profiles import give_phone
from accounts.tests.factories import (
    EIGHT,
    CitizenFactory,
    ConsentFactory,
    SessionFactory,
    ZaloContactFactory,
)

pytestmark = pytest.mark.django_db
PHONE = "+84905123456"
LATER = EIGHT + timedelta(hours=1)


class TestUpdateProfile:
    def test_stores_a_name_composed_and_without_stray_spaces(self):
        citizen = update_profile(citizen=CitizenFactory(), name="  Nguyễn   Thị Hạnh ")

        assert citizen.name == "Nguyễn Thị Hạnh"

    def test_stores_the_vietnamese_letter_for_its_lookalikes_and_as_much_as_fits(self):
        citizen = update_profile(citizen=CitizenFactory(), name="Ðặng " + "An" * 60)

        assert citizen.name == ("Đặng " + "An" * 60)[:100]

    def test_does_not_write_on_an_account_that_was_erased_meanwhile(self):
        with pytest.raises(SignedOut):
            update_profile(citizen=CitizenFactory(erased=True), name="An")


class TestGivePhone:
    def test_ends_signing_in_by_code_where_the_phone_is_lost(self):
        merged = CitizenFactory(by_code=True, zalo_id="1", phone=PHONE)

        give_phone(citizen=CitizenFactory(), phone=PHONE, now=EIGHT)

        merged.refresh_from_db()
        assert (merged.phone, merged.is_opened_by_code) == (None, False)

    def test_does_not_write_on_an_account_that_was_erased_meanwhile(self):
        with pytest.raises(SignedOut):
            give_phone(citizen=CitizenFactory(erased=True), phone=PHONE, now=EIGHT)


class TestAccountsByVerifiedPhone:
    def test_finds_the_one_a_code_opened_and_the_one_that_lost_the_phone(self):
        by_code = CitizenFactory(by_code=True, phone=PHONE)
        earlier = CitizenFactory(phone=PHONE, created_at=EIGHT - timedelta(days=9))
        mine = give_phone(citizen=CitizenFactory(), phone=PHONE, now=EIGHT)
        CitizenFactory(with_phone=True)

        assert accounts_by_verified_phone(citizen=mine) == [by_code, earlier]

    def test_finds_the_zalo_account_from_the_one_a_code_opened(self):
        by_zalo = CitizenFactory(phone=PHONE)

        assert accounts_by_verified_phone(citizen=CitizenFactory(by_code=True, phone=PHONE)) == [by_zalo]

    def test_does_not_give_who_holds_the_phone_to_who_lost_it(self):
        earlier = CitizenFactory(phone=PHONE)
        give_phone(citizen=CitizenFactory(), phone=PHONE, now=EIGHT)
        earlier.refresh_from_db()

        assert accounts_by_verified_phone(citizen=earlier) == []

    def test_finds_nothing_without_a_phone(self):
        CitizenFactory()

        assert accounts_by_verified_phone(citizen=CitizenFactory()) == []


class TestAbsorbAccount:
    def absorb(self, kept: Citizen, absorbed: Citizen) -> Citizen:
        return absorb_account(kept=kept, absorbed=absorbed, now=LATER)

    def test_makes_one_account_that_opens_both_ways(self):
        by_zalo = CitizenFactory(phone=PHONE, name="")
        by_code = CitizenFactory(by_code=True, phone=PHONE, name="An")

        kept = self.absorb(by_zalo, by_code)

        assert (kept.name, kept.phone, kept.is_opened_by_code) == ("An", PHONE, True)
        assert by_code.erased_at == LATER

    def test_takes_over_the_zalo_id_and_the_phone_that_are_lacking(self):
        by_code = CitizenFactory(by_code=True)
        by_zalo = CitizenFactory(zalo_id="77")

        kept = self.absorb(by_code, by_zalo)

        assert (kept.zalo_id, kept.is_opened_by_code) == ("77", True)

    def test_takes_over_a_phone(self):
        by_code = CitizenFactory(by_code=True, phone=PHONE)

        kept = self.absorb(CitizenFactory(), by_code)

        assert (kept.phone, kept.phone_verified_at, kept.is_opened_by_code) == (
            PHONE,
            EIGHT - timedelta(days=1),
            True,
        )

    def test_keeps_its_own_where_both_have_one(self):
        kept, absorbed = CitizenFactory(with_phone=True), CitizenFactory(by_code=True, zalo_id="77")
        own = (kept.zalo_id, kept.phone, False)

        self.absorb(kept, absorbed)

        assert (kept.zalo_id, kept.phone, kept.is_opened_by_code) == own

    def test_moves_the_contacts(self):
        contact = ZaloContactFactory()
        kept = CitizenFactory()

        self.absorb(kept, contact.citizen)

        contact.refresh_from_db()
        assert contact.citizen == kept

    def test_ends_the_sign_ins_of_the_absorbed_account_only(self):
        kept, absorbed = SessionFactory(), SessionFactory()

        self.absorb(kept.citizen, absorbed.citizen)

        kept.refresh_from_db()
        absorbed.refresh_from_db()
        assert (kept.ended_at, absorbed.end_reason) == (None, Session.EndReason.ABSORBED)

    def test_moves_the_consents_and_keeps_one_standing(self):
        kept = ConsentFactory().citizen
        twin = ConsentFactory()
        ConsentFactory(citizen=twin.citizen, purpose=Consent.Purpose.MESSAGES_BY_PHONE)

        self.absorb(kept, twin.citizen)

        assert Consent.objects.filter(citizen=kept).count() == 3
        assert Consent.objects.given().filter(citizen=kept).count() == 2
        twin.refresh_from_db()
        assert twin.withdrawn_at == LATER

    def test_refuses_when_one_of_them_was_erased_meanwhile(self):
        kept = CitizenFactory()

        with pytest.raises(SignedOut):
            self.absorb(kept, CitizenFactory(erased=True))
        with pytest.raises(SignedOut):
            self.absorb(kept, kept)


class TestEraseAccount:
    def test_leaves_nothing_of_the_person(self):
        citizen = CitizenFactory(with_phone=True, lost_phone_key="a" * 64)
        ZaloContactFactory(citizen=citizen)

        erase_account(citizen=citizen, now=LATER)

        assert (citizen.name, citizen.zalo_id, citizen.phone, citizen.phone_key) == ("", None, None, None)
        assert (citizen.lost_phone_key, citizen.erased_at) == ("", LATER)
        assert not ZaloContact.objects.exists()

    def test_ends_the_sign_ins_and_keeps_consents_as_evidence_that_they_are_withdrawn(self):
        session = SessionFactory()
        consent = ConsentFactory(citizen=session.citizen)

        erase_account(citizen=session.citizen, now=LATER)

        session.refresh_from_db()
        consent.refresh_from_db()
        assert session.end_reason == Session.EndReason.ERASED
        assert consent.withdrawn_at == LATER

    def test_is_harmless_a_second_time(self):
        citizen = CitizenFactory()
        erase_account(citizen=citizen, now=EIGHT)

        erase_account(citizen=citizen, now=LATER)

        assert citizen.erased_at == EIGHT

    def test_lets_the_phone_open_a_new_account(self):
        erase_account(citizen=CitizenFactory(by_code=True, phone=PHONE), now=EIGHT)

        CitizenFactory(by_code=True, phone=PHONE)


class TestCitizenConstraints:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"phone": PHONE, "phone_verified_at": None},
            {"phone_key": "a" * 64},
            {"is_opened_by_code": True},
            {"zalo_id": None},
            {"erased_at": EIGHT},
            {"erased_at": EIGHT, "name": "", "zalo_id": None, "lost_phone_key": "a" * 64},
        ],
    )
    def test_refuse_what_must_never_be(self, wrong):
        with pytest.raises(IntegrityError):
            CitizenFactory(**wrong)

    @pytest.mark.parametrize("kind", [{"by_code": True}, {}])
    def test_refuse_two_accounts_of_a_kind_with_one_phone(self, kind):
        CitizenFactory(**kind, phone=PHONE)

        with pytest.raises(IntegrityError), transaction.atomic():
            CitizenFactory(**kind, phone=PHONE)
