"""The whole way, to a Zalo that answers over HTTP and is made to fail."""

import multiprocessing
import os
import signal
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection

from accounts.models import Consent
from accounts.tests.factories import CitizenFactory, ConsentFactory, ZaloContactFactory
from agencies.tests.factories import AgencyFactory
from core.testing import statements_of_all_threads
from notifications.models import Channel, Message, OptOut, State
from notifications.services import Receipt, record_receipts, send_due, sweep
from notifications.services.sending import BATCH
from notifications.tests.factories import FOUR, TEMPLATE, MessageFactory, MessageTextFactory
from notifications.tests.sender import send_until_killed
from zalo.sandbox.testing import running_sandbox
from zalo.services import seed_tokens
from zalo.webhooks import verify

pytestmark = pytest.mark.django_db(transaction=True)

OA = "3674338702778449434"
PHONE = "+84905123456"
SENDERS = 4


@pytest.fixture(scope="module")
def _running():
    with running_sandbox(hold=0.6) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_running, settings):
    _running.start_anew()
    for name, value in _running.settings.items():
        setattr(settings, name, value)
    settings.ZALO_TIMEOUT_SECONDS = 0.3
    settings.MESSAGE_SENDERS = SENDERS
    settings.MESSAGES_PER_PERSON_A_DAY = 1_000  # a few people get them all here
    pair = _running.oa(OA)
    seed_tokens(
        oa_id=OA,
        access_token=pair["access_token"],
        refresh_token=pair["refresh_token"],
        expires_in=90_000,
        now=FOUR,
    )
    return _running


@pytest.fixture
def agency(sandbox):
    agency = AgencyFactory(oa_id=OA)
    MessageTextFactory(agency=agency)
    return agency


@pytest.fixture
def follower(sandbox, agency):
    """Somebody who has just written to the Official Account."""
    citizen = CitizenFactory()
    person = sandbox.citizen(phone=None)
    ZaloContactFactory(oa_id=OA, uid=person["oa_users"][OA], citizen=citizen, last_interaction_at=FOUR)
    return citizen


@pytest.fixture
def caller(sandbox, agency):
    """Somebody with a verified phone and no link to the Official Account."""
    sandbox.citizen(phone=PHONE)
    return CitizenFactory(phone=PHONE)


def quiet_since(sandbox, citizen, *, days: int) -> None:
    """Zalo has not heard of this person for so long; we believe that they wrote yesterday."""
    last = datetime.now(UTC) - timedelta(days=days)
    sandbox.change(citizen.zalo_id, oa_id=OA, last_interaction=last.isoformat())


def owe(agency, citizen, *, count: int) -> set[str]:
    messages = MessageFactory.build_batch(count, agency=agency, recipient=citizen)
    Message.objects.bulk_create(messages)
    return {message.about for message in messages}


def accepted(sandbox) -> Counter[str]:
    """How often Zalo took the message about each appointment."""
    return Counter(
        (message["template_data"] or {}).get("code")
        or message["text"].splitlines()[0].split()[-1].rstrip(".")
        for message in sandbox.messages()
    )


def bring_receipts(sandbox, *, now: datetime) -> None:
    receipts = []
    for raw, headers in sandbox.events():
        event = verify(raw, signature=headers["X-ZEvent-Signature"], now=datetime.now(UTC))
        if event.name == "user_received_message":
            receipts += [
                Receipt(
                    oa_id=event.oa_id,
                    provider_id=provider_id,
                    tracking_id=event.tracking_id or "",
                    delivered_at=event.delivered_at,
                )
                for provider_id in event.message_ids
            ]
    record_receipts(receipts=receipts, now=now)


def let_time_pass(sandbox) -> int:
    """Send and sweep every minute until nothing is owed, as the beat does more often.

    Returns how many sendings ended without an answer.
    """
    unanswered = 0
    for minute in range(4 * 60):  # until shortly before the quiet hours
        now = FOUR + timedelta(minutes=minute)
        before = states()[State.SENDING]
        send_due(now=now)
        unanswered += states()[State.SENDING] - before
        bring_receipts(sandbox, now=now)
        sweep(now=now)
        if not states().keys() & {State.OWED, State.SENDING}:
            break
    return unanswered


def states() -> Counter[str]:
    return Counter(Message.objects.values_list("state", flat=True))


