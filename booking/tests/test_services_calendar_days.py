"""A date that is said to be off, worked by half or worked after all: the days follow at once."""

from datetime import time, timedelta

import pytest

from agencies.models import CalendarDay
from agencies.tests.factories import CalendarDayFactory
from booking.errors import SlotClosed, SlotFull
from booking.models import ServiceDay, Slot
from booking.services.appointments import cancel
from booking.services.calendar import open_calendar
from booking.services.calendar_days import clear_day, people_hit, set_day
from booking.services.invariants import broken_invariants
from booking.services.sessions import Hours
from booking.tests.factories import (
    EIGHT,
    HALF_AN_HOUR,
    MONDAY,
    NOW,
    OpeningRuleFactory,
    SiteCalendarDayFactory,
    book,
    book_one,
    evening,
    family,
)
from booking.tests.outcomes import refusal_of

pytestmark = pytest.mark.django_db
TEN = EIGHT + 4 * HALF_AN_HOUR


def holiday(**said):
    """A holiday of the country on Monday, not written yet."""
    return CalendarDayFactory.build(**{"date": MONDAY} | said)


def open_slots(site):
    return list(
        Slot.objects.filter(day__site=site, day__date=MONDAY, is_open=True, day__is_open=True)
        .order_by("starts_at")
        .values_list("starts_at", flat=True)
    )


@pytest.fixture
def site():
    """Open on Mondays from 08:00 to 10:00; the calendar is made."""
    site = OpeningRuleFactory().site
    open_calendar(days=30, now=NOW)
    return site


class TestSetDay:
    def test_shuts_the_day_and_says_why(self, site):
        assert set_day(entry=holiday(is_expected=True), now=NOW) == []

        day = ServiceDay.objects.get(site=site, date=MONDAY)
        assert (day.is_open, day.note) == (False, "Nghỉ Quốc khánh (dự kiến)")
        assert not day.slots.exists()

    def test_is_an_officers_from_then_on(self, site):
        entry = CalendarDayFactory(date=MONDAY, origin="LOADED")

        set_day(entry=entry, now=NOW)

        assert CalendarDay.objects.get().origin == CalendarDay.Origin.OFFICE

    def test_keeps_who_has_a_place_takes_nobody_else_and_says_who(self, site):
        slot = Slot.objects.get(starts_at=EIGHT)
        appointment = book_one(slot)

        hit = set_day(entry=holiday(), now=NOW)

        assert hit == [appointment]
        slot.refresh_from_db()
        assert (slot.taken, slot.capacity, slot.is_open) == (1, 10, False)
        assert list(Slot.objects.filter(day__date=MONDAY)) == [slot]
        refusal_of(SlotClosed, book, slot)
        assert broken_invariants(now=NOW) == {}

    def test_still_knows_later_who_is_hit(self, site):
        appointment = book_one(Slot.objects.get(starts_at=EIGHT))
        entry = holiday()
        set_day(entry=entry, now=NOW)

        assert people_hit(entry) == [appointment]
        cancel(code=appointment.code, citizen=None, now=NOW)
        assert people_hit(entry) == []

    def test_hits_on_a_half_day_only_who_comes_in_the_other_half(self):
        rule = OpeningRuleFactory(starts_at=time(11, 0), ends_at=time(13, 0))
        open_calendar(days=7, now=NOW)
        early, _, late, _ = (book_one(slot) for slot in Slot.objects.order_by("starts_at"))
        entry = holiday(kind="HALF", works="MORNING", note="Chiều họp")

        hit = set_day(entry=entry, now=NOW)

        assert early not in hit
        assert late in hit
        assert len(open_slots(rule.site)) == 2

    def test_of_an_agency_is_about_its_own_sites(self, site):
        other = OpeningRuleFactory().site
        open_calendar(days=7, now=NOW)

        set_day(entry=holiday(agency=site.agency), now=NOW)

        assert open_slots(site) == []
        assert len(open_slots(other)) == 4

    def test_of_a_site_is_about_that_site_and_stronger_than_all(self, site):
        set_day(entry=holiday(), now=NOW)
        set_day(entry=holiday(agency=site.agency), now=NOW)

        set_day(entry=SiteCalendarDayFactory.build(site=site, kind="WORKING", note="Vẫn làm việc"), now=NOW)

        assert len(open_slots(site)) == 4
        assert ServiceDay.objects.get(site=site, date=MONDAY).note == "Vẫn làm việc"

    def test_leaves_a_day_set_by_hand(self, site):
        ServiceDay.objects.filter(date=MONDAY).update(is_manual=True)

        set_day(entry=holiday(), now=NOW)

        assert len(open_slots(site)) == 4

    def test_leaves_a_session_to_be_worked(self, site):
        evening(site)

        set_day(entry=holiday(), now=NOW)

        assert len(open_slots(site)) == 4
        assert min(open_slots(site)) > TEN

    def test_of_a_day_to_come_much_later_waits_for_the_nightly_run(self, site):
        later = MONDAY + timedelta(days=70)
        set_day(entry=holiday(date=later), now=NOW)

        assert not ServiceDay.objects.filter(date=later).exists()
        open_calendar(days=80, now=NOW)
        assert not ServiceDay.objects.get(date=later).is_open

    def test_of_a_day_that_is_past_changes_nothing(self, site):
        assert set_day(entry=holiday(date=MONDAY - timedelta(days=7)), now=NOW) == []

    def test_costs_no_more_statements_for_more_sites(self, site, django_assert_max_num_queries):
        for _ in range(5):
            OpeningRuleFactory()
        open_calendar(days=7, now=NOW)

        with django_assert_max_num_queries(30):
            set_day(entry=holiday(), now=NOW)

        assert not Slot.objects.filter(day__date=MONDAY).exists()


