"""What an appointment or a registration owes, when it is due, and when it is taken back."""

from datetime import timedelta

import pytest

from accounts.tests.factories import CitizenFactory, OfficerFactory
from booking.models import Registration
from booking.services.appointments import cancel, reschedule
from booking.services.evening import release_numbers
from booking.services.registrations import withdraw
from booking.services.releases import release
from booking.services.reminding import Reminded, send_reminders
from booking.tests.factories import (
    EIGHT,
    FOUR,
    MONDAY,
    NOW,
    SlotFactory,
    book,
    book_one,
    family,
    following,
    later_day,
    person,
    register,
)
from notifications import channels
from notifications.kinds import Kind
from notifications.models import Message, State
from notifications.services import delivery, set_text
from zalo.clients import Sent
from zalo.errors import OutcomeUnknown

pytestmark = pytest.mark.django_db
EVENING = FOUR + timedelta(hours=3)


def said_about(thing):
    """The messages about an appointment or registration that are owed or have left, by their kind."""
    about = str(getattr(thing, "code", None) or thing.public_id)
    rows = Message.objects.filter(about=about).exclude(state=State.WITHDRAWN)
    return {Kind(row.kind): row for row in rows}


def move(appointment, slot, now=NOW):
    citizen = appointment.person.citizen
    return reschedule(code=appointment.code, slot_id=slot.public_id, citizen=citizen, now=now)


class TestOfABooking:
    def test_tells_at_once_and_reminds_at_the_agencys_hour_of_the_afternoon_before(self):
        appointment = book_one(SlotFactory(day__site__agency__reminder_at="17:30"))

        said = said_about(appointment)

        assert {kind: row.due_at for kind, row in said.items()} == {
            Kind.BOOKED: NOW,
            Kind.REMINDER: FOUR + timedelta(minutes=90),
        }
        assert {row.expires_at for row in said.values()} == {EIGHT}

    def test_says_who_where_when_which_number_and_what_to_bring(self):
        site = {"day__site__name": "Công an phường Bàn Thạch", "day__site__address": "12 Hùng Vương"}
        appointment = book_one(SlotFactory(**site), person("Trần Văn An"))

        assert said_about(appointment)[Kind.REMINDER].context == {
            "name": "An",
            "code": appointment.code,
            "site": "Công an phường Bàn Thạch",
            "address": "12 Hùng Vương",
            "time": "08:00 23/11/2026",
            "number": "A001",
            "early": "5",
            "bring": "thẻ căn cước hoặc CCCD đang có",
        }

    def test_tells_one_thing_once_when_it_is_past_the_hour_of_reminding(self):
        """The reminder goes at once and says everything; a second message would say the same."""
        appointment = book_one(SlotFactory(), now=EVENING)

        said = said_about(appointment)

        assert {kind: row.due_at for kind, row in said.items()} == {Kind.REMINDER: EVENING}

    def test_says_when_the_number_will_come_where_it_comes_later(self):
        appointment = book_one(SlotFactory(evening_numbers=True))

        said = said_about(appointment)

        assert set(said) == {Kind.BOOKED}
        assert said[Kind.BOOKED].context["number_at"] == "16:00 22/11/2026"
        assert "number" not in said[Kind.BOOKED].context

    def test_reminds_with_the_number_once_it_was_released(self):
        slot = SlotFactory(evening_numbers=True)
        appointment = book_one(slot)
        release_numbers(agency=slot.day.site.agency, day=MONDAY, now=FOUR)

        reminder = said_about(appointment)[Kind.REMINDER]

        assert (reminder.due_at, reminder.context["number"]) == (FOUR, "A001")

    def test_reminds_at_the_hour_of_reminding_where_numbers_are_released_before(self):
        slot = SlotFactory(evening_numbers=True, day__site__agency__reminder_at="18:00")
        appointment = book_one(slot)
        release_numbers(agency=slot.day.site.agency, day=MONDAY, now=FOUR)

        assert said_about(appointment)[Kind.REMINDER].due_at == FOUR + timedelta(hours=2)

    def test_tells_each_of_a_family_in_messages_to_the_one_who_booked(self):
        citizen = CitizenFactory()
        appointments = book(SlotFactory(), *family(3), citizen=citizen)

        reminders = Message.objects.filter(kind=Kind.REMINDER)

        assert {row.about for row in reminders} == {row.code for row in appointments}
        assert {row.recipient for row in reminders} == {citizen}


class TestOfAMove:
    def test_takes_back_the_old_words_and_owes_the_new(self):
        slot = SlotFactory()
        appointment = book_one(slot)
        moved = move(appointment, later_day(slot))

        said = said_about(moved)

        assert {kind: row.due_at for kind, row in said.items()} == {
            Kind.CHANGED: NOW,
            Kind.REMINDER: FOUR + timedelta(days=1),
        }
        assert said[Kind.REMINDER].context["time"] == "08:00 24/11/2026"
        withdrawn = Message.objects.filter(state=State.WITHDRAWN)
        assert {row.kind for row in withdrawn} == {Kind.BOOKED, Kind.REMINDER}

    def test_tells_of_each_move_and_reminds_once_after_moving_back_and_forth(self):
        slot = SlotFactory()
        half_past = following(slot)
        appointment = book_one(slot)
        for target in (half_past, slot):
            appointment = move(appointment, target)

        reminder = Message.objects.get(kind=Kind.REMINDER, state=State.OWED)

        assert reminder.context["time"] == "08:00 23/11/2026"
        assert Message.objects.filter(kind=Kind.CHANGED).count() == 2

    def test_says_it_all_at_once_past_the_hour_of_reminding(self):
        slot = SlotFactory()
        moved = move(book_one(slot), following(slot), now=EVENING)

        said = said_about(moved)

        assert set(said) == {Kind.CHANGED}
        assert said[Kind.CHANGED].context["number"] == "A001"

    def test_leaves_the_reminder_to_the_evening_where_the_number_comes_then(self):
        slot = SlotFactory(evening_numbers=True)
        moved = move(book_one(slot), following(slot))

        assert set(said_about(moved)) == {Kind.CHANGED}

        release_numbers(agency=slot.day.site.agency, day=MONDAY, now=FOUR)
        assert said_about(moved)[Kind.REMINDER].context["time"] == "08:30 23/11/2026"


