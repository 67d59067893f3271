"""Where an officer can go no further: why, in Vietnamese, and the way back."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import OfficerFactory
from booking.tests.factories import SiteFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_as_served")]
BROWSER = {"Accept": "text/html,application/xhtml+xml", "Referer": "http://testserver/admin/?ngay=2026-11-23"}


@pytest.fixture
def desk(client) -> Client:
    client.force_login(OfficerFactory(agency=SiteFactory().agency, roles=[Role.RECEPTIONIST]))
    return client


def says(answer) -> str:
    return " ".join(answer.content.decode().split())


class TestForbidden:
    def test_says_whom_to_ask_and_leads_back(self, desk):
        answer = desk.get(reverse("admin:accounts_officer_changelist"), headers=BROWSER)

        assert answer.status_code == 403
        assert "Không có quyền mở trang này" in says(answer)
        assert 'href="/admin/"' in says(answer)
        assert 'href="http://testserver/admin/?ngay=2026-11-23"' in says(answer)

    def test_leads_to_no_page_of_others(self, desk):
        headers = BROWSER | {"Referer": "https://example.com/"}

        answer = desk.get(reverse("admin:accounts_officer_changelist"), headers=headers)

        assert "example.com" not in says(answer)

    def test_draws_nothing_for_programs(self, desk):
        answer = desk.get(reverse("admin:accounts_officer_changelist"))

        assert answer.status_code == 403
        assert "Tổng quan" not in says(answer)


class TestNotFound:
    def test_is_the_same_for_what_is_foreign_and_what_never_was(self, desk):
        foreign = SiteFactory()

        pages = [
            desk.get(reverse("admin:booking_site_change", args=[pk]), headers=BROWSER)
            for pk in (foreign.pk, foreign.pk + 1)
        ]

        assert [page.status_code for page in pages] == [404, 404]
        assert "không thuộc nơi được phân công" in says(pages[0])
        assert foreign.name not in says(pages[0])

    def test_keeps_the_citizens_page_for_citizens(self, client):
        answer = client.get("/khong-co-trang-nay/", headers=BROWSER)

        assert "Không tìm thấy trang này" in says(answer)
        assert "/admin/" not in says(answer)


class TestStalePage:
    def test_says_that_nothing_was_written(self):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(OfficerFactory(agency=SiteFactory().agency, roles=[Role.RECEPTIONIST]))

        answer = strict.post(reverse("admin:booking_appointment_assist"), headers=BROWSER)

        assert answer.status_code == 403
        assert "chưa có gì được ghi" in says(answer)
        assert "Về Tổng quan" in says(answer)
