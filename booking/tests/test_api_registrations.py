"""The calls where the office assigns place and hour, as the contract has them."""

from datetime import timedelta

import pytest

from booking.models import Registration
from booking.services.evening import evening_run
from booking.services.invariants import broken_invariants
from booking.tests.bodies import counted_statements, fields_of, person_body, problem_of, registration_body
from booking.tests.factories import FOUR, MONDAY, NOW, SiteFactory, SlotFactory, register

pytestmark = pytest.mark.django_db
NAMES = ["Trần Văn An", "Nguyễn Thị Bình", "Lê Thu Hà", "Phạm Văn Dũng", "Võ Thị Én"]


def family(names=NAMES):
    return [person_body(full_name=name, relation="other") for name in names]


@pytest.fixture
def site():
    return SiteFactory(agency__office_assigns=True)


class TestCreate:
    def test_answers_with_the_registration_of_the_contract(self, api, site):
        body = registration_body(
            site.agency,
            person_body(personal_id="049085000123"),
            to=f"{MONDAY + timedelta(days=2)}",
            half="morning",
            site=str(site.public_id),
        )

        response = api.post("registrations/", body)

        assert response.status_code == 201
        said = response.json()
        assert (
            said.items()
            >= {
                "id": str(Registration.objects.get().public_id),
                "status": "waiting",
                "agency": site.agency.slug,
                "site": {"id": str(site.public_id), "name": site.name, "address": site.address},
                "from": "2026-11-23",
                "to": "2026-11-25",
                "half": "morning",
                "told_at": "2026-11-22T16:00:00+07:00",
                "appointments": [],
            }.items()
        )
        (only,) = said["people"]
        assert (
            only.items()
            >= {
                "full_name": "Trần Văn An",
                "personal_id": "*********123",
                "relation": "self",
            }.items()
        )

    def test_needs_neither_site_nor_ward_nor_half(self, api, site):
        body = registration_body(site.agency)
        for name in ("site", "ward", "half", "phone", "priority"):
            del body[name]

        said = api.post("registrations/", body).json()

        assert (said["status"], said["site"], said["half"]) == ("waiting", None, "any")

    def test_names_the_people_in_the_order_in_which_they_were_sent(self, api, site):
        said = api.post("registrations/", registration_body(site.agency, *family())).json()

        assert [row["full_name"] for row in said["people"]] == NAMES

    @pytest.mark.parametrize("count", [1, len(NAMES)])
    def test_costs_the_same_however_many_people(self, api, site, count):
        body = registration_body(site.agency, *family(NAMES[:count]))

        with counted_statements() as said:
            assert api.post("registrations/", body).status_code == 201

        assert len(said) == 8

    @pytest.mark.parametrize(
        ("said", "fault"),
        [
            ({"from": "2026-11-19"}, ("from", "in_past")),
            ({"to": "2026-11-22"}, ("to", "before_from")),
            ({"to": "2026-12-31"}, ("to", "too_long")),
            ({"to": "9999-12-31"}, ("to", "too_long")),
            ({"from": "2026-02-30"}, ("from", "invalid")),
            ({"from": 20261123}, ("from", "invalid")),
            ({"from": "2026-11-23T08:00"}, ("from", "invalid")),
            ({"to": None}, ("to", "null")),
            ({"half": "night"}, ("half", "invalid_choice")),
            ({"agency": "khong-co"}, ("agency", "does_not_exist")),
            ({"agency": "a b"}, ("agency", "invalid")),
            ({"agency": None}, ("agency", "null")),
            ({"site": "3f0e0c1c-6a9c-4f0e-8f5e-7f4f5a0d9b11"}, ("site", "does_not_exist")),
            ({"site": "x"}, ("site", "invalid")),
            ({"ward": "20353"}, ("ward", "invalid")),
            ({"people": []}, ("people", "empty")),
        ],
        ids=str,
    )
    def test_names_the_field_that_is_wrong(self, api, site, said, fault):
        problem = problem_of(
            api.post("registrations/", registration_body(site.agency) | said), 422, "invalid"
        )

        assert fields_of(problem) == [fault]
        assert Registration.objects.count() == 0

    def test_refuses_with_the_codes_of_the_contract(self, api, site):
        picks = registration_body(SiteFactory().agency)
        too_late = registration_body(site.agency, **{"from": "2026-12-21", "to": "2026-12-21"})
        too_many = registration_body(site.agency, *family(NAMES * 2 + ["Đỗ Văn Xuân"]))
        twice = registration_body(site.agency)

        problem_of(api.post("registrations/", picks), 409, "not_allowed_now")
        problem_of(api.post("registrations/", too_late), 409, "not_open_yet")
        problem_of(api.post("registrations/", too_many), 409, "too_many_people")
        assert api.post("registrations/", twice).status_code == 201
        problem_of(api.post("registrations/", twice), 409, "already_booked")

    def test_registers_once_under_one_key(self, api, site):
        body = registration_body(site.agency)

        first, second = (api.post("registrations/", body, Idempotency_Key="k") for _ in range(2))

        assert (second.status_code, second.json()) == (201, first.json())
        assert Registration.objects.count() == 1

    def test_asks_a_stranger_to_sign_in(self, stranger, site):
        response = stranger.post("registrations/", registration_body(site.agency))

        problem_of(response, 401, "not_authenticated")


