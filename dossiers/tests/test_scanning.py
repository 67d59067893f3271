"""A card's code read into a form; whatever comes, it is read, left alone or refused, and nothing breaks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.tests.callers import fields_of as fields_that_failed
from accounts.tests.callers import problem_of
from accounts.tests.factories import CitizenFactory
from core.errors import NotAllowedNow, NotFound, StaleVersion
from dossiers.errors import UnreadableCard
from dossiers.form_definitions import FORMS
from dossiers.form_definitions.drafts import draft_faults
from dossiers.services import filling
from dossiers.services.scanning import LONGEST, Card, fields_of, read_card, scan
from dossiers.tests.declared import NOW, begun, filled, submitted

CHIP = "049085000123|205123456|Trần Văn An|12041985|Nam|12 Trần Phú, Bàn Thạch, Đà Nẵng|20112021"
AN = Card(
    personal_id="049085000123",
    old_id="205123456",
    full_name="Trần Văn An",
    birth_date="1985-04-12",
    sex="male",
    residence="12 Trần Phú, Bàn Thạch, Đà Nẵng",
)
# What a scanner may hand over: pieces of cards in any order, and anything in between.
PIECES = st.one_of(
    st.sampled_from([*CHIP.split("|"), "", "00001960", "32132020", "0", "\ufeff", "nữ", "Nam"]),
    st.text(max_size=30),
    st.text(alphabet="0123456789|", max_size=13),
    st.binary(max_size=20).map(lambda raw: raw.decode("latin-1")),
)
SCANS = st.one_of(st.text(), st.lists(PIECES, max_size=12).map("|".join))


class TestReadCard:
    def test_reads_a_card_with_a_chip(self):
        assert read_card(CHIP) == AN

    @pytest.mark.parametrize(
        "text",
        [
            CHIP.replace("205123456", ""),
            CHIP.replace("205123456|", ""),  # no empty piece where there is no old number
        ],
    )
    def test_reads_a_card_of_who_had_no_older_one(self, text):
        card = read_card(text)

        assert (card.old_id, card.full_name, card.birth_date) == (None, "Trần Văn An", "1985-04-12")

    def test_reads_one_that_says_more(self):
        assert read_card(f"{CHIP}||Trần Văn Ba|Lê Thị Hạnh|") == AN

    def test_reads_one_that_says_less(self):
        assert read_card("049085000123||Trần Văn An") == Card(
            personal_id="049085000123", full_name="Trần Văn An"
        )

    @pytest.mark.parametrize(
        ("written", "read"),
        [("00001960", "1960"), ("00041960", "1960-04"), ("12001960", "1960"), ("31021985", None)],
    )
    def test_reads_a_birth_date_as_far_as_it_is_known(self, written, read):
        assert read_card(CHIP.replace("12041985", written).removesuffix("|20112021")).birth_date == read

    def test_reads_a_woman_of_the_hills(self):
        card = read_card("066190000123||H'Hen Niê|01051992|Nữ|Buôn Ko Sia, Buôn Ma Thuột|01012022")

        assert (card.full_name, card.sex) == ("H'Hen Niê", "female")

    @pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
    def test_mends_letters_that_came_as_bytes(self, encoding):
        broken = "049085000123||Lê Thị Hạnh|12041985|Nữ|Quận 4".encode().decode(encoding)

        assert read_card(broken).full_name == "Lê Thị Hạnh"

    def test_takes_what_cannot_be_seen_away(self):
        card = read_card(f"\ufeff{CHIP}\r\n".replace("Trần Văn An", "Trần\x00 Văn\u200b An"))

        assert (card.personal_id, card.full_name) == ("049085000123", "Trần Văn An")

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "|",
            "049085000123",
            "TK7F3KQ",
            "https://example.org/|a",
            "04908500012|x",
            f"{CHIP}{'x' * LONGEST}",
        ],
    )
    def test_refuses_what_is_no_card(self, text):
        with pytest.raises(UnreadableCard):
            read_card(text)

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(SCANS)
    def test_no_text_breaks_it_and_all_that_is_read_fits_every_form(self, text):
        try:
            card = read_card(text)
        except UnreadableCard:
            return
        for form in FORMS.values():
            filled_in = fields_of(card, form)
            assert draft_faults(form, filled_in) == []
            wrong = {fault.field for fault in form.shape_faults(filled_in) if fault.code != "required"}
            assert wrong == set()


@pytest.mark.usefixtures("law")
class TestScan:
    def of(self, dossier, text=CHIP, **said):
        said = {"citizen": dossier.citizen, "revision": dossier.revision} | said
        return scan(public_id=dossier.public_id, text=text, now=NOW, **said)

    def test_fills_what_is_empty(self):
        scanned = self.of(begun())

        assert set(scanned.filled) == {"personal_id", "full_name", "birth_date", "sex", "residence"}
        assert scanned.differing == ()
        assert filling.data_of(scanned.dossier)["residence"] == AN.residence
        assert scanned.dossier.full_name == "Trần Văn An"

    def test_fills_the_form_of_2021_by_its_own_names(self):
        fields = fields_of(AN, FORMS["cc01_2021"])

        assert (fields["id_number"], fields["permanent_residence"]) == (AN.personal_id, AN.residence)

    def test_leaves_what_says_something_else_and_tells(self):
        dossier = filled(full_name="TRẦN VĂN AN", residence="Đà Nẵng")

        scanned = self.of(dossier)

        assert scanned.filled == ()
        assert {(one.field, one.typed, one.on_card) for one in scanned.differing} == {
            ("full_name", "TRẦN VĂN AN", "Trần Văn An"),
            ("residence", "Đà Nẵng", AN.residence),
        }
        assert scanned.dossier.revision == dossier.revision

    def test_writes_over_it_when_asked_to(self):
        scanned = self.of(filled(residence="Đà Nẵng"), overwrite=True)

        assert scanned.filled == ("residence",)
        assert scanned.differing == ()
        assert filling.data_of(scanned.dossier)["residence"] == AN.residence

    def test_is_refused_as_saving_is(self):
        dossier = begun()

        with pytest.raises(StaleVersion):
            self.of(dossier, revision=7)
        with pytest.raises(NotFound):
            self.of(dossier, citizen=CitizenFactory())
        with pytest.raises(NotAllowedNow):
            self.of(submitted())


class TestScanApi:
    def test_tells_what_was_filled(self, api):
        dossier = begun(citizen=api.citizen)
        path = f"dossiers/{dossier.public_id}/scan/"

        response = api.post(path, {"text": CHIP}, If_Match='"1"')

        body = response.json()
        assert (response.status_code, response["ETag"], body["dossier"]["version"]) == (200, '"2"', 2)
        assert "full_name" in body["filled"]
        again = api.post(path, {"text": CHIP.replace("Trần Văn An", "Trần An")}, If_Match='"2"').json()
        assert again["differing"] == [{"field": "full_name", "typed": "Trần Văn An", "on_card": "Trần An"}]

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({"text": "TK7F3KQ"}, 422, "unreadable_card"),
            ({"text": "x" * 1025}, 422, "invalid"),
            ({"text": 49085000123}, 422, "invalid"),
            ({}, 422, "invalid"),
            ({"text": CHIP, "overwrite": "yes"}, 422, "invalid"),
        ],
    )
    def test_says_what_is_wrong_and_changes_nothing(self, api, body, status, code):
        dossier = begun(citizen=api.citizen)

        problem_of(api.post(f"dossiers/{dossier.public_id}/scan/", body, If_Match='"1"'), status, code)

        dossier.refresh_from_db()
        assert dossier.revision == 1

    def test_wants_to_know_which_version_was_read(self, api):
        dossier = begun(citizen=api.citizen)

        problem = problem_of(
            api.post(f"dossiers/{dossier.public_id}/scan/", {"text": CHIP}), 428, "precondition_required"
        )

        assert fields_that_failed(problem) == []
