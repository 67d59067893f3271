from datetime import date

import pytest
from django.db import IntegrityError

from agencies.models import AdminUnit, Agency, UnitSuccessor
from agencies.services.units import find_units, link_figures

pytestmark = pytest.mark.django_db


def found(text, **wish):
    return [unit.full_name for unit in find_units(text, **wish)]


def successors(uid):
    unit_set, code = uid.split(":")
    unit = AdminUnit.objects.for_display().get(set=unit_set, code=code)
    return [(link.new.full_name, link.is_default) for link in unit.successor_links.all()]


@pytest.mark.usefixtures("few_units")
class TestFindUnits:
    @pytest.mark.parametrize(
        "typed", ["hòa hương", "HOÀ HƯƠNG", "hoa huong", "P. Hoà Hương", "phuong hoa huong"]
    )
    def test_finds_a_name_however_it_is_written(self, typed):
        assert found(typed) == ["Phường Hòa Hương, Thành phố Tam Kỳ, Tỉnh Quảng Nam"]

    def test_finds_by_the_names_of_upper_units_too(self):
        assert found("ban thach da nang") == ["Phường Bàn Thạch, Thành phố Đà Nẵng"]
        assert found("tân thạnh, tp tam kỳ") == ["Phường Tân Thạnh, Thành phố Tam Kỳ, Tỉnh Quảng Nam"]

    def test_finds_while_the_last_word_is_being_typed(self):
        assert "Phường Bàn Thạch, Thành phố Đà Nẵng" in found("ban th")

    def test_asks_for_every_word(self):
        assert found("ban thach quang nam") == []

    @pytest.mark.parametrize("typed", ["", "  ", "!?", "&|!:*()'\"\\", "Hà Nội mới", "ж"])
    def test_finds_nothing_for_no_words_and_unknown_ones(self, typed):
        assert found(typed) == []

    def test_puts_the_exact_name_first_and_then_the_larger_unit(self):
        assert found("tam ky")[:3] == [
            "Thành phố Tam Kỳ, Tỉnh Quảng Nam",
            "Phường Tam Kỳ, Thành phố Đà Nẵng",
            "Phường An Mỹ, Thành phố Tam Kỳ, Tỉnh Quảng Nam",
        ]

    def test_puts_the_kind_that_was_typed_first(self):
        assert found("phường tam kỳ")[0] == "Phường Tam Kỳ, Thành phố Đà Nẵng"

    def test_puts_the_marks_that_were_typed_first(self):
        names = ["Tân Thanh", "Tân Thành", "Tân Thạnh"]

        assert [found(name, of_set="2025")[0].split(",")[0] for name in names] == [
            f"Xã {name}" for name in names
        ]

    def test_puts_the_new_before_the_old(self):
        assert [unit.uid for unit in find_units("da nang")][:2] == ["2025:48", "2021:48"]

    def test_reads_a_number_with_its_district(self):
        assert found("P4 Q5")[0] == "Phường 04, Quận 5, Thành phố Hồ Chí Minh"
        assert found("P9, Q4") == ["Phường 09, Quận 4, Thành phố Hồ Chí Minh"]

    def test_finds_a_ward_by_the_name_of_one_it_took_in(self):
        assert found("P12, Q4") == ["Phường 13, Quận 4, Thành phố Hồ Chí Minh"]
        assert found("P5 Q4")[0] == "Phường 02, Quận 4, Thành phố Hồ Chí Minh"

    def test_keeps_to_one_set_when_asked(self):
        assert {unit.set for unit in find_units("thanh pho", of_set="2025")} == {"2025"}
        assert {unit.set for unit in find_units("thanh pho")} == {"2021", "2025"}

    def test_stops_at_the_limit(self):
        assert len(find_units("phuong")) == 20
        assert len(find_units("phuong", limit=3)) == 3

    @pytest.mark.parametrize("typed", ["hoa huong", "phuong"])
    def test_is_three_statements_however_many_are_found(self, typed, django_assert_num_queries):
        with django_assert_num_queries(3):
            for unit in find_units(typed):
                assert unit.full_name
                assert [link.new.full_name for link in unit.successor_links.all()] or unit.set == "2025"


@pytest.mark.usefixtures("few_units")
class TestSuccessors:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("2021:27259", "Phường Xóm Chiếu, Thành phố Hồ Chí Minh"),  # Quận 4, P.13, which took P.12 in
            ("2021:20344", "Phường Hương Trà, Thành phố Đà Nẵng"),  # Hòa Hương
            ("2021:20335", "Phường Bàn Thạch, Thành phố Đà Nẵng"),  # Tân Thạnh
            ("2021:318", "Đặc khu Bạch Long Vĩ, Thành phố Hải Phòng"),  # a district without communes
            ("2021:502", "Thành phố Đà Nẵng"),  # a district
            ("2021:49", "Thành phố Đà Nẵng"),  # a province
            ("2021:20239", "Thành phố Đà Nẵng"),  # a ward whose successors no source knows
        ],
    )
    def test_are_known(self, old, new):
        assert successors(old) == [(new, True)]

    def test_of_a_divided_ward_are_several_the_default_one_first(self):
        assert successors("2021:27292") == [
            ("Phường Vĩnh Hội, Thành phố Hồ Chí Minh", True),
            ("Phường Khánh Hội, Thành phố Hồ Chí Minh", False),
        ]


@pytest.mark.usefixtures("few_units")
class TestLinkFigures:
    def test_counts_what_was_divided_and_what_leads_to_a_province_only(self):
        figures = link_figures()

        assert (figures.communes, figures.to_province) == (13 + 13 + 14 + 1, 1)
        assert figures.split > 1


class TestConstraints:
    def unit(self, **changes):
        said = {"set": "2025", "code": "48", "level": Agency.Level.PROVINCE, "kind": AdminUnit.Kind.THANH_PHO}
        return AdminUnit(name="Đà Nẵng", **{"valid_from": date(2025, 7, 1)} | said | changes)

    def test_give_a_code_to_one_unit_of_a_set(self):
        self.unit().save()
        self.unit(set="2021").save()

        with pytest.raises(IntegrityError, match="one_unit_per_code_of_set"):
            self.unit().save()

    @pytest.mark.parametrize(
        "changes", [{"code": "048"}, {"level": Agency.Level.COMMUNE, "code": "20335"}, {"code": "4a"}]
    )
    def test_let_a_unit_have_the_code_and_parent_of_its_level(self, changes):
        with pytest.raises(IntegrityError, match="a_unit_has_the_code_and_parent_of_its_level"):
            self.unit(**changes).save()

    def test_let_nothing_end_before_it_begins(self):
        with pytest.raises(IntegrityError, match="unit_validity_in_order"):
            self.unit(valid_to=date(2025, 6, 30)).save()

    def test_leave_one_default_successor(self, few_units):
        link = UnitSuccessor.objects.filter(is_default=False).first()

        with pytest.raises(IntegrityError, match="one_default_successor_per_unit"):
            UnitSuccessor.objects.filter(pk=link.pk).update(is_default=True)

    def test_name_a_successor_once(self, few_units):
        link = UnitSuccessor.objects.first()

        with pytest.raises(IntegrityError, match="a_successor_once_per_unit"):
            UnitSuccessor.objects.create(old=link.old, new=link.new, is_default=False)
