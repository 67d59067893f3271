"""Whom no message has reached. Delivered or on the list: nobody is in neither."""

from datetime import timedelta

import pytest

from accounts.tests.factories import OfficerFactory
from booking.errors import NotAllowedNow
from booking.models import Appointment, ReminderCall
from booking.models.calls import with_word, without_word
from booking.services import calls
from booking.services.appointments import cancel, reschedule
from booking.services.assisted import book_assisted
from booking.tests.factories import (
    EIGHT,
    FOUR,
    MONDAY,
    NOW,
    AppointmentFactory,
    SlotFactory,
    book_one,
    following,
    later_day,
)
from booking.tests.test_services_assisted import at_the_desk
from core.time import VN, say_time
from notifications.kinds import Kind
from notifications.models import Message, State
from notifications.services import open_message, resend
from notifications.tests.factories import MessageFactory

pytestmark = pytest.mark.django_db
Result = ReminderCall.Result
FIVE = FOUR + timedelta(hours=1)
# What a message of each state must look like to be one.
FIELDS = {
    State.OWED: {},
    State.SENDING: {"lease_until": FOUR},
    State.SENT: {"sent_at": FOUR},
    State.DELIVERED: {"sent_at": FOUR, "delivered_at": FOUR},
    State.FAILED: {},
    State.EXPIRED: {},
    State.WITHDRAWN: {},
}


def reminder_is(appointment: Appointment, state: State) -> None:
    told = Message.objects.filter(about=appointment.code, kind=Kind.REMINDER)
    assert told.update(state=state, **FIELDS[state]) == 1


def on_the_list(appointment: Appointment) -> bool:
    return without_word(Appointment.objects.all()).filter(pk=appointment.pk).exists()


def call(appointment: Appointment, result: Result, *, now=FIVE, **said: object) -> ReminderCall:
    said = {"note": "", "officer": OfficerFactory()} | said
    return calls.record_call(code=appointment.code, result=result, now=now, **said)


class TestDeliveredOrOnTheList:
    @pytest.mark.parametrize("state", State)
    def test_by_the_state_of_the_reminder(self, state):
        appointment = book_one(SlotFactory())
        reminder_is(appointment, state)

        assert on_the_list(appointment) == (state != State.DELIVERED)

    @pytest.mark.parametrize("state", State)
    def test_splits_all_who_are_expected_in_two(self, state):
        slot = SlotFactory()
        people = [book_one(slot) for _ in range(3)]
        reminder_is(people[0], State.DELIVERED)
        reminder_is(people[1], state)

        listed = set(without_word(Appointment.objects.all()))
        reached = {row for row in with_word(Appointment.objects.all()) if row.is_reached}

        assert listed | reached == set(people)
        assert listed & reached == set()

    def test_where_no_reminder_was_ever_owed(self):
        assert on_the_list(AppointmentFactory())

    def test_where_there_is_no_number_yet_to_tell(self):
        assert on_the_list(book_one(SlotFactory(evening_numbers=True)))

    def test_where_an_officer_booked(self):
        slot = SlotFactory()
        (appointment,) = book_assisted(slot_id=slot.public_id, party=at_the_desk(), now=NOW).appointments

        assert on_the_list(appointment)

    def test_where_only_the_booking_was_confirmed(self):
        appointment = book_one(SlotFactory())
        Message.objects.filter(kind=Kind.BOOKED).update(state=State.DELIVERED, **FIELDS[State.DELIVERED])

        assert on_the_list(appointment)

    def test_where_the_reminder_is_of_another_appointment(self):
        appointment = book_one(SlotFactory())
        occasion = say_time(appointment.slot.starts_at)
        MessageFactory(delivered=True, occasion=occasion, agency=appointment.day.site.agency)

        assert on_the_list(appointment)

    def test_again_where_the_reminder_is_sent_once_more(self):
        appointment = book_one(SlotFactory())
        reminder_is(appointment, State.DELIVERED)
        resend(message=Message.objects.get(kind=Kind.REMINDER), now=FIVE)

        assert on_the_list(appointment)

    @pytest.mark.parametrize("status", ["CANCELLED", "ARRIVED", "DONE", "NO_SHOW"])
    def test_says_nothing_of_those_who_are_not_expected(self, status):
        appointment = book_one(SlotFactory())
        times = {"cancelled_at": NOW} if status == "CANCELLED" else {}
        Appointment.objects.filter(pk=appointment.pk).update(status=status, **times)

        assert not on_the_list(appointment)

    def test_writes_the_hour_as_messages_do(self):
        """The list finds the reminder by what it says; the two must say it alike, whatever the hour."""
        for hour in (0, 7, 17, 23):
            starts_at = EIGHT.astimezone(VN).replace(hour=hour, minute=5)
            slot = SlotFactory(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30))
            appointment = book_one(slot, now=NOW)
            reminder_is(appointment, State.DELIVERED)

            assert not on_the_list(appointment)


