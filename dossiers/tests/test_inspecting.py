"""What an officer is shown to look at before deciding."""

import pytest

from accounts.tests.factories import CitizenFactory, OfficerFactory
from agencies.tests.factories import AgencyFactory
from core.time import local_date
from dossiers.models import Dossier, Situation
from dossiers.services import declaring, reviewing
from dossiers.services.inspecting import Inspection, inspect, numbers_of
from dossiers.services.reviewing import Asked
from dossiers.tests.declared import NOW, begun, filled, submitted

pytestmark = pytest.mark.usefixtures("law")


def looked_at(dossier: Dossier, *, mine=None) -> Inspection:
    rows = Dossier.objects.all() if mine is None else mine
    return inspect(Dossier.objects.for_display().get(pk=dossier.pk), mine=rows, today=local_date(NOW))


def check(dossier: Dossier, title: str, **said):
    return next(one for one in looked_at(dossier, **said).checks if one.title == title)


def shown(dossier: Dossier) -> dict[str, str]:
    return {line.path: line.shown for section in looked_at(dossier).sections for line in section.lines}


class TestTheForm:
    def test_shows_numbers_by_their_last_digits(self):
        dossier = submitted(details="Gọi 0905 123 456")

        assert shown(dossier)["personal_id"] == "*********123"
        assert shown(dossier)["details"] == "Gọi ***456"
        assert "049085000123" not in str(looked_at(dossier).sections[1].lines[0].shown)
        assert [line.whole for line in numbers_of(dossier)] == ["049085000123"]

    def test_says_values_as_people_do_and_leaves_no_field_out(self):
        said = shown(submitted())

        assert said["birth_date"] == "12/04/1985"
        assert said["sex"] == "Nam"
        assert said["requests"] == "Cấp, cấp đổi, cấp lại thẻ căn cước"
        assert said["result_address"] == ""

    def test_shows_a_representative_line_by_line(self):
        parent = {
            "full_name": "Trần Văn Ba",
            "birth_date": "1985-04-12",
            "sex": "male",
            "personal_id": "049085000124",
        }
        draft = begun(procedure="cap-duoi-14", situation=Situation.FIRST)
        child = {"birth_date": "2016-05-01", "personal_id": "049216000123", "representative": parent}

        said = shown(submitted(draft, **child))

        assert said["representative"] == "có khai"
        assert said["representative.personal_id"] == "*********124"


class TestStructure:
    def test_is_fine_where_nothing_stands_out(self):
        found = check(submitted(), "Cấu trúc tờ khai và các số")

        assert found.is_fine
        assert "Quảng Nam" in found.says[0]

    def test_names_doubts(self):
        found = check(submitted(personal_id="999085000123"), "Cấu trúc tờ khai và các số")

        assert not found.is_fine
        assert "mã tỉnh" in found.says[0]

    def test_knows_that_papers_were_seen(self):
        dossier = reviewing.submit_at_the_counter(
            dossier=filled(sex="female"),
            officer=OfficerFactory(),
            papers_seen="CCCD",
            on_behalf=False,
            now=NOW,
        )

        found = check(dossier, "Cấu trúc tờ khai và các số")

        assert found.is_fine
        assert "đã xem giấy tờ" in found.says[0]

    def test_takes_putting_back_for_no_look_at_papers(self):
        dossier, officer = submitted(), OfficerFactory()
        held = reviewing.take_up(dossier=dossier, officer=officer, revision=dossier.revision, now=NOW)
        reviewing.put_back(dossier=held, officer=officer, revision=held.revision, now=NOW)

        assert "giấy tờ" not in str(check(dossier, "Cấu trúc tờ khai và các số").says)


