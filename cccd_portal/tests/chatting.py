"""Somebody with a phone who writes to an office of the demo, through the sandbox and the webhook."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import Citizen, ZaloContact
from accounts.tests.factories import CitizenFactory
from agencies.models import Agency
from cccd_portal import zalo_events
from cccd_portal.demo import load as demo
from faq.services.loading import load_faq
from zalo.sandbox.testing import Sandbox
from zalo.webhooks import verify

# Monday, 23 November 2026, 9 o'clock in Hà Nội.
NINE = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def open_office(slug: str, *, sandbox: Sandbox, monkeypatch: Any) -> Agency:
    """An office of the demo with its calendar, its account at the sandbox, and what it answers."""
    (office,) = [office for office in demo.OFFICES if office.slug == slug]
    monkeypatch.setattr(demo, "OFFICES", [office])
    monkeypatch.setattr(demo, "TOUR_DAYS_AHEAD", 10)
    sandbox.clock(NINE, stands=True, with_events=True)
    demo.load(sandbox=sandbox.base_url, password="", now=NINE)
    load_faq(now=NINE)
    return Agency.objects.get(slug=slug)


@dataclass
class Phone:
    """Somebody with Zalo, who writes every ten seconds."""

    sandbox: Sandbox
    oa_id: str
    clock: datetime = NINE
    name: str = "Trần Văn An"
    zalo: dict[str, Any] = field(default_factory=dict)
    seen: int = 0
    welcome: Sequence[str] = ()

    def __post_init__(self) -> None:
        self.zalo = self.sandbox.citizen(self.name, phone=None)
        self.deliver()
        self.welcome = self.read()

    @property
    def uid(self) -> str:
        return str(self.zalo["oa_users"][self.oa_id])

    def sign_in(self, citizen: Citizen | None = None) -> Citizen:
        """Have an account of the portal that knows this Zalo."""
        citizen = citizen or CitizenFactory()
        Citizen.objects.filter(pk=citizen.pk).update(zalo_id=self.zalo["user_id"])
        ZaloContact.objects.update_or_create(
            oa_id=self.oa_id,
            uid=self.uid,
            defaults={"citizen": citizen, "app_user_id": self.zalo["user_id"]},
        )
        return citizen

    def types(self, *texts: str) -> str:
        """Write, and read in one piece what came since."""
        for text in texts:
            self.wait(seconds=10)
            self.sandbox.chat(self.oa_id, self.zalo["user_id"], text)
        self.deliver()
        return "\n".join(self.read())

    def wait(self, **time: float) -> None:
        self.clock += timedelta(**time)
        self.sandbox.clock(self.clock, stands=True, with_events=True)

    def deliver(self) -> None:
        """Let Zalo tell the portal what happened, and the portal do what that asks for."""
        for raw, headers in self.sandbox.events():
            event = verify(raw, signature=headers["X-ZEvent-Signature"], now=self.clock)
            zalo_events.take_in(event, now=self.clock)
        report = zalo_events.handle_events(now=self.clock)
        assert (report.failed, report.postponed) == (0, 0)

    def read(self) -> Sequence[str]:
        """What came from the office since the last look."""
        sent = self.sandbox.messages(user_id=self.zalo["user_id"])
        new, self.seen = sent[self.seen :], len(sent)
        return [message["text"] for message in new]
