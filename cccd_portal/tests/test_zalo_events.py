"""Which event does what: each row of the table once, told as Zalo tells it, twice and late."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Consent, ZaloContact
from accounts.tests.factories import EIGHT, CitizenFactory, ConsentFactory, OfficerFactory, ZaloContactFactory
from agencies.tests.factories import AgencyFactory
from cccd_portal.zalo_events import TABLE, handle_events, take_in
from faq.models import Subscription
from faq.tests.factories import subscriber_of
from notifications.models import Message, OaQuota, State
from notifications.tests.factories import MessageFactory
from zalo.models import OaToken, StoredEvent
from zalo.services import seed_tokens
from zalo.tests.factories import OA, UID, StoredEventFactory, template, told

pytestmark = pytest.mark.django_db
ZALO_ID = "552177279717587730"
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
WAYS_TO_WRITE = [
    "text",
    "image",
    "gif",
    "link",
    "audio",
    "video",
    "sticker",
    "location",
    "file",
    "business_card",
]
BY_ZALO, BY_PHONE = Consent.Purpose.MESSAGES_BY_ZALO, Consent.Purpose.MESSAGES_BY_PHONE


@pytest.fixture(autouse=True)
def _one_worker(settings) -> None:
    settings.EVENT_HANDLERS = 1


def happen(name: str, *, at=EIGHT, **said: Any) -> None:
    """Let an event come, and be handled an hour later."""
    take_in(told(name, at=at, **said), now=at)
    report = handle_events(now=at + HOUR)
    assert (report.postponed, report.failed) == (0, 0)


def by_the_oa(**more: Any) -> dict[str, Any]:
    return {"sender": {"id": OA}, "recipient": {"id": UID}, **more}


class TestWriting:
    @pytest.mark.parametrize("name", [*(f"user_send_{way}" for way in WAYS_TO_WRITE), "user_click_chatnow"])
    def test_opens_the_hours_in_which_the_office_may_write(self, name):
        citizen = CitizenFactory(zalo_id=ZALO_ID)

        happen(name, user_id_by_app=ZALO_ID, message={"msg_id": "m", "text": "Xin chào"})

        contact = ZaloContact.objects.get()
        assert (contact.oa_id, contact.uid, contact.citizen) == (OA, UID, citizen)
        assert (contact.last_interaction_at, contact.follows) == (EIGHT, False)

    def test_told_late_opens_nothing_anew(self):
        happen("user_send_text", at=EIGHT + SECOND, message={"msg_id": "2"})
        happen("user_send_text", message={"msg_id": "1"})

        assert ZaloContact.objects.get().last_interaction_at == EIGHT + SECOND

    @pytest.mark.parametrize(
        "name", ["user_received_message", "user_seen_message", "oa_send_text", "user_reacted_message"]
    )
    def test_is_not_what_a_receipt_or_our_own_message_does(self, name):
        happen(name, **by_the_oa(message={"msg_id": "m"}))

        assert not ZaloContact.objects.exists()


class TestForm:
    def test_makes_a_contact_and_proves_no_phone(self):
        citizen = CitizenFactory(zalo_id=ZALO_ID)

        happen("user_submit_info", user_id_by_app=ZALO_ID, info={"phone": "84905123456", "name": "An"})

        contact = ZaloContact.objects.get()
        assert (contact.citizen, contact.last_interaction_at) == (citizen, None)
        citizen.refresh_from_db()
        assert citizen.phone is None


class TestSeen:
    def test_says_that_all_these_messages_came(self):
        sent = [MessageFactory(sent=True, oa_id=OA, provider_id=f"z-{number}") for number in range(3)]

        happen("user_seen_message", **by_the_oa(message={"msg_ids": ["z-0", "z-1"]}))

        states = [Message.objects.get(pk=message.pk).state for message in sent]
        assert states == [State.DELIVERED, State.DELIVERED, State.SENT]


class TestWithdrawal:
    @pytest.mark.parametrize("said", [{"user_id_by_app": ZALO_ID}, {}])
    def test_takes_every_consent_back_and_keeps_the_rows(self, said):
        citizen = CitizenFactory(zalo_id=ZALO_ID)
        ZaloContactFactory(oa_id=OA, uid=UID, citizen=citizen, last_interaction_at=EIGHT)
        ConsentFactory(citizen=citizen, purpose=BY_ZALO, given_at=EIGHT - HOUR)

        happen("user_withdraw", user_id=UID, oa_id=OA, sender=None, **said)

        rows = Consent.objects.filter(citizen=citizen).values_list("purpose", "withdrawn_at")
        assert dict(rows) == dict.fromkeys(Consent.Purpose, EIGHT)
        assert ZaloContact.objects.get().last_interaction_at is None

    def test_ends_what_was_to_be_told_unless_it_was_asked_for_since(self):
        agency = AgencyFactory(oa_id=OA)
        wanted = subscriber_of(agency, uid=UID)

        happen("user_withdraw", user_id=UID, oa_id=OA, sender=None, at=wanted.asked_at - SECOND)
        assert Subscription.objects.exists()

        happen("user_withdraw", user_id=UID, oa_id=OA, sender=None, at=wanted.asked_at + SECOND)
        assert not Subscription.objects.exists()


class TestGrantEnded:
    def test_is_seen_by_the_office(self):
        seed_tokens(oa_id=OA, access_token="a", refresh_token="r", expires_in=90_000, now=EIGHT - HOUR)

        happen("permission_revoked", oa_id=OA, sender=None)

        token = OaToken.objects.get()
        assert (token.state, token.expires_at) == (OaToken.State.NEEDS_CONSENT, EIGHT)

    def test_of_an_older_grant_changes_nothing(self):
        seed_tokens(oa_id=OA, access_token="a", refresh_token="r", expires_in=90_000, now=EIGHT + SECOND)

        happen("permission_revoked", oa_id=OA, sender=None)

        assert OaToken.objects.get().state == OaToken.State.ACTIVE


class TestQuotaChanged:
    @pytest.mark.parametrize(("seen_at", "left"), [(EIGHT - SECOND, 0), (EIGHT + SECOND, 1)])
    def test_voids_what_was_known_before(self, seen_at, left):
        OaQuota.objects.create(oa_id=OA, day="2026-11-23", remaining=3, seen_at=seen_at)

        happen("change_oa_daily_quota", oaId=OA, quota={"prev_value": 500, "new_value": 2000})

        assert OaQuota.objects.count() == left


class TestTemplate:
    def test_changes_its_status_and_says_why(self):
        kept = template(oa_id=OA, status_at=EIGHT - HOUR)
        kept.save()
        status = {"prev_status": "ENABLE", "new_status": "REJECT"}

        happen("change_template_status", oa_id=OA, template_id="7001", status=status, reason="Sai chính tả")

        kept.refresh_from_db()
        assert (kept.status, kept.reason) == ("REJECT", "Sai chính tả")

    def test_changes_its_quality(self):
        kept = template(oa_id=OA, quality_at=EIGHT - HOUR)
        kept.save()

        happen("change_template_quality", oa_id=OA, template_id="7001", quality={"new_quality": "LOW"})

        kept.refresh_from_db()
        assert kept.quality == "LOW"


@pytest.mark.ignore_template_errors
class TestOfficersList:
    LIST = "admin:zalo_storedevent_changelist"

    @pytest.fixture
    def officer(self, client):
        client.force_login(OfficerFactory(admin=True))
        return client

    def retry(self, officer, event: StoredEvent) -> str:
        ticked = {"action": "retry_selected", "_selected_action": [event.pk]}
        return officer.post(reverse(self.LIST), ticked, follow=True).content.decode()

    def test_shows_what_happened_and_nothing_of_what_was_said_or_by_whom(self, officer):
        event = StoredEventFactory(failed=True, event=told(message={"msg_id": "m", "text": "Tôi hỏi"}))

        for page in (reverse(self.LIST), reverse("admin:zalo_storedevent_change", args=[event.pk])):
            shown = officer.get(page).content.decode()
            assert "KeyError" in shown
            for secret in ("Tôi hỏi", UID, event.key, event.line):
                assert secret not in shown

    def test_has_what_failed_handled_again(self, officer):
        event = StoredEventFactory(failed=True)

        assert "Đã thực hiện với 1 dòng" in self.retry(officer, event)

        event.refresh_from_db()
        assert event.state == StoredEvent.State.WAITING

    def test_says_why_it_does_not_touch_the_others(self, officer):
        assert "không nằm trong số xử lý không được" in self.retry(officer, StoredEventFactory(done=True))


@pytest.mark.parametrize("name", [*TABLE.one_by_one, *TABLE.together])
def test_an_event_without_anything_in_it_changes_nothing(name):
    happen(name, sender=None, recipient=None)

    assert StoredEvent.objects.get().state in (StoredEvent.State.DONE, StoredEvent.State.LET_GO)
    assert not ZaloContact.objects.exists()
