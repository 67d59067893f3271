"""Two officers press the button at one moment. Each guard is taken away once, to show that it is one."""

import time
from contextlib import nullcontext

import pytest

from accounts.tests.factories import OfficerFactory
from booking.errors import ImportBusy, ImportGone
from booking.models import OpeningRule, Person, SheetImport, Site
from booking.models.imports import SheetImportQuerySet
from booking.services.imports import runs, sites
from booking.tests.factories import NOW, SiteFactory
from booking.tests.sheets import AN, BINH, people_sheet, sites_sheet
from core.testing import run_together

pytestmark = pytest.mark.django_db(transaction=True)
HALL = ("Trụ sở", "12 Trần Hưng Đạo", "", "")
MORNINGS = ("Trụ sở", "T2-T6", "07:30", "11:30", 30, 6, "", "")


@pytest.fixture
def run(db) -> SheetImport:
    agency = SiteFactory(agency__office_assigns=True).agency
    said = {"agency": agency, "officer": OfficerFactory(), "content": people_sheet(AN, BINH), "now": NOW}
    return runs.hand_in_registrations(**said)


@pytest.fixture
def slow_reading(monkeypatch):
    """Rivals who would meet only sometimes meet always: each looks a while at its rows before it writes."""
    read = runs.people.read_rows

    def slowly(*args, **said):
        time.sleep(0.3)
        return read(*args, **said)

    monkeypatch.setattr(runs.people, "read_rows", slowly)


def press_twice(run: SheetImport) -> list:
    def take_in() -> SheetImport:
        return runs.take_registrations_in(sheet_import=run, grounds="danh sách giấy", now=NOW)

    return run_together([take_in, take_in])


class TestOneListPressedTwice:
    def test_without_the_claim_both_work_on_it_and_the_slower_one_spoils_the_count(
        self, run, slow_reading, monkeypatch
    ):
        """Keeps the test below honest: if this passes no more, it proves nothing."""
        monkeypatch.setattr(SheetImportQuerySet, "claim", lambda *_, **__: True)

        outcomes = press_twice(run)

        assert not any(isinstance(outcome, ImportBusy) for outcome in outcomes)

    def test_is_taken_in_by_one_of_them(self, run, slow_reading):
        outcomes = press_twice(run)

        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ImportBusy", "SheetImport"]
        run.refresh_from_db()
        assert (run.taken_in, run.lease_until, Person.objects.count()) == (2, None, 2)


class TestTwoFilesOfTheSameSites:
    @pytest.fixture
    def files(self, db) -> list[SheetImport]:
        agency = SiteFactory(name="Nơi khác").agency
        content = sites_sheet([HALL], [MORNINGS])
        said = {"agency": agency, "officer": OfficerFactory(), "content": content, "now": NOW}
        return [sites.hand_in_sites(**said), sites.hand_in_sites(**said)]

    @pytest.fixture
    def slow_trial(self, monkeypatch):
        try_sites = sites.try_sites

        def slowly(*args, **said):
            plan = try_sites(*args, **said)
            time.sleep(0.3)
            return plan

        monkeypatch.setattr(sites, "try_sites", slowly)

    @staticmethod
    def take_both(files: list[SheetImport]) -> list:
        return run_together([lambda one=one: sites.take_sites_in(sheet_import=one, now=NOW) for one in files])

    def test_without_the_agencys_lock_hours_are_made_twice(self, files, slow_trial, monkeypatch):
        """Keeps the test below honest. The site is there already: its name would stop the second file."""
        SiteFactory(agency=files[0].agency, name="Trụ sở")
        monkeypatch.setattr(sites, "hold_agency", lambda _: nullcontext())

        self.take_both(files)

        assert OpeningRule.objects.count() == 10

    def test_make_them_once(self, files, slow_trial):
        first, second = sorted(self.take_both(files), key=lambda plan: len(plan.rules))

        assert first.is_empty
        assert len(second.rules) == 5
        assert Site.objects.filter(name="Trụ sở").count() == 1
        assert OpeningRule.objects.count() == 5

    def test_and_one_file_pressed_twice_is_taken_in_once(self, files, slow_trial):
        outcomes = self.take_both([files[0], files[0]])

        assert sum(isinstance(outcome, ImportGone) for outcome in outcomes) == 1
        assert OpeningRule.objects.count() == 5
