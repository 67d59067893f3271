from datetime import timedelta

import pytest
import time_machine

from notifications.models import State
from notifications.tasks import send_due_messages, sweep_messages
from notifications.tests.factories import FOUR, MessageFactory, by_chat

pytestmark = pytest.mark.django_db


class TestSendDueMessages:
    @time_machine.travel(FOUR, tick=False)
    def test_sends_what_is_due_now_and_takes_arguments_of_tomorrow(self, wire):
        message = by_chat()

        send_due_messages(an_argument="of a later version")

        message.refresh_from_db()
        assert message.state == State.SENT


class TestSweepMessages:
    @time_machine.travel(FOUR + timedelta(minutes=3), tick=False)
    def test_takes_back_what_lost_its_sender(self):
        message = MessageFactory(sending=True)

        sweep_messages(an_argument="of a later version")

        message.refresh_from_db()
        assert message.state == State.OWED
