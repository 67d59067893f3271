"""The whole way of a chat: typed on a phone, told by Zalo, understood, answered, read on the phone."""

from datetime import timedelta

import pytest

from accounts.models import Citizen, ZaloContact
from accounts.services.phones import phone_key_of
from booking.tests.factories import FOUR, SiteFactory, SlotFactory
from cccd_portal import zalo_events
from faq.models import Conversation
from faq.tests.talking import Writer, mother_of
from notifications.models import ChatReply, State
from notifications.services import send_due_replies
from zalo.models import StoredEvent
from zalo.sandbox.testing import running_sandbox
from zalo.services import seed_tokens
from zalo.webhooks import verify

pytestmark = pytest.mark.django_db

OA = "3674338702778449434"
# 16:05 in Hà Nội, five minutes after the reminders.
NOW = FOUR + timedelta(minutes=5)
BOOKED, CONFIRMED, CANCELLED = "BOOKED", "CONFIRMED", "CANCELLED"


@pytest.fixture(scope="module")
def _running():
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_running, settings):
    _running.start_anew()
    _running.clock(FOUR, stands=True, with_events=True)
    for name, value in _running.settings.items():
        setattr(settings, name, value)
    settings.MESSAGE_SENDERS = settings.EVENT_HANDLERS = 1
    pair = _running.oa(OA)
    tokens = {name: pair[name] for name in ("access_token", "refresh_token")}
    seed_tokens(oa_id=OA, **tokens, expires_in=90_000, now=FOUR)
    yield _running
    _running.clock()


def deliver(sandbox, *, times: int = 1) -> None:
    """Let Zalo tell the portal what happened, and the portal do what that asks for."""
    for raw, headers in sandbox.events() * times:
        event = verify(raw, signature=headers["X-ZEvent-Signature"], now=NOW)
        zalo_events.take_in(event, now=NOW)
    report = zalo_events.handle_events(now=NOW)
    assert (report.failed, report.postponed) == (0, 0)


class Phone:
    """A mother of five, whose reminders came by chat."""

    def __init__(self, sandbox) -> None:
        self.sandbox = sandbox
        self.person = sandbox.citizen(phone=None)
        self.mother: Writer = mother_of(
            5, slot=SlotFactory(day__site__agency__oa_id=OA), uid=self.person["oa_users"][OA]
        )
        self.mother.citizen.zalo_id = self.person["user_id"]
        self.mother.citizen.save(update_fields=["zalo_id"])
        self.reminders = self.read()
        sandbox.clock(NOW, stands=True, with_events=True)
        sandbox.events()

    def types(self, *texts: str) -> list[str]:
        """Write, and read what has come since."""
        for text in texts:
            self.sandbox.chat(OA, self.person["user_id"], text)
        self.deliver()
        return self.read()

    def deliver(self, *, times: int = 1) -> None:
        deliver(self.sandbox, times=times)

    def read(self) -> list[str]:
        """What came from the portal since the last look."""
        sent = self.sandbox.messages(user_id=self.person["user_id"])
        seen, self.seen = getattr(self, "seen", 0), len(sent)
        return [message["text"] for message in sent[seen:]]


@pytest.fixture
def phone(sandbox) -> Phone:
    return Phone(sandbox)


class TestAMotherOfFive:
    def test_cancels_only_the_one_she_names(self, phone):
        phone.types("3")

        (said,) = phone.types(f"huy {phone.mother.codes[2].lower()}")

        assert said.startswith("Đã hủy lịch hẹn: C,")
        assert phone.mother.statuses() == [BOOKED, BOOKED, CANCELLED, BOOKED, BOOKED]

    def test_is_asked_who_comes_and_answers_in_one_breath(self, phone):
        said = phone.types("1", "2", "số 4")

        assert [text.splitlines()[0][:25] for text in said] == [
            "Có 5 lịch hẹn chưa báo. A",
            "Đã ghi nhận sẽ đến: B, 08",
            "Đã ghi nhận sẽ đến: D, 08",
        ]
        assert phone.mother.statuses() == [BOOKED, CONFIRMED, BOOKED, CONFIRMED, BOOKED]

    def test_reads_one_answer_however_often_zalo_tells_what_she_wrote(self, phone):
        phone.sandbox.chat(OA, phone.person["user_id"], "1")

        phone.deliver(times=3)

        assert len(phone.read()) == 1

    def test_leaves_no_word_of_hers_behind(self, phone):
        phone.types("Tôi tên Nguyễn Thị Kiểm Tra, số 049185012345")

        assert not StoredEvent.objects.filter(payload__isnull=False).exists()
        assert not ChatReply.objects.filter(text__isnull=False).exists()