class TestOfACancellation:
    def test_takes_back_what_has_not_left_and_tells(self):
        appointment = book_one(SlotFactory())
        Message.objects.filter(kind=Kind.BOOKED).update(state=State.SENT, sent_at=NOW)

        cancel(code=appointment.code, citizen=appointment.person.citizen, now=NOW)

        said = said_about(appointment)
        assert {kind: row.state for kind, row in said.items()} == {
            Kind.BOOKED: State.SENT,
            Kind.CANCELLED: State.OWED,
        }

    @pytest.mark.parametrize("hours", [-1, 1], ids=["before the hour", "after the hour"])
    def test_tells_the_stranger_that_the_number_was_given_back(self, hours):
        appointment = book_one(SlotFactory())
        officer = OfficerFactory()
        now = EIGHT + timedelta(hours=hours)

        release(person=appointment.person, officer=officer, papers_seen="CCCD", now=now)

        told = said_about(appointment)[Kind.CANCELLED]
        assert "trả lại cho chính chủ" in told.context["reason"]
        assert told.due_at == now
        assert told.expires_at > now


class TestOfARegistration:
    def test_tells_that_it_was_noted(self):
        slot = SlotFactory(office_assigns=True, day__site__name="Công an TP Tam Kỳ")
        last = MONDAY + timedelta(days=2)
        registration = register(slot, *family(3), last=last, chosen=slot.day.site)

        (message,) = said_about(registration).values()

        assert (message.kind, message.due_at) == (Kind.REGISTERED, NOW)
        assert message.context == {
            "people": "3",
            "from": "23/11/2026",
            "to": "25/11/2026",
            "site": "Công an TP Tam Kỳ",
        }

    def test_takes_it_back_when_withdrawn(self):
        citizen = CitizenFactory()
        registration = register(SlotFactory(office_assigns=True), citizen=citizen)

        withdraw(public_id=registration.public_id, citizen=citizen, now=NOW)

        assert said_about(registration) == {}


@pytest.mark.django_db(transaction=True)
class TestSendReminders:
    """Senders commit their claims, so these stand outside a test's transaction."""

    @pytest.fixture
    def sent(self, monkeypatch, settings):
        """The words that reached Zalo."""
        letters = []

        def send(channel, letter, *, now):
            letters.append(letter.data)
            return Sent(message_id=letter.tracking_id, sent_at=now, quota_remaining=None)

        settings.MESSAGE_SENDERS = 1
        monkeypatch.setattr(channels, "send", send)
        return letters

    def a_slot(self, **fields):
        slot = SlotFactory(**fields)
        set_text(agency=slot.day.site.agency, kind=Kind.REMINDER, template_id="tk-reminder")
        return slot

    def test_places_numbers_and_sends_whatever_the_hour(self, sent):
        slot = self.a_slot(office_assigns=True)
        register(slot, *family(2), citizen=CitizenFactory(with_phone=True))
        at_night = FOUR - timedelta(hours=17)

        assert send_reminders(day=MONDAY, now=at_night) == Reminded(sent=2, failed=0)

        assert Registration.objects.get().status == Registration.Status.PLACED
        assert {letter["number"] for letter in sent} == {"A001", "A002"}
        assert {letter["time"] for letter in sent} == {"08:00 23/11/2026"}

    def test_sends_nothing_twice(self, sent):
        book_one(self.a_slot(), citizen=CitizenFactory(with_phone=True), now=NOW)
        send_reminders(day=MONDAY, now=FOUR)

        assert send_reminders(day=MONDAY, now=FOUR) == Reminded(sent=0, failed=0)

        assert len(sent) == 1

    def test_tries_again_what_no_answer_came_for(self, sent, monkeypatch):
        to_zalo = channels.send
        answers = iter([OutcomeUnknown(0)])

        def send(channel, letter, *, now):
            if unanswered := next(answers, None):
                raise unanswered
            return to_zalo(channel, letter, now=now)

        monkeypatch.setattr(channels, "send", send)
        monkeypatch.setattr(delivery, "LEASE", timedelta(seconds=1))
        book_one(self.a_slot(), citizen=CitizenFactory(with_phone=True), now=NOW)

        assert send_reminders(day=MONDAY, now=FOUR) == Reminded(sent=1, failed=0)

        assert len(sent) == 1

    def test_leaves_other_days_and_other_words_alone(self, sent):
        slot = self.a_slot()
        book_one(later_day(slot), citizen=CitizenFactory(with_phone=True))

        assert send_reminders(day=MONDAY, now=FOUR) == Reminded(sent=0, failed=0)

        assert sent == []
        assert set(Message.objects.values_list("state", flat=True)) == {State.OWED}

    def test_counts_those_whom_nothing_reaches(self, sent):
        book_one(self.a_slot(), citizen=CitizenFactory())

        assert send_reminders(day=MONDAY, now=FOUR) == Reminded(sent=0, failed=1)
