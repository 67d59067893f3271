"""What the person of a dossier may do with its code, whoever declared it."""

from datetime import timedelta

import pytest

from accounts.errors import LookupLocked
from accounts.relations import Relation
from accounts.services import tries
from accounts.tests.callers import fields_of, problem_of
from agencies.tests.factories import AgencyFactory
from core import proofs
from core.errors import NotAllowedNow, NotFound
from core.testing import run_together
from dossiers.models import Dossier
from dossiers.services.erasing import erase as erase_own
from dossiers.services.loading import load_procedures
from dossiers.services.looking_up import (
    LOOKUP,
    NOT_SHOWN,
    declared_lines,
    dossier_of_proof,
    erase,
    look_up,
    proof_of,
    withdraw,
)
from dossiers.states import Status
from dossiers.tests.declared import APRIL_2021, NOW, begun, filled, standing, submitted

UNKNOWN = "CPZZZZZZZ"
# Mother, declared by her child.
HOA = {
    "full_name": "Lê Thị Hoa",
    "birth_date": "1960-02-01",
    "sex": "female",
    "personal_id": "049160001234",
}


def declared(**said) -> Dossier:
    return submitted(begun(relation=Relation.MOTHER), **(HOA | said))


def outcome(code, *, birth_year=1960, id_last4="0000", now=NOW) -> type:
    try:
        return type(look_up(code=code, birth_year=birth_year, id_last4=id_last4, now=now))
    except (NotFound, LookupLocked) as refusal:
        return type(refusal)


@pytest.mark.usefixtures("law")
class TestLookUp:
    def test_finds_what_others_declared_however_the_code_is_typed(self):
        dossier = declared()

        for typed in (dossier.code, dossier.code.lower(), f"{dossier.code[:3]} {dossier.code[3:]}-"):
            assert look_up(code=typed, birth_year=1960, id_last4="1234", now=NOW) == dossier

    def test_finds_a_draft_as_well(self):
        draft = filled(begun(relation=Relation.MOTHER), **HOA)

        assert look_up(code=draft.code, birth_year=1960, id_last4="1234", now=NOW) == draft

    @pytest.mark.parametrize(
        "wrong", [{"birth_year": 1961, "id_last4": "1234"}, {"birth_year": 1960, "id_last4": "1235"}]
    )
    def test_refuses_a_wrong_proof(self, wrong):
        with pytest.raises(NotFound):
            look_up(code=declared().code, now=NOW, **wrong)

    @pytest.mark.parametrize("data", [{}, {"birth_date": "1960"}, {"personal_id": "1234"}])
    def test_proves_nothing_by_what_is_not_there(self, data):
        draft = filled(**({"personal_id": None, "birth_date": None} | data))

        for last4 in ("", "1234"):
            assert outcome(draft.code, id_last4=last4) is NotFound

    def test_locks_a_code_after_five_wrong_answers_known_or_not(self):
        guesses = {code: [outcome(code) for _ in range(6)] for code in (declared().code, UNKNOWN)}

        assert set(map(tuple, guesses.values())) == {(*[NotFound] * 5, LookupLocked)}

    def test_is_counted_apart_from_appointments(self):
        code = declared().code
        for _ in range(5):
            tries.count_lookup(tries.APPOINTMENT, code, now=NOW)

        assert outcome(code, id_last4="1234") is Dossier

    def test_finds_nobody_who_was_erased(self):
        dossier = declared()
        erase_own(public_id=dossier.public_id, citizen=dossier.citizen, now=NOW)

        assert outcome(dossier.code, id_last4="1234") is NotFound


@pytest.mark.usefixtures("law")
class TestProof:
    def test_opens_its_dossier_for_half_an_hour(self):
        dossier = declared()
        proof = proof_of(dossier, now=NOW)

        assert dossier_of_proof(proof, now=NOW + timedelta(minutes=30)) == dossier
        with pytest.raises(NotFound):
            dossier_of_proof(proof, now=NOW + timedelta(minutes=31))

    def test_is_not_believed_when_it_was_made_elsewhere(self):
        dossier = declared()
        proof = proof_of(dossier, now=NOW)
        of_an_appointment = proofs.sign("booking.lookup", dossier.code, lifetime=timedelta(hours=1), now=NOW)

        for forged in ("", "x", f"{proof}x", proof.replace(dossier.code, UNKNOWN), of_an_appointment):
            for use in (withdraw, erase):
                with pytest.raises(NotFound):
                    use(proof=forged, now=NOW)
        dossier.refresh_from_db()
        assert dossier.status == Status.SUBMITTED

    def test_of_a_code_nobody_has_opens_nothing(self):
        proof = proofs.sign(LOOKUP, UNKNOWN, lifetime=timedelta(hours=1), now=NOW)

        with pytest.raises(NotFound):
            dossier_of_proof(proof, now=NOW)


@pytest.mark.usefixtures("law")
class TestRights:
    def test_to_take_it_back(self):
        dossier = declared()

        taken_back = withdraw(proof=proof_of(dossier, now=NOW), now=NOW)

        assert taken_back.status == Status.WITHDRAWN
        assert "Người được khai" in taken_back.events.latest("pk").words
        with pytest.raises(NotAllowedNow):
            withdraw(proof=proof_of(dossier, now=NOW), now=NOW)

    def test_to_be_forgotten(self):
        dossier = declared()
        proof = proof_of(dossier, now=NOW)

        erase(proof=proof, now=NOW)

        dossier.refresh_from_db()
        assert (dossier.status, dossier.full_name, dossier.forgotten_at) == (Status.WITHDRAWN, "", NOW)
        with pytest.raises(NotFound):
            erase(proof=proof, now=NOW)

    @pytest.mark.parametrize("use", [withdraw, erase])
    def test_end_where_the_office_has_taken_the_person_in(self, use):
        dossier = standing(Status.TAKEN_IN)

        with pytest.raises(NotAllowedNow):
            use(proof=proof_of(dossier, now=NOW), now=NOW)


