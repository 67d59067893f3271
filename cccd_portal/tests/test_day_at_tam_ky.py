"""A day at Tam Kỳ: 820 people in families, each with one place, one number and one message; and a day with
fewer places, on which nobody is lost.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import call_command
from django.db.models import Count, F
from django.utils import timezone

from agencies.models import Agency
from booking.models import Appointment, Registration, ServiceDay, Slot
from booking.services.invariants import broken_invariants
from booking.services.reminding import send_reminders
from booking.tests.factories import family, register
from cccd_portal.demo import load as demo
from cccd_portal.tests.portal import running_portal
from core.testing import statements_of_all_threads
from core.time import local_date
from notifications.kinds import Kind
from notifications.models import Message, State
from zalo.sandbox.testing import Sandbox, running_sandbox

pytestmark = pytest.mark.django_db(transaction=True)
TAM_KY = "cong-an-tp-tam-ky"
# Statements of the portal and its sender, from the greeting of whoever follows to the last receipt.
A_PERSON = 22


@pytest.fixture
def sandbox(settings, monkeypatch) -> Iterator[Sandbox]:
    """A Zalo with the demo's office of Tam Kỳ, which brings its receipts to a portal that is served."""
    settings.ZALO_OTP_TEMPLATE_ID = "portal-otp"
    settings.QUIET_HOURS = False
    # A machine that stands still for a moment is no fault of Zalo's, and faults are not what is tried here.
    settings.ZALO_TIMEOUT_SECONDS = 60
    monkeypatch.setattr(demo, "OFFICES", [office for office in demo.OFFICES if office.slug == TAM_KY])
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
        demo.load(sandbox=running.base_url, password="", now=timezone.now())
        yield running


@pytest.fixture
def tam_ky(sandbox) -> Agency:
    return Agency.objects.get(slug=TAM_KY)


@pytest.fixture
def demo_day(sandbox, monkeypatch) -> Callable[..., dict[str, float]]:
    """Runs the command; gives the facts it prints."""
    monkeypatch.setenv("SANDBOX_BASE_URL", sandbox.base_url)

    def run(**asked: object) -> dict[str, float]:
        said = StringIO()
        call_command("demo_day", stdout=said, **asked)
        facts = (line.partition("=") for line in said.getvalue().splitlines())
        return {fact: float(value) for fact, _, value in facts}

    return run


def tomorrow() -> date:
    return local_date(timezone.now()) + timedelta(days=1)


def codes_in(sandbox: Sandbox) -> Counter[str]:
    """How many messages with a number came to people's phones about each appointment."""
    found: Counter[str] = Counter()
    for message in sandbox.messages():
        said = re.search(r"^Lịch hẹn của .*: số [A-Z]\d+, .* Mã hẹn (\w+)", message["text"] or "")
        data = message["template_data"] or {}
        found[said[1] if said else data.get("code", "") if data.get("number") else ""] += 1
    del found[""]
    return found


class TestADay:
    def test_gives_820_people_a_place_a_number_and_a_message_each(self, demo_day, sandbox, tam_ky):
        with statements_of_all_threads() as statements:
            facts = demo_day(agency=TAM_KY, people=820)

        facts.pop("seconds")  # they tell of the machine as well
        reminders = Message.objects.filter(kind=Kind.REMINDER).exclude(state=State.DELIVERED)
        assert not list(reminders.values_list("state", "channel", "attempts", "last_error"))
        assert len(statements) <= 820 * A_PERSON
        assert facts.pop("families") >= 820 / 5
        of_all = dict.fromkeys(("people", "placed", "numbered", "sent", "delivered"), 820)
        assert facts == {**of_all, "left_over": 0, "told": 0, "target": 600}
        self.check_places()
        self.check_numbers()
        self.check_families()
        self.check_messages(sandbox)
        assert not broken_invariants(now=timezone.now())

    def check_places(self) -> None:
        assert Appointment.objects.live().values("person").distinct().count() == 820
        headquarters, stop = (
            ServiceDay.objects.filter(date=tomorrow(), slots__taken__gt=0).distinct().order_by("site")
        )
        full = headquarters.slots.filter(taken=F("capacity")).count()
        assert full >= headquarters.slots.count() - 1
        assert 380 <= sum(stop.slots.values_list("taken", flat=True)) <= 400 + 14

    def check_numbers(self) -> None:
        given = defaultdict(list)
        for appointment in Appointment.objects.select_related("day"):
            given[appointment.day].append(appointment.number)
        for day, numbers in given.items():
            assert sorted(numbers) == list(range(1, day.last_number + 1))

    def check_families(self) -> None:
        slots = defaultdict(set)
        for appointment in Appointment.objects.select_related("person", "slot"):
            slots[appointment.person.booking_id].add(appointment.slot)
        for of_family in slots.values():
            in_order = sorted(of_family, key=lambda slot: slot.starts_at)
            assert all(
                (slot.ends_at, slot.day_id) == (after.starts_at, after.day_id)
                for slot, after in pairwise(in_order)
            )

    def check_messages(self, sandbox: Sandbox) -> None:
        reminders = Message.objects.filter(kind=Kind.REMINDER)
        assert Counter(reminders.values_list("state", flat=True)) == {State.DELIVERED: 820}
        codes = Appointment.objects.values_list("code", flat=True)
        assert codes_in(sandbox) == Counter(codes)


class TestADayWithTooFewPlaces:
    def test_loses_nobody_tells_those_left_over_and_takes_them_first_the_next_day(
        self, demo_day, sandbox, tam_ky
    ):
        Slot.objects.filter(day__site__agency=tam_ky).update(capacity=1)
        # Whatever the hour of this test, numbers are not out yet: all stand in line.
        Agency.objects.update(number_release=time.max)

        facts = demo_day(agency=TAM_KY, people=90)

        carried = Registration.objects.waiting().filter(times_left_over=1)
        left_over = facts["left_over"]
        assert (
            25 <= left_over == facts["told"] == carried.aggregate(people=Count("booking__people"))["people"]
        )
        assert facts["placed"] == facts["numbered"] == facts["delivered"] == 90 - left_over
        assert not broken_invariants(now=timezone.now())

        families = list(carried.values_list("pk", flat=True))
        newcomer = self.let_as_many_come_the_day_after(tam_ky, places=int(left_over))
        send_reminders(day=tomorrow() + timedelta(days=1), now=timezone.now())

        assert not Registration.objects.waiting().filter(pk__in=families).exists()
        newcomer.refresh_from_db()
        assert newcomer.status == Registration.Status.WAITING
        assert Appointment.objects.live().count() == 90
        assert not broken_invariants(now=timezone.now())

    def let_as_many_come_the_day_after(self, tam_ky: Agency, *, places: int) -> Registration:
        """The next day has room for those who were left over, and another family wants it as well."""
        day = tomorrow() + timedelta(days=1)
        slots = Slot.objects.filter(day__site__agency=tam_ky, day__date=day)
        first = slots.order_by("day__site", "starts_at")[0]
        slots.update(capacity=0)
        slots.filter(pk=first.pk).update(capacity=places)
        return register(first, *family(2), first=day, priority=True, now=timezone.now())