class TestWays:
    def test_a_follower_reads_it_in_the_chat(self, sandbox, agency, follower):
        (code,) = owe(agency, follower, count=1)

        send_due(now=FOUR)
        bring_receipts(sandbox, now=FOUR)

        (message,) = sandbox.messages()
        assert (message["channel"], message["oa_id"]) == ("cs", OA)
        told, asked = message["text"].splitlines()
        assert told.endswith(f"Mã hẹn {code}.")
        assert asked == "Trả lời 1 để báo sẽ đến, 2 để đổi giờ, 3 để hủy."
        assert states() == {State.DELIVERED: 1}

    def test_others_get_the_template_by_phone_with_our_tracking_id(self, sandbox, agency, caller):
        (code,) = owe(agency, caller, count=1)

        send_due(now=FOUR)
        bring_receipts(sandbox, now=FOUR)

        (message,) = sandbox.messages()
        assert (message["channel"], message["phone"], message["template_id"]) == (
            "template_phone",
            PHONE,
            TEMPLATE,
        )
        assert message["template_data"]["code"] == code
        assert message["template_data"]["time"] == "08:30 23/11/2026"
        row = Message.objects.get()
        assert message["tracking_id"] == row.tracking_id
        assert row.state == State.DELIVERED

    def test_somebody_who_wrote_long_ago_gets_the_template_by_uid(self, sandbox, agency, follower):
        follower.contacts.update(last_interaction_at=FOUR - timedelta(days=3))
        owe(agency, follower, count=1)

        send_due(now=FOUR)
        bring_receipts(sandbox, now=FOUR)

        assert [message["channel"] for message in sandbox.messages()] == ["template_uid"]
        assert states() == {State.DELIVERED: 1}


class TestFallThrough:
    """Each channel that does not take a message gives way to the next."""

    MINI_APP_TEMPLATE = "00126fd75392bacce383"

    @pytest.fixture
    def somebody(self, sandbox, agency, settings):
        """Somebody whom every channel may reach."""
        settings.ZALO_MINIAPP_TEMPLATE_ID = self.MINI_APP_TEMPLATE
        person = sandbox.citizen(phone=PHONE)
        sandbox.change(person["user_id"], takes_notifications=True)
        citizen = CitizenFactory(phone=PHONE, zalo_id=person["user_id"])
        ConsentFactory(citizen=citizen, purpose=Consent.Purpose.MESSAGES_BY_MINIAPP)
        ZaloContactFactory(oa_id=OA, uid=person["oa_users"][OA], citizen=citizen, last_interaction_at=FOUR)
        return citizen

    def test_from_the_chat_to_the_template_by_uid(self, sandbox, agency, somebody):
        owe(agency, somebody, count=1)
        quiet_since(sandbox, somebody, days=8)

        send_due(now=FOUR)

        assert self.ways(sandbox) == ["template_uid"]

    def test_from_the_template_by_uid_to_that_by_phone(self, sandbox, agency, somebody):
        owe(agency, somebody, count=1)
        quiet_since(sandbox, somebody, days=400)

        send_due(now=FOUR)

        assert self.ways(sandbox) == ["template_phone"]

    def test_from_the_template_by_phone_to_the_mini_app(self, sandbox, agency, somebody):
        (code,) = owe(agency, somebody, count=1)
        quiet_since(sandbox, somebody, days=400)
        sandbox.faults(per_phone={PHONE: -141})

        send_due(now=FOUR)

        (message,) = sandbox.messages()
        assert (message["channel"], message["template_id"]) == ("miniapp", self.MINI_APP_TEMPLATE)
        assert code in message["template_data"]["contentDescription"]
        assert message["template_data"]["buttonUrl"].endswith(f"/appointments/{code}")
        assert Message.objects.get().channel == Channel.MINIAPP

    def test_from_the_mini_app_to_the_inbox(self, sandbox, agency, somebody):
        owe(agency, somebody, count=1)
        quiet_since(sandbox, somebody, days=400)
        sandbox.change(somebody.zalo_id, takes_notifications=False)
        sandbox.faults(per_phone={PHONE: -139})

        assert send_due(now=FOUR).failed == 1

        row = Message.objects.get()
        assert (sandbox.messages(), row.channel) == ([], Channel.INBOX)
        assert row.last_error == "MINIAPP TryNextChannel -111"
        assert sorted(OptOut.objects.values_list("channel", "code")) == [
            (Channel.MINIAPP, -111),
            (Channel.TEMPLATE_PHONE, -139),
        ]

    def ways(self, sandbox) -> list[str]:
        return [message["channel"] for message in sandbox.messages()]


class TestScarceQuota:
    def test_goes_to_the_earliest_hours(self, sandbox, agency, caller):
        """As far as several senders keep an order: each has no more than its batch in hand."""
        owe(agency, caller, count=60)
        for minutes, message in enumerate(Message.objects.order_by("-pk")):
            message.expires_at += timedelta(minutes=minutes)
            message.save(update_fields=["expires_at"])
        sandbox.faults(quota=30)

        send_due(now=FOUR)

        told = Message.objects.filter(state__in=(State.SENT, State.DELIVERED))
        assert told.count() == 30
        assert set(told) <= set(Message.objects.order_by("expires_at")[: 30 + SENDERS * BATCH])