class TestRetrieve:
    def test_tells_of_the_places_once_they_are_given(self, api):
        slot = SlotFactory(office_assigns=True)
        said = api.post("registrations/", registration_body(slot.day.site.agency, *family())).json()
        evening_run(now=FOUR)

        placed = api.get(f"registrations/{said['id']}/").json()

        assert (placed["status"], placed["told_at"]) == ("placed", None)
        assert [row["full_name"] for row in placed["appointments"]] == NAMES
        assert [row["queue_number"] for row in placed["appointments"]] == [f"A00{n}" for n in range(1, 6)]
        assert {row["starts_at"] for row in placed["appointments"]} == {"2026-11-23T08:00:00+07:00"}
        codes = {row["code"] for row in placed["appointments"]}
        assert {row["code"] for row in api.get("appointments/").json()["results"]} == codes


class TestList:
    def test_tells_of_ones_own_the_latest_first(self, api, site):
        first, second = (register(site, citizen=api.citizen) for _ in range(2))
        register(site)

        page = api.get("registrations/").json()

        assert set(page) == {"next", "previous", "results"}
        assert [row["id"] for row in page["results"]] == [str(row.public_id) for row in (second, first)]

    @pytest.mark.parametrize("count", [1, 4])
    def test_costs_the_same_however_many(self, api, count):
        slot = SlotFactory(office_assigns=True)
        for _ in range(count):
            register(slot, citizen=api.citizen)
        evening_run(now=FOUR)

        with counted_statements() as said:
            api.get("registrations/")

        assert len(said) == 3  # who asks, the list, its people with their places

    @pytest.mark.parametrize("cursor", ["x", "cD14", "cD0lMDA="])
    def test_refuses_a_cursor_that_is_not_ours(self, api, cursor):
        problem_of(api.get(f"registrations/?cursor={cursor}"), 400, "malformed")


class TestDelete:
    def test_withdraws(self, api, site):
        registration = register(site, citizen=api.citizen)

        response = api.delete(f"registrations/{registration.public_id}/")

        assert (response.status_code, response.content) == (204, b"")
        said = api.get(f"registrations/{registration.public_id}/").json()
        assert (said["status"], said["told_at"]) == ("withdrawn", None)
        assert broken_invariants(now=NOW) == {}

    def test_is_refused_a_second_time(self, api, site):
        address = f"registrations/{register(site, citizen=api.citizen).public_id}/"
        api.delete(address)

        problem_of(api.delete(address), 409, "not_allowed_now")


class TestOtherPeoplesRegistrations:
    @pytest.fixture
    def address(self, neighbour, site):
        return f"registrations/{register(site, citizen=neighbour.citizen).public_id}/"

    def test_are_not_found(self, api, address):
        for response in (api.get(address), api.delete(address)):
            problem_of(response, 404, "not_found")

        assert Registration.objects.get().status == Registration.Status.WAITING

    def test_look_like_those_that_are_nobodys(self, api):
        for unknown in ("3f0e0c1c-6a9c-4f0e-8f5e-7f4f5a0d9b11", "1", "x"):
            problem_of(api.get(f"registrations/{unknown}/"), 404, "not_found")

    def test_ask_a_stranger_to_sign_in(self, stranger, address):
        for response in (stranger.get(address), stranger.delete(address), stranger.get("registrations/")):
            problem_of(response, 401, "not_authenticated")
