from datetime import UTC, datetime

import pytest

from zalo.sandbox.testing import running_sandbox
from zalo.services import seed_tokens

OA_ID = "3674338702778449434"


@pytest.fixture(scope="session")
def _running():
    with running_sandbox(hold=1.0) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_running, settings):
    """A sandbox that knows nobody yet, as the portal's Zalo."""
    _running.start_anew()
    for name, value in _running.settings.items():
        setattr(settings, name, value)
    return _running


@pytest.fixture
def now():
    return datetime.now(UTC)


@pytest.fixture
def oa(sandbox, db, now):
    """An Official Account whose tokens the portal holds."""
    return seeded(sandbox, now)


def seeded(sandbox, now):
    pair = sandbox.oa(OA_ID)
    return seed_tokens(
        oa_id=OA_ID,
        access_token=pair["access_token"],
        refresh_token=pair["refresh_token"],
        expires_in=pair["expires_in"],
        now=now,
    )
