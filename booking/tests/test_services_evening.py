"""The afternoon before: places for those who wait."""

from datetime import timedelta

import pytest

from accounts.tests.factories import CitizenFactory
from booking.errors import NothingToAllocate
from booking.models import Appointment, Registration, Slot
from booking.services.appointments import cancel
from booking.services.evening import Allocated, allocate, evening_run
from booking.services.invariants import broken_invariants
from booking.services.registrations import withdraw
from booking.tests.factories import (
    EIGHT,
    FOUR,
    MONDAY,
    NOW,
    SiteWardFactory,
    SlotFactory,
    book_one,
    family,
    following,
    later_day,
    register,
)
from booking.tests.outcomes import slots_of, status_of
from notifications.kinds import Kind
from notifications.models import Message

pytestmark = pytest.mark.django_db
Status, Half = Registration.Status, Registration.Half
TUESDAY = MONDAY + timedelta(days=1)
NINE = EIGHT + timedelta(hours=1)
TWO = EIGHT + timedelta(hours=6)


def run(slot, day=MONDAY, now=FOUR):
    done = allocate(agency=slot.day.site.agency, day=day, now=now)
    assert broken_invariants(now=NOW) == {}
    return done


@pytest.fixture
def eight():
    """The only place of the day, at an office that assigns."""
    return SlotFactory(office_assigns=True, last_place=True)


class TestAllocate:
    def test_gives_each_a_place_on_the_day(self, eight):
        half_past = following(eight, last_place=True)
        first, second = register(eight), register(eight)

        assert run(eight) == Allocated(placed=2, left_over=0)

        assert (slots_of(first), slots_of(second)) == ([eight], [half_past])
        assert status_of(first) == status_of(second) == Status.PLACED

    def test_takes_first_who_came_first(self, eight):
        first, second = register(eight), register(eight)

        assert run(eight) == Allocated(placed=1, left_over=1)

        assert (slots_of(first), slots_of(second)) == ([eight], [])

    def test_takes_priority_before_first_come(self, eight):
        early, priority = register(eight), register(eight, priority=True)

        run(eight)

        assert (slots_of(early), slots_of(priority)) == ([], [eight])

    def test_takes_those_left_over_before_priority(self, eight):
        tomorrow = later_day(eight, last_place=True)
        register(eight, priority=True)
        carried = register(eight, last=TUESDAY)
        run(eight)
        priority = register(eight, priority=True, first=TUESDAY)

        run(eight, TUESDAY, now=FOUR + timedelta(days=1))

        assert (slots_of(carried), slots_of(priority)) == ([tomorrow], [])

    def test_takes_those_left_over_twice_before_those_left_over_once(self, eight):
        tomorrow, day_after = later_day(eight, capacity=1), later_day(eight, days=2, last_place=True)
        Slot.objects.filter(pk__in=[eight.pk, tomorrow.pk]).update(capacity=0)
        once = register(eight, first=TUESDAY, last=TUESDAY + timedelta(days=2))
        twice = register(eight, last=TUESDAY + timedelta(days=2))
        for days in range(3):
            run(eight, MONDAY + timedelta(days=days), now=FOUR + timedelta(days=days))

        assert (slots_of(once), slots_of(twice)) == ([], [day_after])

    def test_fills_the_gap_a_big_family_leaves_with_a_small_one(self):
        eight = SlotFactory(office_assigns=True, capacity=2)
        big, small = register(eight, *family(3)), register(eight, *family(2))

        assert run(eight) == Allocated(placed=1, left_over=1)

        assert (slots_of(big), slots_of(small)) == ([], [eight, eight])

    def test_keeps_to_the_range(self, eight):
        registration = register(eight, first=TUESDAY)

        assert run(eight) == Allocated()

        assert status_of(registration) == Status.WAITING

    def test_leaves_other_agencies_alone(self, eight):
        other = SlotFactory(office_assigns=True)
        registration = register(other)

        run(eight)

        assert status_of(registration) == Status.WAITING

    def test_gives_nothing_to_one_that_was_withdrawn(self, eight):
        citizen = CitizenFactory()
        withdrawn = register(eight, citizen=citizen)
        withdraw(public_id=withdrawn.public_id, citizen=citizen, now=NOW)

        assert run(eight) == Allocated()

    def test_uses_only_what_bookings_left(self):
        eight = SlotFactory(office_assigns=True, capacity=2)
        book_one(eight)
        first, second = register(eight), register(eight)

        run(eight)

        assert (slots_of(first), slots_of(second)) == ([eight], [])

    def test_uses_no_slot_that_people_cannot_reach_any_more(self):
        eight = SlotFactory(office_assigns=True, day__site__agency__cut_off_minutes=120)
        eleven = SlotFactory(day=eight.day, starts_at=EIGHT + timedelta(hours=3))
        registration = register(eight)

        run(eight, now=EIGHT)

        assert slots_of(registration) == [eleven]

    def test_uses_no_closed_day(self):
        eight = SlotFactory(office_assigns=True, closed_day=True)
        register(eight)

        assert run(eight) == Allocated(left_over=1)

    def test_uses_no_site_that_is_shut(self):
        eight = SlotFactory(office_assigns=True, day__site__is_active=False)
        register(eight)

        assert run(eight) == Allocated(left_over=1)

    def test_refuses_a_day_that_is_over(self, eight):
        with pytest.raises(NothingToAllocate, match="23/11/2026"):
            run(eight, now=EIGHT + timedelta(days=1))

    def test_gives_numbers_later_or_at_once_as_the_agency_says(self):
        evening = SlotFactory(office_assigns=True)
        at_once = SlotFactory(office_assigns=True, day__site__agency__numbering="AT_BOOKING")
        for slot in (evening, at_once):
            register(slot, *family(2))
            run(slot)

        numbers = Appointment.objects.order_by("number").values_list("number", flat=True)
        assert list(numbers.filter(day=evening.day)) == [None, None]
        assert list(numbers.filter(day=at_once.day)) == [1, 2]


