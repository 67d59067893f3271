from datetime import timedelta
from functools import partial
from time import monotonic

import pytest
from django.core.management import call_command

from agencies.models import AdminUnit, Agency, UnitEdition, UnitSuccessor
from agencies.place_names import place_key
from agencies.services.units import find_units, link_figures
from agencies.tests.few_units import load_few_units
from core.testing import run_together

LEVEL = Agency.Level
# As the General Statistics Office counts them, so counted at the sources by others too.
COUNTS = {
    ("2021", LEVEL.PROVINCE): 63,
    ("2021", LEVEL.DISTRICT): 705,
    ("2021", LEVEL.COMMUNE): 10_599,
    ("2025", LEVEL.PROVINCE): 34,
    ("2025", LEVEL.COMMUNE): 3_321,
}


def renamed(code, **changes):
    """A change of the row with this code, as a file with a correction would have it."""
    return lambda row: row | changes if row["code"] == code else row


@pytest.mark.django_db
class TestAllUnits:
    def test_are_loaded_quickly_and_are_all_there(self, capsys, django_assert_max_num_queries):
        call_command("load_units")

        counted = AdminUnit.objects.values_list("set", "level")
        assert {each: list(counted).count(each) for each in set(counted)} == COUNTS
        assert "chia cho nhiều đơn vị mới: 519; chỉ dẫn về tỉnh: 5" in capsys.readouterr().out
        figures = link_figures()
        assert (figures.communes, figures.split, figures.to_province) == (10_599, 519, 5)
        self.every_old_unit_leads_somewhere()
        self.names_are_tidy()
        self.a_search_is_quick(django_assert_max_num_queries)

    def every_old_unit_leads_somewhere(self):
        defaults = UnitSuccessor.objects.filter(is_default=True, old__set="2021", new__set="2025")
        assert defaults.count() == 63 + 705 + 10_599
        assert not AdminUnit.objects.filter(set="2025", level=LEVEL.COMMUNE, predecessor_links=None).exists()

    def names_are_tidy(self):
        for name, key in AdminUnit.objects.values_list("name", "name_key"):
            assert name == " ".join(name.split())
            assert key.isascii()
            assert key == place_key(name)

    def a_search_is_quick(self, django_assert_max_num_queries):
        began = monotonic()
        with django_assert_max_num_queries(3):
            assert len(find_units("xã")) == 20
        assert monotonic() - began < 1  # 10 ms on a machine that does nothing else


@pytest.mark.django_db
class TestLoadUnits:
    def test_writes_what_was_not_there_and_nothing_the_second_time(self, tmp_path, django_assert_num_queries):
        assert load_few_units(tmp_path)
        with django_assert_num_queries(3):  # a savepoint, the edition, the savepoint's end
            assert not load_few_units(tmp_path)

    def test_gives_both_sets_their_days(self, few_units):
        days = {unit.set: (unit.valid_from, unit.valid_to) for unit in AdminUnit.objects.all()}

        assert f"{days['2021'][0]} {days['2021'][1]}" == "2021-01-01 2025-06-30"
        assert days["2025"] == (days["2021"][1] + timedelta(days=1), None)

    def test_brings_a_correction_and_leaves_the_row(self, few_units, tmp_path):
        before = AdminUnit.objects.get(set="2021", code="20344")

        assert load_few_units(tmp_path, change=renamed("20344", name="Hòa Hương Mới"))

        after = AdminUnit.objects.get(set="2021", code="20344")
        assert (after.pk, after.name, after.name_key) == (before.pk, "Hòa Hương Mới", "hoa huong moi")
        assert [unit.pk for unit in find_units("hoa huong moi")] == [before.pk]
        assert UnitEdition.objects.count() == 1

    def test_brings_the_first_data_back_after_a_correction(self, few_units, tmp_path):
        load_few_units(tmp_path, change=renamed("20344", name="Hòa Hương Mới"))

        assert load_few_units(tmp_path)

        assert AdminUnit.objects.get(set="2021", code="20344").name == "Hòa Hương"

    def test_moves_a_link(self, few_units, tmp_path):
        load_few_units(tmp_path, change=renamed("20344", successors="20335"))

        assert [link.new.code for link in UnitSuccessor.objects.filter(old__code="20344")] == ["20335"]

    def test_removes_what_is_no_more(self, few_units, tmp_path):
        load_few_units(tmp_path, change=lambda row: None if row["code"] == "20344" else row)

        assert not AdminUnit.objects.filter(set="2021", code="20344").exists()

    def test_leaves_all_as_it_was_when_a_file_is_wrong(self, few_units, tmp_path):
        with pytest.raises(KeyError):
            load_few_units(tmp_path, change=renamed("20344", successors="99999"))

        assert AdminUnit.objects.filter(set="2021", code="20344", successor_links__new__code="20350").exists()


@pytest.mark.django_db(transaction=True)
class TestTwoLoads:
    def test_at_the_same_time_are_one(self, tmp_path):
        folders = [tmp_path / name for name in ("one", "two")]
        for folder in folders:
            folder.mkdir()

        outcomes = run_together([partial(load_few_units, folder) for folder in folders])

        assert sorted(outcomes) == [False, True]