class TestClearDay:
    def test_gives_the_usual_hours_back(self, site):
        entry = holiday()
        appointment = book_one(Slot.objects.get(starts_at=EIGHT))
        set_day(entry=entry, now=NOW)

        assert clear_day(entry=entry, now=NOW) == []

        assert len(open_slots(site)) == 4
        day = ServiceDay.objects.get(site=site, date=MONDAY)
        assert (day.is_open, day.note) == (True, "")
        appointment.refresh_from_db()
        assert appointment.slot.is_open

    def test_uses_a_slot_again_that_only_had_people(self, site):
        slot = Slot.objects.get(starts_at=EIGHT)
        gone = book_one(slot)
        cancel(code=gone.code, citizen=None, now=NOW)
        entry = holiday()
        set_day(entry=entry, now=NOW)
        slot.refresh_from_db()
        assert not slot.is_open

        clear_day(entry=entry, now=NOW)

        assert slot.starts_at in open_slots(site)
        assert len(open_slots(site)) == 4

    def test_listens_to_the_country_again_when_an_agency_takes_its_word_back(self, site):
        set_day(entry=holiday(), now=NOW)
        own = holiday(agency=site.agency, kind="WORKING")
        set_day(entry=own, now=NOW)
        assert len(open_slots(site)) == 4

        clear_day(entry=own, now=NOW)

        assert open_slots(site) == []


class TestAWeekThatChanges:
    def test_takes_nobody_more_at_an_hour_that_is_worked_no_more(self, site):
        held = Slot.objects.get(day__date=MONDAY, starts_at=EIGHT)
        book_one(held)
        site.opening_rules.all().delete()

        open_calendar(days=30, now=NOW)

        held.refresh_from_db()
        assert (held.is_open, held.day.is_open) == (False, True)


class TestAFamily:
    def test_is_not_put_across_the_end_of_the_usual_hours_into_a_session(self):
        rule = OpeningRuleFactory(capacity=2)
        open_calendar(days=7, now=NOW)
        evening(rule.site, hours=Hours(time(10, 0), time(11, 0), slot_minutes=30, capacity=4))
        last = Slot.objects.get(starts_at=TEN - HALF_AN_HOUR)

        refusal_of(SlotFull, book, last, *family(4))
