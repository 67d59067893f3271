"""What officers see and change of agencies."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import OfficerFactory
from agencies.models import Agency
from agencies.tests.factories import AgencyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_as_served")]
ADD = "admin:agencies_agency_add"
CHANGE = "admin:agencies_agency_change"
COPY = "admin:agencies_agency_copy_policy"
SAID = {"name": "Công an xã Tam Xuân", "level": "COMMUNE", "policy_source": "example:nhu-tam-ky-2021"}


@pytest.fixture
def admin(client):
    client.force_login(OfficerFactory(admin=True))
    return client


@pytest.fixture
def agency(db):
    return AgencyFactory()


@pytest.fixture
def head(client, agency):
    """The head of one agency, who may change it."""
    officer = OfficerFactory(agency=agency, roles=[Role.HEAD])
    client.force_login(officer)
    return officer


class TestAdding:
    def test_asks_little_and_begins_closed_with_the_chosen_policy(self, admin):
        admin.post(reverse(ADD), SAID)

        agency = Agency.objects.get()
        assert (agency.slug, agency.code_prefix) == ("cong-an-xa-tam-xuan", "TX")
        assert agency.office_assigns
        assert agency.daily_target == 600
        assert not agency.is_active

    def test_can_begin_with_the_policy_of_another_agency(self, admin):
        other = AgencyFactory(window_days=9)

        admin.post(reverse(ADD), {**SAID, "policy_source": f"agency:{other.pk}"})

        assert Agency.objects.get(name=SAID["name"]).window_days == 9

    def test_goes_on_to_the_checklist(self, admin):
        page = admin.post(reverse(ADD), SAID)

        assert page["Location"] == reverse("admin:booking_opening_change", args=[Agency.objects.get().pk])

    @pytest.mark.parametrize(("field", "value"), [("policy_source", ""), ("unit_code", "123"), ("name", "")])
    def test_says_what_is_wrong_and_adds_nothing(self, admin, field, value):
        page = admin.post(reverse(ADD), {**SAID, field: value})

        assert page.context["adminform"].form.errors.keys() == {field}
        assert not Agency.objects.exists()


class TestChanging:
    def test_explains_each_line_of_the_policy(self, admin):
        page = admin.get(reverse(CHANGE, args=[AgencyFactory().pk])).content.decode()

        assert "khung 10:00 thôi nhận từ 08:00" in page
        assert 'name="is_active"' not in page


class TestCopyPolicy:
    def test_shows_what_would_change_and_changes_nothing(self, head, client, agency):
        page = client.get(reverse(COPY, args=[agency.pk]), {"source": "example:nhu-tam-ky-2021"})

        assert "đơn vị xếp giờ" in page.content.decode()
        assert not Agency.objects.get().office_assigns

    def test_takes_it_over(self, head, client, agency):
        client.post(reverse(COPY, args=[agency.pk]), {"source": "example:nhu-tam-ky-2021"})

        assert Agency.objects.get().office_assigns

    def test_says_so_where_nothing_would_change(self, head, client, agency):
        page = client.get(reverse(COPY, args=[agency.pk]), {"source": "example:nhu-tan-phu-2021"})

        assert "không có gì để đổi" in page.content.decode()

    def test_offers_no_agency_that_the_officer_does_not_see(self, head, client, agency):
        other = AgencyFactory(name="Công an nơi khác", window_days=9)
        here = reverse(COPY, args=[agency.pk])

        assert "Công an nơi khác" not in client.get(here).content.decode()
        client.post(here, {"source": f"agency:{other.pk}"})
        assert Agency.objects.get(pk=agency.pk).window_days == 30

    def test_does_not_know_another_agency(self, head, client, agency):
        assert client.get(reverse(COPY, args=[AgencyFactory().pk])).status_code == 404

    def test_is_not_for_who_may_only_look(self, head, client, agency):
        head.groups.clear()
        head.user_permissions.set(Permission.objects.filter(codename="view_agency"))

        assert client.get(reverse(COPY, args=[agency.pk])).status_code == 403
