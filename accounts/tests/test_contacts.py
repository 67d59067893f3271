from datetime import timedelta

import pytest

from accounts.models import Consent, ZaloContact
from accounts.notice import CURRENT_NOTICE
from accounts.services import (
    Reach,
    best_contacts,
    erase_account,
    give_consent,
    record_contact,
    record_follow,
    record_interaction,
    ways_to_reach,
    withdraw_consent,
    withdraw_through_zalo,
)
from accounts.tests.factories import EIGHT, CitizenFactory, ConsentFactory, SessionFactory, ZaloContactFactory
from core.errors import Invalid

pytestmark = pytest.mark.django_db
OA = "3674338702778449434"
HOUR = timedelta(hours=1)
BY_ZALO, BY_PHONE = Consent.Purpose.MESSAGES_BY_ZALO, Consent.Purpose.MESSAGES_BY_PHONE


def follow(uid="1", *, follows=True, app_user_id="", now=EIGHT) -> ZaloContact:
    return record_follow(oa_id=OA, uid=uid, app_user_id=app_user_id, follows=follows, now=now)


class TestWaysToReach:
    def test_gives_the_id_at_this_official_account_and_the_verified_phone(self):
        citizen = CitizenFactory(with_phone=True)
        contact = ZaloContactFactory(citizen=citizen, oa_id=OA)
        ZaloContactFactory(citizen=citizen, oa_id="another")
        ZaloContactFactory(oa_id=OA)

        reach = ways_to_reach(citizen=citizen, oa_id=OA)

        assert reach == Reach(contact.uid, citizen.phone, contact.last_interaction_at, True)

    def test_finds_no_way_to_somebody_who_has_neither(self):
        reach = ways_to_reach(citizen=CitizenFactory(), oa_id=OA)

        assert reach == Reach(None, None, None, False)

    def test_takes_the_id_that_follows_before_the_one_that_wrote_last(self):
        citizen = CitizenFactory()
        ZaloContactFactory(citizen=citizen, oa_id=OA, follows=False, last_interaction_at=EIGHT)
        following = ZaloContactFactory(citizen=citizen, oa_id=OA, last_interaction_at=None)

        assert ways_to_reach(citizen=citizen, oa_id=OA).uid == following.uid

    def test_reads_anew_what_is_agreed_to_when_the_contacts_were_read_before(self, django_assert_num_queries):
        citizen, other = CitizenFactory.create_batch(2)
        known, others = (ZaloContactFactory(citizen=one, oa_id=OA) for one in (citizen, other))
        with django_assert_num_queries(1):
            contacts = best_contacts(citizens=[citizen, other], oa_ids=[OA])
        ConsentFactory(citizen=other, purpose=BY_ZALO, withdrawn_at=EIGHT)

        reached = [ways_to_reach(citizen=one, oa_id=OA, contacts=contacts).uid for one in (citizen, other)]

        assert contacts == {(citizen.pk, OA): known, (other.pk, OA): others}
        assert reached == [known.uid, None]

    def test_does_not_use_a_way_that_was_withdrawn(self):
        citizen = CitizenFactory(with_phone=True)
        ZaloContactFactory(citizen=citizen, oa_id=OA)
        ConsentFactory(citizen=citizen, purpose=BY_ZALO, withdrawn_at=EIGHT)
        ConsentFactory(citizen=citizen, purpose=BY_PHONE)

        reach = ways_to_reach(citizen=citizen, oa_id=OA)

        assert (reach.uid, reach.phone) == (None, citizen.phone)

    def test_uses_it_again_when_it_was_agreed_to_again(self):
        citizen = CitizenFactory(with_phone=True)
        ConsentFactory(citizen=citizen, purpose=BY_PHONE, withdrawn_at=EIGHT)
        ConsentFactory(citizen=citizen, purpose=BY_PHONE, given_at=EIGHT + HOUR)

        assert ways_to_reach(citizen=citizen, oa_id=OA).phone == citizen.phone

    def test_finds_no_way_to_an_erased_account(self):
        contact = ZaloContactFactory(oa_id=OA)
        erase_account(citizen=contact.citizen, now=EIGHT)

        assert ways_to_reach(citizen=contact.citizen, oa_id=OA) == Reach(None, None, None, False)

    def test_costs_two_queries(self, django_assert_num_queries):
        citizen = ZaloContactFactory(oa_id=OA).citizen

        with django_assert_num_queries(2):
            ways_to_reach(citizen=citizen, oa_id=OA)


class TestRecordFollow:
    def test_keeps_a_stranger_until_they_sign_in(self):
        contact = follow(app_user_id="77")

        assert (contact.citizen, contact.app_user_id, contact.follows) == (None, "77", True)
        assert contact.last_interaction_at == EIGHT

    def test_links_the_citizen_with_this_zalo_id(self):
        citizen = CitizenFactory(zalo_id="77")

        assert follow(app_user_id="77").citizen == citizen

    def test_keeps_a_link_when_zalo_does_not_say_who_it_is(self):
        known = ZaloContactFactory(oa_id=OA, follows=False)

        contact = follow(known.uid)

        assert (contact.citizen, contact.app_user_id) == (known.citizen, known.app_user_id)

    def test_unfollowing_is_no_interaction(self):
        follow()

        contact = follow(follows=False, now=EIGHT + HOUR)

        assert (contact.follows, contact.last_interaction_at) == (False, EIGHT)

    def test_an_event_told_late_does_not_undo_a_newer_one(self):
        follow(follows=False, now=EIGHT + HOUR)

        contact = follow(now=EIGHT)

        assert contact.follows is False
        assert contact.follows_as_of == EIGHT + HOUR

    def test_told_twice_it_is_one_contact(self):
        assert follow() == follow()


