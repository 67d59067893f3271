from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dossiers.models import LoadedVersion, Regulation, Version
from dossiers.services.loading import load_procedures, read_versions
from dossiers.services.versions import add_version, law_on, versions_with_a_gap, withdraw_version

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
FILE = """
key = "le-phi"
kind = "FEES"
name = "Lệ phí"
position = 10

[[version]]
valid_from = {day}
regime = "CC_2023"
basis = "Thông tư {day}"
fees = [{{ kind = "REISSUE", channel = "COUNTER", amount = 1 }}]
"""

pytestmark = pytest.mark.usefixtures("law")


def folder_with(path: Path, day: str) -> Path:
    (path / "fees.toml").write_text(FILE.format(day=day), "utf-8")
    return path


class TestLoadProcedures:
    def test_does_nothing_the_second_time(self):
        count = Version.objects.count()

        assert load_procedures(now=NOW) == []
        assert Version.objects.count() == count > 30

    def test_leaves_no_day_without_law_and_no_gap(self):
        assert not versions_with_a_gap().exists()

    def test_does_not_bring_back_what_officers_took_back(self):
        withdraw_version(version=law_on(date(2027, 1, 1)).fees, now=NOW)

        assert load_procedures(now=NOW) == []
        assert law_on(date(2027, 1, 1)).fees.valid_from == date(2025, 7, 1)

    def test_puts_a_version_of_a_later_release_where_it_belongs(self, tmp_path):
        """A law that was learnt of late: between two that are over."""
        loaded = load_procedures(now=NOW, folder=folder_with(tmp_path, "2025-10-01"))

        assert loaded == ["le-phi/2025-10-01"]
        assert law_on(date(2025, 9, 30)).fees.valid_to == date(2025, 9, 30)
        late = law_on(date(2025, 10, 1)).fees
        assert (late.basis, late.valid_to) == ("Thông tư 2025-10-01", date(2026, 12, 31))
        assert [fee.amount for fee in late.fees.all()] == [1]
        assert not versions_with_a_gap().exists()

    def test_lets_an_officers_version_of_the_day_stand(self, tmp_path):
        fees = Regulation.objects.get(key="le-phi")
        own = add_version(regulation=fees, valid_from=date(2098, 1, 1), basis="Của cán bộ", now=NOW)

        load_procedures(now=NOW, folder=folder_with(tmp_path, "2098-01-01"))

        assert law_on(date(2098, 1, 1)).fees == own
        assert LoadedVersion.objects.filter(key="le-phi/2098-01-01").exists()


class TestReadVersions:
    def test_takes_over_what_an_earlier_version_says(self):
        first = {"valid_from": date(2021, 1, 1), "basis": "Một", "fees": [{"amount": 1}]}
        second = {"valid_from": date(2022, 1, 1), "like": date(2021, 1, 1), "basis": "Hai"}

        _, like = read_versions({"key": "le-phi", "version": [first, second]})

        assert (like.content["basis"], like.lines["fees"]) == ("Hai", [{"amount": 1}])
        assert like.key == "le-phi/2022-01-01"
