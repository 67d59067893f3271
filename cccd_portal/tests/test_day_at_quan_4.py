"""A day at Quận 4: people declare first, an officer approves, and only then do they take a place."""

from collections.abc import Iterator
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Officer
from agencies.models import Agency
from booking.models import Appointment, OpeningRule
from booking.services.invariants import broken_invariants
from cccd_portal.demo import dossiers
from cccd_portal.demo import load as demo
from cccd_portal.demo.offices import EVERY_DAY, OFFICES
from cccd_portal.tests.portal import running_portal
from dossiers.models import Dossier
from dossiers.services.loading import load_procedures
from dossiers.states import Status
from notifications.kinds import Kind
from notifications.models import Message
from zalo.sandbox.testing import Sandbox, running_sandbox

pytestmark = pytest.mark.django_db(transaction=True)
QUAN_4 = "cong-an-quan-4"


@pytest.fixture
def sandbox(settings, monkeypatch) -> Iterator[Sandbox]:
    """A Zalo, and the demo's Quận 4, open on every day so that tomorrow may be a Sunday."""
    settings.ZALO_OTP_TEMPLATE_ID = "portal-otp"
    settings.QUIET_HOURS = False
    settings.ZALO_TIMEOUT_SECONDS = 60
    (office,) = [office for office in OFFICES if office.slug == QUAN_4]
    (site,) = office.sites
    daily = [replace(hours, weekdays=EVERY_DAY) for hours in site.hours[:2]]
    monkeypatch.setattr(demo, "OFFICES", [replace(office, sites=[replace(site, hours=daily)])])
    load_procedures(now=timezone.now())
    with (
        running_portal() as portal,
        running_sandbox(
            app_id=settings.ZALO_APP_ID,
            app_secret=settings.ZALO_APP_SECRET,
            webhook_secret=settings.ZALO_OA_WEBHOOK_SECRET,
            portal_webhook_url=f"{portal.base_url}/webhooks/zalo/",
        ) as running,
    ):
        for name, value in running.settings.items():
            setattr(settings, name, value)
        monkeypatch.setenv("SANDBOX_BASE_URL", running.base_url)
        demo.load(sandbox=running.base_url, password="a-long-password", now=timezone.now())
        yield running


def a_day(people: int) -> dict[str, str]:
    said = StringIO()
    call_command("demo_day", stdout=said, agency=QUAN_4, people=people)
    return dict(line.split("=") for line in said.getvalue().splitlines())


class TestTheDemoOfQuan4:
    def test_wants_a_dossier_first_and_works_neither_on_saturday_afternoon_nor_on_sunday(self):
        (office,) = [office for office in OFFICES if office.slug == QUAN_4]
        (site,) = office.sites

        assert office.policy["dossier_required"]
        assert office.policy["window_days"] == 7
        worked = {(day, hours.starts_at.hour >= 12) for hours in site.hours for day in hours.weekdays}
        saturday, sunday = OpeningRule.Weekday.SATURDAY, OpeningRule.Weekday.SUNDAY
        assert (saturday, False) in worked
        assert not worked & {(saturday, True), (sunday, False), (sunday, True)}

    def test_shows_officers_dossiers_of_every_kind_and_loads_them_once(self, sandbox):
        demo.load(sandbox=sandbox.base_url, password="a-long-password", now=timezone.now())

        found = Dossier.objects.filter(agency__slug=QUAN_4).values_list("status", flat=True)
        assert sorted(found) == sorted(dossiers.STANDING)

    def test_gives_everybody_with_an_approved_dossier_a_place_and_a_reminder_of_their_papers(self, sandbox):
        before = Dossier.objects.filter(status=Status.ACCEPTED).count()

        facts = a_day(12)

        assert (facts["placed"], facts["numbered"], facts["left_over"]) == ("12", "12", "0")
        assert Dossier.objects.filter(status=Status.ACCEPTED).count() == before + 12
        held = Appointment.objects.live().filter(person__dossier__status=Status.ACCEPTED)
        assert held.count() == 12
        general = Agency.objects.get(slug=QUAN_4).papers_to_bring
        reminders = Message.objects.filter(kind=Kind.REMINDER)
        assert reminders.count() == 12
        assert all(said.context["bring"] not in ("", general) for said in reminders)
        assert not broken_invariants(now=timezone.now())

    def test_says_so_where_nobody_can_approve(self, sandbox):
        Officer.objects.filter(username__startswith="head.").update(username="nobody")

        with pytest.raises(CommandError, match="load_demo"):
            a_day(1)
