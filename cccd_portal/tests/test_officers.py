"""Every page of the officers' side opens, and an officer of one agency sees no row of another."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import models
from django.urls import NoReverseMatch, reverse

from accounts.models import AuditEntry, Officer
from accounts.services.audit import record
from accounts.tests.factories import EIGHT, CitizenFactory, OfficerFactory, PostingFactory
from agencies.models import AdminUnit, Agency
from agencies.tests.factories import AgencyFactory
from booking.models import Release
from booking.tests.factories import AppointmentFactory, RegistrationFactory, ServiceDayFactory, SiteFactory
from core.admin import OfficeAdmin
from core.officers import Deed
from notifications.models import OaQuota
from notifications.tests.factories import MessageFactory, MessageTextFactory
from zalo.models import OaToken

# The theme's own pages ask for variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def release_at(agency: Agency) -> Release:
    appointment = AppointmentFactory(slot__day__site__agency=agency)
    officer = OfficerFactory(agency=agency)
    said = {"papers_seen": "CCCD bản chính", "released_at": EIGHT}
    return Release.objects.create(person=appointment.person, officer=officer, **said)


def entry_of(agency: Agency) -> AuditEntry:
    said = {"deed": Deed.VIEWED, "what": "booking.Appointment", "agencies": [agency.pk]}
    return record(officer=OfficerFactory(), now=EIGHT, **said)


def token_of(agency: Agency) -> OaToken:
    times = {"expires_at": EIGHT, "granted_at": EIGHT, "refreshed_at": EIGHT}
    return OaToken.objects.create(oa_id=agency.oa_id, access_token="a", refresh_token="r", **times)


def a_city() -> AdminUnit:
    said = {"set": "2025", "code": "48", "kind": "THANH_PHO", "level": "PROVINCE", "name": "Đà Nẵng"}
    return AdminUnit.objects.create(valid_from="2025-07-01", **said)


# A row of each table that is an agency's.
OF_AN_AGENCY = {
    "agencies.Agency": lambda agency: agency,
    "accounts.Officer": lambda agency: OfficerFactory(agency=agency),
    "accounts.Posting": lambda agency: PostingFactory(agency=agency),
    "accounts.AuditEntry": entry_of,
    "booking.Site": lambda agency: SiteFactory(agency=agency),
    "booking.ServiceDay": lambda agency: ServiceDayFactory(site__agency=agency),
    "booking.Appointment": lambda agency: AppointmentFactory(slot__day__site__agency=agency),
    "booking.Registration": lambda agency: RegistrationFactory(agency=agency),
    "booking.Release": release_at,
    "notifications.Message": lambda agency: MessageFactory(agency=agency),
    "notifications.MessageText": lambda agency: MessageTextFactory(agency=agency),
    "notifications.OaQuota": lambda agency: OaQuota.objects.create(
        oa_id=agency.oa_id, day="2026-11-23", remaining=500, seen_at=EIGHT
    ),
}
# A row of each table that is of the whole portal: the same for all agencies, or nobody of an agency may look.
OF_THE_PORTAL = {
    "agencies.AdminUnit": lambda _: a_city(),
    "accounts.Citizen": lambda _: CitizenFactory(with_phone=True),
    "zalo.OaToken": token_of,
}
ROWS = OF_AN_AGENCY | OF_THE_PORTAL
# Read by every officer who has the right.
PUBLIC = {"agencies.AdminUnit"}


def address(model: type[models.Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def model_named(label: str) -> type[models.Model]:
    return next(model for model in admin.site._registry if model._meta.label == label)


def test_every_table_of_the_officers_side_is_tried_below():
    assert {model._meta.label for model in admin.site._registry} == set(ROWS)


class TestPages:
    @pytest.fixture
    def superuser(self, client):
        client.force_login(OfficerFactory(admin=True))
        return client

    @pytest.mark.parametrize("label", ROWS)
    def test_open_for_who_may_see_all(self, superuser, label):
        model, row = model_named(label), ROWS[label](AgencyFactory())

        pages = [
            address(model, "changelist"),
            address(model, "change", row.pk),
            address(model, "history", row.pk),
        ]

        assert [superuser.get(page).status_code for page in pages] == [200, 200, 200]

    @pytest.mark.parametrize("label", ROWS)
    def test_to_add_a_row_open_where_that_is_allowed(self, superuser, label):
        model = model_named(label)
        is_plain = admin.site._registry[model].has_add_permission(_request_of(superuser))

        assert superuser.get(address(model, "add")).status_code == (200 if is_plain else 403)

    def test_begin_with_an_overview(self, superuser):
        assert superuser.get(reverse("admin:index")).status_code == 200

    @pytest.mark.parametrize("label", ROWS)
    def test_send_strangers_to_the_sign_in(self, client, label):
        response = client.get(address(model_named(label), "changelist"))

        assert response.status_code == 302
        assert response["Location"].startswith(reverse("admin:login"))

    def test_are_shut_to_officers_who_left(self, client):
        client.force_login(OfficerFactory(admin=True, is_staff=False))

        assert client.get(reverse("admin:index")).status_code == 302


class TestScope:
    @pytest.fixture
    def agency(self):
        return AgencyFactory()

    @pytest.fixture
    def officer(self, client, agency):
        """Somebody of one agency with every right there is."""
        officer = OfficerFactory(agency=agency)
        officer.user_permissions.set(Permission.objects.all())
        client.force_login(officer)
        return officer

    @pytest.mark.parametrize("label", OF_AN_AGENCY)
    def test_of_an_officer_is_their_own_agency(self, client, officer, agency, label):
        model, make = model_named(label), OF_AN_AGENCY[label]
        ours, theirs = make(agency), make(AgencyFactory())

        listed = client.get(address(model, "changelist")).context["cl"].queryset

        assert ours in listed
        assert theirs not in listed

    @pytest.mark.parametrize("label", OF_AN_AGENCY)
    def test_holds_for_single_rows_too(self, client, officer, label):
        model, make = model_named(label), OF_AN_AGENCY[label]
        theirs = make(AgencyFactory())

        pages = [client.get(address(model, page, theirs.pk)) for page in ("change", "delete", "history")]

        assert {page.status_code for page in pages} <= {403, 404}

    @pytest.mark.parametrize("label", OF_THE_PORTAL)
    def test_leaves_what_is_of_no_agency_to_the_portals_own(self, client, officer, agency, label):
        model, make = model_named(label), OF_THE_PORTAL[label]
        make(agency)

        listed = client.get(address(model, "changelist")).context["cl"].queryset

        assert listed.exists() is (label in PUBLIC)

    def test_of_people_of_the_portal_is_every_agency(self, client):
        officer = OfficerFactory(portal_wide=True)
        officer.user_permissions.set(Permission.objects.filter(codename="view_appointment"))
        client.force_login(officer)
        appointments = {AppointmentFactory() for _ in range(2)}
        model = model_named("booking.Appointment")

        listed = client.get(address(model, "changelist")).context["cl"].queryset

        assert set(listed) == appointments

    def test_of_who_is_posted_nowhere_is_nothing(self, client):
        officer = OfficerFactory()
        officer.user_permissions.set(Permission.objects.filter(codename="view_appointment"))
        client.force_login(officer)
        AppointmentFactory()

        listed = client.get(address(model_named("booking.Appointment"), "changelist")).context["cl"].queryset

        assert not listed.exists()

    def test_of_searching_while_typing_is_the_same(self, client, officer, agency):
        AgencyFactory(name="Công an phường khác")
        asked = {"app_label": "booking", "model_name": "site", "field_name": "agency", "term": ""}

        found = client.get(reverse("admin:autocomplete"), asked).json()["results"]

        assert [row["text"] for row in found] == [agency.name]

    @pytest.mark.parametrize("label", OF_AN_AGENCY)
    def test_is_all_that_a_filter_offers(self, client, officer, label):
        model = model_named(label)
        other = SiteFactory(name="Điểm của nơi khác", agency__name="Công an nơi khác")
        OF_AN_AGENCY[label](other.agency)

        page = client.get(address(model, "changelist")).content.decode()

        assert "nơi khác" not in page


class TestBaseClass:
    def test_is_the_houses_for_every_table_of_ours(self):
        pages = admin.site._registry.values()

        assert [page for page in pages if not isinstance(page, OfficeAdmin)] == []

    def test_is_reached_below_one_address(self):
        with pytest.raises(NoReverseMatch):
            reverse("admin:booking_slot_changelist")


def _request_of(client):
    request = client.get(reverse("admin:index")).wsgi_request
    assert isinstance(request.user, Officer)
    return request