class TestOthers:
    def test_are_none_by_default(self):
        dossier = submitted()

        assert check(dossier, "Trùng người").is_fine
        assert check(dossier, "Trùng tên và ngày sinh").is_fine

    def test_of_the_same_person_are_named_and_compared(self):
        before = submitted(residence="Nơi cũ")
        declaring.withdraw(public_id=before.public_id, citizen=before.citizen, now=NOW)
        dossier = submitted(begun())

        found = looked_at(dossier)

        assert check(dossier, "Trùng người").is_fine  # the other one has ended
        assert [row.code for row in found.same_person] == [before.code]
        (comparison,) = found.comparisons
        assert [(one.label, one.before) for one in comparison.differences] == [("Nơi cư trú", "Nơi cũ")]

    def test_of_another_office_are_a_number_only(self):
        before = submitted(begun(agency=AgencyFactory()))
        declaring.withdraw(public_id=before.public_id, citizen=before.citizen, now=NOW)
        dossier = submitted(begun())
        mine = Dossier.objects.filter(agency=dossier.agency)

        found = looked_at(dossier, mine=mine)

        assert (found.same_person, found.comparisons) == ([], [])
        said = check(dossier, "Trùng người", mine=mine).says
        assert said == ("Thêm 1 hồ sơ, có thể ở đơn vị khác.",)
        assert before.code not in str(found)

    def test_with_the_same_name_and_birth_date_want_a_look(self):
        other = submitted(begun(), personal_id="049085000999")
        dossier = submitted(begun(citizen=CitizenFactory()))

        found = check(dossier, "Trùng tên và ngày sinh")

        assert not found.is_fine
        assert any(other.code in line for line in found.says)

    def test_that_are_only_drafts_are_nobodys_business(self):
        filled(begun())

        assert check(submitted(), "Trùng người").is_fine

    def test_one_that_has_ended_names_the_one_under_way(self):
        before = submitted()
        declaring.withdraw(public_id=before.public_id, citizen=before.citizen, now=NOW)
        dossier = submitted(begun())

        found = check(before, "Trùng người")

        assert not found.is_fine
        assert found.says[0].startswith(dossier.code)


class TestTheProcedure:
    def test_is_the_one_of_the_law_of_its_day(self):
        found = check(submitted(), "Thủ tục")

        assert found.is_fine
        assert "23/11/2026" in found.says[0]

    def test_that_does_not_fit_says_which_does(self):
        dossier = submitted()
        Dossier.objects.filter(pk=dossier.pk).update(situation=Situation.WANTS_NEW_CARD)

        found = check(dossier, "Thủ tục")

        assert not found.is_fine
        assert "Cấp đổi" in found.says[0]

    def test_says_the_fee_or_why_none(self):
        paid = check(submitted(), "Lệ phí")
        spared = check(submitted(begun(exemptions=["poor_household"]), personal_id="049085000321"), "Lệ phí")

        assert paid.is_fine
        assert "35.000 đ" in paid.says[0]
        assert not spared.is_fine
        assert "Miễn" in spared.says[0]
        assert spared.says[1] == "Đã xin miễn: Người thuộc hộ nghèo."

    def test_says_how_long_it_takes(self):
        assert "7 ngày làm việc" in check(submitted(), "Thời hạn").says[0]


class TestWhatWasMended:
    def test_stands_side_by_side(self):
        officer = OfficerFactory()
        dossier = submitted()
        reviewing.take_up(dossier=dossier, officer=officer, revision=dossier.revision, now=NOW)
        asked = [Asked(field="residence", reason="ADDRESS_NOT_ENOUGH")]
        reviewing.ask_corrections(
            dossier=dossier, officer=officer, revision=dossier.revision, asked=asked, now=NOW
        )
        assert [one.label for one in looked_at(dossier).corrections] == ["Nơi cư trú"]

        again = submitted(dossier, residence="14 Trần Phú, phường Bàn Thạch, Đà Nẵng")

        (comparison,) = looked_at(again).comparisons
        (difference,) = comparison.differences
        assert (difference.label, difference.before[:2], difference.after[:2]) == ("Nơi cư trú", "12", "14")
        assert looked_at(again).corrections == []