class TestAfterAMove:
    @pytest.fixture
    def reminded(self):
        appointment = book_one(SlotFactory())
        reminder_is(appointment, State.DELIVERED)
        return appointment

    def move(self, appointment, slot, *, now):
        return reschedule(code=appointment.code, slot_id=slot.public_id, citizen=None, now=now)

    def deliver_change(self, appointment, *, at):
        change = Message.objects.filter(about=appointment.code, kind=Kind.CHANGED)
        change.update(state=State.DELIVERED, sent_at=at, delivered_at=at)

    def test_the_reminder_of_the_old_hour_does_not_count(self, reminded):
        self.move(reminded, following(reminded.slot), now=FIVE)

        assert on_the_list(reminded)

    def test_the_word_of_the_move_counts_where_no_reminder_follows(self, reminded):
        self.move(reminded, following(reminded.slot), now=FIVE)
        self.deliver_change(reminded, at=FIVE)

        assert not on_the_list(reminded)

    def test_the_word_of_the_move_is_not_enough_where_a_reminder_follows(self, reminded):
        self.move(reminded, later_day(reminded.slot), now=FIVE)
        self.deliver_change(reminded, at=FIVE)

        assert on_the_list(reminded)

    def test_there_and_back_the_old_reminder_does_not_count(self, reminded):
        home = reminded.slot
        self.move(reminded, following(home), now=FIVE)
        self.move(reminded, home, now=FIVE + timedelta(minutes=1))

        assert on_the_list(reminded)


class TestToCall:
    def test_has_what_a_list_shows_in_a_few_statements(self, django_assert_num_queries):
        slot = SlotFactory()
        for _ in range(3):
            call(book_one(slot), Result.NO_ANSWER)

        with django_assert_num_queries(2):
            people = list(calls.to_call(Appointment.objects.filter(day=slot.day)))
            said = [(calls.phone_to_call(row), row.calls_made[0].officer.username) for row in people]

        assert len(said) == 3

    def test_gives_the_phone_of_the_booking_before_that_of_the_account(self):
        appointment = book_one(SlotFactory(), phone="+84905123456")

        assert calls.phone_to_call(appointment) == "+84905123456"

    def test_begins_at_half_past_five_of_the_day_before(self):
        assert say_time(calls.calling_from(MONDAY)) == "17:30 22/11/2026"


class TestRecordCall:
    def test_keeps_the_person_on_the_list_as_told(self):
        appointment = book_one(SlotFactory())

        call(appointment, Result.REACHED, note=" nhờ con nghe ")

        (row,) = calls.to_call(Appointment.objects.all())
        assert row.is_called
        assert row.calls_made[0].note == "nhờ con nghe"

    @pytest.mark.parametrize("result", [Result.NO_ANSWER, Result.WRONG_NUMBER])
    def test_of_nobody_leaves_the_person_untold(self, result):
        call(book_one(SlotFactory()), result)

        assert not calls.to_call(Appointment.objects.all()).get().is_called

    def test_that_they_come_confirms(self):
        appointment = book_one(SlotFactory())

        call(appointment, Result.COMING)

        appointment.refresh_from_db()
        assert appointment.status == Appointment.Status.CONFIRMED

    def test_that_they_do_not_come_frees_the_place(self):
        appointment = book_one(SlotFactory(last_place=True))

        call(appointment, Result.CANCELS)

        assert book_one(appointment.slot, now=NOW).is_live
        assert not on_the_list(appointment)

    def test_counts_for_the_hour_that_was_told(self):
        appointment = book_one(SlotFactory())
        call(appointment, Result.REACHED)
        later = following(appointment.slot)

        reschedule(code=appointment.code, slot_id=later.public_id, citizen=None, now=FIVE)

        assert not calls.to_call(Appointment.objects.all()).get().is_called

    @pytest.mark.parametrize("result", [Result.REACHED, Result.CANCELS])
    def test_is_one_however_often_the_button_was_pressed(self, result):
        appointment, officer = book_one(SlotFactory()), OfficerFactory()

        first, second = (
            calls.record_call(code=appointment.code, result=result, note="", officer=officer, now=FIVE)
            for _ in range(2)
        )

        assert first == second

    def test_is_refused_once_cancelled(self):
        appointment = book_one(SlotFactory())
        cancel(code=appointment.code, citizen=None, now=NOW)

        with pytest.raises(NotAllowedNow):
            call(appointment, Result.REACHED)

        assert not ReminderCall.objects.exists()

    def test_that_cannot_be_carried_out_is_not_noted(self):
        """Too late to cancel: the officer hears so, and picks another result."""
        appointment = book_one(SlotFactory())

        with pytest.raises(NotAllowedNow):
            call(appointment, Result.CANCELS, now=EIGHT)

        assert not ReminderCall.objects.exists()


class TestReadOnThePortal:
    def read(self, appointment: Appointment, *, now=FIVE) -> None:
        reminder = Message.objects.get(about=appointment.code, kind=Kind.REMINDER)
        open_message(citizen=reminder.recipient, public_id=reminder.public_id, now=now)

    @pytest.mark.parametrize("state", [State.FAILED, State.SENT, State.OWED])
    def test_is_told_like_any_other(self, state):
        """To lie in the inbox is not enough; to be opened is."""
        appointment = book_one(SlotFactory())
        reminder_is(appointment, state)
        assert on_the_list(appointment)

        self.read(appointment)

        assert not on_the_list(appointment)

    def test_tells_nothing_of_a_move_that_came_later(self):
        appointment = book_one(SlotFactory())
        reminder_is(appointment, State.SENT)
        Message.objects.create(
            agency=appointment.day.site.agency,
            recipient=appointment.person.citizen,
            kind=Kind.CHANGED,
            about=appointment.code,
            occasion="1",
            context={"number": "A002"},
            due_at=FIVE,
            expires_at=EIGHT,
            created_at=FIVE,
        )

        self.read(appointment, now=FIVE + timedelta(hours=1))

        assert on_the_list(appointment)