@pytest.mark.usefixtures("law")
class TestDeclaredLines:
    def test_show_what_was_declared_and_mask_numbers_and_days(self):
        lines = {line.label: line.words for line in declared_lines(declared())}

        assert lines["Họ, chữ đệm và tên"] == "Lê Thị Hoa"
        assert lines["Số định danh cá nhân"] == "*********234"
        assert lines["Ngày, tháng, năm sinh"] == "1960"
        assert lines["Giới tính"] == "Nữ"
        assert lines["Đề nghị"] == "Cấp, cấp đổi, cấp lại thẻ căn cước"

    def test_say_of_what_is_sensitive_only_that_it_is_there(self):
        of_2021 = begun(agency=AgencyFactory(law_date=APRIL_2021), procedure="cap-doi")
        dossier = filled(
            of_2021,
            father={"full_name": "Trần Văn Ba", "id_number": "201231234"},
            by_post=True,
            phone="0905123456",
        )

        lines = {line.label: line.words for line in declared_lines(dossier)}

        assert lines["Dân tộc"] == lines["Tôn giáo"] == NOT_SHOWN
        assert lines["Cha: Số CMND, CCCD hoặc số định danh"] == "******234"
        assert "có" in lines.values()
        assert not any("0905123" in words for words in lines.values())


@pytest.mark.django_db(transaction=True)
class TestGuessingTogether:
    def test_twenty_at_once_get_five_answers_an_hour(self):
        load_procedures(now=NOW)
        code = declared().code

        outcomes = run_together([lambda: outcome(code)] * 20)

        assert (outcomes.count(NotFound), outcomes.count(LookupLocked)) == (5, 15)


class TestApi:
    def post(self, caller, then="", **body):
        return caller.post(f"dossiers/lookup/{then}", body)

    def test_from_the_code_to_being_forgotten(self, stranger):
        dossier = declared()

        found = self.post(stranger, code=dossier.code.lower(), birth_year=1960, id_last4="1234")
        body = found.json()
        withdrawn = self.post(stranger, "withdraw/", proof=body["proof"])
        erased = self.post(stranger, "erase/", proof=body["proof"])

        assert (found.status_code, found["Cache-Control"]) == (200, "no-store")
        assert (body["code"], body["status"], body["relation"]) == (dossier.code, "submitted", "mother")
        assert (body["can_withdraw"], body["can_erase"]) == (True, True)
        assert body["personal_id"] == "*********234"
        assert body["events"][0]["to_status"] == "submitted"
        assert {"item": "Giới tính", "words": "Nữ"} in body["declared"]
        assert HOA["personal_id"] not in found.content.decode()
        assert str(dossier.public_id) not in found.content.decode()
        assert withdrawn.json()["status"] == "withdrawn"
        assert erased.status_code == 204
        problem_of(self.post(stranger, code=dossier.code, birth_year=1960, id_last4="1234"), 404, "not_found")

    def test_tells_a_wrong_proof_and_an_unknown_code_alike(self, stranger):
        wrong = self.post(stranger, code=declared().code, birth_year=1960, id_last4="0000")
        unknown = self.post(stranger, code=UNKNOWN, birth_year=1960, id_last4="0000")

        assert problem_of(wrong, 404, "not_found") == problem_of(unknown, 404, "not_found")

    def test_says_how_long_a_code_is_locked(self, stranger):
        for _ in range(6):
            response = self.post(stranger, code=UNKNOWN, birth_year=1960, id_last4="0000")

        problem_of(response, 429, "rate_limited")
        assert response["Retry-After"] == "3600"

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"code": None}, "code"),
            ({"code": "T" * 41}, "code"),
            ({"birth_year": "x"}, "birth_year"),
            ({"birth_year": 1899}, "birth_year"),
            ({"birth_year": 10**40}, "birth_year"),
            ({"id_last4": "123"}, "id_last4"),
            ({"id_last4": 1234}, "id_last4"),
            ({"id_last4": "１２３４"}, "id_last4"),
        ],
        ids=str,
    )
    def test_names_the_field_that_is_wrong(self, stranger, said, field):
        body = {"code": UNKNOWN, "birth_year": 1960, "id_last4": "1234"} | said

        problem = problem_of(self.post(stranger, **body), 422, "invalid")

        assert [name for name, _ in fields_of(problem)] == [field]

    @pytest.mark.parametrize("then", ["withdraw/", "erase/"])
    @pytest.mark.parametrize(
        ("body", "status"),
        [({}, 422), ({"proof": 7}, 422), ({"proof": "x" * 201}, 422), ({"proof": "x"}, 404)],
    )
    def test_believes_no_proof_of_others(self, stranger, then, body, status):
        assert self.post(stranger, then, **body).status_code == status

    def test_counts_by_address_as_well(self, stranger, settings):
        settings.THROTTLE_FACTOR = 1
        settings.THROTTLES_PER_MINUTE = settings.THROTTLES_PER_MINUTE | {"lookup": 2}

        answers = [
            self.post(stranger, code=f"CP{number:07d}", birth_year=1960, id_last4="0000").status_code
            for number in range(3)
        ]

        assert answers == [404, 404, 429]
