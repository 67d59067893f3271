"""The scenarios of `make faults`, each with a tenth of the messages."""

import pytest

from bench.fault_scenarios import CONTROLS, SCENARIOS, unanswered_without_receipts
from bench.faults import away_from_zalo

pytestmark = pytest.mark.django_db(transaction=True)
MESSAGES = 200
# Without receipts everybody is called, as `notifications` shows with fewer.
HERE = [scenario for scenario in SCENARIOS if scenario is not unanswered_without_receipts]


@pytest.fixture(scope="module")
def _away():
    with away_from_zalo() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_away):
    yield _away
    _away.start_anew()


class TestWhateverHappens:
    @pytest.mark.parametrize("scenario", HERE, ids=lambda scenario: scenario.__name__)
    def test_everybody_is_told_or_called_and_nobody_twice_without_need(self, sandbox, scenario):
        row = scenario(sandbox, MESSAGES)

        assert row.broken == []
        assert row.messages == MESSAGES
        assert row.delivered + row.to_be_called == MESSAGES


class TestControls:
    """Keep the scenarios honest: if a broken promise is not noticed, they prove nothing."""

    @pytest.mark.parametrize(("control", "complaint"), CONTROLS, ids=["twice", "never", "forgotten"])
    def test_a_broken_promise_is_noticed(self, sandbox, control, complaint):
        assert control(sandbox).broken == [complaint]
