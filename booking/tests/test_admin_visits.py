"""The desk books somebody by the code of their dossier."""

import pytest
import time_machine
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import CitizenFactory, OfficerFactory
from booking.models import Appointment, Registration
from booking.tests.factories import MONDAY, NOW, SlotFactory, book_one, declared
from dossiers.models import Dossier, Paper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_as_served")]


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def slot():
    return SlotFactory(day__site__agency__dossier_required=True)


@pytest.fixture
def desk(client, slot):
    client.force_login(OfficerFactory(agency=slot.day.site.agency, roles=[Role.RECEPTIONIST]))
    return client


def assist(desk, slot, **said):
    address = f"{reverse('admin:booking_appointment_assist')}?ngay={MONDAY}"
    body = {"slot": str(slot.public_id), "notice": "on", "phone": ""} | said
    return desk.post(address, body, follow=True).content.decode()


def code_of(who) -> str:
    return Dossier.objects.get(public_id=who.dossier).code


class TestAtTheDesk:
    def test_who_has_a_dossier_is_booked_by_its_code_alone(self, desk, slot):
        who = declared(agency=slot.day.site.agency, citizen=CitizenFactory(), places=2)

        page = assist(desk, slot, dossier=f" {code_of(who).lower()} ")

        appointment = Appointment.objects.get()
        assert appointment.person.dossier.public_id == who.dossier
        assert (appointment.person.full_name, appointment.places) == ("Trần Văn An", 2)
        assert appointment.queue_number == "A001"
        assert "Số A001" in page

    def test_who_has_none_is_told_that_one_comes_first(self, desk, slot):
        page = assist(
            desk,
            slot,
            full_name="Trần Văn An",
            personal_id="049085000123",
            birth_date="12/4/1985",
        )

        assert "yêu cầu khai hồ sơ trước" in page
        assert not Appointment.objects.exists()

    @pytest.mark.parametrize(
        ("columns", "words"),
        [
            ({"status": "SUBMITTED"}, "Chỉ hẹn được khi hồ sơ đã duyệt"),
            ({"status": "DRAFT"}, "Không có hồ sơ mang mã này"),
        ],
    )
    def test_a_dossier_that_is_not_accepted_says_so_beside_the_code(self, desk, slot, columns, words):
        who = declared(agency=slot.day.site.agency, citizen=CitizenFactory(), **columns)

        assert words in assist(desk, slot, dossier=code_of(who))
        assert not Appointment.objects.exists()

    def test_a_dossier_of_another_office_is_not_there(self, desk, slot):
        who = declared(agency=SlotFactory().day.site.agency, citizen=CitizenFactory())

        assert "Không có hồ sơ mang mã này" in assist(desk, slot, dossier=code_of(who))

    def test_registers_by_the_code_where_the_office_assigns(self, client):
        slot = SlotFactory(office_assigns=True, day__site__agency__dossier_required=True)
        agency = slot.day.site.agency
        client.force_login(OfficerFactory(agency=agency, roles=[Role.RECEPTIONIST]))
        who = declared(agency=agency, citizen=CitizenFactory())
        body = {
            "agency": agency.slug,
            "site": "",
            "from_date": f"{MONDAY}",
            "to_date": f"{MONDAY}",
            "half": "ANY",
            "notice": "on",
            "dossier": code_of(who),
        }

        client.post(reverse("admin:booking_registration_assist"), body)

        assert Registration.objects.get().booking.people.get().dossier.public_id == who.dossier


class TestAnAppointment:
    def test_names_its_dossier_and_what_its_person_brings(self, client, slot):
        client.force_login(OfficerFactory(agency=slot.day.site.agency, roles=[Role.HEAD]))
        citizen = CitizenFactory()
        who = declared(agency=slot.day.site.agency, citizen=citizen)
        appointment = book_one(slot, who, citizen=citizen)
        dossier = appointment.person.dossier
        Paper.objects.create(version=dossier.version, says="Giấy khai sinh bản chính")

        page = client.get(reverse("admin:booking_appointment_change", args=[appointment.pk])).content.decode()

        assert reverse("admin:dossiers_dossier_change", args=[dossier.pk]) in page
        assert f"{dossier.code}</a>, đã duyệt" in page
        assert "Giấy khai sinh bản chính" in page

    def test_leads_nobody_to_a_dossier_they_may_not_open(self, client, slot):
        client.force_login(OfficerFactory(agency=slot.day.site.agency, roles=[Role.PLANNER]))
        citizen = CitizenFactory()
        who = declared(agency=slot.day.site.agency, citizen=citizen)
        appointment = book_one(slot, who, citizen=citizen)
        dossier = appointment.person.dossier

        page = client.get(reverse("admin:booking_appointment_change", args=[appointment.pk])).content.decode()

        assert reverse("admin:dossiers_dossier_change", args=[dossier.pk]) not in page
        assert f"{dossier.code}, đã duyệt" in page


class TestEndingADossier:
    @pytest.fixture
    def head(self, client, slot):
        client.force_login(OfficerFactory(agency=slot.day.site.agency, roles=[Role.HEAD]))
        return client

    @pytest.mark.parametrize(
        ("page", "said"),
        [
            ("refuse", {"reason": "NOT_THIS_CASE", "basis": "Luật thử, Điều 1", "words": ""}),
            ("stop", {"reason": "ASKED_AT_THE_COUNTER", "papers_seen": "CCCD", "words": ""}),
        ],
    )
    def test_cancels_the_appointment_that_was_made_for_it(self, head, slot, page, said):
        citizen = CitizenFactory()
        appointment = book_one(slot, declared(agency=slot.day.site.agency, citizen=citizen), citizen=citizen)
        dossier = appointment.person.dossier
        address = reverse(f"admin:dossiers_dossier_{page}", args=[dossier.pk])

        head.post(f"{address}?lan={dossier.revision}", said)

        appointment.refresh_from_db()
        dossier.refresh_from_db()
        assert dossier.status == {"refuse": "REFUSED", "stop": "STOPPED"}[page]
        assert appointment.status == Appointment.Status.CANCELLED
