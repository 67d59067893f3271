"""The commands of the contract, and the tasks that do the same by the clock."""

import pytest
import time_machine
from django.core.management import CommandError, call_command

from accounts.tests.factories import CitizenFactory
from booking import tasks
from booking.models import Appointment, Slot
from booking.tests.factories import (
    FOUR,
    NOW,
    OpeningRuleFactory,
    SiteFactory,
    SlotFactory,
    book_one,
    register,
)
from notifications import channels
from notifications.kinds import Kind
from notifications.services import set_text
from zalo.clients import Sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_four():
    with time_machine.travel(FOUR, tick=False):
        yield


@pytest.fixture
def say(capsys):
    """Run a command and give what it printed."""

    def say(*words: str) -> str:
        call_command(*words)
        return capsys.readouterr().out

    return say


class TestOpenCalendar:
    def test_says_how_many_slots_were_made(self, say):
        OpeningRuleFactory()

        assert say("open_calendar", "--days", "2") == "slots=4\n"
        assert say("open_calendar", "--days", "2") == "slots=0\n"

    def test_keeps_to_the_windows_by_itself(self, say):
        OpeningRuleFactory(site__agency__window_days=7)

        assert say("open_calendar") == "slots=8\n"

    def test_is_done_by_the_clock_too(self):
        OpeningRuleFactory()

        tasks.open_calendar()

        assert Slot.objects.exists()


class TestAllocate:
    def test_says_how_many_were_placed_over_all_agencies(self, say):
        for capacity in (1, 2):
            slot = SlotFactory(office_assigns=True, capacity=capacity)
            for _ in range(2):
                register(slot)

        assert say("allocate", "--date", "2026-11-23") == "placed=3 left_over=1\n"

    def test_leaves_an_agency_alone_that_is_not_at_work(self, say):
        agency = register(SlotFactory(office_assigns=True)).agency
        agency.is_active = False
        agency.save(update_fields=["is_active"])

        assert say("allocate", "--date", "2026-11-23") == "placed=0 left_over=0\n"


class TestReleaseNumbers:
    def test_says_how_many_were_numbered(self, say):
        book_one(SlotFactory(evening_numbers=True))

        assert say("release_numbers", "--date", "2026-11-23") == "numbered=1\n"
        assert say("release_numbers", "--date", "2026-11-23") == "numbered=0\n"

    def test_is_done_by_the_clock_too(self):
        book_one(SlotFactory(evening_numbers=True))

        tasks.evening_run()

        assert Appointment.objects.get().queue_number == "A001"


@pytest.mark.django_db(transaction=True)
class TestSendReminders:
    def test_says_how_many_were_sent_and_how_many_were_not(self, say, monkeypatch, settings):
        settings.MESSAGE_SENDERS = 1
        accept = Sent(message_id="m1", sent_at=NOW, quota_remaining=None)
        monkeypatch.setattr(channels, "send", lambda *_, **__: accept)
        slot = SlotFactory(office_assigns=True)
        set_text(agency=slot.day.site.agency, kind=Kind.REMINDER, template_id="tk-reminder")
        register(slot, citizen=CitizenFactory(with_phone=True))
        register(slot, citizen=CitizenFactory())

        assert say("send_reminders", "--date", "2026-11-23") == "sent=1 failed=1\n"
        assert say("send_reminders", "--date", "2026-11-23") == "sent=0 failed=1\n"


class TestEveryCommandOfADay:
    NAMES = ("allocate", "release_numbers", "send_reminders")

    @pytest.mark.parametrize("name", NAMES)
    def test_refuses_a_day_that_is_over(self, name):
        SiteFactory()

        with pytest.raises(CommandError, match="21/11/2026 đã qua"):
            call_command(name, "--date", "2026-11-21")

    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("said", ["21/11/2026", "mai", "2026-02-30"])
    def test_wants_a_date(self, name, said):
        with pytest.raises(CommandError, match="2026-11-23"):
            call_command(name, "--date", said)

    @pytest.mark.parametrize("name", NAMES)
    def test_wants_to_know_the_day(self, name):
        with pytest.raises(CommandError, match="--date"):
            call_command(name)
