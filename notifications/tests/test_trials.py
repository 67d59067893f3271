"""A message to oneself goes the way of all others, and answers for the present Official Account only."""

from datetime import timedelta

import pytest

from accounts.tests.factories import EIGHT, CitizenFactory
from agencies.tests.factories import AgencyFactory
from notifications.errors import MessagePending
from notifications.models import Message, MessageText, State
from notifications.services import (
    Kind,
    kinds_without_template,
    last_trial,
    send_trial,
    set_templates,
    set_text,
    trial_arrived,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency(db):
    return AgencyFactory()


def send(agency, *, now=EIGHT) -> Message:
    said = {"recipient": CitizenFactory(with_phone=True), "site": "Trụ sở", "address": "12 Trần Hưng Đạo"}
    send_trial(agency=agency, now=now, **said)
    return last_trial(agency)


class TestSendTrial:
    def test_owes_a_reminder_that_nobody_takes_for_a_real_one(self, agency):
        message = send(agency)

        assert (message.kind, message.state, message.due_at) == (Kind.REMINDER, State.OWED, EIGHT)
        assert (message.context["name"], message.context["code"]) == ("Thử", "TIN-THU")

    @pytest.mark.parametrize("state", [State.OWED, State.SENDING])
    def test_waits_for_the_last_one(self, agency, state):
        lease = EIGHT if state == State.SENDING else None
        Message.objects.filter(pk=send(agency).pk).update(state=state, lease_until=lease)

        with pytest.raises(MessagePending):
            send(agency, now=EIGHT + timedelta(minutes=1))

    def test_does_not_wait_for_one_whose_time_is_over(self, agency):
        first = send(agency)

        assert send(agency, now=first.expires_at).pk != first.pk

    def test_of_one_agency_says_nothing_of_another(self, agency):
        send(agency)

        assert last_trial(AgencyFactory()) is None


class TestTrialArrived:
    def arrive(self, agency, **facts):
        facts = {"oa_id": agency.oa_id, "sent_at": EIGHT, "delivered_at": EIGHT} | facts
        Message.objects.filter(pk=send(agency).pk).update(state=State.DELIVERED, **facts)

    def test_when_zalo_said_so(self, agency):
        assert not trial_arrived(agency)
        self.arrive(agency)

        assert trial_arrived(agency)

    def test_not_through_an_account_that_is_no_longer_the_agencys(self, agency):
        self.arrive(agency, oa_id="1")

        assert not trial_arrived(agency)


class TestTemplates:
    def test_are_missing_where_no_id_is_written(self, agency):
        set_text(agency=agency, kind=Kind.REMINDER, template_id="r")
        set_text(agency=agency, kind=Kind.BOOKED)

        assert kinds_without_template(agency, [Kind.REMINDER, Kind.BOOKED, Kind.CHANGED]) == [
            Kind.BOOKED,
            Kind.CHANGED,
        ]

    def test_are_set_without_touching_the_words(self, agency):
        words = "Nhắc {name}: {number}, {time}, {site}, {code}."
        set_text(agency=agency, kind=Kind.REMINDER, text=words, template_id="old")

        set_templates(agency=agency, template_ids={Kind.REMINDER: "new", Kind.BOOKED: "b"})

        reminder = MessageText.objects.get(kind=Kind.REMINDER)
        assert (reminder.text, reminder.template_id) == (words, "new")
        assert MessageText.objects.get(kind=Kind.BOOKED).template_id == "b"
