"""Versions of a regulation: added, moved, taken back; and what the database itself refuses.

The database goes by its own clock, so days to come are far ahead and past ones are long over.
"""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from dossiers.errors import AlreadyAVersion, StartsTooEarly, VersionInForce
from dossiers.models import Fee, Regulation, Version
from dossiers.services.versions import (
    add_version,
    hold_for_editing,
    law_on,
    loading,
    move_version,
    versions_with_a_gap,
    withdraw_version,
)
from dossiers.tests.factories import RegulationFactory, VersionFactory

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
IN_2099, IN_2098 = date(2099, 1, 1), date(2098, 1, 1)
BASIS = "Thông tư 1/2098/TT-BTC"
GUARD = "nobody_edits_a_version_in_force"

pytestmark = pytest.mark.usefixtures("law")


def fees() -> Regulation:
    return Regulation.objects.get(key="le-phi")


def days_of(regulation: Regulation) -> list[tuple[date, date | None]]:
    rows = regulation.versions.filter(valid_from__year__gt=2026).order_by("valid_from")
    return list(rows.values_list("valid_from", "valid_to"))


class TestAddVersion:
    def test_takes_over_the_lines_and_ends_the_one_before(self):
        before = fees().versions.get(valid_from=date(2027, 1, 1))

        made = add_version(regulation=fees(), valid_from=IN_2098, basis=BASIS, now=NOW)

        assert days_of(fees()) == [(date(2027, 1, 1), date(2097, 12, 31)), (IN_2098, None)]
        assert made.basis == BASIS
        assert not made.is_confirmed
        told = [
            sorted((fee.kind, fee.channel, fee.amount) for fee in row.fees.all()) for row in (made, before)
        ]
        assert told[0] == told[1] != []
        assert made.exemptions.count() == before.exemptions.count() > 0
        assert not versions_with_a_gap().exists()

    def test_fits_between_two(self):
        add_version(regulation=fees(), valid_from=IN_2099, basis=BASIS, now=NOW)

        add_version(regulation=fees(), valid_from=IN_2098, basis=BASIS, now=NOW)

        assert days_of(fees())[1:] == [(IN_2098, date(2098, 12, 31)), (IN_2099, None)]

    def test_begins_a_regulation_that_has_none(self):
        made = add_version(regulation=RegulationFactory(key="moi"), valid_from=IN_2098, basis=BASIS, now=NOW)

        assert (made.valid_to, made.reasons.count()) == (None, 0)

    @pytest.mark.parametrize("day", [date(2026, 11, 23), date(2021, 1, 2)])
    def test_refuses_a_day_that_has_come(self, day):
        with pytest.raises(StartsTooEarly):
            add_version(regulation=fees(), valid_from=day, basis=BASIS, now=NOW)

    def test_refuses_a_second_one_for_a_day(self):
        with pytest.raises(AlreadyAVersion):
            add_version(regulation=fees(), valid_from=date(2027, 1, 1), basis=BASIS, now=NOW)

    def test_changes_no_day_but_those_from_its_first_on(self):
        made = add_version(regulation=fees(), valid_from=IN_2098, basis=BASIS, now=NOW)

        assert law_on(date(2097, 12, 31)).fees != made
        assert law_on(IN_2098).fees == made


class TestMoveVersion:
    @pytest.fixture
    def version(self):
        return add_version(regulation=fees(), valid_from=IN_2098, basis=BASIS, now=NOW)

    @pytest.mark.parametrize("day", [date(2097, 6, 1), date(2098, 6, 1)])
    def test_takes_the_end_of_the_one_before_along(self, version, day):
        move_version(version=version, valid_from=day, now=NOW)

        assert days_of(fees())[1] == (day, None)
        assert not versions_with_a_gap().exists()

    def test_refuses_to_pass_the_one_before(self, version):
        with pytest.raises(StartsTooEarly):
            move_version(version=version, valid_from=date(2026, 12, 1), now=NOW)

    def test_refuses_to_pass_the_one_after(self, version):
        add_version(regulation=fees(), valid_from=IN_2099, basis=BASIS, now=NOW)

        with pytest.raises(AlreadyAVersion):
            move_version(version=version, valid_from=IN_2099, now=NOW)

    def test_refuses_what_has_started(self):
        started = law_on(date(2026, 11, 23)).fees

        with pytest.raises(VersionInForce):
            move_version(version=started, valid_from=IN_2098, now=NOW)


