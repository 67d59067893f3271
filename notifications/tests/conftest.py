import pytest

from notifications import channels
from notifications.tests.wire import Wire


@pytest.fixture
def wire(monkeypatch) -> Wire:
    stand_in = Wire()
    monkeypatch.setattr(channels, "send", stand_in.send)
    monkeypatch.setattr(channels, "say", stand_in.say)
    return stand_in


@pytest.fixture(autouse=True)
def _one_sender(settings) -> None:
    """A test in a transaction is seen by its own connection only; tests of the threads say so themselves."""
    settings.MESSAGE_SENDERS = 1