class TestRecordInteraction:
    def test_is_the_latest_however_late_an_earlier_one_is_told(self):
        record_interaction(oa_id=OA, uid="1", app_user_id="", now=EIGHT + HOUR)

        contact = record_interaction(oa_id=OA, uid="1", app_user_id="", now=EIGHT)

        assert (contact.last_interaction_at, contact.follows) == (EIGHT + HOUR, False)

    def test_links_the_citizen_with_this_zalo_id(self):
        citizen = CitizenFactory(zalo_id="77")

        assert record_interaction(oa_id=OA, uid="1", app_user_id="77", now=EIGHT).citizen == citizen


class TestRecordContact:
    def test_gives_no_leave_to_write(self):
        contact = record_contact(oa_id=OA, uid="1", app_user_id="77")

        assert (contact.app_user_id, contact.last_interaction_at) == ("77", None)


class TestGiveConsent:
    def test_records_each_purpose_with_the_notice_that_was_shown(self):
        citizen = CitizenFactory()

        give_consent(
            citizen=citizen, purposes=[BY_ZALO, BY_PHONE], notice_version=CURRENT_NOTICE.version, now=EIGHT
        )

        rows = Consent.objects.filter(citizen=citizen)
        assert set(rows.values_list("purpose", "notice_version", "given_at", "withdrawn_at")) == {
            (purpose, CURRENT_NOTICE.version, EIGHT, None) for purpose in (BY_ZALO, BY_PHONE)
        }

    def test_is_recorded_once_by_one_statement(self, django_assert_num_queries):
        consent = ConsentFactory()

        with django_assert_num_queries(1):
            give_consent(
                citizen=consent.citizen,
                purposes=[consent.purpose],
                notice_version=CURRENT_NOTICE.version,
                now=EIGHT + HOUR,
            )

        assert Consent.objects.get().given_at == EIGHT

    def test_refuses_a_notice_that_is_not_the_current_one(self):
        with pytest.raises(Invalid) as refusal:
            give_consent(citizen=CitizenFactory(), purposes=[BY_ZALO], notice_version="2020-01-01", now=EIGHT)

        assert refusal.value.errors[0].field == "accept.notice"


class TestWithdrawConsent:
    def test_keeps_the_row_with_the_time(self):
        consent = ConsentFactory(purpose=BY_PHONE)
        other = ConsentFactory(citizen=consent.citizen, purpose=BY_ZALO)

        withdraw_consent(citizen=consent.citizen, purposes=[BY_PHONE], now=EIGHT + HOUR)

        consent.refresh_from_db()
        other.refresh_from_db()
        assert (consent.withdrawn_at, other.withdrawn_at) == (EIGHT + HOUR, None)


class TestWithdrawThroughZalo:
    def withdraw(self, *, uid="", app_user_id="", now=EIGHT) -> int:
        return withdraw_through_zalo(oa_id=OA, uid=uid, app_user_id=app_user_id, now=now)

    @pytest.mark.parametrize("known_as", ["uid", "app_user_id"])
    def test_closes_every_way_to_the_person(self, known_as):
        contact = ZaloContactFactory(oa_id=OA, citizen=CitizenFactory(with_phone=True))
        ConsentFactory(citizen=contact.citizen, purpose=BY_ZALO, given_at=EIGHT - HOUR)

        assert self.withdraw(**{known_as: getattr(contact, known_as)}) == 1

        reach = ways_to_reach(citizen=contact.citizen, oa_id=OA)
        assert (reach.uid, reach.phone) == (None, None)

    def test_puts_a_no_on_record_for_who_was_never_asked(self):
        citizen = CitizenFactory(with_phone=True)

        self.withdraw(app_user_id=citizen.zalo_id)

        rows = Consent.objects.filter(citizen=citizen)
        assert set(rows.values_list("purpose", "given_at", "withdrawn_at")) == {
            (purpose, EIGHT, EIGHT) for purpose in Consent.Purpose
        }

    def test_told_twice_it_is_one_no(self):
        citizen = CitizenFactory()

        self.withdraw(app_user_id=citizen.zalo_id)
        self.withdraw(app_user_id=citizen.zalo_id)

        assert Consent.objects.count() == len(Consent.Purpose)

    def test_told_late_it_does_not_undo_a_newer_yes(self):
        citizen = CitizenFactory(with_phone=True)
        for purpose in Consent.Purpose:
            ConsentFactory(citizen=citizen, purpose=purpose, given_at=EIGHT + HOUR)

        self.withdraw(app_user_id=citizen.zalo_id)

        assert Consent.objects.given().count() == len(Consent.Purpose)

    def test_of_a_stranger_ends_the_hours_in_which_the_office_may_write(self):
        contact = ZaloContactFactory(oa_id=OA, stranger=True, last_interaction_at=EIGHT)

        assert self.withdraw(uid=contact.uid) == 0

        contact.refresh_from_db()
        assert contact.last_interaction_at is None

    def test_of_nobody_touches_nobody(self):
        consent = ConsentFactory(citizen=CitizenFactory(by_code=True))

        assert self.withdraw() == 0

        consent.refresh_from_db()
        assert consent.withdrawn_at is None

    def test_leaves_the_account_and_its_sign_ins(self):
        session = SessionFactory()

        self.withdraw(app_user_id=session.citizen.zalo_id)

        session.refresh_from_db()
        session.citizen.refresh_from_db()
        assert (session.ended_at, session.citizen.erased_at) == (None, None)