class TestAllocateFamilies:
    def test_puts_a_family_into_one_slot_if_any_has_room(self, eight):
        roomy = following(eight, capacity=3)
        registration = register(eight, *family(3))

        run(eight)

        assert slots_of(registration) == [roomy] * 3

    def test_puts_a_family_into_slots_that_follow_each_other(self):
        eight = SlotFactory(office_assigns=True, capacity=2)
        half_past = following(eight, capacity=2)
        registration = register(eight, *family(3))

        run(eight)

        assert slots_of(registration) == [eight, eight, half_past]

    def test_never_tears_a_family_apart_over_a_pause(self):
        eight = SlotFactory(office_assigns=True, capacity=2)
        SlotFactory(day=eight.day, starts_at=EIGHT + timedelta(hours=5), capacity=2)
        registration = register(eight, *family(3))

        assert run(eight) == Allocated(left_over=1)

        assert slots_of(registration) == []

    def test_never_tears_a_family_apart_over_two_sites(self):
        eight = SlotFactory(office_assigns=True, capacity=2)
        SlotFactory(day__site__agency=eight.day.site.agency, capacity=2)
        register(eight, *family(3))

        assert run(eight) == Allocated(left_over=1)


class TestAllocateSites:
    @pytest.fixture
    def sites(self, eight):
        """Two stops of the mobile team, one place each: first Tân Thạnh's, then Hòa Hương's."""
        SiteWardFactory(site=eight.day.site, code="2021:20341")
        hoa_huong = SlotFactory(day__site__agency=eight.day.site.agency, last_place=True)
        SiteWardFactory(site=hoa_huong.day.site)
        return eight, hoa_huong

    def test_sends_people_to_their_own_wards_site_first(self, sites):
        tan_thanh, hoa_huong = sites
        registration = register(tan_thanh, ward="2021:20353")

        run(tan_thanh)

        assert slots_of(registration) == [hoa_huong]

    def test_sends_them_to_any_site_where_their_own_is_full(self, sites):
        tan_thanh, hoa_huong = sites
        first, second = (register(tan_thanh, ward="2021:20353") for _ in range(2))

        run(tan_thanh)

        assert (slots_of(first), slots_of(second)) == ([hoa_huong], [tan_thanh])

    def test_keeps_to_the_site_that_was_chosen(self, sites):
        tan_thanh, hoa_huong = sites
        first, second = (register(tan_thanh, chosen=hoa_huong.day.site) for _ in range(2))

        assert run(tan_thanh) == Allocated(placed=1, left_over=1)

        assert (slots_of(first), slots_of(second)) == ([hoa_huong], [])

    def test_numbers_each_site_for_itself(self, sites):
        tan_thanh, hoa_huong = sites
        for _ in range(2):
            register(tan_thanh)

        evening_run(now=FOUR)

        assert set(Appointment.objects.values_list("slot", "number")) == {
            (tan_thanh.pk, 1),
            (hoa_huong.pk, 1),
        }


