"""What the API promises of a citizen's own dossiers."""

from datetime import datetime, timedelta

import pytest
import time_machine

from accounts.notice import CURRENT_NOTICE
from accounts.tests.callers import counted_statements, fields_of, problem_of
from accounts.tests.factories import OfficerFactory
from agencies.tests.factories import AgencyFactory
from dossiers.api import examples
from dossiers.models import Correction, Dossier
from dossiers.services.looking_up import proof_of
from dossiers.services.moving import move_on
from dossiers.services.retention import stop
from dossiers.states import Status
from dossiers.tests.declared import DC02_DATA, NOW, begun, filled, standing, submitted

DECLARED = {"declared_true": True, "accept": {"notice": CURRENT_NOTICE.version, "on_behalf": True}}
UNKNOWN = "3f0e0c1c-6a9c-4f0e-8f5e-7f4f5a0d9b11"


@pytest.fixture
def agency(law):
    return AgencyFactory(slug="ban-thach", name="Công an phường Bàn Thạch")


def start(**said):
    return {"agency": "ban-thach", "procedure": "1.014064", "reason": "damaged", "relation": "self"} | said


def at(dossier, then=""):
    return f"dossiers/{dossier.public_id}/{then}"


class TestBegin:
    def test_answers_with_the_dossier_and_where_it_stands(self, api, agency):
        response = api.post("dossiers/", start())

        body = response.json()
        dossier = Dossier.objects.get()
        assert response.status_code == 201
        assert response["ETag"] == '"1"'
        assert (body["id"], body["code"], body["version"]) == (str(dossier.public_id), dossier.code, 1)
        assert (body["status"], body["national_status"], body["procedure"]) == ("draft", None, "1.014064")
        assert body["data"] == {"addressed_to": "Công an phường Bàn Thạch", "requests": ["card"]}
        assert {"full_name", "birth_date", "personal_id"} <= {fault["field"] for fault in body["missing"]}
        assert (body["corrections"], body["expected"], body["form"]) == ([], None, "dc02")
        doable = {"submit", "scan", "withdraw", "erase"}
        assert set(body["links"]) == {"self", "events", "form", "attachments"} | doable

    def test_takes_what_the_fee_hangs_on(self, api, agency):
        said = start(card="cccd", exemptions=["disabled"], unregistered=True)

        body = api.post("dossiers/", said).json()

        assert (body["card"], body["exemptions"], body["unregistered"]) == ("cccd", ["disabled"], True)
        assert body["extra_form"] == "dc01"

    def test_again_under_the_same_key_is_once(self, api, agency):
        first = api.post("dossiers/", start(), Idempotency_Key="k")
        again = api.post("dossiers/", start(), Idempotency_Key="k")

        assert (first.json(), again["Idempotent-Replayed"]) == (again.json(), "true")
        assert Dossier.objects.count() == 1
        problem_of(
            api.post("dossiers/", start(relation="mother"), Idempotency_Key="k"), 409, "idempotency_mismatch"
        )

    def test_is_measured(self, api, agency, settings):
        settings.THROTTLE_FACTOR = 1
        settings.THROTTLES_PER_MINUTE = settings.THROTTLES_PER_MINUTE | {"declare": 1}

        answers = [api.post("dossiers/", start()).status_code for _ in range(2)]

        assert answers == [201, 429]


