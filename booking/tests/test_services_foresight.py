"""At noon: does the day's quota do for tomorrow's reminders?"""

from contextlib import ExitStack
from datetime import timedelta

import pytest

from accounts.tests.factories import ZaloContactFactory
from booking.models import Appointment
from booking.services import foresight
from booking.tests.factories import EIGHT, MONDAY, SlotFactory, book, book_one, family, register
from notifications.kinds import Kind
from notifications.models import Message, OaQuota, State
from notifications.services import short_quotas
from zalo.services import seed_tokens
from zalo.tests.scripted import Say, scripted

pytestmark = pytest.mark.django_db

# 12:00 in Hà Nội, the day before MONDAY.
NOON = EIGHT - timedelta(hours=20)
SUNDAY = MONDAY - timedelta(days=1)


@pytest.fixture
def zalo_says(settings):
    """Sets what Zalo answers when an Official Account is asked how much is left of its day."""
    with ExitStack() as servers:

        def say(oa_id: str, answer: Say) -> None:
            settings.ZALO_BUSINESS_BASE = servers.enter_context(scripted(answer)).base_url
            seed_tokens(oa_id=oa_id, access_token="a", refresh_token="r", expires_in=90_000, now=NOON)

        yield say


def left(remaining: int) -> Say:
    return Say({"error": 0, "data": {"dailyQuota": 500, "remainingQuota": remaining}})


def needed(slot) -> int:
    return foresight.reminders_needed(slot.day.site.agency, on=MONDAY)


class TestRemindersNeeded:
    def test_is_one_for_each_person_who_comes(self):
        slot = SlotFactory(capacity=10)
        book(slot, *family(3))
        book_one(slot)

        assert needed(slot) == 4

    def test_leaves_out_who_has_heard(self):
        slot = SlotFactory(capacity=10)
        appointment = book_one(slot)
        book_one(slot)
        told = Message.objects.filter(about=appointment.code, kind=Kind.REMINDER)
        told.update(state=State.DELIVERED, sent_at=NOON, delivered_at=NOON)

        assert needed(slot) == 1

    def test_leaves_out_whom_the_chat_reaches_for_nothing(self):
        slot = SlotFactory(capacity=10)
        appointment = book_one(slot)
        agency = slot.day.site.agency
        contact = ZaloContactFactory(
            oa_id=agency.oa_id, citizen=appointment.person.citizen, last_interaction_at=NOON
        )
        assert needed(slot) == 0

        # By 16:00 its two days will be over.
        contact.last_interaction_at = NOON - timedelta(hours=45)
        contact.save()
        assert needed(slot) == 1

    def test_leaves_out_whom_nothing_is_ever_sent_to(self):
        slot = SlotFactory(capacity=10)
        appointment = book_one(slot)
        appointment.person.citizen = appointment.person.account_seat = None
        appointment.person.save()

        assert Appointment.objects.expected().count() == 1
        assert needed(slot) == 0

    def test_counts_those_who_wait_as_far_as_there_is_room(self):
        slot = SlotFactory(office_assigns=True, capacity=2)
        register(slot, *family(3))

        assert needed(slot) == 2


class TestForesee:
    def test_finds_where_it_does_not_do(self, zalo_says):
        slot = SlotFactory(capacity=10)
        book(slot, *family(5))
        zalo_says(slot.day.site.agency.oa_id, left(3))

        foresight.foresee(now=NOON)

        (quota,) = short_quotas(oa_ids=[slot.day.site.agency.oa_id], day=SUNDAY)
        assert (quota.needed, quota.remaining, quota.short) == (5, 3, 2)

    def test_finds_nothing_where_it_does(self, zalo_says):
        slot = SlotFactory(capacity=10)
        book(slot, *family(5))
        zalo_says(slot.day.site.agency.oa_id, left(5))

        foresight.foresee(now=NOON)

        assert short_quotas(oa_ids=[slot.day.site.agency.oa_id], day=SUNDAY) == []
        assert OaQuota.objects.get().needed == 5

    def test_stays_true_while_the_reminders_leave(self, zalo_says):
        """What they use up in the afternoon was counted at noon."""
        slot = SlotFactory(capacity=10)
        book(slot, *family(5))
        oa_id = slot.day.site.agency.oa_id
        zalo_says(oa_id, left(5))
        foresight.foresee(now=NOON)

        OaQuota.objects.update(remaining=2)

        assert short_quotas(oa_ids=[oa_id], day=SUNDAY) == []
        assert OaQuota.objects.get().short == 0

    def test_keeps_to_what_was_known_when_zalo_is_away(self, zalo_says):
        slot = SlotFactory(capacity=10)
        book(slot, *family(5))
        oa_id = slot.day.site.agency.oa_id
        OaQuota.objects.create(oa_id=oa_id, day=SUNDAY, remaining=4, seen_at=NOON)
        zalo_says(oa_id, Say({"error": -32, "message": "limit"}))

        assert foresight.foresee(now=NOON) == 1

        assert [quota.short for quota in short_quotas(oa_ids=[oa_id], day=SUNDAY)] == [1]

    def test_invents_nothing_where_zalo_never_told(self, zalo_says):
        slot = SlotFactory()
        book_one(slot)
        zalo_says(slot.day.site.agency.oa_id, Say({"error": -32, "message": "limit"}))

        foresight.foresee(now=NOON)

        assert not OaQuota.objects.exists()
