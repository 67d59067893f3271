"""A whole identity number is seen by a click, and the click is on record."""

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.roles import Role
from accounts.tests.factories import OfficerFactory
from booking.tests.factories import NOW, SlotFactory, book_one, family, register
from core.officers import Deed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_as_served")]


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def at_desk(client, agency, role=Role.RECEPTIONIST):
    officer = OfficerFactory(agency=agency, roles=[role])
    client.force_login(officer)
    return officer


class TestReveal:
    def test_shows_the_whole_number_and_notes_who_looked(self, client):
        appointment = book_one(SlotFactory())
        officer = at_desk(client, appointment.day.site.agency)

        answer = client.get(reverse("admin:booking_appointment_reveal", args=[appointment.pk]))

        assert appointment.person.personal_id in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
        entry = AuditEntry.objects.about(appointment.code).get(deed=Deed.REVEALED)
        assert entry.officer == officer

    def test_shows_everybody_of_a_registration(self, client):
        registration = register(SlotFactory(office_assigns=True), *family(3))
        at_desk(client, registration.agency)
        numbers = [person.personal_id for person in registration.booking.people.all()]

        page = client.get(
            reverse("admin:booking_registration_reveal", args=[registration.pk])
        ).content.decode()

        assert all(number in page for number in numbers)

    def test_is_the_only_page_that_does(self, client):
        appointment = book_one(SlotFactory())
        at_desk(client, appointment.day.site.agency, Role.HEAD)
        pages = [
            reverse("admin:booking_appointment_changelist"),
            reverse("admin:booking_appointment_change", args=[appointment.pk]),
            reverse("admin:booking_appointment_history", args=[appointment.pk]),
            reverse("admin:booking_serviceday_list"),
            reverse("admin:booking_remindercall_list"),
            reverse("admin:index"),
        ]

        seen = [page for page in pages if appointment.person.personal_id in client.get(page).content.decode()]

        assert seen == []

    def test_is_not_for_who_only_plans(self, client):
        appointment = book_one(SlotFactory())
        at_desk(client, appointment.day.site.agency, Role.PLANNER)

        answer = client.get(reverse("admin:booking_appointment_reveal", args=[appointment.pk]))

        assert answer.status_code == 403
        assert not AuditEntry.objects.filter(deed=Deed.REVEALED).exists()