class TestReading:
    def test_tells_the_owner_everything(self, api):
        dossier = submitted(begun(citizen=api.citizen))

        response = api.get(at(dossier))

        body = response.json()
        assert response["ETag"] == f'"{dossier.revision}"'
        assert (body["status"], body["national_status"]) == ("submitted", 1)
        assert body["national_status_words"] == "Mới đăng ký"
        assert body["data"]["personal_id"] == "049085000123"
        assert (body["missing"], body["needs_on_behalf"]) == ([], False)
        assert (body["expected"]["fee"], body["expected"]["visit"]) == (35_000, "optional")
        assert body["expected"]["papers"]
        assert datetime.fromisoformat(body["due_at"]) == dossier.due_at
        assert body["due_at"].endswith("+07:00")
        assert body["next_step"].startswith("Chờ cán bộ kiểm tra")

    def test_costs_so_many_statements(self, api):
        dossier = submitted(begun(citizen=api.citizen))

        with counted_statements() as said:
            api.get(at(dossier))

        assert len(said) <= 14

    def test_tells_what_an_officer_sent_back(self, api):
        dossier = standing(Status.NEEDS_CORRECTION, citizen=api.citizen)
        Correction.objects.create(
            dossier=dossier, field="residence", reason="address", words="Ghi rõ số nhà.", asked_at=NOW
        )

        body = api.get(at(dossier)).json()

        assert body["corrections"] == [
            {
                "field": "residence",
                "reason": "address",
                "message": "Ghi rõ số nhà.",
                "asked_at": "2026-11-23T09:00:00+07:00",
            }
        ]
        assert body["national_status"] == 5

    def test_is_for_its_owner(self, api, neighbour, stranger):
        dossier = submitted(begun(citizen=api.citizen))

        for path in (at(dossier), at(dossier, "events/")):
            problem_of(neighbour.get(path), 404, "not_found")
            problem_of(stranger.get(path), 401, "not_authenticated")
        for path in (at(dossier, "submit/"), at(dossier, "withdraw/")):
            problem_of(neighbour.post(path, DECLARED), 404, "not_found")
        problem_of(neighbour.patch(at(dossier), {"data": {}}, If_Match='"1"'), 404, "not_found")


class TestList:
    def test_masks_numbers_and_leaves_the_form_out(self, api):
        dossier = submitted(begun(citizen=api.citizen))
        begun()

        body = api.get("dossiers/").json()

        assert [row["id"] for row in body["results"]] == [str(dossier.public_id)]
        assert (body["next"], body["previous"]) == (None, None)
        (row,) = body["results"]
        assert (row["full_name"], row["personal_id"]) == ("Trần Văn An", "*********123")
        assert "data" not in row
        assert "049085000123" not in str(body)

    def test_costs_no_more_for_more(self, api):
        agency = AgencyFactory()
        begun(citizen=api.citizen, agency=agency)
        with counted_statements() as for_one:
            api.get("dossiers/")
        for _ in range(5):
            begun(citizen=api.citizen, agency=agency)

        with counted_statements() as for_six:
            api.get("dossiers/")

        assert len(for_six) == len(for_one) <= 3

    def test_goes_on_by_cursor(self, api, monkeypatch):
        monkeypatch.setattr("core.api.pagination.CursorPages.page_size", 1)
        for _ in range(2):
            begun(citizen=api.citizen)

        first = api.get("dossiers/").json()
        second = api.get(first["next"].partition("/api/v1/")[2]).json()

        assert first["results"][0]["id"] != second["results"][0]["id"]
        assert second["next"] is None


class TestSaving:
    def test_changes_the_fields_that_are_named(self, api):
        dossier = begun(citizen=api.citizen)

        response = api.patch(at(dossier), {"data": {"full_name": " trần  văn An"}}, If_Match='"1"')

        body = response.json()
        assert (response.status_code, response["ETag"], body["version"]) == (200, '"2"', 2)
        assert (body["data"]["full_name"], body["full_name"]) == ("trần văn An", "trần văn An")
        assert body["data"]["requests"] == ["card"]

    def test_tells_what_is_missing_until_nothing_is(self, api):
        dossier = begun(citizen=api.citizen)

        half = api.patch(at(dossier), {"data": DC02_DATA | {"personal_id": "049085"}}, If_Match='"1"').json()
        whole = api.patch(at(dossier), {"data": {"personal_id": "049085000123"}}, If_Match='"2"').json()

        assert [(fault["field"], fault["code"]) for fault in half["missing"]] == [("personal_id", "invalid")]
        assert whole["missing"] == []
        assert whole["expected"]["fee"] == 35_000

    def test_empties_what_is_null(self, api):
        dossier = begun(citizen=api.citizen, card="CCCD")

        body = api.patch(at(dossier), {"card": None, "data": {"requests": None}}, If_Match='"1"').json()

        assert body["card"] is None
        assert "requests" not in body["data"]

    def test_wants_to_know_which_version_was_read(self, api):
        dossier = begun(citizen=api.citizen)

        problem_of(api.patch(at(dossier), {"data": {"sex": "male"}}), 428, "precondition_required")

        dossier.refresh_from_db()
        assert dossier.revision == 1

    @pytest.mark.parametrize("tag", ['"2"', "2", '"0"', "*", '"1", "2"', "x", '"١"', '"1"x', "9" * 40])
    def test_refuses_another_version(self, api, tag):
        dossier = begun(citizen=api.citizen)

        response = api.patch(at(dossier), {"data": {"sex": "male"}}, If_Match=tag)

        problem_of(response, 412, "stale_version")
        dossier.refresh_from_db()
        assert dossier.revision == 1

    @pytest.mark.parametrize("tag", ['"1"', 'W/"1"', "1"])
    def test_knows_its_version_however_it_comes(self, api, tag):
        dossier = begun(citizen=api.citizen)

        assert api.patch(at(dossier), {"data": {"sex": "male"}}, If_Match=tag).status_code == 200

    def test_is_over_once_it_was_handed_in(self, api):
        dossier = submitted(begun(citizen=api.citizen))

        response = api.patch(at(dossier), {"data": {"sex": "male"}}, If_Match=f'"{dossier.revision}"')

        problem_of(response, 409, "not_allowed_now")