class TestANewcomer:
    def test_reads_the_first_list_once_however_often_zalo_tells_it(self, sandbox):
        SiteFactory(agency__oa_id=OA)
        sandbox.clock(NOW, stands=True, with_events=True)
        person = sandbox.citizen(phone=None)

        sandbox.event("user_click_chatnow", oa_id=OA, user_id=person["user_id"])

        deliver(sandbox, times=3)

        (said,) = sandbox.messages(user_id=person["user_id"])
        assert said["text"].startswith("Chào ông/bà. Đây là ")
        assert "1. Lấy số, đặt lịch" in said["text"]


class TestAPicture:
    def test_is_not_wanted_and_leaves_nothing_behind(self, phone):
        phone.sandbox.event("user_send_image", oa_id=OA, user_id=phone.person["user_id"])
        phone.deliver()

        (said,) = phone.read()

        assert said.startswith("Không gửi ảnh thẻ, giấy tờ, số định danh vào đây.")
        assert not StoredEvent.objects.filter(payload__isnull=False).exists()


class TestAHumanOfTheOffice:
    def test_silences_the_portal_there(self, phone):
        phone.sandbox.event(
            "oa_send_text", oa_id=OA, user_id=phone.person["user_id"], text="Chào chị", admin_id="84901"
        )
        phone.deliver()
        phone.read()

        assert phone.types("1", f"HUY {phone.mother.codes[0]}") == []

        assert phone.mother.statuses() == [BOOKED] * 5
        assert Conversation.objects.get().paused_by == "84901"

    def test_is_not_mistaken_for_our_own_words(self, phone):
        phone.types("alo")
        phone.deliver()  # Zalo tells that the office "wrote" the answer

        assert phone.types("1") != []
        assert not Conversation.objects.exclude(paused_until=None).exists()


class TestZaloAway:
    def test_answers_reach_the_phone_once_and_in_order_when_it_is_back(self, phone):
        phone.sandbox.faults(fail_rate=1.0, error=-32)
        assert phone.types("1", "3") == []
        assert set(ChatReply.objects.values_list("state", flat=True)) == {State.OWED}

        phone.sandbox.faults()
        for _ in range(3):
            send_due_replies(now=NOW + timedelta(seconds=30))

        assert [text[:12] for text in phone.read()] == ["Có 5 lịch hẹ", "Đã ghi nhận "]


class TestSomebodyUnknown:
    """The same mother, at a Zalo account that nobody has signed in with."""

    PHONE = "+84905123456"

    @pytest.fixture
    def strange_phone(self, phone, settings) -> Phone:
        settings.ZALO_OTP_OA_ID, settings.ZALO_OTP_TEMPLATE_ID = OA, "otp"
        phone.sandbox.template("otp", "Mã xác minh: <otp>")
        phone.sandbox.citizen(phone="0905123456")
        phone_of = {"phone": self.PHONE, "phone_key": phone_key_of(self.PHONE), "phone_verified_at": FOUR}
        Citizen.objects.filter(pk=phone.mother.citizen.pk).update(
            **phone_of, zalo_id=None, is_opened_by_code=True
        )
        ZaloContact.objects.update(citizen=None, app_user_id="")
        return phone

    def test_proves_by_the_code_on_her_phone_who_she_is_and_cancels(self, strange_phone):
        code = strange_phone.mother.codes[2]

        offered, promised = strange_phone.types(f"HUY {code}", "1")
        otp = strange_phone.sandbox.messages(phone=self.PHONE)[-1]["template_data"]["otp"]
        proved, cancelled = strange_phone.types(otp, f"HUY {code}")

        assert "Nhắn 1 để nhận mã 6 số" in offered
        assert promised.startswith("Nếu mã hẹn đúng")
        assert proved.startswith("Đã xác minh.")
        assert cancelled.startswith("Đã hủy lịch hẹn: C,")
        assert strange_phone.mother.statuses() == [BOOKED, BOOKED, CANCELLED, BOOKED, BOOKED]
        assert not StoredEvent.objects.filter(payload__isnull=False).exists()
