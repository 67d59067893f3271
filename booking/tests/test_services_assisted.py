"""Booking at the desk for somebody without a phone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError

from accounts.models import Officer
from accounts.notice import CURRENT_NOTICE
from accounts.tests.factories import CitizenFactory, OfficerFactory
from booking.errors import AlreadyBooked, DossierRequired, NotEligible, SlotClosed, SlotFull, SlotOver
from booking.models import Appointment, Booking, Registration
from booking.services.appointments import move, reschedule
from booking.services.assisted import book_assisted
from booking.services.evening import release_numbers
from booking.services.people import Accepted, NewPerson, Party
from booking.services.registrations import Wish, register
from booking.tests.factories import (
    AN_MY,
    FOUR,
    HOA_HUONG,
    MONDAY,
    NOW,
    ServiceDayFactory,
    SiteFactory,
    SlotFactory,
    book_one,
    evening,
    first_slot,
    later_day,
    person,
)
from core.errors import Invalid
from notifications.models import Message

pytestmark = pytest.mark.django_db


def at_the_desk(
    *people: NewPerson, officer: Officer | None = None, notice: str = CURRENT_NOTICE.version
) -> Party:
    accepted = Accepted(notice=notice, on_behalf=False)
    officer = officer or OfficerFactory()
    return Party(citizen=None, people=people or [person()], accepted=accepted, assisted_by=officer)


def assist(slot, *people: NewPerson, now=NOW, **said: object) -> Appointment:
    booked = book_assisted(slot_id=slot.public_id, party=at_the_desk(*people, **said), now=now)
    return booked.appointments[0]


class TestBookAssisted:
    def test_gives_a_number_at_once_and_says_who_helped(self):
        officer = OfficerFactory()

        appointment = assist(SlotFactory(), officer=officer)

        booking = appointment.person.booking
        assert (appointment.number, appointment.is_live) == (1, True)
        assert (booking.assisted_by, booking.citizen, booking.notice_version) == (
            officer,
            None,
            CURRENT_NOTICE.version,
        )

    def test_gives_a_number_at_once_even_where_they_come_in_the_evening(self):
        slot = SlotFactory(evening_numbers=True)
        waits = book_one(slot)

        appointment = assist(slot)
        release_numbers(agency=slot.day.site.agency, day=MONDAY, now=FOUR)

        waits.refresh_from_db()
        assert (appointment.number, waits.number) == (1, 2)

    def test_keeps_to_that_on_another_day(self):
        slot = SlotFactory(evening_numbers=True)
        appointment, later = assist(slot), later_day(slot)

        moved = reschedule(code=appointment.code, slot_id=later.public_id, citizen=None, now=NOW)

        assert (moved.day, moved.number) == (later.day, 1)

    def test_tells_nobody_by_message(self):
        assist(SlotFactory())

        assert not Message.objects.exists()

    def test_is_possible_up_to_the_end_of_the_slot(self):
        slot = SlotFactory()

        assert assist(slot, now=slot.ends_at - timedelta(minutes=1)).is_live
        with pytest.raises(SlotOver):
            assist(slot, now=slot.ends_at)

    def test_is_possible_beyond_the_window(self):
        slot = SlotFactory(day__site__agency__window_days=1)

        assert assist(later_day(slot, days=20)).is_live

    def test_ends_with_the_last_place(self):
        slot = SlotFactory(last_place=True)
        assist(slot)

        with pytest.raises(SlotFull):
            assist(slot)

    def test_is_refused_on_a_closed_day(self):
        with pytest.raises(SlotClosed):
            assist(SlotFactory(closed_day=True))

    def test_is_refused_in_a_closed_slot(self):
        with pytest.raises(SlotClosed):
            assist(SlotFactory(is_open=False))

    def test_is_refused_where_the_slot_is_for_other_wards(self):
        slot = first_slot(evening(SiteFactory(), HOA_HUONG))

        assert assist(slot, person(ward=HOA_HUONG.code)).is_live
        with pytest.raises(NotEligible):
            assist(slot, person(ward=AN_MY.code))

    def test_is_refused_where_a_dossier_must_come_first(self):
        with pytest.raises(DossierRequired):
            assist(SlotFactory(day__site__agency__dossier_required=True))

    def test_holds_to_one_live_place_a_person_and_tells_the_officer_what_to_do(self):
        same = person()
        book_one(SlotFactory(), same)

        with pytest.raises(AlreadyBooked, match="giải phóng số định danh"):
            assist(SlotFactory(), same)

        assert Booking.objects.count() == 1

    def test_keeps_two_people_of_one_name_apart_who_have_no_number(self):
        slot = SlotFactory(day__site__agency__law_date="2021-04-20")
        nobody_knows = person(personal_id=None)

        first, second = assist(slot, nobody_knows), assist(slot, nobody_knows)

        assert first.is_live
        assert second.is_live

    def test_is_done_once_however_often_it_is_sent(self):
        slot, asked = SlotFactory(), at_the_desk()

        first, second = (book_assisted(slot_id=slot.public_id, party=asked, now=NOW) for _ in range(2))

        assert first.appointments == second.appointments
        assert Appointment.objects.count() == 1

    def test_of_another_officer_is_not_shown_for_its_key(self):
        slot, asked = SlotFactory(), at_the_desk()
        book_assisted(slot_id=slot.public_id, party=asked, now=NOW)

        with pytest.raises(IntegrityError):
            book_assisted(slot_id=slot.public_id, party=replace(at_the_desk(), once=asked.once), now=NOW)

    def test_wants_the_notice_of_today(self):
        with pytest.raises(Invalid):
            assist(SlotFactory(), notice="2020-01-01")

    def test_is_never_a_booking_of_an_account(self):
        appointment = assist(SlotFactory())

        with pytest.raises(IntegrityError, match="who_is_assisted_has_no_account"):
            Booking.objects.filter(pk=appointment.person.booking_id).update(citizen=CitizenFactory())


class TestMove:
    """An officer moves somebody: the window, the cut-off and the number of changes are the citizens'."""

    def test_is_free_of_what_binds_citizens(self):
        slot = SlotFactory(
            day__site__agency__changes_allowed=0,
            day__site__agency__window_days=1,
            day__site__agency__cut_off_minutes=600,
        )
        appointment, later = assist(slot), later_day(slot, days=20)

        moved = move(
            code=appointment.code, slot_id=later.public_id, now=slot.starts_at - timedelta(minutes=1)
        )

        assert moved.slot == later

    @pytest.mark.parametrize(
        ("there", "refusal"),
        [({"capacity": 1, "taken": 1}, SlotFull), ({"is_open": False}, SlotClosed)],
        ids=["full", "shut"],
    )
    def test_is_bound_by_what_binds_everybody(self, there, refusal):
        appointment = assist(SlotFactory())
        later = later_day(appointment.slot, **there)

        with pytest.raises(refusal):
            move(code=appointment.code, slot_id=later.public_id, now=NOW)

    def test_stays_within_the_agency(self):
        appointment = assist(SlotFactory())

        with pytest.raises(Invalid):
            move(code=appointment.code, slot_id=SlotFactory().public_id, now=NOW)

    def test_goes_to_no_hour_of_other_wards(self):
        appointment = assist(SlotFactory())
        theirs = first_slot(evening(appointment.day.site, HOA_HUONG))

        with pytest.raises(NotEligible):
            move(code=appointment.code, slot_id=theirs.public_id, now=NOW)


class TestRegister:
    def test_notes_who_helped_and_tells_nobody(self):
        site = SiteFactory(agency__office_assigns=True)
        ServiceDayFactory(site=site)
        officer = OfficerFactory()
        wish = Wish(agency=site.agency.slug, from_date=MONDAY, to_date=MONDAY)

        made = register(wish=wish, party=at_the_desk(officer=officer), now=NOW)

        assert made.status == Registration.Status.WAITING
        assert made.booking.assisted_by == officer
        assert not Message.objects.exists()
