"""A day at several sites at a glance."""

import pytest

from accounts.tests.factories import OfficerFactory
from booking.models import Appointment, Registration, ReminderCall, Site
from booking.services.calls import record_call
from booking.services.days import close_day
from booking.services.overview import overview, waiting_for
from booking.tests.factories import (
    FOUR,
    MONDAY,
    NOW,
    SiteFactory,
    SlotFactory,
    book,
    book_one,
    family,
    following,
    register,
)
from notifications.kinds import Kind
from notifications.models import Message, State

pytestmark = pytest.mark.django_db


def of_monday(*sites: Site):
    return overview(sites, on=MONDAY)


class TestOverview:
    def test_tells_who_is_booked_reached_called_and_to_be_told(self):
        slot = SlotFactory()
        people = book(slot, *family(4), together=True)
        reminder = Message.objects.filter(about=people[0].code, kind=Kind.REMINDER)
        reminder.update(state=State.DELIVERED, sent_at=FOUR, delivered_at=FOUR)
        said = {"note": "", "officer": OfficerFactory(), "now": FOUR}
        record_call(code=people[1].code, result=ReminderCall.Result.COMING, **said)
        record_call(code=people[2].code, result=ReminderCall.Result.NO_ANSWER, **said)

        (row,) = of_monday(slot.day.site)

        assert (row.booked, row.capacity, row.free) == (4, 10, 6)
        assert (row.confirmed, row.reached, row.called, row.unreached) == (1, 1, 1, 2)

    def test_counts_who_is_there_as_booked_and_not_as_expected(self):
        appointment = book_one(SlotFactory())
        Appointment.objects.update(status=Appointment.Status.ARRIVED)

        (row,) = of_monday(appointment.day.site)

        assert (row.booked, row.expected, row.unreached) == (1, 0, 0)

    def test_names_the_slots_that_fill_up(self):
        slot = SlotFactory(capacity=10, taken=8)
        later = following(slot, capacity=10, taken=7)
        following(later, full=True)

        (row,) = of_monday(slot.day.site)

        assert row.filling == [slot]
        assert row.full == 1

    def test_has_no_free_place_on_a_closed_day(self):
        slot = SlotFactory()
        close_day(day=slot.day, note="", now=NOW)

        (row,) = of_monday(slot.day.site)

        assert (row.is_open, row.free, row.capacity) == (False, 0, 10)

    def test_is_empty_where_nobody_works(self):
        (row,) = of_monday(SiteFactory())

        assert (row.day, row.booked, row.free) == (None, 0, 0)

    def test_tells_sites_apart_in_their_order(self):
        first, second = SlotFactory(), SlotFactory()
        book(second)

        rows = of_monday(second.day.site, first.day.site)

        assert [row.booked for row in rows] == [1, 0]

    def test_costs_three_statements_however_many_there_are(self, django_assert_num_queries):
        sites = [SlotFactory().day.site for _ in range(3)]
        for site in sites:
            book(site.days.get().slots.get(), *family(3))

        with django_assert_num_queries(3):
            of_monday(*sites)


class TestWaitingFor:
    def test_counts_people_who_may_come_that_day(self):
        site = SlotFactory(office_assigns=True).day.site
        register(site, *family(3))
        register(site, first=MONDAY.replace(day=24), last=MONDAY.replace(day=25))

        assert waiting_for(Registration.objects.all(), on=MONDAY) == 3