class TestWithdrawVersion:
    def test_lets_the_one_before_go_on(self):
        version = fees().versions.get(valid_from=date(2027, 1, 1))

        withdraw_version(version=version, now=NOW)

        assert law_on(IN_2098).fees.valid_from == date(2025, 7, 1)
        assert not versions_with_a_gap().exists()

    def test_refuses_what_has_started(self):
        with pytest.raises(VersionInForce):
            withdraw_version(version=law_on(date(2026, 11, 23)).fees, now=NOW)


class TestHoldForEditing:
    def test_refuses_on_the_first_day_itself(self):
        version = VersionFactory(valid_from=IN_2099)

        with pytest.raises(VersionInForce):
            hold_for_editing(version=version, now=datetime(2098, 12, 31, 17, tzinfo=UTC))  # 2099 in Việt Nam
        assert hold_for_editing(version=version, now=datetime(2098, 12, 31, 16, tzinfo=UTC)) == version


def refused(call) -> str:
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        call()
    return refusal.value.__cause__.diag.constraint_name


class TestTheDatabase:
    def test_lets_nobody_change_a_version_in_force(self):
        version = law_on(date(2021, 4, 20)).fees
        rows = Version.objects.filter(pk=version.pk)

        assert refused(lambda: rows.update(basis="khác")) == GUARD
        assert refused(lambda: rows.update(valid_to=date(2021, 5, 1))) == GUARD
        assert refused(lambda: rows.update(valid_from=IN_2099)) == GUARD
        assert refused(lambda: rows._raw_delete(using="default")) == GUARD

    def test_lets_nobody_change_a_line_of_one(self):
        lines = Fee.objects.filter(version=law_on(date(2021, 4, 20)).fees)
        to_come = fees().versions.get(valid_from=date(2027, 1, 1))
        one = lines[0]

        assert refused(lambda: lines.update(amount=1)) == GUARD
        assert refused(lambda: lines.update(version=to_come)) == GUARD
        assert refused(lambda: lines.delete()) == GUARD
        assert refused(lambda: to_come.fees.update(version=one.version)) == GUARD
        more = {"kind": one.kind, "channel": "ONLINE", "amount": 1}
        assert refused(lambda: Fee.objects.create(version=one.version, **more)) == GUARD

    def test_lets_nobody_write_a_version_of_the_past(self):
        assert refused(lambda: VersionFactory(valid_from=date(2020, 1, 1))) == GUARD
        version = VersionFactory(valid_to=None)
        assert refused(lambda: Version.objects.filter(pk=version.pk).update(valid_from="2020-01-01")) == GUARD

    def test_lets_data_files_add_to_the_past_and_change_nothing_of_it(self):
        with loading():
            version = VersionFactory(valid_from=date(2020, 1, 1))
            version.fees.create(kind="NEW_KIND", channel="COUNTER", amount=1)
            assert refused(lambda: Version.objects.filter(pk=version.pk).update(basis="khác")) == GUARD
            assert refused(lambda: version.fees.update(amount=2)) == GUARD
        assert refused(lambda: VersionFactory(valid_from=date(2020, 2, 1))) == GUARD  # the door is shut again

    def test_has_one_version_of_a_regulation_on_any_day(self):
        VersionFactory(valid_from=IN_2098, valid_to=IN_2099)

        within = {"valid_from": date(2098, 6, 1), "valid_to": None}
        assert refused(lambda: VersionFactory(**within)) == "one_version_on_any_day"
        VersionFactory(regulation=RegulationFactory(key="khac"), **within)
        assert refused(lambda: VersionFactory(valid_from=IN_2098)) == "one_version_per_first_day"
        assert refused(lambda: VersionFactory(valid_to=IN_2098)) == "version_days_in_order"


class TestVersionsWithAGap:
    def test_are_those_that_end_too_early_or_not_at_all(self):
        early = VersionFactory(valid_from=IN_2098, valid_to=date(2098, 6, 1))
        VersionFactory(valid_from=IN_2099, valid_to=None)
        ended = VersionFactory(regulation=RegulationFactory(key="khac"), valid_from=IN_2098)

        assert set(versions_with_a_gap()) == {early, ended}
