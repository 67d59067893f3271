"""Opening rules become service days and slots."""

from datetime import time, timedelta

import pytest

from booking.models import OpeningRule, ServiceDay, Slot
from booking.services.calendar import open_calendar
from booking.services.invariants import broken_invariants
from booking.services.planning import plan
from booking.tests.factories import (
    EIGHT,
    HALF_AN_HOUR,
    MONDAY,
    NOW,
    AppointmentFactory,
    OpeningRuleFactory,
    ServiceDayFactory,
    SiteFactory,
    SlotFactory,
    book_one,
)

pytestmark = pytest.mark.django_db
NINE = EIGHT + timedelta(hours=1)


def hours():
    """Every slot there is: when it begins and for how many."""
    return list(Slot.objects.order_by("starts_at").values_list("starts_at", "capacity"))


def week(days=4):
    """Open from Friday to Monday, by default."""
    return open_calendar(days=days, now=NOW)


class TestPlan:
    def test_cuts_the_hours_into_slots_and_leaves_out_a_short_rest(self):
        rule = OpeningRuleFactory.build(site=None, starts_at=time(8, 0), ends_at=time(9, 50), slot_minutes=30)

        planned = plan([rule], MONDAY)

        assert [slot.starts_at for slot in planned] == [EIGHT, EIGHT + HALF_AN_HOUR, NINE]
        assert {slot.ends_at - slot.starts_at for slot in planned} == {HALF_AN_HOUR}

    @pytest.mark.parametrize(
        ("validity", "is_open"),
        [
            ({}, True),
            ({"weekday": OpeningRule.Weekday.TUESDAY}, False),
            ({"valid_from": MONDAY}, True),
            ({"valid_from": MONDAY + timedelta(days=1)}, False),
            ({"valid_to": MONDAY}, True),
            ({"valid_to": MONDAY - timedelta(days=1)}, False),
        ],
    )
    def test_keeps_to_the_days_of_a_rule(self, validity, is_open):
        assert bool(plan([OpeningRuleFactory.build(site=None, **validity)], MONDAY)) == is_open


class TestOpenCalendar:
    def test_makes_days_and_slots_from_today_on(self):
        OpeningRuleFactory()

        assert week() == 4

        assert ServiceDay.objects.get().date == MONDAY
        assert hours() == [(EIGHT + index * HALF_AN_HOUR, 10) for index in range(4)]

    def test_counts_today_as_the_first_day(self):
        OpeningRuleFactory(weekday=OpeningRule.Weekday.FRIDAY)

        assert week(days=1) == 4
        assert week(days=7) == 0
        assert week(days=8) == 4

    def test_makes_each_agencys_window_and_one_day_more(self):
        """So that tomorrow morning's window is open before the nightly run."""
        OpeningRuleFactory(site__agency__window_days=3, weekday=OpeningRule.Weekday.TUESDAY)

        assert open_calendar(now=NOW) == 4

    def test_stops_at_the_window(self):
        OpeningRuleFactory(site__agency__window_days=2, weekday=OpeningRule.Weekday.TUESDAY)

        assert open_calendar(now=NOW) == 0

    def test_changes_nothing_when_run_again(self):
        OpeningRuleFactory()
        week()
        before = list(Slot.objects.order_by("pk").values())

        assert week() == 0

        assert list(Slot.objects.order_by("pk").values()) == before

    def test_can_be_asked_for_one_site(self):
        site = OpeningRuleFactory().site
        OpeningRuleFactory()

        assert open_calendar(days=4, site=site, now=NOW) == 4

        assert set(ServiceDay.objects.values_list("site", flat=True)) == {site.pk}

    @pytest.mark.parametrize("shut", [{"site__is_active": False}, {"site__agency__is_active": False}])
    def test_leaves_out_who_is_not_at_work(self, shut):
        OpeningRuleFactory(**shut)

        assert week() == 0

    def test_replaces_untouched_slots_when_the_rule_changes(self):
        rule = OpeningRuleFactory()
        week()
        rule.capacity, rule.slot_minutes = 5, 60
        rule.save(update_fields=["capacity", "slot_minutes"])

        assert week() == 2

        assert hours() == [(EIGHT, 5), (NINE, 5)]

    def test_never_touches_a_slot_that_has_bookings(self):
        rule = OpeningRuleFactory()
        week()
        held = Slot.objects.get(starts_at=EIGHT + HALF_AN_HOUR)
        appointment = book_one(held)
        rule.capacity, rule.slot_minutes = 5, 60
        rule.save(update_fields=["capacity", "slot_minutes"])

        week()

        appointment.refresh_from_db()
        assert appointment.slot == held
        # Nothing new overlaps the slot that stays.
        assert hours() == [(held.starts_at, 10), (NINE, 5)]
        assert broken_invariants(now=NOW) == {}

    def test_keeps_a_slot_whose_bookings_were_all_cancelled(self):
        rule = OpeningRuleFactory()
        week()
        slot = Slot.objects.get(starts_at=EIGHT)
        AppointmentFactory(slot=slot, cancelled=True)
        rule.delete()

        week()

        assert list(Slot.objects.all()) == [slot]

    def test_removes_untouched_slots_when_the_rule_goes(self):
        rule = OpeningRuleFactory()
        week()
        rule.delete()

        assert week() == 0

        assert hours() == []

    def test_never_overwrites_a_day_set_by_hand(self):
        rule = OpeningRuleFactory()
        day = ServiceDayFactory(site=rule.site, is_manual=True)
        SlotFactory(day=day, starts_at=NINE, capacity=3)

        assert week() == 0

        assert hours() == [(NINE, 3)]

    def test_opens_no_day_again_that_was_closed_by_hand(self):
        rule = OpeningRuleFactory()
        ServiceDayFactory(site=rule.site, closed=True, is_manual=True)

        week()

        assert not ServiceDay.objects.get().is_open

    def test_costs_two_statements_a_site_when_there_is_nothing_to_do(self, django_assert_num_queries):
        """And five for all: the sites, their hours, the calendar, the sites' own days, the sessions."""
        site = SiteFactory()
        for weekday in OpeningRule.Weekday:
            OpeningRuleFactory(site=site, weekday=weekday)
        open_calendar(now=NOW)

        with django_assert_num_queries(5 + 2):
            open_calendar(now=NOW)