class TestHandingIn:
    def test_from_the_first_word_to_the_last(self, api, agency):
        begun_by_api = api.post("dossiers/", start()).json()
        own = f"dossiers/{begun_by_api['id']}/"
        api.patch(own, {"data": DC02_DATA}, If_Match='"1"')

        response = api.post(f"{own}submit/", DECLARED)

        body = response.json()
        assert (response.status_code, response["ETag"]) == (200, '"3"')
        assert (body["status"], body["links"].get("submit")) == ("submitted", None)
        again = api.post(f"{own}submit/", DECLARED)
        assert (again.status_code, again.json()["status"]) == (200, "submitted")
        (event,) = api.get(f"{own}events/").json()["results"]
        assert (event["from_status"], event["to_status"], event["by"]) == ("draft", "submitted", "citizen")

    def test_names_every_fault_where_the_form_has_it(self, api):
        dossier = begun(citizen=api.citizen)

        problem = problem_of(api.post(at(dossier, "submit/"), DECLARED), 422, "invalid")

        assert ("full_name", "required") in fields_of(problem)

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            (DECLARED | {"declared_true": False}, "declared_true"),
            (DECLARED | {"declared_true": "true"}, "declared_true"),
            ({"accept": DECLARED["accept"]}, "declared_true"),
            ({"declared_true": True}, "accept"),
            (DECLARED | {"accept": {"notice": "2020-01-01"}}, "accept.notice"),
        ],
    )
    def test_wants_the_truth_declared_and_the_notice_read(self, api, said, field):
        dossier = filled(begun(citizen=api.citizen))

        problem = problem_of(api.post(at(dossier, "submit/"), said), 422, "invalid")

        assert [name for name, _ in fields_of(problem)] == [field]

    def test_tells_who_declared_already(self, api):
        first = submitted()
        own = filled(begun(citizen=api.citizen))

        problem = problem_of(api.post(at(own, "submit/"), DECLARED), 409, "already_declared")

        assert "existing" not in problem
        assert first.code not in str(problem)


class TestWithdrawing:
    def test_ends_it_and_lets_the_person_be_declared_anew(self, api):
        dossier = submitted(begun(citizen=api.citizen))

        body = api.post(at(dossier, "withdraw/"), "").json()

        assert (body["status"], body["national_status"]) == ("withdrawn", 7)
        assert api.post(at(filled(begun(citizen=api.citizen)), "submit/"), DECLARED).status_code == 200
        problem_of(api.post(at(dossier, "withdraw/"), ""), 409, "not_allowed_now")

    def test_is_past_once_the_person_was_taken_in(self, api):
        dossier = standing(Status.TAKEN_IN, citizen=api.citizen)

        problem_of(api.post(at(dossier, "withdraw/"), ""), 409, "not_allowed_now")


class TestErasing:
    def test_forgets_the_person_and_is_gone_for_its_owner(self, api):
        dossier = submitted(begun(citizen=api.citizen))

        assert api.delete(at(dossier)).status_code == 204

        problem_of(api.get(at(dossier)), 404, "not_found")
        problem_of(api.delete(at(dossier)), 404, "not_found")
        dossier.refresh_from_db()
        assert (dossier.status, dossier.full_name, dossier.data) == (Status.WITHDRAWN, "", "{}")

    def test_is_not_for_others(self, api, neighbour, stranger):
        dossier = begun(citizen=api.citizen)

        problem_of(neighbour.delete(at(dossier)), 404, "not_found")
        problem_of(stranger.delete(at(dossier)), 401, "not_authenticated")

    def test_waits_for_the_card(self, api):
        dossier = standing(Status.TAKEN_IN, citizen=api.citizen)

        problem_of(api.delete(at(dossier)), 409, "not_allowed_now")


