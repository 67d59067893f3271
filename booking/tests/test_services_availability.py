"""What is free, as the public sees it."""

from datetime import timedelta

import pytest

from agencies.tests.factories import AgencyFactory
from booking.models import Site
from booking.models.calendar import with_next_open_date
from booking.services.availability import DayView, days_of, slots_of
from booking.tests.factories import (
    EIGHT,
    MONDAY,
    NOW,
    ServiceDayFactory,
    SiteFactory,
    SlotFactory,
    book,
    family,
    following,
    later_day,
)

pytestmark = pytest.mark.django_db
SHUT = [
    {"closed_day": True},
    {"day__site__agency__window_days": 2},
    {"day__site__agency__cut_off_minutes": 3 * 24 * 60 + 1},
]


def day_of(slot, now=NOW):
    (day,) = days_of(slot.day.site, first=slot.day.date, last=slot.day.date, now=now)
    return day


class TestDaysOf:
    def test_adds_up_the_slots_of_a_day(self):
        eight = SlotFactory(capacity=10, day__note="Chỉ nhận đến 09:00")
        following(eight, capacity=5)
        book(eight, *family(3))

        assert day_of(eight) == DayView(
            date=MONDAY, is_open=True, capacity=15, remaining=12, note="Chỉ nhận đến 09:00"
        )

    def test_lists_every_day_of_the_range_in_order_those_without_slots_too(self):
        slot = SlotFactory()
        later_day(slot, days=2)

        days = days_of(slot.day.site, first=MONDAY, last=MONDAY + timedelta(days=3), now=NOW)

        assert [(day.date - MONDAY).days for day in days] == [0, 1, 2, 3]
        assert [day.is_open for day in days] == [True, False, True, False]

    def test_counts_only_what_is_before_the_cut_off(self):
        eight = SlotFactory()
        following(eight, starts_at=EIGHT + timedelta(hours=4), capacity=7)

        assert day_of(eight, now=EIGHT).remaining == 7

    @pytest.mark.parametrize("shut", SHUT)
    def test_has_nothing_left_where_nothing_can_be_booked(self, shut):
        day = day_of(SlotFactory(**shut))

        assert (day.capacity, day.remaining) == (10, 0)

    @pytest.mark.parametrize(
        "policy", [{"window_days": 3}, {"cut_off_minutes": 3 * 24 * 60}], ids=["last day", "last minute"]
    )
    def test_has_places_left_on_the_last_day_and_to_the_last_minute_that_can_be_booked(self, policy):
        slot = SlotFactory(day__site=SiteFactory(agency=AgencyFactory(**policy)))

        assert day_of(slot).remaining == 10
        assert book(slot)

    def test_knows_of_no_other_site(self):
        slot = SlotFactory()
        SlotFactory(day__site__agency=slot.day.site.agency)

        assert day_of(slot).capacity == 10

    def test_is_one_statement_however_many_days(self, django_assert_num_queries):
        slot = SlotFactory()
        for days in range(1, 5):
            later_day(slot, days=days)

        with django_assert_num_queries(1):
            days_of(slot.day.site, first=MONDAY, last=MONDAY + timedelta(days=91), now=NOW)


class TestSlotsOf:
    def test_lists_the_slots_of_a_day_by_time_with_what_is_left(self):
        half_past = SlotFactory(starts_at=EIGHT + timedelta(minutes=30))
        eight = SlotFactory(day=half_past.day, capacity=4)
        book(eight, *family(3))
        later_day(eight)

        slots = slots_of(eight.day.site, on=MONDAY, now=NOW)

        assert [(slot.pk, slot.remaining) for slot in slots] == [(eight.pk, 1), (half_past.pk, 10)]

    @pytest.mark.parametrize("shut", SHUT)
    def test_has_nothing_left_where_nothing_can_be_booked(self, shut):
        slot = SlotFactory(**shut)

        assert [found.remaining for found in slots_of(slot.day.site, on=MONDAY, now=NOW)] == [0]


class TestNextOpenDate:
    def next_of(self, slot, now=NOW):
        return with_next_open_date(Site.objects.filter(pk=slot.day.site_id), now=now).get().next_open_date

    def test_is_the_first_day_with_a_place(self):
        monday = SlotFactory(last_place=True)
        later_day(monday, days=2)
        later_day(monday, days=1, capacity=0)
        book(monday)

        assert self.next_of(monday) == MONDAY + timedelta(days=2)

    @pytest.mark.parametrize("shut", SHUT)
    def test_is_none_where_nothing_can_be_booked(self, shut):
        assert self.next_of(SlotFactory(**shut)) is None

    def test_is_none_for_a_site_without_days(self):
        ServiceDayFactory(site=SiteFactory())

        assert with_next_open_date(Site.objects.all(), now=NOW).get().next_open_date is None
