"""The desk books somebody by the code of their dossier."""

import pytest
import time_machine
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import CitizenFactory, OfficerFactory
from booking.models import Appointment, Registration
from booking.tests.factories import MONDAY, NOW, SlotFactory, declared
from dossiers.models import Dossier

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