class TestFormPdf:
    def test_is_for_its_owner(self, api, neighbour, stranger):
        dossier = submitted(begun(citizen=api.citizen))

        response = api.get(at(dossier, "form.pdf"))

        assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
        assert response.content.startswith(b"%PDF-")
        assert response["Cache-Control"] == "private, no-store"
        assert f"to-khai-{dossier.code}.pdf" in response["Content-Disposition"]
        problem_of(neighbour.get(at(dossier, "form.pdf")), 404, "not_found")
        problem_of(stranger.get(at(dossier, "form.pdf")), 401, "not_authenticated")

    def test_opens_by_its_signed_address_for_ten_minutes(self, api, stranger):
        dossier, other = (begun(citizen=api.citizen) for _ in range(2))
        path = api.get(at(dossier)).json()["form_url"].partition("/api/v1/")[2]
        key = path.partition("?key=")[2]

        assert stranger.get(path).status_code == 200

        problem_of(stranger.get(at(other, f"form.pdf?key={key}")), 404, "not_found")
        problem_of(stranger.get(at(dossier, f"form.pdf?key={proof_of(dossier, now=NOW)}")), 404, "not_found")
        with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
            problem_of(stranger.get(path), 404, "not_found")


class TestEvents:
    def test_name_no_officer_and_come_in_their_order(self, api):
        dossier = submitted(begun(citizen=api.citizen))
        officer = OfficerFactory()
        move_on(
            dossier=dossier,
            to=Status.CHECKING,
            officer=officer,
            checking_by=officer,
            now=NOW + timedelta(hours=1),
        )

        rows = api.get(at(dossier, "events/")).json()["results"]

        assert [(row["to_status"], row["by"]) for row in rows] == [
            ("submitted", "citizen"),
            ("checking", "officer"),
        ]
        assert officer.username not in str(rows)
        assert rows[1]["at"] == "2026-11-23T10:00:00+07:00"

    def test_say_of_what_the_portal_stopped_that_it_was_no_citizen(self, api):
        dossier = standing(Status.ACCEPTED, citizen=api.citizen)
        stop(dossiers=[dossier.pk], now=NOW)

        (row,) = api.get(at(dossier, "events/")).json()["results"]

        assert (row["to_status"], row["by"]) == ("stopped", "portal")


class TestStatements:
    """How many each call costs; transaction control is not counted."""

    def test_of_beginning(self, api, agency):
        with counted_statements() as said:
            api.post("dossiers/", start())

        assert len(said) <= 15

    def test_of_saving(self, api):
        dossier = begun(citizen=api.citizen)

        with counted_statements() as said:
            api.patch(at(dossier), {"data": DC02_DATA}, If_Match='"1"')

        assert len(said) <= 14

    def test_of_handing_in(self, api):
        dossier = filled(begun(citizen=api.citizen))

        with counted_statements() as said:
            api.post(at(dossier, "submit/"), DECLARED)

        assert len(said) <= 20

    def test_of_withdrawing_and_erasing(self, api):
        dossier = submitted(begun(citizen=api.citizen))

        with counted_statements() as withdrawing:
            api.post(at(dossier, "withdraw/"))
        with counted_statements() as erasing:
            api.delete(at(dossier))

        assert len(withdrawing) <= 16
        assert len(erasing) <= 18


class TestExamples:
    def test_are_calls_that_work(self, api, stranger):
        AgencyFactory(slug=examples.BEGIN.value["agency"])

        begun_by_it = api.post("dossiers/", examples.BEGIN.value).json()
        own = f"dossiers/{begun_by_it['id']}/"
        saved = api.patch(own, examples.SAVE.value, If_Match='"1"')
        scanned = api.post(f"{own}scan/", examples.SCAN.value, If_Match='"2"')
        api.patch(own, {"data": {"residence_kind": "permanent"}}, If_Match='"3"')
        submitted_by_it = api.post(f"{own}submit/", examples.SUBMIT.value)
        Dossier.objects.update(code=examples.LOOK_UP.value["code"])
        found = stranger.post("dossiers/lookup/", examples.LOOK_UP.value)

        answers = [saved, scanned, submitted_by_it, found]
        assert [answer.status_code for answer in answers] == [200] * 4
        assert submitted_by_it.json()["status"] == "submitted"
