"""The calls on a citizen's own appointments, as the contract has them."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from booking.models import Appointment, Slot
from booking.services.evening import release_numbers
from booking.services.invariants import broken_invariants
from booking.tests.bodies import booking_body, counted_statements, person_body, problem_of
from booking.tests.factories import (
    EIGHT,
    FOUR,
    MONDAY,
    NOW,
    AppointmentFactory,
    SlotFactory,
    book_one,
    following,
    later_day,
    person,
)
from core.models import StoredAnswer

pytestmark = pytest.mark.django_db
FIELDS = {
    "code",
    "status",
    "site",
    "starts_at",
    "ends_at",
    "arrive_at",
    "full_name",
    "personal_id",
    "queue_number",
    "number_at",
    "relation",
    "changes_left",
}


def names(count):
    return [person_body(full_name=f"Trần Văn {letter}") for letter in "ABCDE"[:count]]


class TestCreate:
    def test_answers_with_the_appointments_of_the_contract(self, api):
        slot = SlotFactory(day__site__name="Công an phường Bàn Thạch", day__site__address="12 Hùng Vương")

        response = api.post("appointments/", booking_body(slot, person_body(personal_id="049085000123")))

        assert response.status_code == 201
        appointment = Appointment.objects.get()
        body = response.json()
        assert set(body) == {"booking", "appointments"}
        assert body["booking"] == str(appointment.person.booking.public_id)
        (said,) = body["appointments"]
        assert set(said) >= FIELDS
        assert {name: said[name] for name in FIELDS} == {
            "code": appointment.code,
            "status": "booked",
            "site": {
                "id": str(slot.day.site.public_id),
                "name": "Công an phường Bàn Thạch",
                "address": "12 Hùng Vương",
            },
            "starts_at": "2026-11-23T08:00:00+07:00",
            "ends_at": "2026-11-23T08:30:00+07:00",
            "arrive_at": "2026-11-23T07:55:00+07:00",
            "full_name": "Trần Văn An",
            "personal_id": "*********123",
            "queue_number": "A001",
            "number_at": None,
            "relation": "self",
            "changes_left": 3,
        }

    def test_says_when_the_number_will_come(self, api):
        slot = SlotFactory(evening_numbers=True)

        (said,) = api.post("appointments/", booking_body(slot)).json()["appointments"]

        assert (said["queue_number"], said["number_at"]) == (None, "2026-11-22T16:00:00+07:00")

    def test_answers_for_all_in_the_order_they_were_sent(self, api):
        body = booking_body(SlotFactory(), *names(5))

        said = api.post("appointments/", body).json()["appointments"]

        assert [row["full_name"] for row in said] == [row["full_name"] for row in body["people"]]
        assert [row["queue_number"] for row in said] == ["A001", "A002", "A003", "A004", "A005"]

    def test_keeps_a_phone_for_officers_and_takes_none(self, api):
        slot = SlotFactory()
        api.post("appointments/", booking_body(slot, phone="0905.123.456"))
        api.post("appointments/", booking_body(slot, person_body(full_name="Lê Hà"), phone=None))

        phones = [row.person.booking.phone for row in Appointment.objects.order_by("number")]
        assert phones == ["+84905123456", None]

    def test_refuses_a_full_slot_and_names_the_nearest(self, api):
        slot = SlotFactory(last_place=True)
        half_past = following(slot)
        book_one(slot)

        problem = problem_of(api.post("appointments/", booking_body(slot)), 409, "slot_full")

        assert problem["remaining"] == 0
        assert problem["nearest"] == [
            {
                "id": str(half_past.public_id),
                "starts_at": "2026-11-23T08:30:00+07:00",
                "ends_at": "2026-11-23T09:00:00+07:00",
                "capacity": 10,
                "remaining": 10,
            }
        ]

    @pytest.mark.parametrize(
        ("slot", "code"),
        [
            ({"closed_day": True}, "slot_closed"),
            ({"day__site__agency__window_days": 1}, "not_open_yet"),
            ({"day__date": MONDAY - timedelta(days=7)}, "too_late"),
            ({"day__site__agency__dossier_required": True}, "dossier_required"),
            ({"day__site__agency__people_per_booking": 1}, "too_many_people"),
            (
                {"day__site__agency__people_per_booking": 1, "day__site__agency__live_per_citizen": 1},
                "too_many_people",
            ),
        ],
    )
    def test_refuses_with_the_code_of_the_contract(self, api, slot, code):
        problem_of(api.post("appointments/", booking_body(SlotFactory(**slot), *names(2))), 409, code)

    def test_refuses_more_people_than_an_account_holds(self, api):
        slot = SlotFactory(day__site__agency__people_per_booking=2, day__site__agency__live_per_citizen=2)
        api.post("appointments/", booking_body(slot))

        problem_of(api.post("appointments/", booking_body(slot, *names(2))), 409, "too_many_live")

    def test_tells_the_owner_what_exists(self, api):
        said, slot = person_body(), SlotFactory()
        held = api.post("appointments/", booking_body(slot, said)).json()["appointments"][0]

        problem = problem_of(api.post("appointments/", booking_body(slot, said)), 409, "already_booked")

        assert problem["existing"] == {
            "code": held["code"],
            "site": slot.day.site.name,
            "starts_at": "2026-11-23T08:00:00+07:00",
        }

    def test_tells_a_stranger_only_the_fact_and_how_to_claim(self, api, neighbour):
        said, slot = person_body(), SlotFactory()
        api.post("appointments/", booking_body(slot, said))

        problem = problem_of(neighbour.post("appointments/", booking_body(slot, said)), 409, "already_booked")

        assert "existing" not in problem
        assert "giấy tờ" in problem["claim"]

    def test_asks_a_stranger_to_sign_in(self, stranger):
        problem_of(stranger.post("appointments/", booking_body(SlotFactory())), 401, "not_authenticated")

    @pytest.mark.parametrize("key", [{}, {"Idempotency_Key": "k"}], ids=["no key", "key"])
    @pytest.mark.parametrize("count", [1, 5])
    def test_costs_ten_statements_at_most(self, api, count, key):
        body = booking_body(SlotFactory(), *names(count))

        with counted_statements() as said:
            assert api.post("appointments/", body, **key).status_code == 201

        assert len(said) <= 10

    def test_costs_as_much_without_a_key_for_a_family_in_two_slots(self, api):
        slot = SlotFactory(capacity=2)
        following(slot)
        body = booking_body(slot, *names(5))

        with counted_statements() as said:
            assert api.post("appointments/", body).status_code == 201

        assert len(said) <= 10

    def test_gives_the_same_answer_under_one_key_and_books_once(self, api):
        body = booking_body(SlotFactory())

        first, second = (api.post("appointments/", body, Idempotency_Key="k") for _ in range(2))

        assert (first.status_code, first.json()) == (second.status_code, second.json())
        assert Appointment.objects.count() == 1

    def test_refuses_the_key_for_another_body(self, api):
        slot = SlotFactory()
        api.post("appointments/", booking_body(slot), Idempotency_Key="k")

        again = api.post("appointments/", booking_body(slot), Idempotency_Key="k")

        problem_of(again, 409, "idempotency_mismatch")
        assert Appointment.objects.count() == 1

    def test_keeps_no_refusal_under_a_key(self, api):
        slot = SlotFactory(full=True)
        body = booking_body(slot)
        problem_of(api.post("appointments/", body, Idempotency_Key="k"), 409, "slot_full")
        Slot.objects.update(taken=0)

        assert api.post("appointments/", body, Idempotency_Key="k").status_code == 201

    def test_keeps_the_keys_of_two_citizens_apart(self, api, neighbour):
        slot = SlotFactory()
        for caller in (api, neighbour):
            assert caller.post("appointments/", booking_body(slot), Idempotency_Key="k").status_code == 201

        assert StoredAnswer.objects.count() == 2

    def test_counts_how_often_one_account_books(self, api, settings):
        settings.THROTTLE_FACTOR = 1
        settings.THROTTLES_PER_MINUTE = settings.THROTTLES_PER_MINUTE | {"book": 1}
        settings.CACHES = {"default": settings.CACHES["default"] | {"KEY_PREFIX": uuid4().hex}}
        slot = SlotFactory()
        api.post("appointments/", booking_body(slot))

        response = api.post("appointments/", booking_body(slot))

        problem_of(response, 429, "rate_limited")
        assert 0 < int(response["Retry-After"]) <= 60


class TestList:
    def test_tells_of_ones_own_the_latest_hour_first(self, api):
        monday = SlotFactory()
        first = book_one(monday, citizen=api.citizen)
        second = book_one(later_day(monday), person("Lê Hà"), citizen=api.citizen)
        book_one(monday, person("Người khác"))

        page = api.get("appointments/").json()

        assert set(page) == {"next", "previous", "results"}
        assert [row["code"] for row in page["results"]] == [second.code, first.code]
        assert set(page["results"][0]) >= FIELDS

    def test_comes_in_pages(self, api):
        slot = SlotFactory(capacity=30)
        for _ in range(22):
            AppointmentFactory(slot=slot, person__booking__citizen=api.citizen)

        first = api.get("appointments/").json()
        second = api.get(first["next"].partition("/api/v1/")[2]).json()

        codes = {row["code"] for row in first["results"] + second["results"]}
        assert (len(first["results"]), len(codes), second["next"]) == (20, 22, None)

    @pytest.mark.parametrize("cursor", ["x", "cD14", "bz0xJnA9Mg=="])
    def test_refuses_a_cursor_that_is_not_ours(self, api, cursor):
        problem_of(api.get(f"appointments/?cursor={cursor}"), 400, "malformed")

    def test_asks_a_stranger_to_sign_in(self, stranger):
        problem_of(stranger.get("appointments/"), 401, "not_authenticated")

    @pytest.mark.parametrize("count", [1, 5])
    def test_is_two_statements_however_many(self, api, count):
        slot = SlotFactory()
        for _ in range(count):
            AppointmentFactory(slot=slot, person__booking__citizen=api.citizen)

        with counted_statements() as said:
            api.get("appointments/")

        assert len(said) == 2  # who asks, and the list


class TestRetrieve:
    def test_tells_of_one_with_its_number_once_it_is_there(self, api):
        slot = SlotFactory(evening_numbers=True)
        code = book_one(slot, citizen=api.citizen).code
        release_numbers(agency=slot.day.site.agency, day=MONDAY, now=FOUR)

        said = api.get(f"appointments/{code}/").json()

        assert (said["code"], said["queue_number"], said["number_at"]) == (code, "A001", None)

    @pytest.mark.parametrize("status", Appointment.Status)
    def test_says_each_status_in_the_words_of_the_contract(self, api, status):
        cancelled = {"cancelled": True} if status == Appointment.Status.CANCELLED else {"status": status}
        appointment = AppointmentFactory(person__booking__citizen=api.citizen, **cancelled)

        said = api.get(f"appointments/{appointment.code}/").json()

        assert said["status"] in {
            *("booked", "confirmed", "arrived", "called", "serving"),
            *("done", "no_show", "not_reached", "cancelled"),
        }


class TestActions:
    def test_cancel_answers_with_the_appointment(self, api):
        code = book_one(SlotFactory(), citizen=api.citizen).code

        response = api.post(f"appointments/{code}/cancel/")

        assert (response.status_code, response.json()["status"]) == (200, "cancelled")
        problem_of(api.post(f"appointments/{code}/cancel/"), 409, "not_allowed_now")

    def test_confirm_answers_with_the_appointment(self, api):
        code = book_one(SlotFactory(), citizen=api.citizen).code

        response = api.post(f"appointments/{code}/confirm/")

        assert (response.status_code, response.json()["status"]) == (200, "confirmed")

    def test_reschedule_answers_with_the_new_hour(self, api):
        slot = SlotFactory()
        half_past = following(slot)
        code = book_one(slot, citizen=api.citizen).code

        response = api.post(f"appointments/{code}/reschedule/", {"slot": str(half_past.public_id)})

        said = response.json()
        assert (response.status_code, said["code"]) == (200, code)
        assert (said["starts_at"], said["changes_left"]) == ("2026-11-23T08:30:00+07:00", 2)

    def test_reschedule_refuses_with_the_codes_of_the_contract(self, api):
        slot = SlotFactory(day__site__agency__changes_allowed=0)
        code = book_one(slot, citizen=api.citizen).code
        move = f"appointments/{code}/reschedule/"

        problem_of(api.post(move, {"slot": str(following(slot).public_id)}), 409, "too_many_changes")
        problem_of(api.post(move, {}), 422, "invalid")
        problem_of(api.post(move, {"slot": "x"}), 422, "invalid")

    def test_reschedule_refuses_a_full_slot(self, api):
        slot = SlotFactory()
        code = book_one(slot, citizen=api.citizen).code
        full = following(slot, last_place=True)
        book_one(full)

        response = api.post(f"appointments/{code}/reschedule/", {"slot": str(full.public_id)})

        assert problem_of(response, 409, "slot_full")["remaining"] == 0

    def test_refuse_once_the_hour_has_come(self, api):
        code = book_one(SlotFactory(), citizen=api.citizen).code

        with time_machine.travel(EIGHT, tick=False):
            later = replace(api, since=EIGHT)
            for act in ("cancel", "confirm"):
                problem_of(later.post(f"appointments/{code}/{act}/"), 409, "not_allowed_now")


class TestOtherPeoplesAppointments:
    @pytest.fixture
    def code(self, neighbour):
        return book_one(SlotFactory(), citizen=neighbour.citizen).code

    def calls(self, caller, code):
        slot = {"slot": str(Slot.objects.get().public_id)}
        return [
            caller.get(f"appointments/{code}/"),
            caller.post(f"appointments/{code}/cancel/"),
            caller.post(f"appointments/{code}/confirm/"),
            caller.post(f"appointments/{code}/reschedule/", slot),
        ]

    def test_are_not_found(self, api, code):
        for response in self.calls(api, code):
            problem_of(response, 404, "not_found")

        assert Appointment.objects.get().status == Appointment.Status.BOOKED

    @pytest.mark.parametrize("unknown", ["CPXXXXX", "x" * 300, "%F0%9F%98%80", "..%2F.."])
    def test_look_like_those_that_are_nobodys(self, api, code, unknown):
        for response in self.calls(api, unknown):
            problem_of(response, 404, "not_found")

    def test_ask_a_stranger_to_sign_in(self, stranger, code):
        for response in self.calls(stranger, code):
            problem_of(response, 401, "not_authenticated")

    def test_do_not_change_hands_while_one_is_away(self, api, code):
        api.delete("me/")

        assert Appointment.objects.live().count() == 1
        assert broken_invariants(now=NOW) == {}
