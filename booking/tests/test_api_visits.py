"""Booking with dossiers over the API, and taking a dossier back that has a place."""

import pytest

from booking.models import Appointment, Slot
from booking.services.people import NewPerson
from booking.tests.bodies import (
    booking_body,
    counted_statements,
    fields_of,
    person_body,
    problem_of,
    registration_body,
)
from booking.tests.factories import SlotFactory, child, declared, person
from dossiers.models import Paper
from dossiers.tests.factories import VersionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def slot():
    return SlotFactory(day__site__agency__dossier_required=True)


def with_dossier(who: NewPerson) -> dict:
    details = who.details
    return person_body(
        full_name=details.full_name,
        birth_date=details.birth_date,
        sex=details.sex,
        personal_id=details.personal_id,
        relation=who.relation.lower(),
        dossier=str(who.dossier),
    )


def of_mine(api, slot: Slot, *args, **said) -> NewPerson:
    return declared(*args, agency=slot.day.site.agency, citizen=api.citizen, **said)


class TestBooking:
    def test_says_the_dossier_its_places_and_what_to_bring(self, api, slot):
        who = of_mine(api, slot, child(), places=2)
        version = api.citizen.dossiers.get().version
        Paper.objects.create(version=version, says="Giấy khai sinh của con.")
        Paper.objects.create(version=version, says="Thẻ của cha hoặc mẹ", position=1)

        answer = api.post("appointments/", booking_body(slot, with_dossier(who)))

        assert answer.status_code == 201
        (booked,) = answer.json()["appointments"]
        assert (booked["dossier"], booked["places"]) == (str(who.dossier), 2)
        assert booked["bring"] == "Giấy khai sinh của con; Thẻ của cha hoặc mẹ"
        assert api.get(f"appointments/{booked['code']}/").json()["bring"] == booked["bring"]
        assert (
            api.get(f"sites/{slot.day.site.public_id}/slots/?date={slot.day.date}").json()[0]["remaining"]
            == 8
        )

    def test_is_refused_by_person_and_field(self, api, slot):
        mine, other = of_mine(api, slot), of_mine(api, slot, person("Lê Thị Hoa", sex="female"))
        body = booking_body(slot, with_dossier(mine), with_dossier(other) | {"full_name": "Lê Thị Hồng"})

        problem = problem_of(api.post("appointments/", body), 422, "invalid")

        assert fields_of(problem) == [("people[1].dossier", "other_person")]
        assert not Appointment.objects.exists()

    def test_of_a_strangers_dossier_says_that_there_is_none(self, api, neighbour, slot):
        body = booking_body(slot, with_dossier(of_mine(neighbour, slot)))

        problem = problem_of(api.post("appointments/", body), 422, "invalid")

        assert fields_of(problem) == [("people[0].dossier", "does_not_exist")]

    def test_without_one_is_refused_as_the_contract_says(self, api, slot):
        problem_of(api.post("appointments/", booking_body(slot)), 409, "dossier_required")

    def test_of_many_people_costs_as_little_as_of_one(self, api, slot):
        version = VersionFactory(form="dc02")

        def statements(size: int) -> int:
            people = [with_dossier(of_mine(api, slot, version=version)) for _ in range(size)]
            with counted_statements() as said:
                assert api.post("appointments/", booking_body(slot, *people)).status_code == 201
            return len(said)

        assert statements(1) == statements(4)


class TestRegistering:
    def test_names_the_dossier_of_each(self, api):
        slot = SlotFactory(office_assigns=True, day__site__agency__dossier_required=True)
        who = of_mine(api, slot)

        answer = api.post("registrations/", registration_body(slot.day.site.agency, with_dossier(who)))

        assert answer.status_code == 201
        assert answer.json()["people"][0]["dossier"] == str(who.dossier)


class TestWithdrawing:
    def test_a_dossier_cancels_its_appointment(self, api, slot):
        who = of_mine(api, slot)
        code = api.post("appointments/", booking_body(slot, with_dossier(who))).json()["appointments"][0][
            "code"
        ]

        answer = api.post(f"dossiers/{who.dossier}/withdraw/")

        assert (answer.status_code, answer.json()["status"]) == (200, "withdrawn")
        assert answer["ETag"]
        assert api.get(f"appointments/{code}/").json()["status"] == "cancelled"

    def test_another_citizens_answers_404(self, api, neighbour, slot):
        who = of_mine(neighbour, slot)

        problem_of(api.post(f"dossiers/{who.dossier}/withdraw/"), 404, "not_found")
