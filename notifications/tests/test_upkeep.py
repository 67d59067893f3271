from datetime import timedelta

import pytest

from notifications.models import State
from notifications.services import SweepReport, sweep
from notifications.tests.factories import FOUR, MessageFactory

pytestmark = pytest.mark.django_db

LEASE_OVER = FOUR + timedelta(minutes=2)


class TestSweep:
    def test_takes_back_what_lost_its_sender(self):
        message = MessageFactory(sending=True)

        assert sweep(now=LEASE_OVER) == SweepReport(taken_back=1, closed=0)

        message.refresh_from_db()
        assert (message.state, message.lease_until, message.attempts) == (State.OWED, None, 1)

    def test_leaves_what_is_being_sent(self):
        message = MessageFactory(sending=True)

        assert sweep(now=LEASE_OVER - timedelta(seconds=1)) == SweepReport(taken_back=0, closed=0)

        message.refresh_from_db()
        assert message.state == State.SENDING

    @pytest.mark.parametrize(("last_error", "state"), [("", State.EXPIRED), ("CS BackOff -32", State.FAILED)])
    def test_closes_what_makes_no_sense_any_more(self, last_error, state):
        message = MessageFactory(last_error=last_error, expires_at=FOUR)

        assert sweep(now=FOUR) == SweepReport(taken_back=0, closed=1)

        message.refresh_from_db()
        assert message.state == state

    def test_closes_at_once_what_comes_back_too_late(self):
        message = MessageFactory(sending=True, expires_at=FOUR)

        assert sweep(now=LEASE_OVER) == SweepReport(taken_back=1, closed=1)

        message.refresh_from_db()
        assert message.state == State.EXPIRED

    def test_costs_three_statements(self, django_assert_num_queries):
        MessageFactory.create_batch(3, sending=True)

        with django_assert_num_queries(5):  # three, and the savepoint of the test's own transaction
            sweep(now=LEASE_OVER)
