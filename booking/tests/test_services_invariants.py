"""Each invariant is shown to catch a row that breaks it, written past the use cases."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.tests.factories import CitizenFactory, OfficerFactory
from booking.models import Appointment, Person, Registration, ServiceDay, Slot
from booking.services.invariants import INVARIANTS, broken_invariants
from booking.tests.factories import (
    MONDAY,
    NOW,
    AppointmentFactory,
    RegistrationFactory,
    SlotFactory,
    book,
    declared,
    family,
    register,
)
from dossiers import files
from dossiers.models import Dossier, Payment
from dossiers.states import Status
from dossiers.tests.factories import AttachmentFactory, DossierFactory, VersionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_in")]


def count_one_place_too_many():
    Slot.objects.update(taken=1)


def overfill_a_slot():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no check of a foreign key may be pending
        cursor.execute("ALTER TABLE booking_slot DROP CONSTRAINT never_more_taken_than_capacity")
    Slot.objects.update(taken=11)


def leave_a_person_live():
    AppointmentFactory(cancelled=True)
    Person.objects.update(is_live=True)


def let_a_person_go():
    AppointmentFactory()
    Person.objects.update(is_live=False)


def let_a_waiting_person_go():
    registration = register(SlotFactory(office_assigns=True))
    Person.objects.filter(booking=registration.booking).update(is_live=False)


def let_a_day_go_by():
    AppointmentFactory()
    ServiceDay.objects.update(date=MONDAY - timedelta(days=7))


def end_a_dossier_in_its_table():
    citizen, slot = CitizenFactory(), SlotFactory()
    who = declared(agency=slot.day.site.agency, citizen=citizen)
    book(slot, who, citizen=citizen)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE dossiers_dossier DISABLE TRIGGER no_place_for_an_ended_dossier")
    Dossier.objects.update(status=Status.STOPPED, ended_at=NOW)


def run_ahead_of_the_counter():
    AppointmentFactory(number=7)


def move_to_another_day():
    Appointment.objects.filter(pk=AppointmentFactory().pk).update(day=SlotFactory().day)


def leave_a_day_without_law():
    VersionFactory()  # of one day, and nothing after it


def pay(dossier):
    said = {"way": "COLLECTED", "amount": 35_000, "expected": 35_000, "receipt": "A1"}
    when = {"officer": OfficerFactory(), "at": NOW, "day": MONDAY}
    Payment.objects.create(dossier=dossier, agency=dossier.agency, **said, **when)


def pay_before_coming():
    pay(DossierFactory(fee_settled_at=NOW))


def pay_without_a_mark():
    pay(DossierFactory(status=Status.TAKEN_IN, taken_in_at=NOW, return_on=MONDAY, fee=35_000))


def bring_a_card_without_a_word():
    DossierFactory(status=Status.READY, taken_in_at=NOW, return_on=MONDAY)


def lose_a_file():
    files.discard(AttachmentFactory().file)


def forget_a_person_but_not_their_papers():
    nobody = {"full_name": "", "search_name": "", "person_key": "", "namesake_key": ""}
    ended = {"status": Status.WITHDRAWN, "ended_at": NOW, "forgotten_at": NOW}
    AttachmentFactory(dossier=DossierFactory(**nobody, **ended))


BREAKS = {
    "slots whose count of places is not that of their appointments": count_one_place_too_many,
    "slots with more taken than capacity": overfill_a_slot,
    "people who are live without a place or a wish": leave_a_person_live,
    "live appointments whose person holds no claim": let_a_person_go,
    "people who hold a claim for a day that is long over": let_a_day_go_by,
    "waiting registrations of whose people nobody holds a claim": let_a_waiting_person_go,
    "appointments for a dossier that has ended without a card": end_a_dossier_in_its_table,
    "days with a number beyond their counter": run_ahead_of_the_counter,
    "appointments whose slot is another day's": move_to_another_day,
    "payments for dossiers whose people were not taken in": pay_before_coming,
    "dossiers whose fee is not as their payments say": pay_without_a_mark,
    "cards that are there without a word to their account": bring_a_card_without_a_word,
    "attachments whose file is not where it was put": lose_a_file,
    "attachments of dossiers whose person was forgotten": forget_a_person_but_not_their_papers,
    "versions of a regulation that do not end the day before the next": leave_a_day_without_law,
}


class TestBrokenInvariants:
    def test_finds_nothing_where_all_is_well(self):
        slot = SlotFactory()
        book(slot, *family(3))
        register(SlotFactory(office_assigns=True))
        AppointmentFactory(slot=slot, cancelled=True)
        AttachmentFactory()

        assert broken_invariants(now=NOW) == {}

    @pytest.mark.parametrize("name", INVARIANTS)
    def test_finds_what_breaks_it(self, name):
        SlotFactory()

        BREAKS[name]()

        assert name in broken_invariants(now=NOW)


class TestCheckInvariants:
    def test_says_how_many_hold(self, capsys):
        call_command("check_invariants")

        assert capsys.readouterr().out == f"ok={len(INVARIANTS)}\n"

    def test_fails_with_what_is_broken(self):
        SlotFactory()
        count_one_place_too_many()

        with pytest.raises(CommandError, match="1 slots whose count"):
            call_command("check_invariants")


class TestSecondWall:
    """What the use cases guard, the database refuses as well."""

    @pytest.mark.parametrize(
        ("constraint", "write"),
        [
            ("never_more_taken_than_capacity", lambda: Slot.objects.update(taken=11)),
            ("appointment_holds_a_place", lambda: Appointment.objects.update(places=0)),
            ("one_number_once_per_site_day", lambda: Appointment.objects.update(number=1)),
            ("cancelled_has_its_time", lambda: Appointment.objects.update(status="CANCELLED")),
            ("one_live_place_per_person", lambda: Person.objects.update(person_key="x")),
            ("one_live_person_per_account_seat", lambda: Person.objects.update(account_seat=1)),
            ("an_account_seats_its_people", lambda: Person.objects.update(account_seat=None)),
            ("slot_ends_after_it_starts", lambda: Slot.objects.update(ends_at="2026-11-23T00:00Z")),
        ],
    )
    def test_refuses(self, constraint, write):
        book(SlotFactory(), *family(2))

        with pytest.raises(Exception, match=constraint):
            write()

    def test_keeps_ranges_in_order(self):
        with pytest.raises(Exception, match="registration_range_in_order"):
            Registration.objects.filter(pk=RegistrationFactory().pk).update(to_date="2026-11-22")

    def test_knows_one_day_of_a_site_once(self):
        day = SlotFactory().day

        with pytest.raises(Exception, match="one_service_day_per_site_and_date"):
            ServiceDay.objects.create(site=day.site, date=day.date)
