from datetime import date

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.factories import OfficerFactory
from agencies.tests.factories import AgencyFactory
from notifications.kinds import Kind
from notifications.models import Message, Spending, State
from notifications.tests.factories import FOUR, MessageFactory, MessageTextFactory

# The theme's own pages ask for variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

MESSAGES = "admin:notifications_message_changelist"


def officer_of(agency, *permissions: str):
    officer = OfficerFactory(agency=agency)
    officer.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return officer


@pytest.fixture
def admin(client):
    client.force_login(OfficerFactory(admin=True))
    return client


class TestMessages:
    def test_are_listed_with_what_went_wrong(self, admin):
        MessageFactory(state=State.FAILED, last_error="TEMPLATE_PHONE TryNextChannel -118")

        page = admin.get(reverse(MESSAGES))

        assert "người này không nhận tin qua đường này (mã -118)" in page.content.decode()

    def test_open_without_a_field_to_edit(self, admin):
        message = MessageFactory()

        page = admin.get(reverse("admin:notifications_message_change", args=[message.pk])).content.decode()

        assert str(message.public_id) in page
        assert 'name="state"' not in page

    def test_cost_the_same_however_many_there_are(self, admin, django_assert_num_queries):
        MessageFactory()
        admin.get(reverse(MESSAGES))
        with django_assert_num_queries(7):  # two of them for the audit log
            admin.get(reverse(MESSAGES))
        MessageFactory.create_batch(5)

        with django_assert_num_queries(7):  # two of them for the audit log
            admin.get(reverse(MESSAGES))

    def test_of_another_agency_are_not_shown(self, client):
        ours, theirs = MessageFactory(), MessageFactory()
        client.force_login(officer_of(ours.agency, "view_message"))

        page = client.get(reverse(MESSAGES)).content.decode()

        assert ours.about in page
        assert theirs.about not in page

    @time_machine.travel(FOUR, tick=False)
    def test_can_be_sent_again(self, client):
        failed, owed = MessageFactory(state=State.FAILED), MessageFactory()
        client.force_login(officer_of(failed.agency, "view_message", "change_message"))
        Message.objects.update(agency=failed.agency)

        page = client.post(
            reverse(MESSAGES),
            {"action": "resend_selected", "_selected_action": [failed.pk, owed.pk]},
            follow=True,
        ).content.decode()

        failed.refresh_from_db()
        assert (failed.state, failed.due_at) == (State.OWED, FOUR)
        assert "đang chờ gửi" in page
        assert "1 dòng" in page

    def test_cannot_be_sent_again_by_who_only_reads(self, client):
        failed = MessageFactory(state=State.FAILED)
        client.force_login(officer_of(failed.agency, "view_message"))

        client.post(reverse(MESSAGES), {"action": "resend_selected", "_selected_action": [failed.pk]})

        failed.refresh_from_db()
        assert failed.state == State.FAILED


class TestTexts:
    def test_are_listed(self, admin):
        words = MessageTextFactory()

        assert (
            words.template_id
            in admin.get(reverse("admin:notifications_messagetext_changelist")).content.decode()
        )

    def test_can_be_written(self, admin):
        words = MessageTextFactory()
        url = reverse("admin:notifications_messagetext_change", args=[words.pk])
        text = "{name}, {number}, {time}, {site}, mã {code}."

        admin.post(url, {"agency": words.agency_id, "kind": Kind.REMINDER, "text": text, "template_id": "t2"})

        words.refresh_from_db()
        assert (words.text, words.template_id) == (text, "t2")

    @pytest.mark.usefixtures("_as_served")
    def test_that_leave_something_out_are_refused_in_words(self, admin):
        words = MessageTextFactory()
        url = reverse("admin:notifications_messagetext_change", args=[words.pk])
        body = {"agency": words.agency_id, "kind": Kind.REMINDER, "text": "{name}", "template_id": ""}

        answer = admin.post(url, body)

        assert answer.context["adminform"].form.errors == {
            "text": ["Lời nhắn còn thiếu chỗ điền bắt buộc: {code}, {number}, {site}, {time}."]
        }

    def test_of_another_agency_can_be_neither_seen_nor_written(self, client):
        ours, theirs = MessageTextFactory(), MessageTextFactory()
        client.force_login(officer_of(ours.agency, "view_messagetext", "change_messagetext"))
        url = reverse("admin:notifications_messagetext_change", args=[theirs.pk])

        assert client.get(url).status_code == 404

    @pytest.mark.usefixtures("_as_served")
    def test_cannot_be_given_to_another_agency(self, client):
        ours, theirs = MessageTextFactory(), MessageTextFactory(kind=Kind.BOOKED)
        client.force_login(officer_of(ours.agency, "view_messagetext", "change_messagetext"))
        url = reverse("admin:notifications_messagetext_change", args=[ours.pk])
        body = {"agency": theirs.agency_id, "kind": Kind.REMINDER, "text": "", "template_id": ""}

        answer = client.post(url, body)

        assert answer.context["adminform"].form.errors.keys() == {"agency"}

    def test_show_the_words_of_the_house(self, admin):
        url = reverse("admin:notifications_messagetext_change", args=[MessageTextFactory().pk])

        assert "Lịch hẹn của {name}: số {number}" in admin.get(url).content.decode()
        assert admin.get(reverse("admin:notifications_messagetext_add")).status_code == 200


class TestQuota:
    def test_is_listed(self, admin):
        assert admin.get(reverse("admin:notifications_oaquota_changelist")).status_code == 200


class TestSpending:
    ADDRESS = "admin:notifications_spending_changelist"

    def spent(self, **said: object) -> Spending:
        return Spending.objects.create(agency=AgencyFactory(), month=date(2026, 11, 1), **said)

    def test_says_what_a_month_cost_and_by_which_ways(self, admin):
        self.spent(cs=1400, template_phone=4102, cost=492_240, unpriced=7)

        page = admin.get(reverse(self.ADDRESS)).content.decode()

        for words in ("11/2026", "492.240 đ", "1400", "4102", ">7<"):
            assert words in page.replace("\n", "")

    def test_is_each_agencys_own(self, client):
        ours, theirs = self.spent(cost=1_000), self.spent(cost=2_000)
        client.force_login(officer_of(ours.agency, "view_spending"))

        page = client.get(reverse(self.ADDRESS)).content.decode()

        assert "1.000 đ" in page
        assert theirs.agency.name not in page

    def test_costs_the_same_however_many_there_are(self, admin, django_assert_num_queries):
        self.spent()
        admin.get(reverse(self.ADDRESS))
        with CaptureQueriesContext(connection) as one:
            admin.get(reverse(self.ADDRESS))
        for _ in range(5):
            self.spent()

        with django_assert_num_queries(len(one)):
            admin.get(reverse(self.ADDRESS))
