"""Asking for a place where the office assigns it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.tests.factories import CitizenFactory
from booking.errors import (
    AlreadyBooked,
    DossierRequired,
    NotAllowedNow,
    NotOpenYet,
    TooManyLive,
    TooManyPeople,
)
from booking.models import Registration
from booking.services.evening import allocate
from booking.services.invariants import broken_invariants
from booking.services.registrations import Wish, told_at, withdraw
from booking.services.registrations import register as use_case
from booking.tests.factories import (
    EIGHT,
    FOUR,
    MONDAY,
    NOW,
    SUNDAY,
    RegistrationFactory,
    SiteFactory,
    SlotFactory,
    book_one,
    family,
    party,
    person,
    register,
)
from booking.tests.outcomes import faults_of, refusal_of
from core.errors import DomainError, Invalid, NotFound

pytestmark = pytest.mark.django_db
Status = Registration.Status


def refused(kind: type[DomainError], *args: object, **said: object) -> DomainError:
    """Register and be refused."""
    return refusal_of(kind, register, *args, **said)


@pytest.fixture
def site():
    return SiteFactory(agency__office_assigns=True)


class TestRegister:
    def test_waits_for_a_place_for_all(self, site):
        people = family(3)

        registration = register(site, *people, last=MONDAY + timedelta(days=4))

        assert registration.status == Status.WAITING
        assert (registration.from_date, registration.to_date) == (MONDAY, MONDAY + timedelta(days=4))
        assert registration.booking.people.filter(is_live=True).count() == 3
        assert broken_invariants(now=NOW) == {}

    def test_may_choose_a_site_a_half_day_and_say_the_ward(self, site):
        wish = {"chosen": site, "half": Registration.Half.MORNING, "ward": "2021:20353"}

        registration = register(site, **wish)

        assert (registration.site, registration.half, registration.ward) == (site, "MORNING", "2021:20353")

    def test_takes_a_wish_for_today(self, site):
        assert register(site, first=MONDAY, now=EIGHT)

    def test_refuses_a_range_in_the_past(self, site):
        refusal = refused(Invalid, site, first=MONDAY - timedelta(days=4), last=MONDAY)

        assert faults_of(refusal) == [("from", "in_past")]

    def test_knows_the_day_by_the_clock_of_viet_nam(self, site):
        """23:30 of Sunday in UTC is Monday morning in Hà Nội."""
        refusal = refused(Invalid, site, first=SUNDAY, now=EIGHT - timedelta(hours=1, minutes=30))

        assert faults_of(refusal) == [("from", "in_past")]

    def test_refuses_a_range_upside_down(self, site):
        refusal = refused(Invalid, site, first=MONDAY, last=SUNDAY)

        assert faults_of(refusal) == [("to", "before_from")]

    def test_refuses_a_range_of_more_than_a_month(self, site):
        refusal = refused(Invalid, site, first=MONDAY, last=MONDAY + timedelta(days=32))

        assert faults_of(refusal) == [("to", "too_long")]

    def test_refuses_beyond_the_window(self, site):
        refusal = refused(NotOpenYet, site, last=MONDAY + timedelta(days=28))

        assert "20/12/2026" in str(refusal)

    def test_refuses_where_citizens_pick_the_hour_themselves(self):
        refused(NotAllowedNow, SiteFactory())

    def test_refuses_an_agency_that_is_not_there(self):
        with pytest.raises(Invalid) as refusal:
            use_case(wish=Wish("cong-an-xa", MONDAY, MONDAY), party=party(person()), now=NOW)

        assert faults_of(refusal.value) == [("agency", "does_not_exist")]

    def test_refuses_an_agency_that_is_not_at_work(self):
        refusal = refused(Invalid, SiteFactory(agency__office_assigns=True, agency__is_active=False))

        assert faults_of(refusal) == [("agency", "does_not_exist")]

    @pytest.mark.parametrize("wrong", [{"is_active": False}, {"agency": "another"}])
    def test_refuses_a_site_that_does_not_take_anyone_there(self, site, wrong):
        agency = {"agency": site.agency} if "is_active" in wrong else {}
        chosen = SiteFactory(**agency, **{k: v for k, v in wrong.items() if k == "is_active"})

        refusal = refused(Invalid, site, chosen=chosen)

        assert faults_of(refusal) == [("site", "does_not_exist")]

    def test_refuses_without_a_dossier_where_one_is_required(self):
        refused(DossierRequired, SiteFactory(agency__office_assigns=True, agency__dossier_required=True))

    def test_refuses_too_many_at_once(self):
        site = SiteFactory(agency__office_assigns=True, agency__people_per_booking=2)

        refused(TooManyPeople, site, *family(3))

    def test_refuses_more_than_an_account_may_hold(self):
        citizen = CitizenFactory()
        site = SiteFactory(
            agency__office_assigns=True, agency__people_per_booking=2, agency__live_per_citizen=2
        )
        register(site, *family(2), citizen=citizen)

        refused(TooManyLive, site, citizen=citizen)

    def test_refuses_a_person_who_waits_already(self, site):
        an = person()
        register(site, an)

        refused(AlreadyBooked, site, an)

    def test_refuses_a_person_who_has_a_place_anywhere(self, site):
        an = person()
        book_one(SlotFactory(), an)

        refused(AlreadyBooked, site, an)

    def test_names_wrong_fields(self, site):
        refusal = refused(Invalid, site, person(personal_id="201234567"))

        assert faults_of(refusal) == [("people[0].personal_id", "invalid")]


class TestWithdraw:
    def test_lets_the_people_register_again_at_once(self, site):
        citizen, people = CitizenFactory(), family(2)
        registration = register(site, *people, citizen=citizen)

        withdraw(public_id=registration.public_id, citizen=citizen, now=NOW)

        registration.refresh_from_db()
        assert registration.status == Status.WITHDRAWN
        assert register(site, *people)
        assert broken_invariants(now=NOW) == {}

    def test_does_not_know_another_citizens(self, site):
        registration = register(site)

        with pytest.raises(NotFound):
            withdraw(public_id=registration.public_id, citizen=CitizenFactory(), now=NOW)

    def test_does_not_know_one_that_is_nobodys(self):
        with pytest.raises(NotFound):
            withdraw(public_id=uuid4(), citizen=CitizenFactory(), now=NOW)

    def test_is_refused_once_there_is_a_place(self):
        citizen, slot = CitizenFactory(), SlotFactory(office_assigns=True)
        registration = register(slot, citizen=citizen)
        allocate(agency=registration.agency, day=MONDAY, now=FOUR)

        with pytest.raises(NotAllowedNow, match="hủy lịch hẹn"):
            withdraw(public_id=registration.public_id, citizen=citizen, now=FOUR)

    def test_is_refused_a_second_time(self, site):
        citizen = CitizenFactory()
        registration = register(site, citizen=citizen)
        withdraw(public_id=registration.public_id, citizen=citizen, now=NOW)

        with pytest.raises(NotAllowedNow, match="đã kết thúc"):
            withdraw(public_id=registration.public_id, citizen=citizen, now=NOW)


class TestToldAt:
    def test_is_the_hour_of_release_of_the_day_before(self):
        assert told_at(RegistrationFactory(), now=NOW) == FOUR

    def test_is_now_where_that_hour_is_over(self):
        late = FOUR + timedelta(hours=2)

        assert told_at(RegistrationFactory(), now=late) == late

    def test_is_a_day_later_for_one_that_was_left_over(self):
        registration = RegistrationFactory(
            to_date=MONDAY + timedelta(days=3), times_left_over=1, left_over_on=MONDAY
        )

        assert told_at(registration, now=FOUR) == FOUR + timedelta(days=1)

    def test_is_the_next_afternoon_for_one_whose_range_has_begun(self):
        registration = RegistrationFactory(from_date=SUNDAY, to_date=MONDAY + timedelta(days=3))

        assert told_at(registration, now=EIGHT) == FOUR + timedelta(days=1)

    @pytest.mark.parametrize("status", [Status.PLACED, Status.EXPIRED, Status.WITHDRAWN])
    def test_is_never_for_one_that_waits_no_more(self, status):
        assert told_at(RegistrationFactory(status=status), now=NOW) is None