class TestFaults:
    def test_a_token_that_expired_is_refreshed_once_by_all_senders(self, sandbox, agency, follower):
        owe(agency, follower, count=40)
        sandbox.faults(expire_oa_token=True)

        assert send_due(now=FOUR).sent == 40

        assert sandbox.refreshes(OA) == 1

    def test_a_zalo_that_is_down_costs_nothing_but_time(self, sandbox, agency, follower, settings):
        owe(agency, follower, count=20)
        there, settings.ZALO_OPENAPI_BASE = settings.ZALO_OPENAPI_BASE, "http://127.0.0.1:9"

        assert send_due(now=FOUR).postponed == 20
        settings.ZALO_OPENAPI_BASE = there
        assert send_due(now=FOUR + timedelta(minutes=1)).sent == 20

    def test_a_quota_that_is_used_up_waits_for_the_morning(self, sandbox, agency, caller):
        owe(agency, caller, count=20)
        sandbox.faults(quota=5)

        report = send_due(now=FOUR)

        assert (report.sent, report.postponed) == (5, 15)
        sandbox.faults(quota=100)
        assert send_due(now=FOUR + timedelta(hours=15)).sent == 15

    def test_a_number_without_zalo_fails_visibly(self, sandbox, agency, caller):
        owe(agency, caller, count=1)
        sandbox.faults(per_phone={PHONE: -118})

        assert send_due(now=FOUR).failed == 1

        assert Message.objects.get().last_error == "TEMPLATE_PHONE TryNextChannel -118"

    def test_a_receipt_says_what_a_time_out_did_not_and_nothing_comes_twice(self, sandbox, agency, caller):
        """To phones; what else may happen to two hundred people is in `cccd_portal/tests/test_faults.py`."""
        codes = owe(agency, caller, count=50)
        sandbox.faults(fail_rate=0.2, error=-32, timeout_rate=0.2)

        unanswered = let_time_pass(sandbox)

        assert unanswered
        assert accepted(sandbox) == Counter(dict.fromkeys(codes, 1))
        assert states() == {State.DELIVERED: 50}

    def test_without_receipts_nothing_is_lost_either(self, sandbox, agency, caller):
        codes = owe(agency, caller, count=50)
        sandbox.faults(fail_rate=0.2, error=-32, timeout_rate=0.1, drop_receipts=True)

        let_time_pass(sandbox)

        assert accepted(sandbox).keys() == codes
        assert states() == {State.SENT: 50}


class TestKilledSender:
    def test_loses_nothing_and_repeats_no_more_than_was_in_flight(self, sandbox, agency, follower):
        codes = owe(agency, follower, count=60)
        sandbox.faults(latency_ms=150)

        process = self.start_sender(sandbox)
        self.wait_until(lambda: len(sandbox.messages()) >= 12)
        os.kill(process.pid, signal.SIGKILL)
        process.join(timeout=10)

        assert process.exitcode == -signal.SIGKILL
        assert Message.objects.filter(state=State.SENDING).exists()
        assert Message.objects.owed().exists()
        time.sleep(0.3)  # what was on the wire at that moment arrives
        sandbox.faults()
        later = FOUR + timedelta(minutes=3)
        sweep(now=later)
        send_due(now=later)

        sent = accepted(sandbox)
        assert sent.keys() == codes
        assert sent.total() - len(codes) <= SENDERS
        assert states() == {State.SENT: 60}

    def start_sender(self, sandbox) -> multiprocessing.Process:
        database = urlsplit(os.environ["DATABASE_URL"])
        name = connection.settings_dict["NAME"]
        process = multiprocessing.get_context("spawn").Process(
            target=send_until_killed,
            args=(
                {"DATABASE_URL": database._replace(path=f"/{name}").geturl()},
                {
                    **sandbox.settings,
                    "MESSAGE_SENDERS": SENDERS,
                    "MESSAGES_PER_PERSON_A_DAY": 1_000,
                    "QUIET_HOURS": True,
                },
                FOUR,
            ),
        )
        process.start()
        return process

    def wait_until(self, is_so) -> None:
        deadline = time.monotonic() + 20
        while not is_so():
            assert time.monotonic() < deadline
            time.sleep(0.02)


class TestPace:
    """In what is asked of the database: seconds would tell of the machine as well."""

    CLAIMS, A_CLAIM = 8, 10

    @pytest.mark.parametrize(("whom", "a_message"), [("follower", 7), ("caller", 8)])
    def test_a_message_costs_few_statements(self, request, settings, sandbox, agency, whom, a_message):
        settings.MESSAGE_SENDERS = 1  # how often several look in vain is chance
        count = self.CLAIMS * BATCH
        owe(agency, request.getfixturevalue(whom), count=count)

        with statements_of_all_threads() as statements:
            report = send_due(now=FOUR)

        assert report.sent == count
        assert len(statements) <= count * a_message + (self.CLAIMS + 1) * self.A_CLAIM
