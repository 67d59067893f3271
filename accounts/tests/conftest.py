from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from accounts.tests.factories import EIGHT
from accounts.tests.wire import FakeZalo
from zalo import wire
from zalo.services import seed_tokens

OTP_OA = "3674338702778440001"


@pytest.fixture
def fake_zalo(monkeypatch, settings) -> Iterator[FakeZalo]:
    fake = FakeZalo()
    with httpx.Client(transport=httpx.MockTransport(fake.handle)) as client:
        monkeypatch.setattr(wire, "http", lambda: client)
        settings.ZALO_OTP_OA_ID = OTP_OA
        settings.ZALO_OTP_TEMPLATE_ID = "otp-template"
        yield fake


@pytest.fixture
def otp_oa(db) -> None:
    """The Official Account that sends codes has its tokens."""
    seed_otp_oa()


def seed_otp_oa() -> None:
    seed_tokens(
        oa_id=OTP_OA,
        access_token="oa-access",
        refresh_token="oa-refresh",
        expires_in=int(timedelta(days=30).total_seconds()),
        now=EIGHT,
    )
