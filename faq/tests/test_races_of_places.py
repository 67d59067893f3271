"""Two chats and one place, two texts and one person. Each rule is shown to fail without its guard."""

import threading
from typing import Any

import pytest

from booking.models import Appointment, Slot
from booking.services.invariants import broken_invariants
from booking.tests.factories import NOW, party
from booking.tests.racing import booking as booking_on_the_web
from booking.tests.racing import day_of, meeting_before, remove_guard, without
from core.testing import run_together
from faq.services import answer
from faq.services.chatting import chat
from faq.tests.talking import Writer, regular
from faq.tests.test_races import look_for_the_row

pytestmark = pytest.mark.django_db(transaction=True)
TAKES = "UPDATE booking_slot"


def agreeing(writer: Writer, *, key: str) -> Any:
    """A worker who answers the number that takes the place, as Zalo's event `key`."""

    def work() -> list[str]:
        answer(
            oa_id=writer.contact.oa_id,
            uid=writer.contact.uid,
            event_key=key,
            text="1",
            occurred_at=writer.clock,
            now=writer.clock,
        )
        return [text.splitlines()[0] for text in writer.answers(key)]

    return work


def ready(slot: Slot, name: str, **contact: Any) -> Writer:
    """Somebody who has only to agree."""
    writer = regular(slot, name, **contact)
    writer.begins()
    writer.types("1")
    writer.clock = writer.clock.replace(second=59)
    return writer


@pytest.mark.usefixtures("wire")
class TestTwoChatsForTheLastPlace:
    def take_it_both(self) -> list[list[str]]:
        (slot,) = day_of(1)
        both = [ready(slot, "Trần Văn An"), ready(slot, "Lê Thị Bình")]
        calls = [agreeing(one, key=f"msg_id:{index}") for index, one in enumerate(both)]
        return run_together(meeting_before(TAKES, calls))

    def test_without_the_guarded_write_both_get_it(self, monkeypatch):
        remove_guard(monkeypatch, "places")
        with without(Slot, "never_more_taken_than_capacity"):
            assert self.take_it_both() == [["Đã lấy số."], ["Đã lấy số."]]

    def test_one_gets_it_and_the_other_hears_that_it_is_full(self):
        said = self.take_it_both()

        assert ["Đã lấy số."] in said
        assert [first for first, *_ in said if first.startswith("Khung giờ này vừa hết chỗ.")]
        assert Slot.objects.get().taken == Appointment.objects.count() == 1
        assert not broken_invariants(now=NOW)

    def test_against_the_web_as_well(self):
        (slot,) = day_of(1)
        calls = [agreeing(ready(slot, "Trần Văn An"), key="msg_id:1"), booking_on_the_web(slot, party())]

        run_together(meeting_before(TAKES, calls))

        assert Slot.objects.get().taken == Appointment.objects.count() == 1
        assert not broken_invariants(now=NOW)


@pytest.mark.usefixtures("wire")
class TestTwoTextsOfOnePersonAtOnce:
    def agree_twice(self) -> list[Any]:
        (slot,) = day_of(10)
        father = ready(slot, "Trần Văn An")
        return run_together([agreeing(father, key=f"msg_id:{index}") for index in range(2)])

    def test_without_the_lock_on_the_chat_both_are_read_as_agreement(self, monkeypatch):
        """Keeps the test below honest. The key of the person still holds: there is one place."""
        both_have_read, heard = threading.Barrier(2), chat.Heard

        def read_together(**said: Any) -> Any:
            if said["text"] == "1" and said["menu"] and said["menu"].kind == "take_sure":
                both_have_read.wait(timeout=10)
            return heard(**said)

        monkeypatch.setattr(chat, "_hold", look_for_the_row)
        monkeypatch.setattr(chat, "Heard", read_together)

        said = self.agree_twice()

        assert ["Đã lấy số."] in said
        assert [first for first, *_ in said if first.startswith("Có người trong số này đã có lịch hẹn")]
        assert Appointment.objects.count() == 1

    def test_one_place_is_taken_and_said_once(self):
        said = self.agree_twice()

        assert said.count(["Đã lấy số."]) == 1
        assert not [lines for lines in said if lines and lines[0].startswith("Có người")]
        assert Appointment.objects.count() == Slot.objects.get().taken == 1
