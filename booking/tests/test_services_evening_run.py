"""What the clock does by itself each evening, and in the morning where the evening was missed."""

from datetime import timedelta

import pytest

from booking.models import Appointment, Registration
from booking.services.evening import evening_run
from booking.services.invariants import broken_invariants
from booking.tests.factories import (
    EIGHT,
    FOUR,
    MONDAY,
    NOW,
    ServiceDayFactory,
    SiteFactory,
    SlotFactory,
    book_one,
    person,
    register,
)
from booking.tests.outcomes import slots_of, status_of
from notifications.kinds import Kind
from notifications.models import Message, State

pytestmark = pytest.mark.django_db
Status = Registration.Status
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def eight():
    """The only place of the day, at an office that assigns."""
    return SlotFactory(office_assigns=True, last_place=True)


class TestEveningRun:
    def test_does_nothing_before_the_hour_of_release(self, eight):
        registration = register(eight)

        evening_run(now=FOUR - timedelta(minutes=1))

        assert status_of(registration) == Status.WAITING

    def test_places_numbers_and_reminds_from_that_hour_on(self, eight):
        registration = register(eight, person("Trần Văn An"))

        assert evening_run(now=FOUR) == 1

        appointment = Appointment.objects.get()
        assert (status_of(registration), appointment.queue_number) == (Status.PLACED, "A001")
        reminder = Message.objects.get(kind=Kind.REMINDER)
        assert (reminder.about, reminder.due_at, reminder.state) == (appointment.code, FOUR, State.OWED)

    def test_changes_nothing_when_run_again(self, eight):
        register(eight)
        left = register(eight, last=TUESDAY)
        evening_run(now=FOUR)
        before = (Appointment.objects.count(), Message.objects.count())

        assert evening_run(now=FOUR + timedelta(seconds=20)) == 0

        left.refresh_from_db()
        assert (Appointment.objects.count(), Message.objects.count()) == before
        assert left.times_left_over == 1

    def test_takes_those_who_come_later_the_same_evening(self):
        eight = SlotFactory(office_assigns=True)
        register(eight)
        evening_run(now=FOUR)
        late = register(eight, now=FOUR + timedelta(hours=1))

        evening_run(now=FOUR + timedelta(hours=1, seconds=20))

        assert status_of(late) == Status.PLACED
        assert sorted(Appointment.objects.values_list("number", flat=True)) == [1, 2]

    def test_catches_up_today_what_was_missed_yesterday(self):
        ten = SlotFactory(office_assigns=True, starts_at=EIGHT + timedelta(hours=2, minutes=30))
        registration = register(ten)

        evening_run(now=EIGHT)

        assert slots_of(registration) == [ten]
        assert Message.objects.get(kind=Kind.REMINDER).due_at == EIGHT

    def test_ends_wishes_whose_days_went_by_without_a_run_and_tells(self, eight):
        registration = register(eight)

        evening_run(now=EIGHT + timedelta(days=3))

        registration.refresh_from_db()
        assert registration.status == Status.EXPIRED
        assert Message.objects.filter(kind=Kind.LEFT_OVER, state=State.OWED).count() == 1
        assert broken_invariants(now=NOW) == {}

    def test_keeps_to_each_agencys_hour(self):
        early = SlotFactory(office_assigns=True, day__site__agency__number_release="14:00")
        late = SlotFactory(office_assigns=True, day__site__agency__number_release="18:00")
        register(early)
        register(late)

        evening_run(now=FOUR)

        assert set(Appointment.objects.values_list("slot", flat=True)) == {early.pk}

    def test_opens_the_numbers_of_a_day_without_appointments(self):
        day = ServiceDayFactory(site=SiteFactory(agency__evening_numbers=True))
        slot = SlotFactory(day=day)

        evening_run(now=FOUR)

        assert book_one(slot, now=FOUR).queue_number == "A001"

    def test_leaves_agencies_alone_that_are_not_at_work(self):
        slot = SlotFactory(office_assigns=True)
        registration = register(slot)
        agency = slot.day.site.agency
        agency.is_active = False
        agency.save(update_fields=["is_active"])

        evening_run(now=FOUR)

        assert status_of(registration) == Status.WAITING

    def test_costs_little_when_nothing_is_due(self, django_assert_max_num_queries):
        for _ in range(3):
            SlotFactory(office_assigns=True)
        evening_run(now=FOUR)

        with django_assert_max_num_queries(1 + 3 * 10):
            evening_run(now=FOUR + timedelta(seconds=20))
