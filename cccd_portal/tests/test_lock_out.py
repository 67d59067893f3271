"""Who guesses at passwords is shut out, and colleagues open again."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Officer, SecondFactor
from accounts.roles import Role
from accounts.tests.factories import EIGHT, OfficerFactory, SecondFactorFactory
from agencies.models import Agency
from agencies.tests.factories import AgencyFactory
from cccd_portal.tests.signing_in import PASSWORD, QUICK_HASHERS, give_password, guess, officer_with_password
from core.officers import Deed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_as_served")]


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.PASSWORD_HASHERS = QUICK_HASHERS


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(EIGHT, tick=False) as clock:
        yield clock


class TestLockOut:
    @pytest.mark.parametrize("username", ["head.tam-ky", "khong-co"])
    def test_comes_with_the_fifth_wrong_password_for_names_that_exist_or_not(self, client, username):
        officer_with_password()

        assert guess(client, 6, username) == [200] * 4 + [429] * 2

    def test_refuses_the_right_password_as_well_and_says_what_to_do(self, client):
        officer_with_password()
        guess(client, 4)

        answers = [
            give_password(client, password=word, REMOTE_ADDR="192.0.2.1") for word in ("sai", PASSWORD)
        ]

        assert [answer.status_code for answer in answers] == [429, 429]
        for answer in answers:
            assert "Chờ 15 phút" in answer.content.decode()
        assert "nhờ cán bộ kỹ thuật mở khóa" in answer.content.decode()

    def test_ends_after_fifteen_minutes_however_often_one_tries_meanwhile(self, client, clock):
        officer_with_password()
        guess(client, 5)
        clock.shift(timedelta(minutes=10))
        guess(client, 3)
        clock.shift(timedelta(minutes=5, seconds=1))

        assert give_password(client, REMOTE_ADDR="192.0.2.1").status_code == 302
        assert guess(Client(), 4) == [200] * 4, "one begins with five again"

    def test_is_for_one_name_at_one_address(self, client):
        officer_with_password()
        officer_with_password(username="desk.tam-ky")
        guess(client, 5)

        assert give_password(Client(), REMOTE_ADDR="192.0.2.2").status_code == 302
        assert give_password(Client(), "desk.tam-ky", REMOTE_ADDR="192.0.2.1").status_code == 302

    def test_is_everywhere_after_twenty_in_an_hour(self, client, clock):
        officer_with_password()
        for place in range(5):
            guess(client, 4, address=f"192.0.2.{place}")

        answer = give_password(Client(), REMOTE_ADDR="198.51.100.1")

        assert answer.status_code == 429
        assert "Chờ một giờ" in answer.content.decode()
        clock.shift(timedelta(minutes=61))
        assert give_password(Client(), REMOTE_ADDR="198.51.100.1").status_code == 302

    def test_counts_the_address_before_our_proxies(self, client, settings):
        settings.TRUSTED_PROXIES = 1
        officer_with_password()
        for place in range(5):
            lie = f"203.0.113.{place}, 192.0.2.1"
            give_password(client, password="sai", HTTP_X_FORWARDED_FOR=lie)

        assert give_password(client, HTTP_X_FORWARDED_FOR="203.0.113.77, 192.0.2.1").status_code == 429

    def test_is_forgotten_with_a_right_password(self, client):
        officer_with_password()
        guess(client, 4)
        give_password(client, REMOTE_ADDR="192.0.2.1")

        assert guess(Client(), 4) == [200] * 4

    def test_does_not_need_redis(self, client, settings):
        settings.CACHES = {
            "default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:9/0"},
        }
        officer_with_password()

        assert guess(client, 5)[-1] == 429


class TestColleagues:
    @pytest.fixture
    def head(self, client, agency) -> Officer:
        head = OfficerFactory(agency=agency, roles=[Role.HEAD])
        client.force_login(head)
        return head

    @pytest.fixture
    def agency(self) -> Agency:
        return AgencyFactory()

    def act(self, client: Client, action: str, officer: Officer):
        address = reverse("admin:accounts_officer_changelist")
        return client.post(address, {"action": action, "_selected_action": [officer.pk]}, follow=True)

    def test_unlock_a_locked_out_officer_of_their_agency(self, client, head, agency):
        officer = officer_with_password(admin=False, agency=agency)
        guess(Client(), 5)

        self.act(client, "unlock_sign_in", officer)

        assert give_password(Client(), REMOTE_ADDR="192.0.2.1").status_code == 302

    def test_reset_a_lost_second_factor(self, client, head, agency):
        factor = SecondFactorFactory(user=OfficerFactory(agency=agency))

        self.act(client, "reset_second_factor", factor.user)

        assert not SecondFactor.objects.exists()
        assert AuditEntry.objects.get(deed=Deed.DID).words == "đặt lại xác thực hai bước"

    def test_end_the_sessions_of_an_officer(self, client, head, agency):
        officer = OfficerFactory(agency=agency)

        self.act(client, "end_sessions", officer)

        assert Officer.objects.get(pk=officer.pk).session_epoch == 1

    def test_of_another_agency_are_not_touched(self, client, head, agency):
        factor = SecondFactorFactory(user=OfficerFactory(agency=AgencyFactory()))

        for action in ("unlock_sign_in", "reset_second_factor", "end_sessions"):
            self.act(client, action, factor.user)

        officer = Officer.objects.get(pk=factor.user.pk)
        assert SecondFactor.objects.exists()
        assert (officer.unlocked_at, officer.session_epoch) == (None, 0)

    def test_hear_why_somebody_with_more_rights_is_not_theirs_to_open(self, client, head, agency):
        more = OfficerFactory(agency=agency, roles=[Role.HEAD, Role.AUDITOR])
        factor = SecondFactorFactory(user=more)

        for action in ("unlock_sign_in", "reset_second_factor", "end_sessions"):
            page = self.act(client, action, factor.user).content.decode()
            assert "người có nhiều quyền hơn" in page

        officer = Officer.objects.get(pk=factor.user.pk)
        assert SecondFactor.objects.exists()
        assert (officer.unlocked_at, officer.session_epoch) == (None, 0)

    @pytest.mark.parametrize("action", ["unlock_sign_in", "reset_second_factor", "end_sessions"])
    def test_need_the_right(self, client, head, agency, action):
        head.groups.set(Group.objects.filter(name=Role.AUDITOR.label))
        factor = SecondFactorFactory(user=OfficerFactory(agency=agency))

        self.act(client, action, factor.user)

        officer = Officer.objects.get(pk=factor.user.pk)
        assert SecondFactor.objects.exists()
        assert (officer.unlocked_at, officer.session_epoch) == (None, 0)

    def test_see_who_is_locked_and_who_has_a_second_factor(self, client, head, agency):
        OfficerFactory(agency=agency, idle_locked_at=EIGHT)
        SecondFactorFactory(user=OfficerFactory(agency=agency, date_joined=EIGHT))

        page = client.get(reverse("admin:accounts_officer_changelist")).content.decode()

        assert "Khóa: 45 ngày không đăng nhập" in page
        assert "Hai bước" in page

    def test_costs_the_same_however_many_there_are(self, client, head, agency, django_assert_max_num_queries):
        for _ in range(5):
            SecondFactorFactory(user=OfficerFactory(agency=agency))

        with django_assert_max_num_queries(12):
            client.get(reverse("admin:accounts_officer_changelist"))