class TestAllocateHalfDays:
    @pytest.mark.parametrize(
        ("half", "hour"), [(Half.MORNING, NINE), (Half.AFTERNOON, TWO), (Half.ANY, NINE)]
    )
    def test_keeps_to_the_half_that_was_asked_for(self, half, hour):
        nine = SlotFactory(office_assigns=True, starts_at=NINE)
        SlotFactory(day=nine.day, starts_at=TWO)
        registration = register(nine, half=half)

        run(nine)

        assert [slot.starts_at for slot in slots_of(registration)] == [hour]

    @pytest.mark.parametrize(("minutes", "half"), [(-1, Half.MORNING), (0, Half.AFTERNOON)])
    def test_begins_the_afternoon_at_noon(self, minutes, half):
        noon = EIGHT + timedelta(hours=4)
        slot = SlotFactory(office_assigns=True, starts_at=noon + timedelta(minutes=minutes))
        registration = register(slot, half=half)

        run(slot)

        assert slots_of(registration) == [slot]

    def test_leaves_over_who_asked_for_a_half_that_is_full(self):
        nine = SlotFactory(office_assigns=True, starts_at=NINE)
        register(nine, half=Half.AFTERNOON)

        assert run(nine) == Allocated(left_over=1)


class TestAllocateLeftOver:
    @pytest.fixture
    def left(self, eight):
        """Somebody who asked for Monday or Tuesday, of which Monday is full."""
        book_one(eight)
        return register(eight, *family(2), last=TUESDAY)

    def left_over_messages(self):
        return list(Message.objects.filter(kind=Kind.LEFT_OVER).order_by("pk"))

    def test_carries_them_to_the_next_day_and_tells(self, eight, left):
        later_day(eight)

        run(eight)

        left.refresh_from_db()
        assert (left.status, left.times_left_over, left.left_over_on) == (Status.WAITING, 1, MONDAY)
        (message,) = self.left_over_messages()
        assert message.context == {"fact": "Ngày 23/11/2026 đã kín.", "next_day": "24/11/2026"}
        assert message.due_at == FOUR

    def test_ends_after_the_last_day_and_frees_the_people(self, eight, left):
        book_one(later_day(eight, last_place=True))
        run(eight)
        run(eight, TUESDAY, now=FOUR + timedelta(days=1))

        left.refresh_from_db()
        assert (left.status, left.times_left_over) == (Status.EXPIRED, 2)
        assert not left.booking.people.filter(is_live=True).exists()
        monday, tuesday = self.left_over_messages()
        assert "next_day" in monday.context
        assert "next_day" not in tuesday.context
        assert "Đăng ký lại" in tuesday.context["advice"]

    def test_says_nothing_of_a_day_on_which_nobody_works(self, eight, left):
        run(eight)
        run(eight, TUESDAY, now=FOUR + timedelta(days=1))

        left.refresh_from_db()
        assert (left.status, left.times_left_over) == (Status.EXPIRED, 1)
        monday, ended = self.left_over_messages()
        assert "next_day" not in monday.context
        assert "chưa xếp được chỗ" in ended.context["fact"]

    def test_gives_no_turn_before_others_to_who_came_after_the_hour_of_release(self, eight):
        book_one(eight)
        late = register(eight, last=TUESDAY, now=FOUR + timedelta(minutes=1))

        run(eight, now=FOUR + timedelta(minutes=2))

        late.refresh_from_db()
        assert (late.times_left_over, late.left_over_on) == (0, MONDAY)

    def test_of_a_far_day_does_not_take_nearer_ones_away(self, eight):
        book_one(later_day(eight, last_place=True))
        wish = register(eight, last=TUESDAY)

        run(eight, TUESDAY)
        evening_run(now=FOUR)

        wish.refresh_from_db()
        assert wish.status == Status.PLACED
        assert wish.booking.people.get().appointment.slot == eight

    def test_changes_nothing_when_run_again(self, eight, left):
        run(eight)
        placed = Appointment.objects.count()

        run(eight, now=FOUR + timedelta(minutes=1))

        left.refresh_from_db()
        assert (left.status, left.times_left_over) == (Status.WAITING, 1)
        assert Appointment.objects.count() == placed
        assert len(self.left_over_messages()) == 1

    def test_takes_a_place_that_became_free_when_run_again(self, eight):
        citizen = CitizenFactory()
        held = book_one(eight, citizen=citizen)
        left = register(eight, last=TUESDAY)
        run(eight)
        cancel(code=held.code, citizen=citizen, now=FOUR)

        assert run(eight, now=FOUR + timedelta(minutes=1)) == Allocated(placed=1)

        assert slots_of(left) == [eight]
