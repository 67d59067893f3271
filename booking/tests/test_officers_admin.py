"""A head's colleagues: whom they see, what they may give, how one leaves."""

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import AuditEntry, Officer
from accounts.roles import Role
from accounts.tests.factories import OfficerFactory, PostingFactory
from agencies.tests.factories import AgencyFactory
from booking.models import PostingSite
from booking.tests.factories import NOW, SiteFactory
from core.officers import Deed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_as_served")]
LIST, ADD = "admin:accounts_officer_changelist", "admin:accounts_officer_add"
CHANGE, LEAVE = "admin:accounts_officer_change", "admin:accounts_officer_leave"
PASSWORD = "mot-mat-khau-dai-12"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def agency():
    return AgencyFactory()


@pytest.fixture
def head(client, agency):
    officer = OfficerFactory(agency=agency, roles=[Role.HEAD])
    client.force_login(officer)
    return officer


def group_of(role):
    return Group.objects.get(name=role.label)


def body(agency, *roles, **said):
    return {
        "username": "desk.moi",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "groups": [group_of(role).pk for role in roles],
        "postings-TOTAL_FORMS": 1,
        "postings-INITIAL_FORMS": 0,
        "postings-0-agency": agency.pk if agency else "",
        "postings-0-valid_from": "27/11/2026",
        "postings-0-valid_to": "",
        **said,
    }


class TestList:
    def test_is_of_the_heads_own_agency(self, client, head, agency):
        colleague, stranger = OfficerFactory(agency=agency), OfficerFactory(agency=AgencyFactory())
        of_two = OfficerFactory(agency=agency)
        PostingFactory(officer=of_two)
        above = [OfficerFactory(admin=True), OfficerFactory(portal_wide=True)]

        listed = set(client.get(reverse(LIST)).context["cl"].queryset)

        assert listed == {head, colleague}
        assert not listed & {stranger, of_two, *above}

    def test_costs_the_same_however_many(self, client, head, agency, django_assert_num_queries):
        client.get(reverse(LIST))
        OfficerFactory.create_batch(5, agency=agency, roles=[Role.PLANNER])

        with django_assert_num_queries(11):
            client.get(reverse(LIST))


class TestAdd:
    def test_makes_an_officer_who_works_here(self, client, head, agency):
        answer = client.post(reverse(ADD), body(agency, Role.RECEPTIONIST, Role.PLANNER))

        assert answer.status_code == 302
        officer = Officer.objects.get(username="desk.moi")
        assert officer.is_staff
        assert {group.name for group in officer.groups.all()} == {"Tiếp nhận", "Lập lịch"}
        assert [row.agency for row in officer.postings.all()] == [agency]
        assert AuditEntry.objects.about("desk.moi").filter(deed=Deed.ADDED).exists()

    def test_gives_no_role_that_the_head_has_not(self, client, head, agency):
        answer = client.post(reverse(ADD), body(agency, Role.TECHNICIAN))

        assert answer.context["adminform"].form.errors.keys() == {"groups"}
        assert not Officer.objects.filter(username="desk.moi").exists()

    @pytest.mark.parametrize("elsewhere", [True, False], ids=["another agency", "the whole portal"])
    def test_posts_nobody_elsewhere(self, client, head, elsewhere):
        other = AgencyFactory() if elsewhere else None

        answer = client.post(reverse(ADD), body(other, Role.RECEPTIONIST))

        assert answer.status_code == 200
        assert not Officer.objects.filter(username="desk.moi").exists()


