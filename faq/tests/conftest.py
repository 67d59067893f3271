import pytest

from accounts.tests.conftest import fake_zalo, otp_oa  # noqa: F401 - fixtures
from notifications import channels
from notifications.tests.wire import Wire


@pytest.fixture
def wire(monkeypatch) -> Wire:
    """Zalo, which takes everything."""
    stand_in = Wire()
    monkeypatch.setattr(channels, "send", stand_in.send)
    monkeypatch.setattr(channels, "say", stand_in.say)
    return stand_in


@pytest.fixture(autouse=True)
def _one_sender(settings) -> None:
    settings.MESSAGE_SENDERS = 1
