"""What the office never does, and what citizens report of those who pretend to be it."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from accounts.models import AuditEntry, Officer
from accounts.roles import Role
from accounts.tests.factories import EIGHT, OfficerFactory
from agencies.tests.factories import AgencyFactory
from core.officers import Deed
from core.testing import run_together
from faq.errors import AlreadyHandled
from faq.models import FakeReport
from faq.services import fakes
from faq.services.fakes import forget_old_fake_reports, mark_handled
from faq.tests.factories import FakeReportFactory

pytestmark = pytest.mark.django_db
LIST = reverse("admin:faq_fakereport_changelist")
SAID = {"kind": "CALL", "where": "0905 999 999", "says": "Đòi chuyển tiền.", "phone": "0905123456"}


@pytest.fixture
def office():
    return AgencyFactory(name="Công an phường Mai", hotline="02353811113")


def page_of(office) -> str:
    return reverse("fakes", args=[office.slug])


class TestPage:
    def test_says_what_is_real_here_and_what_the_office_never_does(self, client, office):
        shown = client.get(page_of(office)).content.decode()

        for words in ("127.0.0.1:8000", "Công an phường Mai", "0235 381 1113", "mã OTP", "ảnh căn cước"):
            assert words in shown

    def test_is_led_to_from_the_pages_of_the_office_that_are_no_other(self, client, office):
        assert page_of(office) in client.get(reverse("agency", args=[office.slug])).content.decode()
        assert reverse("tell-fakes") in client.get(reverse("home")).content.decode()
        assert client.get(page_of(AgencyFactory(is_active=False))).status_code == 404

    def test_takes_a_report_and_says_what_to_do_now(self, client, office):
        page = client.post(page_of(office), SAID, follow=True).content.decode()

        report = FakeReport.objects.get()
        assert (report.agency, report.where, report.phone) == (office, "0905 999 999", "+84905123456")
        assert "Đã nhận tin báo" in page
        assert "113" in page

    def test_wants_to_know_who_and_how_and_no_more(self, client, office):
        page = client.post(page_of(office), {"phone": "12"})

        assert page.status_code == 422
        assert set(page.context["form"].errors) == {"kind", "where", "phone"}
        client.post(page_of(office), {"kind": "PERSON", "where": "không rõ"})
        assert FakeReport.objects.get().says == ""

    def test_takes_no_flood(self, client, office, settings):
        settings.THROTTLES_PER_MINUTE = settings.THROTTLES_PER_MINUTE | {"report": 2}
        settings.THROTTLE_FACTOR = 1

        with time_machine.travel(EIGHT, tick=False):
            answers = [client.post(page_of(office), SAID).status_code for _ in range(3)]

        assert answers == [302, 302, 429]

    def test_keeps_no_word_in_clear(self, client, office):
        client.post(page_of(office), SAID)

        with connection.cursor() as cursor:
            cursor.execute('SELECT "where", says, phone FROM faq_fakereport')
            assert not [text for text in cursor.fetchone() if "0905" in text or "tiền" in text]


@pytest.mark.usefixtures("_as_served")
class TestAdmin:
    @pytest.fixture
    def desk(self, client, office):
        with time_machine.travel(EIGHT, tick=False):
            client.force_login(OfficerFactory(agency=office, roles=[Role.RECEPTIONIST]))
            yield client

    def test_shows_the_reports_of_the_office_and_notes_who_read_them(self, desk, office):
        report = FakeReportFactory(agency=office)
        FakeReportFactory(where="của nơi khác")

        listed = desk.get(LIST)
        page = desk.get(reverse("admin:faq_fakereport_change", args=[report.pk])).content.decode()

        assert list(listed.context["cl"].result_list) == [report]
        assert "của nơi khác" not in listed.content.decode()
        assert "đòi chuyển tiền để giữ chỗ" in page
        assert AuditEntry.objects.filter(deed=Deed.VIEWED, what="faq.FakeReport").exists()

    def test_is_told_that_it_was_handled(self, desk, office):
        report = FakeReportFactory(agency=office)

        for words in ("Đã thực hiện với 1 dòng.", "Tin báo này đã có cán bộ xử lý."):
            said = {"action": "handle_selected", "_selected_action": [report.pk]}
            assert words in desk.post(LIST, said, follow=True).content.decode()

        report.refresh_from_db()
        assert (report.handled_by, report.handled_at) == (Officer.objects.get(), EIGHT)

    def test_says_on_the_report_itself_that_it_was_handled(self, desk, office):
        report = FakeReportFactory(agency=office)
        one, handle = (
            reverse(f"admin:faq_fakereport_{page}", args=[report.pk]) for page in ("change", "handle")
        )
        assert handle in desk.get(one).content.decode()
        desk.get(handle)
        assert FakeReport.objects.get().handled_at is None

        said = desk.post(handle, follow=True).content.decode()

        assert "Đã ghi là xử lý xong." in said
        assert handle not in said
        assert FakeReport.objects.get().handled_at == EIGHT


def test_reports_are_forgotten_after_90_days():
    FakeReportFactory(reported_at=EIGHT - timedelta(days=90))
    young = FakeReportFactory(reported_at=EIGHT - timedelta(days=89))

    forget_old_fake_reports(now=EIGHT)

    assert FakeReport.objects.get() == young


@pytest.mark.django_db(transaction=True)
class TestTwoOfficersAtOnce:
    def sign(self) -> list[object]:
        report, officers = FakeReportFactory(), OfficerFactory.create_batch(2)
        return run_together([lambda by=by: mark_handled(report=report, by=by, now=EIGHT) for by in officers])

    def test_without_the_condition_both_would_have_handled_it(self, monkeypatch):
        """Keeps the test below honest."""
        both_have_looked = threading.Barrier(2)

        def look_then_sign(report, *, by, now) -> bool:
            unsigned = FakeReport.objects.filter(pk=report.pk, handled_at=None).exists()
            both_have_looked.wait(timeout=10)
            FakeReport.objects.filter(pk=report.pk).update(handled_by=by, handled_at=now)
            return unsigned

        monkeypatch.setattr(fakes, "_take", look_then_sign)

        assert [type(outcome) for outcome in self.sign()] == [FakeReport, FakeReport]

    def test_one_has_handled_it(self):
        kinds = {type(outcome) for outcome in self.sign()}

        assert kinds == {FakeReport, AlreadyHandled}
