"""Who is free to book again, and who is forgotten, after the day."""

from datetime import timedelta

import pytest

from accounts.tests.factories import CitizenFactory, OfficerFactory
from booking.models import Appointment, Booking, Person, ReminderCall
from booking.services.appointments import cancel
from booking.services.calls import record_call
from booking.services.invariants import broken_invariants
from booking.services.retention import (
    forget_past_visits,
    let_go_of_past_days,
    stop_untouched_dossiers,
)
from booking.tests.factories import (
    EIGHT,
    NOW,
    SlotFactory,
    book,
    book_one,
    declared,
    later_day,
    person,
    register,
)
from dossiers.models import Dossier
from dossiers.states import Status
from dossiers.tests.factories import DossierFactory
from notifications.kinds import Kind
from notifications.models import Message, State

pytestmark = pytest.mark.django_db
NEXT_MORNING = EIGHT + timedelta(days=1)
DAYS_90, A_YEAR = timedelta(days=91), timedelta(days=366)


class TestLetGoOfPastDays:
    def test_lets_people_book_again_the_next_day(self):
        slot, an = SlotFactory(), person()
        book_one(slot, an)

        assert let_go_of_past_days(now=NEXT_MORNING) == 1

        assert book_one(later_day(slot, days=7), an, now=NEXT_MORNING)
        assert broken_invariants(now=NEXT_MORNING) == {}

    def test_holds_everybody_until_the_day_is_over(self):
        book_one(SlotFactory())

        assert let_go_of_past_days(now=EIGHT + timedelta(hours=15)) == 0

    def test_leaves_those_alone_who_wait_for_a_place(self):
        register(SlotFactory(office_assigns=True))

        assert let_go_of_past_days(now=NEXT_MORNING) == 0


class TestForgetPastVisits:
    def forget(self, later):
        now = EIGHT + later
        let_go_of_past_days(now=now)
        return forget_past_visits(now=now)

    def test_forgets_who_cancelled_after_ninety_days(self):
        appointment = book_one(SlotFactory(), phone="+84905123456")
        cancel(code=appointment.code, citizen=appointment.person.citizen, now=NOW)

        assert self.forget(DAYS_90) == 1

        row = Person.objects.get()
        assert (row.full_name, row.personal_id, row.birth_date, row.person_key) == ("", None, None, "")
        assert Booking.objects.get().phone is None
        assert Appointment.objects.count() == 1

    def test_keeps_for_a_year_whose_visit_may_have_been(self):
        book_one(SlotFactory())

        assert self.forget(DAYS_90) == 0
        assert self.forget(A_YEAR) == 1

    def test_forgets_the_words_of_messages_that_left(self):
        book_one(SlotFactory())
        Message.objects.update(state=State.SENT, sent_at=NOW)

        self.forget(A_YEAR)

        assert [message.context for message in Message.objects.order_by("pk")] == [
            {}
        ] * Message.objects.count()

    def test_does_it_once(self):
        book_one(SlotFactory())
        self.forget(A_YEAR)

        assert self.forget(A_YEAR) == 0


class TestForgetTheWayToCall:
    def test_with_the_person(self):
        appointment = book_one(SlotFactory())
        said = {"result": "NO_ANSWER", "note": "con trai nghe máy", "now": NOW}
        record_call(code=appointment.code, officer=OfficerFactory(), **said)
        let_go_of_past_days(now=EIGHT + timedelta(days=2))

        forget_past_visits(now=EIGHT + timedelta(days=400))

        booking = Booking.objects.get()
        assert (booking.phone, booking.phone_key) == (None, "")
        assert ReminderCall.objects.get().note == ""


class TestStopUntouchedDossiers:
    LATER = NOW + DAYS_90

    def stop(self):
        return stop_untouched_dossiers(now=self.LATER)

    def waiting(self, status=Status.ACCEPTED, **columns) -> Dossier:
        return DossierFactory(status=status, touched_at=NOW, **columns)

    @pytest.mark.parametrize(
        ("status", "why"),
        [
            (Status.NEEDS_CORRECTION, "90 ngày chưa bổ sung"),
            (Status.ACCEPTED, "90 ngày chưa đến làm thẻ"),
        ],
    )
    def test_stops_what_waits_for_its_person_and_tells_them(self, status, why):
        dossier = self.waiting(status)

        assert self.stop() == 1

        dossier.refresh_from_db()
        assert (dossier.status, dossier.ended_at) == (Status.STOPPED, self.LATER)
        assert dossier.events.get().words == f"Dừng: {why}."
        message = Message.objects.get()
        assert (message.kind, message.context["reason"]) == (Kind.DOSSIER_STOPPED, why)

    @pytest.mark.parametrize("status", [Status.SUBMITTED, Status.TAKEN_IN, Status.READY])
    def test_leaves_what_waits_for_the_office(self, status):
        self.waiting(status, taken_in_at=NOW, return_on=NOW.date())

        assert self.stop() == 0

    def test_leaves_what_was_touched_lately(self):
        self.waiting()

        assert stop_untouched_dossiers(now=NOW + timedelta(days=89)) == 0

    def test_leaves_whose_person_holds_a_place(self):
        slot, citizen = SlotFactory(), CitizenFactory()
        who = declared(agency=slot.day.site.agency, citizen=citizen)
        book(slot, who, citizen=citizen)
        Dossier.objects.update(touched_at=NOW)

        assert self.stop() == 0

        assert Dossier.objects.get().status == Status.ACCEPTED

    def test_tells_nothing_to_who_was_there(self):
        slot, citizen = SlotFactory(), CitizenFactory()
        who = declared(agency=slot.day.site.agency, citizen=citizen)
        book(slot, who, citizen=citizen)
        Dossier.objects.update(touched_at=NOW)
        Person.objects.update(is_live=False)
        Appointment.objects.update(status=Appointment.Status.DONE)
        Message.objects.all().delete()

        assert self.stop() == 1

        assert not Message.objects.exists()

    def test_goes_on_where_it_was_bounded(self, monkeypatch):
        monkeypatch.setattr("booking.services.retention.BATCH", 1)
        self.waiting(person_key="a")
        self.waiting(person_key="b")

        assert [self.stop(), self.stop(), self.stop()] == [1, 1, 0]