class TestChange:
    @pytest.mark.parametrize(("role", "is_offered"), [(Role.HEAD, True), (Role.AUDITOR, False)])
    def test_offers_a_new_password_to_who_may_set_one(self, client, agency, role, is_offered):
        desk = OfficerFactory(agency=agency, roles=[Role.RECEPTIONIST])
        client.force_login(OfficerFactory(agency=agency, roles=[role]))

        page = client.get(reverse(CHANGE, args=[desk.pk])).content.decode()

        assert desk.username in page
        assert ("Đặt mật khẩu mới" in page) is is_offered

    def test_is_refused_for_oneself(self, client, head):
        assert client.post(reverse(CHANGE, args=[head.pk]), {}).status_code == 403

    def test_is_refused_for_who_has_more_rights(self, client, head, agency):
        technician = OfficerFactory(agency=agency, roles=[Role.TECHNICIAN])

        assert client.post(reverse(CHANGE, args=[technician.pk]), {}).status_code == 403

    def test_of_a_password_is_on_record(self, client, head, agency):
        colleague = OfficerFactory(agency=agency, roles=[Role.RECEPTIONIST])
        url = reverse("admin:auth_user_password_change", args=[colleague.pk])

        answer = client.post(url, {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"})

        assert answer.status_code == 302
        assert AuditEntry.objects.about(colleague.username).filter(deed=Deed.CHANGED).exists()

    @pytest.mark.parametrize("url", [CHANGE, "admin:auth_user_password_change"])
    def test_opens_no_shut_account_that_has_more_rights(self, client, head, agency, url):
        """Or its password could be set, the account opened, and all of its rights used."""
        technician = OfficerFactory(agency=agency, roles=[Role.TECHNICIAN], is_active=False)

        assert client.post(reverse(url, args=[technician.pk]), {}).status_code == 403

    def test_makes_nobody_a_superuser(self, client, head, agency):
        colleague = OfficerFactory(agency=agency)
        posting = colleague.postings.get()
        said = body(agency, is_superuser="on", is_active="on", username=colleague.username) | {
            "postings-INITIAL_FORMS": 1,
            "postings-0-id": posting.pk,
            "postings-0-officer": colleague.pk,
        }

        assert client.post(reverse(CHANGE, args=[colleague.pk]), said).status_code == 302

        colleague.refresh_from_db()
        assert not colleague.is_superuser

    def test_of_a_password_follows_the_same_rule(self, client, head, agency):
        technician = OfficerFactory(agency=agency, roles=[Role.TECHNICIAN])
        url = reverse("admin:auth_user_password_change", args=[technician.pk])

        assert client.get(url).status_code == 403


class TestLeaving:
    def test_is_one_action_that_hands_over(self, client, head, agency):
        leaver = OfficerFactory(agency=agency, roles=[Role.RECEPTIONIST])
        successor = OfficerFactory(agency=agency)

        asked = client.get(reverse(LEAVE, args=[leaver.pk]))
        answer = client.post(reverse(LEAVE, args=[leaver.pk]), {"successor": successor.pk})

        assert "Bàn giao cho" in asked.content.decode()
        assert answer.status_code == 302
        leaver.refresh_from_db()
        assert not leaver.is_active
        assert group_of(Role.RECEPTIONIST) in successor.groups.all()
        assert AuditEntry.objects.about(leaver.username).filter(deed=Deed.DID).exists()

    def test_is_handed_to_nobody_of_another_agency(self, client, head, agency):
        leaver, stranger = OfficerFactory(agency=agency), OfficerFactory(agency=AgencyFactory())

        answer = client.post(reverse(LEAVE, args=[leaver.pk]), {"successor": stranger.pk})

        assert answer.status_code == 200
        leaver.refresh_from_db()
        assert leaver.is_active

    def test_is_not_for_who_may_not_change_the_officer(self, client, head, agency):
        technician = OfficerFactory(agency=agency, roles=[Role.TECHNICIAN])

        for officer in (head, technician):
            assert client.get(reverse(LEAVE, args=[officer.pk])).status_code == 403
            assert client.post(reverse(LEAVE, args=[officer.pk]), {}).status_code == 403


class TestSitesOfAPosting:
    def test_are_sites_of_its_agency(self, client, head, agency):
        posting = OfficerFactory(agency=agency).postings.get()
        own, other = SiteFactory(agency=agency), SiteFactory()
        url = reverse("admin:accounts_posting_change", args=[posting.pk])
        form = {"limited_to-TOTAL_FORMS": 1, "limited_to-INITIAL_FORMS": 0, "valid_from": "01/01/2026"}

        client.post(url, form | {"limited_to-0-site": other.pk})
        client.post(url, form | {"limited_to-0-site": own.pk})

        assert [row.site for row in PostingSite.objects.all()] == [own]
