"""The guide, case by case (`cases.py`), and what it promises whatever is asked."""

from datetime import UTC, date, datetime

import pytest

from agencies.models import AdminUnit, Agency
from agencies.tests.factories import AgencyFactory
from core.errors import Invalid
from dossiers.models import Situation
from dossiers.services.guide import Answer, Question, answer, exemptions_on
from dossiers.services.versions import law_on
from dossiers.tests.cases import AGES, APRIL_2021, EXEMPT, FEES, HALF_ONLINE, TOWN, WAYS, Case

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
TODAY = "2026-11-23"


def ask(
    on: str = TODAY,
    born: str = "1985-04-12",
    situation: str = "WANTS_NEW_CARD",
    card: str = "CCCD",
    exempt: tuple[str, ...] = (),
    level: str = "",
    area: str = TOWN,
    ward: AdminUnit | None = None,
) -> Answer:
    """Ask at an office whose law is that of a day; without a kind of card, of somebody who never had one."""
    law_day = date.fromisoformat(on)
    usual = Agency.Level.DISTRICT if law_day < date(2025, 3, 1) else Agency.Level.COMMUNE
    agency = AgencyFactory.build(level=level or usual, area=area, law_date=law_day, address="1 Lê Lợi")
    question = Question(
        agency=agency,
        birth_date=born,
        situation=Situation(situation),
        has_card=bool(card),
        card=card,
        exemptions=frozenset(exempt),
        ward=ward,
    )
    return answer(question=question, now=NOW)


def difference(case: Case, found: Answer) -> dict:
    """What the answer says otherwise than the case wants it."""
    charge, place = found.charge, found.place
    until = "life" if found.is_for_life else found.card_valid_until and f"{found.card_valid_until}"
    pairs = {
        "code": (case.code, place.code if place else None, "-"),
        "fee": (case.fee, charge.counter if charge else None, -1),
        "online fee": (case.online_fee, charge.online if charge else None, -1),
        "days": (case.days, place.working_days if place else None, -1),
        "visit": (case.visit, found.visit, ""),
        "until": (case.until, until, "-"),
    }
    wrong = {
        name: (wanted, said) for name, (wanted, said, any_) in pairs.items() if wanted not in (any_, said)
    }
    texts = {"says": (case.says, found.why), "bring": (case.bring, found.papers)}
    wrong |= {
        name: (words, lines) for name, (words, lines) in texts.items() if words not in " | ".join(lines)
    }
    if case.not_bring and case.not_bring in " | ".join(found.papers):
        wrong["not bring"] = (case.not_bring, found.papers)
    return wrong


@pytest.mark.usefixtures("law")
class TestAnswer:
    @pytest.mark.parametrize("case", [*AGES, *WAYS, *EXEMPT], ids=lambda case: case.rule)
    def test_says_what_the_law_says(self, case):
        assert difference(case, ask(**case.asked)) == {}

    @pytest.mark.parametrize("on", FEES)
    def test_charges_what_was_due_on_either_side_of_each_change(self, on):
        kinds = ({"card": "CMND"}, {"situation": "CHANGED_DATA"}, {"situation": "LOST"})
        *due, basis = FEES[on]

        found = [ask(on, **kind) for kind in kinds]

        assert [one.charge.counter for one in found] == due
        half = [amount // 2 for amount in due] if on in HALF_ONLINE else due
        assert [one.charge.online for one in found] == half
        assert all(basis in " ".join(one.why) for one in found)

    @pytest.mark.parametrize("on", [APRIL_2021, "2024-07-01", TODAY])
    def test_turns_nobody_away(self, on):
        """Whoever asks is told of the office itself and why; the law of today knows a way for everybody."""
        for situation in Situation:
            for born in ("2021-04-19", "2013-11-23", "1985-04-12"):
                found = ask(on, born, situation, card="" if situation == "FIRST" else "CCCD")

                assert found.where[0].endswith("1 Lê Lợi")
                assert found.why
                assert found.version is not None or on == APRIL_2021

    def test_says_nothing_is_known_before_any_law_of_the_house(self):
        found = ask("2010-01-01")

        assert (found.version, found.charge, found.visit) == (None, None, "NEEDED")
        assert "Cán bộ" in found.why[0]

    def test_frees_who_lives_in_a_special_zone(self):
        """TT 73/2024, 5: known by the ward, nobody has to say so."""
        special = AdminUnit(kind=AdminUnit.Kind.DAC_KHU, set="2025", code="20333", name="Hoàng Sa")
        plain = AdminUnit(kind=AdminUnit.Kind.PHUONG, set="2025", code="20353", name="Bàn Thạch")

        assert (ask(ward=special).charge.counter, ask(ward=plain).charge.counter) == (0, 15_000)

    def test_names_the_way_online_first(self):
        assert ask(situation="LOST", card="CAN_CUOC").online_url == "https://dichvucong.gov.vn"
        assert ask().online_url == ""
        assert ask(APRIL_2021, situation="LOST").online_url == ""

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ({"born": "2026-11-24"}, "birth_date"),
            ({"born": "1899"}, "birth_date"),
            ({"born": "2001-02-29"}, "birth_date"),
            ({"born": "gần tết"}, "birth_date"),
            ({"exempt": ("famous",)}, "exemptions"),
        ],
    )
    def test_refuses_what_cannot_be(self, asked, field):
        with pytest.raises(Invalid) as refusal:
            ask(**asked)

        assert [error.field for error in refusal.value.errors] == [field]

    def test_costs_a_bounded_number_of_statements(self, django_assert_num_queries):
        with django_assert_num_queries(8):
            ask(exempt=("disabled",))


@pytest.mark.usefixtures("law")
class TestExemptionsOn:
    def test_lists_what_people_say_of_themselves(self):
        today, then = (
            [line.code for line in exemptions_on(date.fromisoformat(on))] for on in (TODAY, APRIL_2021)
        )

        assert "disabled" in today
        assert "elderly" not in today  # known by the birth date
        assert "martyr_family" in then
        assert "disabled" not in then


@pytest.mark.usefixtures("law")
class TestLawOn:
    @pytest.mark.parametrize(
        ("on", "procedures", "form"),
        [
            (APRIL_2021, ["cap-tu-14", "cap-doi", "cap-lai"], "cc01_2021"),
            ("2024-06-30", ["cap-tu-14", "cap-doi", "cap-lai"], ""),
            ("2024-07-01", ["cap-tu-14", "cap-duoi-14", "cap-doi", "cap-lai"], "dc02"),
            (TODAY, ["cap-tu-14", "cap-duoi-14", "cap-doi", "cap-lai"], "dc02"),
        ],
    )
    def test_knows_the_procedures_and_their_form(self, on, procedures, form):
        law = law_on(date.fromisoformat(on))

        assert [version.regulation.key for version in law.procedures] == procedures
        assert {version.form for version in law.procedures} == {form}
        assert law.fees is not None
        assert law.cards is not None
